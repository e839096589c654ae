/** What the lanes draw, and which part of the record they show. Pure; all times are ms of the timeline. */
import { presentSpans, type Timeline, type WeakLine } from "./timeline";

export interface Span {
  readonly from: number;
  readonly to: number;
  /** `there` `clip` `speech` `spoke` `hand` `hole`, of a line `fair` `poor`; of a hole or a line, `reason` says why. */
  readonly kind: string;
  readonly reason?: string;
  /** The line it tells of. */
  readonly line?: WeakLine;
}

export interface Window {
  readonly from: number;
  readonly to: number;
}

/** Closer than this shows single frames of a cut; nobody aims finer. */
const LEAST_MS = 5_000;

/** Return the window `factor` times as wide, `at` staying where it is; within the record, never under five seconds. */
export function zoom(window: Window, factor: number, at: number, whole: number): Window {
  const width = window.to - window.from;
  const next = Math.min(whole, Math.max(Math.min(LEAST_MS, whole), width * factor));
  const share = (Math.min(Math.max(at, window.from), window.to) - window.from) / Math.max(1, width);
  return within(at - share * next, next, whole);
}

/** Return the window moved, within the record. */
export function pan(window: Window, by: number, whole: number): Window {
  return within(window.from + by, window.to - window.from, whole);
}

function within(from: number, width: number, whole: number): Window {
  const begin = Math.max(0, Math.min(from, whole - width));
  return { from: begin, to: begin + width };
}

/** Return the window that shows a moment: the same one, or one that begins a tenth before it. */
export function showing(window: Window, at: number, whole: number): Window {
  if (at >= window.from && at <= window.to) return window;
  const width = window.to - window.from;
  return within(at - width / 10, width, whole);
}

/** Return the spans that a window shows, small neighbours of a kind as one: a lane has some 1500 pixels. */
export function seen(spans: readonly Span[], window: Window): readonly Span[] {
  const least = (window.to - window.from) / 1500;
  const found: Span[] = [];
  for (const one of spans) {
    if (one.to < window.from || one.from > window.to) continue;
    const i = found.findLastIndex((before) => before.kind === one.kind && before.reason === one.reason);
    const before = found[i];
    if (before && one.from - before.to < least && one.from >= before.from) found[i] = { ...before, to: Math.max(before.to, one.to) };
    else found.push(one);
  }
  return found;
}

/** Return everything of a site's lane: presence, recording, speech, the floor, hands, holes. */
export function siteSpans(line: Timeline, site: string, whole: number): readonly Span[] {
  const sources = line.sources.filter((one) => one.source.split("/")[0] === site);
  const clips = sources.find((one) => one.source === `${site}/camera`)?.clips.filter((clip) => clip.class === "hi") ?? [];
  const run = (kind: string) => (one: { from_ms: number; to_ms: number | null }): Span => ({ from: one.from_ms, to: one.to_ms ?? whole, kind });
  return [
    ...presentSpans(line, site).map(([from, to]) => ({ from, to, kind: "there" })),
    ...clips.map((clip) => ({ from: Math.max(0, clip.from_ms), to: clip.to_ms ?? whole, kind: "clip" })),
    ...sources.flatMap((source) => (source.speech ?? []).map(([from, to]) => ({ from, to, kind: "speech" }))),
    ...line.floor.filter((one) => one.site === site).map(run("spoke")),
    ...line.hands.filter((one) => one.site === site).map(run("hand")),
    ...clips.flatMap((clip) => clip.gaps.filter(([, , , kind]) => kind === "v")
      .map(([from, to, reason]) => ({ from: clip.from_ms + from, to: clip.from_ms + to, kind: "hole", reason }))),
  ];
}

/** Return when a site's line was not good, one way. */
export function lineSpans(line: Timeline, site: string, way: WeakLine["direction"], whole: number): readonly Span[] {
  return line.lines.filter((one) => one.site === site && one.direction === way)
    .map((one) => ({ from: one.from_ms, to: one.to_ms ?? whole, kind: one.colour, reason: one.reason ?? "", line: one }));
}

/** Return the lines that were not good at a moment, the worst first. */
export function weakAt(line: Timeline, ms: number): readonly WeakLine[] {
  return line.lines.filter((one) => one.from_ms <= ms && ms < (one.to_ms ?? Infinity))
    .sort((one, other) => Number(other.colour === "poor") - Number(one.colour === "poor"));
}

export interface Hole {
  readonly ms: number;
  readonly length: number;
  readonly site: string;
  readonly reason: string;
}

/** Shorter holes are a picture that stands for a moment: drawn, not stopped at. */
const WORTH_A_STOP_MS = 1000;

/** Return the holes of every site worth a word, by their beginning. */
export function holes(line: Timeline): readonly Hole[] {
  return line.sites
    .flatMap((site) => siteSpans(line, site.id, 0).filter((one) => one.kind === "hole" && one.to - one.from >= WORTH_A_STOP_MS)
      .map((one) => ({ ms: one.from, length: one.to - one.from, site: site.id, reason: one.reason ?? "lost" })))
    .sort((one, other) => one.ms - other.ms);
}

/** Return the nearest of some moments after `at`, or before it. Half a second is the same place. */
export function nearest(stops: readonly number[], at: number, way: 1 | -1): number | null {
  const beyond = stops.filter((ms) => (way > 0 ? ms > at + 500 : ms < at - 500));
  if (beyond.length === 0) return null;
  return way > 0 ? Math.min(...beyond) : Math.max(...beyond);
}
