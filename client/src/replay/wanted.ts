/** What a reader picks in the exports panel, and the request it makes. Pure. */
import type { Ask, Kind } from "../net/exports";

/** In and out, set with I and O; ms of the timeline. */
export interface Selection {
  readonly from: number | null;
  readonly to: number | null;
}

export const CHOICES = ["film-720", "film-1080", "site", "clip", "clip-copy", "sound-mp3", "sound-opus", "still", "bundle"] as const;
export type Choice = (typeof CHOICES)[number];

interface Made {
  readonly kind: Kind;
  readonly format?: string;
  readonly size?: "720" | "1080";
  /** Wants a source: always, or where the reader likes. */
  readonly source?: "must" | "may";
  /** Wants a part: always, or where one is set. */
  readonly part?: "must" | "may";
}

export const MADE: Readonly<Record<Choice, Made>> = {
  "film-720": { kind: "programme", size: "720", part: "may" },
  "film-1080": { kind: "programme", size: "1080", part: "may" },
  site: { kind: "site", source: "must", part: "may" },
  clip: { kind: "clip", format: "mp4", part: "must" },
  "clip-copy": { kind: "clip", format: "webm", source: "must", part: "must" },
  "sound-mp3": { kind: "audio", format: "mp3", part: "may" },
  "sound-opus": { kind: "audio", format: "opus", source: "must", part: "may" },
  still: { kind: "still", format: "jpeg", source: "may" },
  bundle: { kind: "bundle" },
};

export interface Draft {
  readonly choice: Choice;
  /** `<site>/camera`; empty: as broadcast. */
  readonly source: string;
  /** Only what lies between in and out. */
  readonly cut: boolean;
  readonly caption: boolean;
}

/** Return in and out as a part of some length, or null. An end that is not set is the record's own. */
export function partOf(selection: Selection, whole: number): readonly [number, number] | null {
  if (selection.from === null && selection.to === null) return null;
  const [from, to] = [Math.round(selection.from ?? 0), Math.round(selection.to ?? whole)];
  return from < to ? [from, to] : null;
}

/** Return the request of a draft; null while in and out are wanted and not set. */
export function wantedOf(draft: Draft, selection: Selection, position: number, whole: number, lang: "vi" | "en"): Ask | null {
  const made = MADE[draft.choice];
  const part = made.part === "must" || (made.part === "may" && draft.cut) ? partOf(selection, whole) : undefined;
  if (part === null) return null;
  return {
    kind: made.kind,
    lang,
    ...(made.format === undefined ? {} : { format: made.format }),
    ...(made.size === undefined ? {} : { size: made.size }),
    ...(made.source !== undefined && draft.source !== "" ? { source: draft.source } : {}),
    ...(part === undefined ? {} : { from_ms: part[0], to_ms: part[1] }),
    ...(made.kind === "still" ? { from_ms: Math.round(position), caption: draft.caption } : {}),
  };
}
