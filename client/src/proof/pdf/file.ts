/** A PDF file and its revisions: every cross-reference section (ISO 32000-1 §7.5), and objects as each of them sees them. */
import { isDict, nameOf, Reader, Ref, Stream, Unreadable, type Dict, type Value } from "./objects";
import { inflated } from "./filters";

/** Where an object is: at a byte, or the n-th of an object stream; `null` is free. */
type Place = { readonly at: number; readonly gen: number } | { readonly stream: number; readonly index: number } | null;
const MOST_SECTIONS = 400;
const MOST_OBJECTS = 2_000_000;

interface Section {
  readonly at: number;
  readonly places: ReadonlyMap<number, Place>;
  readonly trailer: Dict;
}

/** What a file was at one of its revisions. */
export class Revision {
  private readonly found = new Map<number, Value>();
  constructor(private readonly file: PdfFile, readonly places: ReadonlyMap<number, Place>, readonly trailer: Dict) {}

  /** Return what a reference stands for; null for an object that is not there. */
  object(ref: Ref): Value {
    const known = this.found.get(ref.num);
    if (known !== undefined) return known;
    const place = this.places.get(ref.num) ?? null;
    if (place !== null && ("at" in place ? place.gen : 0) !== ref.gen) throw new Unreadable("generation");
    const made = place === null ? null : "at" in place ? this.file.objectAt(place.at, ref, this) : this.file.compressed(place, ref.num);
    this.found.set(ref.num, made);
    return made;
  }

  /** Return a value, followed if it is a reference. */
  get(value: Value | undefined): Value {
    for (let n = 0; n < 8; n++) {
      if (!(value instanceof Ref)) return value ?? null;
      value = this.object(value);
    }
    throw new Unreadable("reference");
  }

  dict(value: Value | undefined): Dict {
    const found = this.get(value);
    if (!isDict(found)) throw new Unreadable("dictionary");
    return found;
  }

  array(value: Value | undefined): readonly Value[] {
    const found = this.get(value);
    if (!Array.isArray(found)) throw new Unreadable("array");
    return found as readonly Value[];
  }

  get root(): Dict {
    return this.dict(this.trailer.get("Root"));
  }
}

export class PdfFile {
  /** Oldest first. */
  readonly revisions: readonly Revision[];
  private readonly shared = new Map<number, Value>();

  private constructor(readonly bytes: Uint8Array, private readonly sections: readonly Section[], private readonly packed: ReadonlyMap<string, readonly [number, Value]>) {
    const merged = new Map<number, Place>();
    this.revisions = sections.map((one) => {
      for (const [num, place] of one.places) merged.set(num, place);
      return new Revision(this, new Map(merged), one.trailer);
    });
  }

  /** Read a file's frame. Throws `Unreadable` for what is none, is encrypted or of a kind this page does not read. */
  static async open(bytes: Uint8Array): Promise<PdfFile> {
    if (String.fromCharCode(...bytes.subarray(0, 5)) !== "%PDF-") throw new Unreadable("header");
    const sections: Section[] = [];
    let at: number | null = startOf(bytes, bytes.length);
    while (at !== null) {
      if (sections.length > MOST_SECTIONS || sections.some((one) => one.at === at)) throw new Unreadable("sections");
      const one = await sectionAt(bytes, at);
      // two tables for two kinds of readers: they may see two documents
      if (one.trailer.has("Encrypt") || one.trailer.has("XRefStm")) throw new Unreadable("kind");
      sections.unshift(one);
      const before = one.trailer.get("Prev");
      if (before !== undefined && (typeof before !== "number" || !Number.isSafeInteger(before))) throw new Unreadable("Prev");
      at = (before as number | undefined) ?? null;
    }
    const packed = new Map<string, readonly [number, Value]>();
    const file = new PdfFile(bytes, sections, packed);
    await unpack(file, packed);
    return file;
  }

  /** Return the place of the revision whose last byte is before `end`, -1 if none ends there. */
  revisionEnding(end: number): number {
    if (!/%%EOF(\r\n|\r|\n)?$/.test(String.fromCharCode(...this.bytes.subarray(Math.max(0, end - 7), end)))) return -1;
    try {
      const at = startOf(this.bytes, end);
      return this.sections.findIndex((one) => one.at === at && one.at < end);
    } catch {
      return -1;
    }
  }

  /** Return the objects a revision frees, but number 0. */
  freed(revision: number): number[] {
    return [...this.sections[revision]!.places].filter(([num, place]) => place === null && num !== 0).map(([num]) => num);
  }

  /** Tell whether a revision defines a number the older one counted already and did not use: readers may disagree what it is. */
  reuses(base: number, revision: number): boolean {
    const size = this.sections[base]!.trailer.get("Size");
    const before = this.revisions[base]!.places;
    return typeof size !== "number" || [...this.sections[revision]!.places].some(([num, place]) => place !== null && num < size && (before.get(num) ?? null) === null);
  }

  objectAt(at: number, ref: Ref, view: Revision): Value {
    const known = this.shared.get(at);
    if (known !== undefined) return known;
    const reader = new Reader(this.bytes, at);
    if (reader.integer() !== ref.num || reader.integer() !== ref.gen) throw new Unreadable("object");
    reader.expect("obj");
    const value = reader.value();
    const word = reader.word();
    if (word === "endobj") {
      this.shared.set(at, value);
      return value;
    }
    if (word !== "stream" || !isDict(value)) throw new Unreadable("endobj");
    const told = value.get("Length");
    const length = view.get(told);
    if (typeof length !== "number" || !Number.isSafeInteger(length) || length < 0 || value.has("F")) throw new Unreadable("Length");
    const made = new Stream(value, reader.raw(length));
    reader.expect("endobj");
    // a length kept elsewhere may be another one in another revision
    if (!(told instanceof Ref)) this.shared.set(at, made);
    return made;
  }

  compressed(place: { readonly stream: number; readonly index: number }, num: number): Value {
    const found = this.packed.get(`${place.stream} ${place.index}`);
    if (found?.[0] === num) return found[1];
    throw new Unreadable("object stream");
  }
}

/** Unpack every object stream any revision names; a number that stands for two of them is not read. */
async function unpack(file: PdfFile, into: Map<string, readonly [number, Value]>): Promise<void> {
  const done = new Map<number, Value>();
  for (const view of file.revisions) {
    for (const place of view.places.values()) {
      if (place === null || "at" in place) continue;
      const stream = view.object(new Ref(place.stream, 0));
      const before = done.get(place.stream);
      if (before === stream) continue;
      if (before !== undefined || !(stream instanceof Stream) || nameOf(stream.dict.get("Type")) !== "ObjStm") throw new Unreadable("object stream");
      done.set(place.stream, stream);
      const bytes = await inflated(stream);
      const [n, first] = [stream.dict.get("N"), stream.dict.get("First")];
      if (typeof n !== "number" || typeof first !== "number" || n > MOST_OBJECTS) throw new Unreadable("object stream");
      const head = new Reader(bytes, 0, true);
      for (let index = 0; index < n; index++) {
        const [num, at] = [head.integer(), head.integer()];
        into.set(`${place.stream} ${index}`, [num, new Reader(bytes, first + at, true).value()]);
      }
    }
  }
}

/** Return what the last `startxref` before `end` says. */
function startOf(bytes: Uint8Array, end: number): number {
  const tail = String.fromCharCode(...bytes.subarray(Math.max(0, end - 1024), end));
  const found = /startxref\s+(\d{1,10})\s+%%EOF\s*$/.exec(tail);
  if (found === null) throw new Unreadable("startxref");
  return Number(found[1]);
}

async function sectionAt(bytes: Uint8Array, at: number): Promise<Section> {
  if (at >= bytes.length) throw new Unreadable("xref");
  const reader = new Reader(bytes, at);
  if (reader.word() === "xref") return table(reader, at);
  return streamSection(bytes, at);
}

function table(reader: Reader, at: number): Section {
  const places = new Map<number, Place>();
  for (let word = reader.word(); word !== "trailer"; word = reader.word()) {
    if (!/^\d{1,10}$/.test(word)) throw new Unreadable("xref");
    const [first, count] = [Number(word), reader.integer()];
    if (count > MOST_OBJECTS) throw new Unreadable("xref");
    for (let n = 0; n < count; n++) {
      const [where, gen, kind] = [reader.integer(), reader.integer(), reader.word()];
      if ((kind !== "n" && kind !== "f") || places.has(first + n)) throw new Unreadable("xref");
      places.set(first + n, kind === "n" ? { at: where, gen } : null);
    }
  }
  const trailer = reader.value();
  if (!isDict(trailer)) throw new Unreadable("trailer");
  return { at, places, trailer };
}

/** A cross-reference stream (§7.5.8). */
async function streamSection(bytes: Uint8Array, at: number): Promise<Section> {
  const reader = new Reader(bytes, at);
  reader.integer();
  reader.integer();
  reader.expect("obj");
  const dict = reader.value();
  reader.expect("stream");
  if (!isDict(dict) || nameOf(dict.get("Type")) !== "XRef" || typeof dict.get("Length") !== "number") throw new Unreadable("xref");
  const data = await inflated(new Stream(dict, reader.raw(dict.get("Length") as number)));
  const widths = dict.get("W") as readonly number[];
  const index = (dict.get("Index") ?? [0, dict.get("Size") ?? 0]) as readonly number[];
  if (!Array.isArray(widths) || widths.length !== 3 || !Array.isArray(index) || index.length % 2 === 1) throw new Unreadable("xref");
  if (![...widths, ...index].every((one) => Number.isSafeInteger(one) && one >= 0) || widths.some((one) => one > 8)) throw new Unreadable("xref");
  const places = new Map<number, Place>();
  let from = 0;
  const next = (width: number, missing: number): number => {
    if (width === 0) return missing;
    if (from + width > data.length) throw new Unreadable("xref");
    let value = 0;
    for (let n = 0; n < width; n++) value = value * 256 + data[from++]!;
    if (!Number.isSafeInteger(value)) throw new Unreadable("xref");
    return value;
  };
  for (let pair = 0; pair < index.length; pair += 2) {
    for (let n = 0; n < index[pair + 1]!; n++) {
      const [kind, one, two] = [next(widths[0]!, 1), next(widths[1]!, 0), next(widths[2]!, 0)];
      if (kind > 2 || places.has(index[pair]! + n)) throw new Unreadable("xref");
      places.set(index[pair]! + n, kind === 0 ? null : kind === 1 ? { at: one, gen: two } : { stream: one, index: two });
    }
  }
  return { at, places, trailer: dict };
}
