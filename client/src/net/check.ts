/** What a site's check found, told to the readiness board once. */
import type { Speed } from "./speed";

export type Device = "good" | "missing" | "denied" | "busy" | "insecure" | "other" | "untested";
export type Path = "udp" | "tcp" | "turn";

export interface Found {
  readonly secure: boolean;
  readonly camera: Device;
  readonly mic: Device;
  readonly speaker: Device;
  readonly speed: Speed | null;
  /** Part of 1; null when no media has run yet. */
  readonly loss: number | null;
  /** How media came through; null when none has. */
  readonly path: Path | null;
  /** Was the recording heard well; null when it was not tried. */
  readonly playback: boolean | null;
}

/** Name the browser: its last brand and number in the user agent. */
export function browserName(agent: string): string {
  const found = ["Edg", "OPR", "coc_coc_browser", "Firefox", "Chrome", "Version"].map((name) => new RegExp(`${name}/[\\d.]+`).exec(agent)?.[0]).find(Boolean);
  return (found ?? agent).slice(0, 80);
}

/** Return the body the board takes. Until media ran, the path is the one the test itself took. */
export function report(seat: string, found: Found, agent: string, at: number): Record<string, unknown> {
  const { speed } = found;
  return {
    seat, browser: browserName(agent), secure: found.secure, camera: found.camera, mic: found.mic, speaker: found.speaker,
    network: speed && { ...speed, loss_pct: Math.round((found.loss ?? 0) * 1000) / 10, path: found.path ?? "tcp" },
    played: found.playback === true, at: Math.round(at * 1000),
  };
}

/** Post it. A failure is silent: the check is the site's own, the board only watches. */
export async function post(session: string, body: Record<string, unknown>, get: typeof fetch = fetch): Promise<boolean> {
  try {
    const answer = await get(`/api/sessions/${encodeURIComponent(session)}/check`, {
      method: "POST", headers: { "X-Diemcau": "1", "Content-Type": "application/json" }, cache: "no-store", body: JSON.stringify(body),
    });
    return answer.ok;
  } catch {
    return false;
  }
}
