/** A SHA-256 in groups of four capitals, as it is read out over the telephone and printed on the minutes (CLIENT §5 /hub 7). */
export function grouped(hash: string): string {
  return hash.toUpperCase().replace(/(.{4})(?=.)/g, "$1 ");
}
