/** How long to wait before the next try, and how to ask whether the hub is there at all (CLIENT §2, §3; RULINGS). */

const STEPS = [0, 300, 1000, 2000] as const;

/** Return the pause (ms) before try `n` (from 0): 0, 0.3, 1, 2, 2 … s × random(0.5–1). */
export function pause(n: number, random: () => number = Math.random): number {
  const step = STEPS[Math.min(n, STEPS.length - 1)] ?? 2000;
  return step * (0.5 + random() / 2);
}

/** Tell whether the hub answers at all, within one second. Never throws. */
export async function healthy(get: typeof fetch = fetch): Promise<boolean> {
  try {
    const answer = await get("/healthz", { cache: "no-store", signal: AbortSignal.timeout(1000) });
    return answer.ok;
  } catch {
    return false;
  }
}
