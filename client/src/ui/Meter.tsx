import type { JSX } from "preact";

/** A level from 0 to 1. Scaled by transform: no layout five times a second. */
export function Meter({ level, label }: { level: number; label: string }): JSX.Element {
  return (
    <span class="meter" role="img" aria-label={label}>
      <span style={{ transform: `scaleX(${Math.max(0, Math.min(1, level)).toFixed(3)})` }} />
    </span>
  );
}
