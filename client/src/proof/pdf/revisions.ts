/** Whether later revisions of a document only sign it and keep its proof: nothing else may differ (ISO 32000-2 §12.8.2.2, CEREMONY §10).
 *
 * Both revisions are walked from their roots side by side. A difference that is not on the list is a change, wherever it stands;
 * one this page has no means to judge leaves the question open.
 */
import { PdfFile, type Revision } from "./file";
import { formOf, signatureFields, type SignatureField } from "./fields";
import { inflated } from "./filters";
import { isDict, Name, nameOf, Ref, Stream, Text, type Dict, type Value } from "./objects";

/** `unknown`: `diemcau verify` has to be asked. */
export type Review = "kept" | "unknown" | "changed";

const MOST_PAIRS = 4_000_000;
const OWN = new Set(["AcroForm", "DSS", "Extensions", "Metadata", "Version"]);
const FILLED = new Set(["V", "AP"]);
const none: ReadonlySet<string> = new Set();

/** Something that differs and may not; `unknown` where this page cannot say whether it may. */
class Differs extends Error {
  constructor(readonly review: "unknown" | "changed") {
    super(review);
  }
}

function changed(): never {
  throw new Differs("changed");
}

/** Compare a revision with every later one. `locked` tells which fields may not be filled any more. Never throws. */
export async function review(file: PdfFile, base: number, locked: (name: string) => boolean): Promise<Review> {
  const old = file.revisions[base]!;
  try {
    for (let n = base + 1; n < file.revisions.length; n++) {
      if (file.freed(n).some((num) => (old.places.get(num) ?? null) !== null)) return "changed";
      if (file.reuses(base, n)) return "unknown";
      const now = file.revisions[n]!;
      new Walk(old, now, locked).run();
      await described(old, now);
    }
    return "kept";
  } catch (fault) {
    return fault instanceof Differs ? fault.review : "unknown";
  }
}

type Pair = readonly [Value | undefined, Value | undefined];

class Walk {
  private readonly todo: Pair[] = [];
  private readonly seen = new Set<string>();
  private readonly filled = new Map<number, SignatureField>();
  private readonly added = new Set<number>();

  constructor(private readonly old: Revision, private readonly now: Revision, locked: (name: string) => boolean) {
    const before = new Map(signatureFields(old).map((one) => [one.name, one]));
    for (const one of signatureFields(now)) {
      const was = before.get(one.name);
      if (was === undefined) this.add(one);
      else if (was.value === null && one.value !== null) {
        if (locked(one.name) || one.stamp || was.ref.num !== one.ref.num) changed();
        this.filled.set(one.ref.num, one);
      }
    }
  }

  /** A field that is new is one of a time stamp over the whole document, which nobody sees. */
  private add(one: SignatureField): void {
    const box = one.dict.has("Rect") ? this.now.array(one.dict.get("Rect")) : [];
    const sides = box.map((side) => this.now.get(side));
    const shown = sides.length === 4 && (sides[0] !== sides[2] && sides[1] !== sides[3]);
    if (!one.stamp || shown || one.dict.has("Kids") || this.old.places.has(one.ref.num)) changed();
    this.added.add(one.ref.num);
  }

  run(): void {
    // roots and forms are compared here; signatures may point to them (§12.8.2.1, Data)
    for (const [one, other] of [[this.old.trailer.get("Root"), this.now.trailer.get("Root")], [this.old.root.get("AcroForm"), this.now.root.get("AcroForm")]]) {
      if (one instanceof Ref && other instanceof Ref) this.seen.add(`${one.num} ${other.num}`);
    }
    this.dicts(this.old.root, this.now.root, OWN);
    const [before, after] = [formOf(this.old), formOf(this.now)];
    if (before === null || after === null) {
      if (before !== after) changed();
    } else {
      this.dicts(before, after, new Set(["Fields"]));
      this.longer(before.get("Fields"), after.get("Fields"));
    }
    store(this.old, this.now, (one, other) => this.todo.push([one, other]));
    const info = this.now.trailer.get("Info");
    if (info !== undefined && !(info instanceof Ref)) throw new Differs("unknown");
    for (let pair = this.todo.pop(), n = 0; pair !== undefined; pair = this.todo.pop(), n++) {
      if (n > MOST_PAIRS) throw new Differs("unknown");
      this.pair(pair);
    }
  }

  private pair([one, other]: Pair): void {
    let skip = none;
    if (one instanceof Ref && other instanceof Ref) {
      const key = `${one.num} ${other.num}`;
      if (this.seen.has(key)) return;
      this.seen.add(key);
      if (one.num === other.num && this.filled.has(one.num)) skip = FILLED;
    }
    const [a, b] = [this.old.get(one), this.now.get(other)];
    if (a instanceof Stream && b instanceof Stream) {
      if (!same(a.raw, b.raw)) changed();
      this.dicts(a.dict, b.dict, none);
    } else if (Array.isArray(a) && Array.isArray(b)) {
      if (a.length !== b.length) changed();
      (a as readonly Value[]).forEach((value, n) => this.todo.push([value, (b as readonly Value[])[n]]));
    } else if (isDict(a) && isDict(b)) {
      const page = nameOf(this.old.get(a.get("Type"))) === "Page";
      this.field(a, b);
      this.dicts(a, b, page ? new Set(["Annots"]) : skip);
      if (page) this.longer(a.get("Annots"), b.get("Annots"));
    } else if (!plain(a, b)) changed();
  }

  /** The value of a field that is no signature may be filled in under some signatures: that is judged elsewhere. */
  private field(a: Dict, b: Dict): void {
    const kind = nameOf(this.old.get(a.get("FT")));
    if ((kind === "Tx" || kind === "Btn" || kind === "Ch") && ["V", "AP", "AS"].some((key) => !plain(this.old.get(a.get(key)), this.now.get(b.get(key))))) throw new Differs("unknown");
  }

  private dicts(a: Dict, b: Dict, skip: ReadonlySet<string>): void {
    for (const key of new Set([...a.keys(), ...b.keys()])) {
      if (skip.has(key)) continue;
      if (!a.has(key) || !b.has(key)) changed();
      this.todo.push([a.get(key), b.get(key)]);
    }
  }

  /** A list keeps what it had; behind it stand new fields only. */
  private longer(before: Value | undefined, after: Value | undefined): void {
    const a = before === undefined ? [] : this.old.array(before);
    const b = after === undefined ? [] : this.now.array(after);
    if (b.length < a.length) changed();
    b.forEach((value, n) => {
      if (n < a.length) this.todo.push([a[n], value]);
      else if (!(value instanceof Ref) || !this.added.has(value.num)) changed();
    });
  }
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  if (a.buffer === b.buffer && a.byteOffset === b.byteOffset && a.length === b.length) return true;
  return a.length === b.length && a.every((byte, n) => byte === b[n]);
}

function plain(a: Value, b: Value): boolean {
  if (a instanceof Name && b instanceof Name) return a.name === b.name;
  if (a instanceof Text && b instanceof Text) return same(a.bytes, b.bytes);
  return a === b;
}

const LISTS = ["Certs", "CRLs", "OCSPs"];
const PROOF_LISTS = ["Cert", "CRL", "OCSP"];

/** The store of proof (ISO 32000-2 §12.8.4.3) may grow; what it kept stays what it was. */
function store(old: Revision, now: Revision, pair: (one: Value, other: Value) => void): void {
  const [before, after] = [old.get(old.root.get("DSS")), now.get(now.root.get("DSS"))];
  if (after === null) {
    if (before !== null) changed();
    return;
  }
  const lists = (dict: Dict, keys: readonly string[], more: readonly string[]): void => {
    for (const key of dict.keys()) if (!keys.includes(key) && !more.includes(key)) changed();
    for (const key of keys) {
      for (const one of dict.has(key) ? now.array(dict.get(key)) : []) {
        if (!(one instanceof Ref) || !(now.get(one) instanceof Stream)) changed();
        if ((old.places.get(one.num) ?? null) !== null) pair(one, one);
      }
    }
  };
  if (!isDict(after)) changed();
  lists(after, LISTS, ["Type", "VRI"]);
  const [was, is] = [isDict(before) ? old.get(before.get("VRI")) : null, now.get(after.get("VRI"))];
  if (is === null ? was !== null : !isDict(is)) changed();
  for (const [key, value] of isDict(was) ? was : []) {
    if (!isDict(is) || !is.has(key)) changed();
    pair(value, is.get(key)!);
  }
  for (const [key, value] of isDict(is) ? is : []) {
    if (isDict(was) && was.has(key)) continue;
    if (!/^[A-Z0-9]{40}/.test(key)) changed();
    lists(now.dict(value), PROOF_LISTS, ["Type", "TU", "TS"]);
  }
}

/** The description of a document (XMP) may change: nobody sees it on a page. It has to be one in every revision. */
async function described(old: Revision, now: Revision): Promise<void> {
  for (const view of [now, old]) {
    if (!view.root.has("Metadata")) continue;
    const stream = view.get(view.root.get("Metadata"));
    if (!(view.root.get("Metadata") instanceof Ref) || !(stream instanceof Stream)) changed();
    if (!wellFormed(await inflated(stream))) throw new Differs("unknown");
  }
}

const ATTRIBUTES = String.raw`(?:\s+[\w:.-]+\s*=\s*(?:"[^"<&]*"|'[^'<&]*'))*\s*`;
const PIECE = new RegExp(String.raw`<\?[\w-]+[^?]*\?>|<([\w:.-]+)${ATTRIBUTES}(/?)>|</([\w:.-]+)\s*>|[^<&]+|&(?:amp|lt|gt|quot|apos|#\d+|#x[\da-fA-F]+);`, "y");

/** Tell whether bytes are XMP: well-formed, without entities of its own. What is not plain enough to say is not. */
export function wellFormed(bytes: Uint8Array): boolean {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return false;
  }
  const open: string[] = [];
  let roots = 0;
  PIECE.lastIndex = 0;
  for (let at = 0; at < text.length; at = PIECE.lastIndex) {
    PIECE.lastIndex = at;
    const found = PIECE.exec(text);
    if (found === null) return false;
    const [whole, start, closed, end] = found;
    if (start !== undefined) {
      if (open.length === 0 && (++roots > 1 || !start.endsWith("xmpmeta") || !whole.includes("adobe:ns:meta/"))) return false;
      if (closed === "") open.push(start);
    } else if (end !== undefined) {
      if (open.pop() !== end) return false;
    } else if (open.length === 0 && !whole.startsWith("<?") && whole.trim() !== "") return false;
  }
  return open.length === 0 && roots === 1;
}

