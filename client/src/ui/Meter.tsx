import type { JSX } from "preact";
import { t } from "../i18n";
import { loudness } from "../rtc/loudness";
import { Icon } from "./Icon";

/** A level from 0 to 1. Clipped, not resized: its colours keep their places, and nothing is laid out anew. */
export function Meter({ level, label }: { level: number; label: string }): JSX.Element {
  return (
    <span class="meter" role="img" aria-label={label}>
      <span style={{ clipPath: `inset(0 ${(100 - 100 * Math.max(0, Math.min(1, level))).toFixed(1)}% 0 0)` }} />
    </span>
  );
}

/** How loud a source is, live or recorded; dBov, 0 the loudest. */
export function Loudness({ dbov, name }: { dbov: number; name: string }): JSX.Element {
  return <span class="voice"><Meter level={loudness(dbov)} label={t("voice.level", { name })} /></span>;
}

/** The speaker's glyph with its word: the same on every screen with pictures. */
export function SpeaksGlyph(): JSX.Element {
  return <span class="speaks-mark" data-testid="speaks"><Icon name="speaker" size={14} label={t("voice.speaks")} /></span>;
}
