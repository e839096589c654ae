/** The timeline of a ceremony, and what it says at a moment. Pure; times are ms since the session was opened. */
import type { LineHealth, PositionView, SheetView, SlateView, Text } from "../proto/types";

export interface Clip {
  readonly clip: string;
  readonly class: "hi" | "lo";
  readonly codec: string;
  readonly from_ms: number;
  readonly to_ms: number | null;
  readonly growing?: boolean;
  /** Holes in the clip's own time: from, to, reason, sound or picture. */
  readonly gaps: readonly (readonly [number, number, string, "a" | "v"])[];
}

export interface SceneAt {
  readonly from_ms: number;
  readonly scene: string;
  readonly layout: string;
  readonly positions: readonly PositionView[];
  readonly slate: SlateView | null;
  /** The page of a document that was in the picture. */
  readonly sheet?: SheetView;
}

export interface Chapter {
  readonly item: string;
  readonly n: number;
  readonly title: Text;
  readonly from_ms: number;
  readonly to_ms: number | null;
}

export interface Timeline {
  readonly session: string;
  readonly title: Text;
  readonly phase: string;
  /** The ceremony's own hour, where the server says it; else the reader's. */
  readonly utc_offset_s?: number;
  readonly zero_us: number;
  readonly end_us: number | null;
  readonly chapters: readonly Chapter[];
  readonly scenes: readonly SceneAt[];
  readonly floor: readonly { readonly site: string; readonly from_ms: number; readonly to_ms: number | null }[];
  readonly presence: readonly { readonly site: string; readonly state: string; readonly from_ms: number }[];
  readonly gates: readonly { readonly source: string; readonly state: string; readonly from_ms: number }[];
  readonly sites: readonly { readonly id: string; readonly n: number; readonly name: Text }[];
  readonly sources: readonly { readonly source: string; readonly clips: readonly Clip[]; readonly speech?: readonly Stretch[] }[];
  readonly hands: readonly { readonly site: string; readonly from_ms: number; readonly to_ms: number | null }[];
  /** When lines were not good. */
  readonly lines: readonly WeakLine[];
  readonly marks: readonly Mark[];
  readonly notes: readonly Note[];
  readonly lower_thirds: readonly { readonly text: string; readonly from_ms: number; readonly to_ms: number | null }[];
}

/** From, to. */
export type Stretch = readonly [number, number];

/** A line that was not good, one way; `value` is the size of the reason, in the unit of its sentence. */
export interface WeakLine extends Pick<LineHealth, "direction" | "reason" | "value"> {
  readonly site: string;
  readonly colour: "fair" | "poor";
  readonly from_ms: number;
  readonly to_ms: number | null;
}

/** A moment the log names: a notice, an incident, a confirmation… */
export interface Mark {
  readonly ms: number;
  readonly kind: string;
  readonly text: string;
  readonly site: string | null;
}

/** What a clerk wrote beside a moment. `at` is µs since 1970. */
export interface Note {
  readonly id: number;
  readonly ms: number;
  readonly text: string;
  readonly by: string;
  readonly at: number;
}

const LISTS = ["chapters", "scenes", "floor", "presence", "gates", "sites", "sources"] as const;
/** Lists that older records do not have. */
const MORE = { hands: [], lines: [], marks: [], notes: [], lower_thirds: [] };

/** Return the timeline an answer holds, or null. */
export function read(value: unknown): Timeline | null {
  if (typeof value !== "object" || value === null) return null;
  const record = value as Record<string, unknown>;
  if (LISTS.some((name) => !Array.isArray(record[name])) || typeof record["zero_us"] !== "number") return null;
  if (Object.keys(MORE).some((name) => name in record && !Array.isArray(record[name]))) return null;
  return { ...MORE, ...record } as unknown as Timeline;
}

/** Return when the clip ends; one that grows without saying how far ends nowhere. */
export function endOf(clip: Clip): number {
  return clip.to_ms ?? Infinity;
}

/** How long the timeline is: to the session's end, or as far as anything was recorded. */
export function duration(line: Timeline): number {
  if (line.end_us !== null) return (line.end_us - line.zero_us) / 1000;
  const ends = line.sources.flatMap((source) => source.clips.map((clip) => clip.to_ms ?? clip.from_ms));
  const starts = [...line.scenes, ...line.chapters].map((one) => one.from_ms);
  return Math.max(0, ...ends, ...starts);
}

/** Tell whether anything may still be added. */
export function growing(line: Timeline): boolean {
  return line.end_us === null || line.sources.some((source) => source.clips.some((clip) => clip.growing));
}

function last<T extends { readonly from_ms: number }>(list: readonly T[], ms: number): T | null {
  let found: T | null = null;
  for (const one of list) if (one.from_ms <= ms) found = one;
  return found;
}

/** Return what the audience saw. */
export function sceneAt(line: Timeline, ms: number): SceneAt | null {
  return last(line.scenes, ms);
}

/** Return the item that was live. */
export function chapterAt(line: Timeline, ms: number): Chapter | null {
  const found = last(line.chapters, ms);
  return found !== null && (found.to_ms === null || ms < found.to_ms) ? found : null;
}

/** Return every source whose gate was open: the programme's sound (RULINGS). */
export function audibleAt(line: Timeline, ms: number): ReadonlySet<string> {
  const states = new Map<string, string>();
  for (const gate of line.gates) if (gate.from_ms <= ms) states.set(gate.source, gate.state);
  return new Set([...states].filter(([, state]) => state === "open").map(([source]) => source));
}

/** Return the clip of a source that plays at a moment, of the wanted class if there is one. */
export function clipAt(line: Timeline, source: string, ms: number, wanted: "hi" | "lo"): Clip | null {
  const clips = line.sources.find((one) => one.source === source)?.clips ?? [];
  const playing = clips.filter((clip) => clip.from_ms <= ms && ms < endOf(clip));
  const pictures = playing.filter((clip) => clip.codec !== "opus");
  const choice = pictures.length > 0 ? pictures : playing;
  return choice.findLast((clip) => clip.class === wanted) ?? choice.at(-1) ?? null;
}

/** A shorter hole is a picture that stands, and is shown so. */
const WORTH_SAYING_MS = 1000;

/** Return why there is no picture at a moment although the clip goes on, or null. */
export function gapAt(clip: Clip, ms: number): string | null {
  const local = ms - clip.from_ms;
  const hole = clip.gaps.find(([from, to, , kind]) => kind === "v" && to - from >= WORTH_SAYING_MS && from <= local && local < to);
  return hole?.[2] ?? null;
}

/** Return why nothing of a site was recorded at a moment: `lost`, or `absent` for one that had not come. */
export function absenceAt(line: Timeline, site: string, ms: number): string {
  return presenceAt(line, site, ms) === "absent" ? "absent" : "lost";
}

/** Return how a site's presence stood. */
export function presenceAt(line: Timeline, site: string, ms: number): string {
  return last(line.presence.filter((one) => one.site === site), ms)?.state ?? "absent";
}

/** Return the stretches of a lane where a site was there: [from, to] in ms. */
export function presentSpans(line: Timeline, site: string): readonly (readonly [number, number])[] {
  const end = duration(line);
  const steps = line.presence.filter((one) => one.site === site);
  const spans: [number, number][] = [];
  steps.forEach((step, i) => {
    const to = steps[i + 1]?.from_ms ?? end;
    if (step.state !== "present" || to <= step.from_ms) return;
    const before = spans.at(-1);
    if (before && before[1] === step.from_ms) before[1] = to;
    else spans.push([step.from_ms, to]);
  });
  return spans;
}
