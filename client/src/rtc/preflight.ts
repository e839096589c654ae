/** The six lights before one enters (CLIENT §5 /site 2): what the browser can do, told without guessing by name. */
import { healthy } from "../net/ladder";

export type Light = "wait" | "good" | "weak" | "bad";

/** Everything the page cannot do without. */
export function browserLight(): Light {
  const here = globalThis as unknown as Record<string, unknown>;
  const needed = ["RTCPeerConnection", "WebSocket", "ResizeObserver", "IntersectionObserver"];
  if (needed.some((name) => typeof here[name] !== "function")) return "bad";
  return "setCodecPreferences" in RTCRtpTransceiver.prototype ? "good" : "weak";
}

/** Without a secure context there is no camera, wake lock or key. */
export function secureLight(): Light {
  return globalThis.isSecureContext === true ? "good" : "bad";
}

/** Ask the hub five times; the median tells. */
export async function pathLight(): Promise<{ light: Light; ms: number | null }> {
  const trips: number[] = [];
  for (let i = 0; i < 5; i += 1) {
    const begun = performance.now();
    if (await healthy()) trips.push(performance.now() - begun);
  }
  if (trips.length < 3) return { light: "bad", ms: null };
  const ms = Math.round(trips.sort((a, b) => a - b)[Math.floor(trips.length / 2)] ?? 0);
  return { light: ms <= 150 && trips.length === 5 ? "good" : "weak", ms };
}
