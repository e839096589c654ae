/** Which bytes an element plays: a clip, and of a growing one how much was on disk when it was opened. Pure. */
import { endOf, type Clip } from "./timeline";

export interface Version {
  readonly clip: Clip;
  /** How much of a growing clip, in ms; null for the whole of a closed one. */
  readonly pin: number | null;
}

/** The newer pin is opened this long before the old one ends. */
const NEAR_MS = 10_000;
/** Less than this more is not worth opening the clip anew. */
const WORTH_MS = 2_000;

/** Return a clip as it is now. Asking for exactly what is known to be there saves the server's redirect to it. */
export function pinned(clip: Clip): Version {
  return { clip, pin: clip.growing && clip.to_ms !== null ? Math.floor(clip.to_ms - clip.from_ms) : null };
}

export const keyOf = ({ clip, pin }: Version): string => `${clip.clip}@${pin ?? ""}`;

export function urlOf(session: string, { clip, pin }: Version): string {
  const path = `/api/sessions/${encodeURIComponent(session)}/replay/media/${encodeURIComponent(clip.clip)}`;
  return pin === null ? path : `${path}?upto=${pin}`;
}

function ends({ clip, pin }: Version): number {
  return pin === null ? endOf(clip) : clip.from_ms + pin;
}

/** Return the version that should follow, and whether at once or when it can go on where the first one is; or null.
 *
 * `wanted`: the clip the stage asks for, as the timeline knows it now. */
export function next(current: Version, wanted: Clip, position: number): { readonly version: Version; readonly at: "once" | "ready" } | null {
  const version = pinned(wanted);
  if (wanted.clip !== current.clip.clip) {
    // what is shown may stand in while the other class loads, unless it has nothing of this moment
    const covers = current.clip.from_ms <= position && position < ends(current);
    return { version, at: covers ? "ready" : "once" };
  }
  if (current.pin === null) return null;
  const ended = ends(current) - position;
  const more = ends(version) - ends(current);
  return ended < NEAR_MS && more >= (version.pin === null ? 1 : WORTH_MS) ? { version, at: ended < 0 ? "once" : "ready" } : null;
}
