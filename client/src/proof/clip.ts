/** One clip: every line of its index, every byte of its master that a line names (RECORDING §3). */
import { GENESIS, isObject, lines, pieces, Running, sha, text, whole, type Plain } from "./bytes";
import { finding, type Finding } from "./findings";

type Obj = { readonly [key: string]: Plain };
const TAIL = 72;
const TAIL_IS = /^,"h":"([0-9a-f]{64})"\}$/;

interface Part {
  readonly at: number;
  readonly length: number;
  readonly sha: string;
  readonly ms: number | null;
}

export interface ClipCheck {
  readonly wrong: Finding[];
  readonly notes: Finding[];
  /** Bytes of the master that the lines up to a hash stand for. */
  readonly marks: Map<string, number>;
  end: readonly [number, string] | null;
  /** What a manifest has to say about this clip; null while it is not closed. */
  entry: Obj | null;
  /** SHA-256 of its head and of each cluster; empty while it is not closed. */
  leaves: readonly string[];
}

class Broken extends Error {}

const isInt = (value: Plain | undefined): value is number => typeof value === "number" && Number.isSafeInteger(value);
const ints = (value: Plain | undefined, n: number): readonly number[] => {
  if (!Array.isArray(value) || value.length !== n || !value.every((one) => isInt(one as Plain))) throw new Broken();
  return value as readonly number[];
};

/** An index read line by line, its chain and the order of its clusters checked. */
class Index {
  h = GENESIS;
  opening: Obj | null = null;
  readonly parts: Part[] = [];
  readonly gaps: (readonly Plain[])[] = [];
  readonly sizes: (readonly number[])[] = [];
  readonly marks = new Map<string, number>();
  end: { readonly why: string; readonly ms: number; readonly size: number; readonly sha: string } | null = null;
  media = 0;
  duration = 0;

  line(bytes: Uint8Array): void {
    const tail = TAIL_IS.exec(bytes.length > TAIL ? text(bytes.subarray(-TAIL)) : "");
    const body = bytes.length > TAIL ? `${text(bytes.subarray(0, -TAIL))}}` : "";
    if (tail === null || sha(this.h + body) !== tail[1] || this.end !== null) throw new Broken();
    const line = JSON.parse(body) as Plain;
    if (!isObject(line)) throw new Broken();
    if (this.opening === null) this.open(line);
    else this.more(line);
    this.h = tail[1];
    this.marks.set(this.h, this.media);
  }

  private open(line: Obj): void {
    const [at, length] = ints(line["head"], 2) as [number, number];
    if (line["v"] !== 1 || at !== 0 || length <= 0 || typeof line["sha"] !== "string") throw new Broken();
    [this.opening, this.media] = [line, length];
    this.parts.push({ at, length, sha: line["sha"], ms: null });
  }

  private more(line: Obj): void {
    if (line["c"] !== undefined) {
      const [at, length, from, to] = ints(line["c"], 4) as [number, number, number, number];
      if (at !== this.media || length <= 0 || from < 0 || from > to || to <= this.duration || typeof line["sha"] !== "string") throw new Broken();
      this.parts.push({ at, length, sha: line["sha"], ms: from });
      [this.media, this.duration] = [at + length, to];
    } else if (Array.isArray(line["g"])) this.gaps.push(line["g"] as readonly Plain[]);
    else if (line["s"] !== undefined) this.sizes.push(ints(line["s"], 3));
    else if (Array.isArray(line["x"])) {
      const [why, ms, size] = line["x"] as readonly Plain[];
      if (typeof why !== "string" || !isInt(ms) || size !== this.media || typeof line["sha"] !== "string") throw new Broken();
      this.end = { why, ms, size, sha: line["sha"] };
    } else if (line["t"] === undefined) throw new Broken();
  }

  name(): string {
    const { site, source, clip, codec } = this.opening as Record<string, Plain>;
    return `${String(site)}~${String(source)}~${String(clip)}${this.opening?.["class"] === "lo" ? ".lo" : ""}.${codec === "h264" ? "mp4" : "webm"}`;
  }

  entry(name: string): Obj | null {
    if (this.opening === null || this.end === null) return null;
    const { zero_us, codec } = this.opening as Record<string, Plain>;
    return {
      clip: name, bytes: this.end.size, sha: this.end.sha, h: this.h, zero_us: zero_us ?? null, duration_ms: this.end.ms, codec: codec ?? null,
      class: this.opening["class"] ?? null, end: this.end.why, sizes: this.sizes, gaps: merged(this.gaps),
    };
  }
}

/** Holes with the pieces of long ones joined, as a manifest lists them. */
export function merged(gaps: readonly (readonly Plain[])[]): Plain[] {
  const found: Plain[][] = [];
  const last = new Map<Plain, Plain[]>();
  for (const [from, to, reason, kind] of gaps) {
    const before = last.get(kind!);
    if (before !== undefined && before[2] === reason && (from as number) <= (before[1] as number) + 1) before[1] = Math.max(before[1] as number, to as number);
    else {
      const one = [from!, to!, reason!, kind!];
      last.set(kind!, one);
      found.push(one);
    }
  }
  return found;
}

/** Check a clip: its index, then its master. Total. */
export async function checkClip(name: string, index: Blob | null, master: Blob | null): Promise<ClipCheck> {
  const check: ClipCheck = { wrong: [], notes: [], marks: new Map(), end: null, entry: null, leaves: [] };
  const say = (code: string, detail: Finding["detail"] = {}): void => void check.wrong.push(finding(code, { clip: name, ...detail }));
  if (index === null) say("clip-no-index");
  if (master === null) say("clip-no-master");
  if (index === null || master === null) return check;
  const found = new Index();
  const read = lines(await whole(index));
  let broken = false;
  for (const [n, line] of read.lines.entries()) {
    try {
      found.line(line);
    } catch {
      say("clip-index", { n: n + 1 });
      broken = true;
      break;
    }
  }
  for (const [h, bytes] of found.marks) check.marks.set(h, bytes);
  if (found.opening === null) {
    if (!broken) say("clip-index", { n: 1 });
    return check;
  }
  if (read.rest > 0 && !broken) (found.end !== null ? check.wrong : check.notes).push(finding("clip-torn", { clip: name }));
  if (found.name() !== name) say("clip-foreign");
  await media(found, master, check, say);
  if (found.end !== null) {
    [check.end, check.entry] = [[found.end.size, found.h], found.entry(name)];
    check.leaves = found.parts.map((part) => part.sha);
  } else check.notes.push(finding("clip-open", { clip: name }));
  return check;
}

async function media(index: Index, master: Blob, check: ClipCheck, say: (code: string, detail?: Finding["detail"]) => void): Promise<void> {
  const all = new Running();
  for (const part of index.parts) {
    const one = new Running();
    if (part.at + part.length <= master.size) {
      for await (const piece of pieces(master.slice(part.at, part.at + part.length))) {
        one.feed(piece);
        all.feed(piece);
      }
    }
    if (one.size !== part.length || one.end().sha !== part.sha) {
      // the first bad one is named; behind it everything may be shifted
      say("clip-bytes", { at: part.at, s: Math.floor((part.ms ?? 0) / 1000) });
      return;
    }
  }
  const { end } = index;
  if (end === null) return;
  if (end.sha !== all.end().sha || end.ms !== index.duration) say("clip-end");
  if (master.size > end.size) {
    if (end.why === "crash" || end.why === "error") check.notes.push(finding("clip-tail", { clip: index.name(), n: master.size - end.size }));
    else say("clip-more", { n: master.size - end.size });
  }
}
