/** How loud each source was, half second by half second (recordings/levels.py), and who spoke. Pure. */
import type { Timeline } from "./timeline";

export interface Levels {
  readonly step_ms: number;
  readonly from_ms: number;
  /** One character a step. */
  readonly sources: Readonly<Record<string, string>>;
}

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const FLOOR_DBOV = -60;
const SILENT_DBOV = -127;

/** Return the levels an answer holds, or null. */
export function readLevels(value: unknown): Levels | null {
  if (typeof value !== "object" || value === null) return null;
  const { step_ms, from_ms, sources } = value as Record<string, unknown>;
  if (typeof step_ms !== "number" || !(step_ms > 0) || typeof from_ms !== "number" || !(from_ms >= 0)) return null;
  if (typeof sources !== "object" || sources === null || Object.values(sources).some((text) => typeof text !== "string")) return null;
  return { step_ms, from_ms, sources: sources as Record<string, string> };
}

/** Return what was known with what came later put over it; of other steps, the later one alone. */
export function joined(before: Levels | null, later: Levels): Levels {
  if (before === null || before.step_ms !== later.step_ms || later.from_ms <= before.from_ms) return later;
  const kept = Math.floor((later.from_ms - before.from_ms) / before.step_ms);
  const names = new Set([...Object.keys(before.sources), ...Object.keys(later.sources)]);
  const sources = Object.fromEntries([...names].map((name) => [name, (before.sources[name] ?? "").slice(0, kept).padEnd(kept) + (later.sources[name] ?? "")]));
  return { ...before, sources };
}

/** Return the moment up to which levels are known. */
export function reach(levels: Levels): number {
  return levels.from_ms + Math.max(0, ...Object.values(levels.sources).map((text) => text.length)) * levels.step_ms;
}

function dbov(letter: string | undefined): number | null {
  if (letter === undefined || letter === " " || letter === "") return null;
  const at = ALPHABET.indexOf(letter);
  return at < 0 ? SILENT_DBOV : Math.min(0, FLOOR_DBOV + at);
}

function cell(levels: Levels, ms: number): number {
  return Math.floor((ms - levels.from_ms) / levels.step_ms);
}

/** Return how loud a source was at a moment, dBov, -127 for silence; null where nothing of it was recorded. */
export function levelAt(levels: Levels, source: string, ms: number): number | null {
  const text = Object.hasOwn(levels.sources, source) ? levels.sources[source] : undefined;
  return dbov(text?.[cell(levels, ms)]);
}

/** The same measures as the hub's own speaker (server/media/levels.py), in steps. A step holds the loudest of its packets, so a
 * cough fills one: a voice is heard through two. */
const LOUD_DBOV = -35;
const BETTER_DB = 6;
const HOLD_MS = 1500;
const STEADY = 2;

interface Voice {
  readonly source: string;
  readonly text: string;
  open: boolean;
  run: number;
}

/** Return who spoke, step by step: who did last until another takes over clearly; only open gates are heard. */
export function speakers(levels: Levels, gates: Timeline["gates"]): readonly (string | null)[] {
  const voices: Voice[] = Object.entries(levels.sources).map(([source, text]) => ({ source, text, open: false, run: 0 }));
  const named = new Map(voices.map((voice) => [voice.source, voice]));
  const turns = [...gates].sort((one, other) => one.from_ms - other.from_ms);
  const steps = Math.max(0, ...voices.map((voice) => voice.text.length));
  const found: (string | null)[] = [];
  let [turn, speaker, heard] = [0, null as string | null, -Infinity];
  for (let n = 0; n < steps; n += 1) {
    const at = levels.from_ms + n * levels.step_ms;
    for (let gate = turns[turn]; gate !== undefined && gate.from_ms < at + levels.step_ms; gate = turns[(turn += 1)]) {
      const voice = named.get(gate.source);
      if (voice) voice.open = gate.state === "open";
    }
    let [best, loudest, own] = [null as string | null, -Infinity, -Infinity];
    for (const voice of voices) {
      const level = voice.open ? (dbov(voice.text[n]) ?? SILENT_DBOV) : SILENT_DBOV;
      voice.run = level >= LOUD_DBOV ? voice.run + 1 : 0;
      if (voice.run > 0 && voice.source === speaker) [own, heard] = [level, at];
      if (voice.run >= STEADY && level > loudest) [best, loudest] = [voice.source, level];
    }
    if (best !== null && best !== speaker && (speaker === null || loudest >= own + BETTER_DB || at - heard > HOLD_MS)) [speaker, heard] = [best, at];
    found.push(speaker);
  }
  return found;
}

/** Return who spoke at a moment: who had the floor and was recorded, else who was heard. `steps` is what `speakers` said. */
export function speakerAt(levels: Levels, steps: readonly (string | null)[], line: Timeline, ms: number): string | null {
  const floor = line.floor.findLast((one) => one.from_ms <= ms && ms < (one.to_ms ?? Infinity));
  const holder = floor === undefined ? null : `${floor.site}/camera`;
  return holder !== null && levelAt(levels, holder, ms) !== null ? holder : (steps[cell(levels, ms)] ?? null);
}
