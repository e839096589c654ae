/** Map dBov (0 loudest) to the length of a meter, 0 to 1: -60 dB is nothing. */
export function loudness(dbov: number): number {
  return Math.max(0, Math.min(1, 1 + dbov / 60));
}
