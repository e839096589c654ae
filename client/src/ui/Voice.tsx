/** Who speaks and how loud: the same mark on every screen with pictures. */
import type { JSX } from "preact";
import { usePlace } from "./context";
import { Loudness, SpeaksGlyph } from "./Meter";

/** Tell whether a source is the active speaker. */
export function useSpeaks(source: string): boolean {
  return usePlace().room.store.speaker.value === source;
}

/** A level meter; nothing for a source that is not heard. Apart from its surroundings: five times a second only this is drawn anew. */
export function Voice({ source, name }: { source: string; name: string }): JSX.Element | null {
  const level = usePlace().room.store.levels.value[source];
  if (level === undefined) return null;
  return <Loudness dbov={level} name={name} />;
}

/** The speaker's mark: a glyph with a word, beside the halo of its picture. */
export function SpeaksMark({ source }: { source: string }): JSX.Element | null {
  return useSpeaks(source) ? <SpeaksGlyph /> : null;
}
