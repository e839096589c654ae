/** Who is on the stage at a moment: a picture in its rectangle, a voice, or both. Pure. */
import { absenceAt, audibleAt, clipAt, gapAt, sceneAt, type Clip, type Timeline } from "./timeline";

export type View = { readonly kind: "broadcast" } | { readonly kind: "grid" } | { readonly kind: "site"; readonly site: string };

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

export interface Part {
  readonly source: string;
  /** What plays, or null: nothing was recorded then. */
  readonly clip: Clip | null;
  /** Where it is seen in 1280 × 720; null is heard only. */
  readonly box: Box | null;
  readonly audible: boolean;
  /** The timeline waits for this one only. */
  readonly main: boolean;
  /** Why nothing is seen, or null. */
  readonly gap: string | null;
}

const WIDTH = 1280;
const HEIGHT = 720;
const FULL: Box = { x: 0, y: 0, w: WIDTH, h: HEIGHT };

/** Rectangles of `n` equal pictures, three across from five on. */
export function tiles(n: number): readonly Box[] {
  const across = n <= 1 ? 1 : n <= 4 ? 2 : 3;
  const down = Math.max(1, Math.ceil(n / across));
  const w = Math.floor(WIDTH / across);
  const h = Math.floor(HEIGHT / Math.max(across, down));
  const top = Math.floor((HEIGHT - down * h) / 2);
  return Array.from({ length: n }, (_, i) => ({ x: (i % across) * w, y: top + Math.floor(i / across) * h, w, h }));
}

function wanted(line: Timeline, view: View, ms: number): readonly { source: string; box: Box; gone: boolean }[] {
  switch (view.kind) {
    case "broadcast":
      return (sceneAt(line, ms)?.positions ?? []).map((at) => ({ source: at.source, box: at, gone: at.gone ?? false }));
    case "site":
      return [{ source: `${view.site}/camera`, box: FULL, gone: false }];
    case "grid": {
      const boxes = tiles(line.sites.length);
      return line.sites.map((site, i) => ({ source: `${site.id}/camera`, box: boxes[i] ?? FULL, gone: false }));
    }
  }
}

/** The reader's own choice of voices: one source alone, some sites silenced. */
export interface Voices {
  readonly solo: string | null;
  readonly silenced: ReadonlySet<string>;
}

const EVERYBODY: Voices = { solo: null, silenced: new Set() };

function voices(line: Timeline, view: View, ms: number, { solo, silenced }: Voices): ReadonlySet<string> {
  if (solo !== null) return new Set([solo]);
  const open = view.kind === "site" ? new Set([`${view.site}/camera`]) : audibleAt(line, ms);
  return new Set([...open].filter((source) => !silenced.has(source.split("/")[0] ?? "")));
}

/** Return everyone on the stage, the main picture first. */
export function cast(line: Timeline, view: View, ms: number, chosen: Voices = EVERYBODY): readonly Part[] {
  const seen = wanted(line, view, ms);
  const open = voices(line, view, ms, chosen);
  const size = seen.length <= 2 ? "hi" : "lo";
  const parts: Part[] = seen.map(({ source, box, gone }, i) => {
    const clip = gone ? null : clipAt(line, source, ms, size);
    const gap = clip === null ? absenceAt(line, source.split("/")[0] ?? "", ms) : clip.codec === "opus" ? "sound-only" : gapAt(clip, ms);
    return { source, clip, box, audible: open.has(source), main: i === 0, gap };
  });
  for (const source of open) {
    if (seen.some((one) => one.source === source)) continue;
    const clip = clipAt(line, source, ms, "lo"); // both classes carry the same sound
    if (clip !== null) parts.push({ source, clip, box: null, audible: true, main: parts.length === 0, gap: null });
  }
  return parts;
}
