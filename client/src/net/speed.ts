/** How much the line carries, measured against the hub itself, and what that is worth (CLIENT §5 /site 3). */

export interface Speed {
  readonly down_mbps: number;
  readonly up_mbps: number;
}

export type Verdict = "good" | "fair" | "weak" | "none";

/** Uplink and downlink (Mbit/s) that each verdict wants at least, and the loss (part of 1) it stays below. */
const TABLE: readonly (readonly [Verdict, number, number, number])[] = [
  ["good", 2.9, 2.5, 0.02],
  ["fair", 0.85, 1.0, 0.05],
  ["weak", 0.27, 0.5, 0.1],
];

/** Return what a line is good for; the first line of the table that fits. */
export function verdict(speed: Speed, loss: number): Verdict {
  const found = TABLE.find(([, up, down, most]) => speed.up_mbps >= up && speed.down_mbps >= down && loss < most);
  return found?.[0] ?? "none";
}

export interface SpeedWorld {
  get(path: string, init: RequestInit): Promise<Response>;
  now(): number;
  /** A signal that aborts after so many milliseconds. */
  timeout(ms: number): AbortSignal;
}

/** The real world; `stop` ends everything at once, since a test must not compete with the ceremony. */
export function here(stop: AbortSignal): SpeedWorld {
  return {
    get: (path, init) => fetch(path, init),
    now: () => performance.now(),
    timeout: (ms) => {
      const both = new AbortController();
      const end = (): void => both.abort();
      const timer = setTimeout(end, ms);
      both.signal.addEventListener("abort", () => clearTimeout(timer));
      if (stop.aborted) end();
      else stop.addEventListener("abort", end);
      return both.signal;
    },
  };
}

/** Each way takes this long, so both take eight seconds. */
const WAY_MS = 4000;
const LATE_MS = 2000;
/** The hub paces each transfer and admits few of them: one down, at most three up. */
const DOWN_BYTES = 4_194_304;
const UP_FIRST = 65_536;
const UP_MOST = 4_194_304;
const UP_TRIES = 3;

const mbps = (bytes: number, ms: number): number => (ms > 0 ? Math.round((bytes * 8) / ms / 10) / 100 : 0);
const HEADERS = { "X-Diemcau": "1" };

/** One long answer, read until it ends or the time is over. */
async function down(world: SpeedWorld): Promise<number> {
  const answer = await world.get(`/api/preflight/down?bytes=${DOWN_BYTES}`, { headers: HEADERS, cache: "no-store", signal: world.timeout(WAY_MS + LATE_MS) });
  const reader = answer.body?.getReader();
  if (!answer.ok || !reader) throw new Error("no line test");
  const begun = world.now();
  let bytes = 0;
  for (;;) {
    // a line that stops in the middle still tells what it carried
    const part = await reader.read().catch(() => ({ done: true as const, value: undefined }));
    if (part.value) bytes += part.value.byteLength;
    const spent = world.now() - begun;
    if (part.done || spent >= WAY_MS) {
      void reader.cancel().catch(() => undefined);
      return mbps(bytes, spent);
    }
  }
}

/** A small body first; what it tells decides how much fills the rest of the time. */
async function up(world: SpeedWorld): Promise<number> {
  const until = world.now() + WAY_MS;
  let size = UP_FIRST;
  let best = 0;
  for (let n = 0; n < UP_TRIES && world.now() < until; n += 1) {
    const at = world.now();
    const sent = await world.get("/api/preflight/up", {
      method: "POST", headers: HEADERS, cache: "no-store", body: new Uint8Array(size), signal: world.timeout(until - at + LATE_MS),
    }).catch(() => null);
    if (sent === null) break;
    if (!sent.ok) {
      if (n === 0) throw new Error("no line test");
      break;
    }
    const took = Math.max(1, world.now() - at);
    best = Math.max(best, mbps(size, took));
    const room = Math.max(0, until - world.now()) / (UP_TRIES - n - 1 || 1);
    size = Math.round(Math.min(UP_MOST, Math.max(UP_FIRST, (size / took) * room)));
  }
  return best;
}

/** Measure both ways; null when the hub offers no test or does not answer. `tell` hears which way is on. */
export async function measure(tell: (way: "down" | "up") => void, world: SpeedWorld): Promise<Speed | null> {
  try {
    tell("down");
    const down_mbps = await down(world);
    tell("up");
    return { down_mbps, up_mbps: await up(world) };
  } catch {
    return null;
  }
}
