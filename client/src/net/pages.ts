/** Where the picture of a page is. The hash is in the address, so another revision is another picture. */
export function pageUrl(session: string, document: string, sha256: string, page: number, width: number): string {
  const query = new URLSearchParams({ sha: sha256, width: String(width) });
  return `/api/sessions/${encodeURIComponent(session)}/documents/${encodeURIComponent(document)}/pages/${page}.png?${query}`;
}
