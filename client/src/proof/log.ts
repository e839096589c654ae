/** The event log of a record: one line per event, each holding the hash of the one before (TRUST §8). */
import { GENESIS, isObject, lines, read, sha, type Plain } from "./bytes";
import { finding, type Finding } from "./findings";

export interface Told {
  readonly heads: (readonly [number, string])[];
  closed: readonly [number, string] | null;
}

export interface LogCheck {
  readonly events: number;
  readonly head: string;
  readonly wrong: readonly Finding[];
  /** What the log says about each clip, as far as its chain holds. */
  readonly told: ReadonlyMap<string, Told>;
  /** (event, ms) for each time the clock went back. */
  readonly back: readonly (readonly [number, number])[];
  /** The whole lines' lengths in bytes, and hashes: what a manifest vouches for is one of these. */
  readonly lengths: ReadonlyMap<number, string>;
  /** The events in their order, as far as their chain holds, and the hash of each line. */
  readonly entries: readonly { readonly event: Event; readonly hash: string }[];
}

/** What happened; `is` names it. */
export type Event = { readonly [key: string]: Plain };

const KEYS = ["at", "by", "event", "prev", "seq", "session", "v"].join();

interface Line {
  readonly [key: string]: Plain;
  readonly seq: number;
  readonly at: number;
  readonly event: { readonly [key: string]: Plain };
}

function lineOf(value: Plain | undefined): Line | null {
  if (!isObject(value) || Object.keys(value).sort().join() !== KEYS || value["v"] !== 1) return null;
  const sound = isObject(value["event"]) && typeof value["event"]["is"] === "string" && isObject(value["by"]);
  return sound && typeof value["at"] === "number" && typeof value["session"] === "string" ? (value as Line) : null;
}

/** Check a log from its first line. Total: what does not follow ends the check and is named by its number. */
export function checkLog(bytes: Uint8Array): LogCheck {
  const told = new Map<string, Told>();
  const wrong: Finding[] = [];
  const back: [number, number][] = [];
  const lengths = new Map<number, string>();
  const entries: { event: Event; hash: string }[] = [];
  let [head, seq, last, session, length] = [GENESIS, 0, Number.NEGATIVE_INFINITY, null as Plain, 0];
  const found = lines(bytes);
  for (const one of found.lines) {
    const line = lineOf(read(one));
    if (line === null || line.seq !== seq + 1 || line["prev"] !== head || (session !== null && line["session"] !== session)) {
      wrong.push(finding("log-broken", { n: seq + 1 }));
      break;
    }
    [head, seq, session] = [sha(one), line.seq, line["session"]!];
    length += one.length + 1;
    lengths.set(length, head);
    entries.push({ event: line.event, hash: head });
    if (line.at < last) back.push([seq, Math.floor((last - line.at) / 1000)]);
    last = line.at;
    if (line.event["is"] === "recorder.changed" && !hear(told, line.event)) wrong.push(finding("log-recorder", { n: seq }));
  }
  if (found.rest > 0 && wrong.length === 0) wrong.push(finding("log-broken", { n: seq + 1 }));
  if (seq === 0 && wrong.length === 0) wrong.push(finding("log-empty"));
  return { events: seq, head, wrong, told, back, lengths, entries };
}

/** Note what the recorder's news say about a clip; false for news that make no sense. */
function hear(told: Map<string, Told>, event: { readonly [key: string]: Plain }): boolean {
  const { kind, clip, detail } = event as { kind?: Plain; clip?: Plain; detail?: Plain };
  const of = (name: string): Told => {
    const known = told.get(name) ?? { heads: [], closed: null };
    told.set(name, known);
    return known;
  };
  const parts = isObject(detail) ? detail : {};
  if (kind === "heads") {
    if (!Array.isArray(parts["heads"])) return false;
    for (const one of parts["heads"] as readonly Plain[]) {
      if (!Array.isArray(one) || typeof one[0] !== "string" || typeof one[1] !== "number" || typeof one[2] !== "string") return false;
      of(one[0]).heads.push([one[1], one[2]]);
    }
  } else if (kind === "closed" && typeof clip === "string") {
    const [size, h] = [parts["bytes"], parts["h"]];
    if (typeof size !== "number" || typeof h !== "string") return false;
    of(clip).closed = [size, h];
  } else if (kind === "opened" && typeof clip === "string") of(clip);
  return true;
}
