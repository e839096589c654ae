import type { JSX } from "preact";

/** A level from 0 to 1. Clipped, not resized: its colours keep their places, and nothing is laid out anew. */
export function Meter({ level, label }: { level: number; label: string }): JSX.Element {
  return (
    <span class="meter" role="img" aria-label={label}>
      <span style={{ clipPath: `inset(0 ${(100 - 100 * Math.max(0, Math.min(1, level))).toFixed(1)}% 0 0)` }} />
    </span>
  );
}
