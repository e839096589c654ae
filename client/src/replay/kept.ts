/** What a bundle's `record.js` says (recordings/export/viewer.py): the timeline, and the facts the minutes are made of. Pure. */
import type { Text } from "../proto/types";
import { duration, read, type Timeline } from "./timeline";

export interface Attendance {
  readonly site: string;
  readonly name: Text;
  readonly expected: number;
  readonly present: number | null;
  readonly head: string;
  readonly mark: string;
  readonly by_phone: boolean;
}

export interface Run {
  readonly item: string;
  readonly at: number;
  readonly ended: number | null;
}

export interface Question {
  readonly at: number;
  readonly text: string;
  readonly choices: string;
  readonly asked: readonly string[];
  readonly answers: Readonly<Record<string, { readonly choice: string; readonly name: string; readonly counts: Readonly<Record<string, number>> | null; readonly by_phone: boolean }>>;
}

export interface Signature {
  readonly at: number;
  readonly how: string;
  readonly person: string;
  readonly authority: string;
  readonly sha256: string;
  readonly level: string;
  readonly office: Text;
  readonly party: Text;
  readonly kind: string;
}

export interface Paper {
  readonly id: string;
  readonly title: Text;
  readonly mode: string;
  readonly kind: string;
  /** Line, time, version, SHA-256. */
  readonly published: readonly (readonly [number, number, number, string])[];
  readonly withdrawn: readonly (readonly [number, string])[];
  readonly signatures: readonly Signature[];
  readonly completed: readonly [number, number, string] | null;
  readonly left: readonly [number, string] | null;
  readonly scan: readonly [number, string] | null;
}

/** One line of the run sheet as it stood last. */
export interface Planned {
  readonly item: string;
  readonly n: number;
  readonly title: Text;
  readonly state: string;
  readonly planned_us: number | null;
}

export interface KeptFacts {
  readonly sites: Readonly<Record<string, Attendance>>;
  readonly declared: readonly [number, boolean, string] | null;
  readonly runs: readonly Run[];
  readonly questions: readonly Question[];
  readonly papers: readonly Paper[];
  readonly head: readonly [number, string];
}

export interface KeptRecord {
  /** How loud each source was; bundles of before have none. */
  readonly levels?: unknown;
  readonly timeline: Timeline;
  readonly plan: readonly Planned[];
  readonly facts: KeptFacts;
  readonly captions: Readonly<Partial<Record<"vi" | "en", string>>>;
  /** SHA-256 of every revision in `documents/`. */
  readonly files: readonly string[];
  readonly sealed: boolean;
}

/** Nothing grows in a folder: what was still being recorded ends where the copy ends. */
export function ended(line: Timeline): Timeline {
  const sources = line.sources.map((source) => ({ ...source, clips: source.clips.map((clip) => ({ ...clip, growing: false })) }));
  return { ...line, sources, end_us: line.end_us ?? line.zero_us + Math.ceil(duration(line)) * 1000 };
}

/** Return the record a script told, or null for one that this page cannot show. */
export function keptOf(told: unknown): KeptRecord | null {
  if (typeof told !== "object" || told === null || (told as { v?: unknown }).v !== 1) return null;
  const record = told as { timeline?: unknown } & KeptRecord;
  const line = read(record.timeline);
  const whole = line !== null && Array.isArray(record.plan) && Array.isArray(record.files) && typeof record.facts === "object" && typeof record.captions === "object";
  return whole ? { ...record, timeline: ended(line) } : null;
}

/** Return the revision of a document that counts: complete, else as far as it was signed, else as published last. */
export function revisionOf(paper: Paper): string | null {
  return paper.completed?.[2] ?? paper.signatures.at(-1)?.sha256 ?? paper.published.at(-1)?.[3] ?? null;
}

const CHOICES: Readonly<Record<string, readonly string[]>> = { agree: ["agree", "remarks"], ack: ["ack"], vote: ["for", "against", "abstain"] };

/** Return how often each choice was made; of a vote, how many votes it got. */
export function tally(question: Question): readonly (readonly [string, number])[] {
  const answers = Object.values(question.answers);
  return (CHOICES[question.choices] ?? []).map((choice) => [
    choice, answers.reduce((sum, one) => sum + (one.counts === null ? Number(one.choice === choice) : (one.counts[choice] ?? 0)), 0),
  ]);
}
