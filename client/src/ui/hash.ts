/** A SHA-256 in groups of four, as it is read out over the telephone (CLIENT §5 /hub 7). */
export function grouped(hash: string): string {
  return hash.replace(/(.{4})(?=.)/g, "$1 ");
}
