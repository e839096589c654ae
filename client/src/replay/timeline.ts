/** The timeline as the server folds it, and the questions the player asks of it. */
import type { Text } from "../proto/proto.gen";

export interface Clip {
  clip: string;
  class: "hi" | "lo";
  codec: string;
  from_ms: number;
  to_ms: number | null;
  gaps: [number, number, string, "a" | "v"][];
}

export interface SceneMark {
  from_ms: number;
  scene: string;
  layout: string;
  positions: { source: string; x: number; y: number; w: number; h: number; gone?: boolean }[];
  slate: { kind: "title" | "flag" | "opening" | "document"; title: Text; text?: Text | null } | null;
}

export interface Timeline {
  session: string;
  title: Text;
  phase: string;
  zero_us: number;
  end_us: number | null;
  chapters: { item: string; n: number; title: Text; from_ms: number; to_ms: number | null }[];
  scenes: SceneMark[];
  floor: { site: string; from_ms: number; to_ms: number | null }[];
  presence: { site: string; state: "absent" | "present" | "lost"; from_ms: number }[];
  gates: { source: string; state: "closed" | "pre" | "open"; from_ms: number }[];
  sites: { id: string; n: number; name: Text }[];
  sources: { source: string; clips: Clip[] }[];
}

/** The last mark at or before `at`; marks come in order of time. */
export function lastAt<T extends { from_ms: number }>(marks: readonly T[], at: number): T | null {
  let [low, high] = [0, marks.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (marks[middle]!.from_ms <= at) low = middle + 1;
    else high = middle;
  }
  return marks[low - 1] ?? null;
}

export const sceneAt = (line: Timeline, at: number): SceneMark | null => lastAt(line.scenes, at);

export function chapterAt(line: Timeline, at: number) {
  return line.chapters.findLast((one) => one.from_ms <= at && (one.to_ms === null || at < one.to_ms)) ?? null;
}

/** The clip of a source that covers `at`, of the wanted class if there is one. */
export function clipAt(line: Timeline, source: string, at: number, wanted: "hi" | "lo"): Clip | null {
  const clips = line.sources.find((one) => one.source === source)?.clips ?? [];
  const fits = clips.filter((one) => one.from_ms <= at && (one.to_ms === null || at < one.to_ms));
  return fits.findLast((one) => one.class === wanted) ?? fits.at(-1) ?? null;
}

/** Why a source has no picture at `at`: the reason of its gap, or `none` between clips. Null: it has one. */
export function gapAt(line: Timeline, source: string, at: number, kind: "a" | "v" = "v"): string | null {
  const clip = clipAt(line, source, at, "hi");
  if (!clip) return "none";
  const gap = clip.gaps.find(([from, to, , what]) => what === kind && from <= at && at < to);
  return gap ? gap[2] : null;
}

/** The programme's sound: every source whose gate is open, whatever the scene (RULINGS). */
export function audibleAt(line: Timeline, at: number): string[] {
  const gates = new Map<string, string>();
  for (const mark of line.gates) {
    if (mark.from_ms > at) break;
    gates.set(mark.source, mark.state);
  }
  return [...gates].filter(([, state]) => state === "open").map(([source]) => source);
}

export function endOf(line: Timeline, nowUs: number): number {
  if (line.end_us !== null) return Math.max(0, (line.end_us - line.zero_us) / 1000);
  const clips = line.sources.flatMap((one) => one.clips.map((clip) => clip.to_ms ?? 0));
  return Math.max(0, (nowUs - line.zero_us) / 1000, ...clips);
}

/** `1h10m5s`, `70m`, `4205s` or plain seconds, as ms. */
export function parseAt(text: string | null): number | null {
  if (!text) return null;
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
  const match = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(text);
  if (!match) return null;
  const [h, m, s] = [match[1], match[2], match[3]].map((part) => Number(part ?? 0));
  return ((h ?? 0) * 3600 + (m ?? 0) * 60 + (s ?? 0)) * 1000;
}

export function formatAt(ms: number): string {
  const all = Math.floor(ms / 1000);
  return `${Math.floor(all / 3600)}h${Math.floor(all / 60) % 60}m${all % 60}s`;
}
