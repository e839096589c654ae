/** Clocks and lengths: always worked out from the server's clock, never counted (CLIENT §2). */
import type { JSX } from "preact";
import { clockTime, length } from "../i18n/times";
import { pulse } from "../net/beat";
import { usePlace } from "./context";

/** Return the server's time, ms; the component is drawn again at each beat. */
export function useNow(): number {
  void pulse.value;
  return usePlace().room.clock.now();
}

/** The time of day at the ceremony. */
export function TimeOfDay(): JSX.Element {
  const offset = usePlace().room.store.session.value?.utc_offset_s ?? 0;
  return <time class="figures">{clockTime(useNow(), offset, true)}</time>;
}

/** How long ago something was (µs), as 02:34. */
export function Since({ at }: { at: number }): JSX.Element {
  return <span class="figures">{length(Math.max(0, useNow() - at / 1000))}</span>;
}

/** A time of the ceremony (µs), as 09:41. */
export function At({ at }: { at: number | null | undefined }): JSX.Element {
  const offset = usePlace().room.store.session.value?.utc_offset_s ?? 0;
  return <span class="figures">{at == null ? "–" : clockTime(at / 1000, offset)}</span>;
}
