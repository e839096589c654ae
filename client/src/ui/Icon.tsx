/** Every glyph of the pages, drawn inline: 24 × 24, one stroke. */
import type { JSX } from "preact";

const PATHS = {
  mic: "M12 3a3 3 0 0 1 3 3v6a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3ZM5 11a7 7 0 0 0 14 0M12 18v3",
  micOff: "M4 4l16 16M9 9v3a3 3 0 0 0 4.5 2.6M15 11V6a3 3 0 0 0-5.7-1.3M5 11a7 7 0 0 0 10.9 5.8M19 11a7 7 0 0 1-.4 2.3M12 18v3",
  camera: "M3 7h12v10H3zM15 11l6-3v8l-6-3",
  check: "M4 12.5l5.5 5.5L20 6.5",
  cross: "M5 5l14 14M19 5L5 19",
  warn: "M12 3.5L22 20.5H2ZM12 10v5M12 17.6v.4",
  next: "M5 5l9 7-9 7zM18 5v14",
  live: "M12 7a5 5 0 1 0 0 10 5 5 0 0 0 0-10Z",
  hold: "M8 5v14M16 5v14",
  two: "M3 6h8v12H3zM13 6h8v12h-8z",
  grid: "M3 4h8v7H3zM13 4h8v7h-8zM3 13h8v7H3zM13 13h8v7h-8z",
  slate: "M3 5h18v14H3zM7 10h10M9 14h6",
  solo: "M3 5h18v14H3z",
  link: "M10 14a4 4 0 0 0 5.7 0l3-3a4 4 0 0 0-5.7-5.7l-1.2 1.2M14 10a4 4 0 0 0-5.7 0l-3 3a4 4 0 0 0 5.7 5.7l1.2-1.2",
  up: "M12 20V5M6 11l6-6 6 6",
  down: "M12 4v15M6 13l6 6 6-6",
  hand: "M8 12V6a1.5 1.5 0 0 1 3 0v5-6.500a1.500 1.500 0 0 1 3 0V11 6.500a1.500 1.500 0 0 1 3 0V14a7 7 0 0 1-7 7c-3 0-4.500-1.500-6.500-5L2.500 13.500a1.600 1.600 0 0 1 2.700-1.600L8 15",
  speaker: "M4 9h4l5-4v14l-5-4H4zM16 9a4 4 0 0 1 0 6M18.500 6.500a8 8 0 0 1 0 11",
  phone: "M6 3h4l1.500 5-2 1.500a11 11 0 0 0 5 5l1.500-2 5 1.500v4a2 2 0 0 1-2 2A16 16 0 0 1 4 5a2 2 0 0 1 2-2Z",
  full: "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  play: "M7 4l13 8-13 8z",
  pause: "M8 5v14M16 5v14",
  back: "M19 5l-9 7 9 7zM6 5v14",
  clock: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM12 7v5l3.500 2",
  screen: "M3 4h18v12H3zM8 20h8M12 16v4",
  record: "M12 6a6 6 0 1 0 0 12 6 6 0 0 0 0-12Z",
  signal: "M4 20v-4M9 20v-8M14 20V8M19 20V4",
  people: "M9 11a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7ZM2.500 20a6.500 6.500 0 0 1 13 0M16 4.500a3.500 3.500 0 0 1 0 6.300M18 14a6.500 6.500 0 0 1 3.500 6",
  skip: "M5 12h12M12 7l5 5-5 5M20 5v14",
  lock: "M6 11h12v9H6zM8.500 11V8a3.500 3.500 0 0 1 7 0v3",
  globe: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM3 12h18M12 3c5 5.500 5 12.500 0 18-5-5.500-5-12.500 0-18",
  copy: "M8 8h12v12H8zM16 8V4H4v12h4",
  document: "M6 3h8l4 4v14H6zM14 3v4h4M9 12h6M9 16h6",
  table: "M3 9h18M5 9v10M19 9v10M8 5h8v4H8z",
} as const;

export type IconName = keyof typeof PATHS;
const FILLED: ReadonlySet<IconName> = new Set(["live", "record", "play"]);

export function Icon({ name, size = 18, label }: { name: IconName; size?: number; label?: string }): JSX.Element {
  const filled = FILLED.has(name);
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 24 24" role={label ? "img" : undefined}
      aria-label={label} aria-hidden={label ? undefined : "true"} fill={filled ? "currentColor" : "none"}
      stroke="currentColor" stroke-width="2" stroke-linejoin="round" stroke-linecap="round">
      <path d={PATHS[name]} />
    </svg>
  );
}
