/** Signature fields of a document, and what stands in them (ISO 32000-1 §12.7.4.5, §12.8.1). */
import type { Revision } from "./file";
import { isDict, nameOf, Ref, Text, Unreadable, type Dict, type Value } from "./objects";

const DEEPEST = 20;

export interface SignatureField {
  readonly name: string;
  readonly ref: Ref;
  readonly dict: Dict;
  /** What signs it; null while it is empty. */
  readonly value: Dict | null;
  readonly stamp: boolean;
}

/** A signature as it stands in the file: `hole` is where its bytes are left out of what is signed. */
export interface Placed {
  readonly range: readonly [number, number, number, number];
  readonly contents: Uint8Array;
  readonly filter: string;
  /** The signer's own clock, UTC ms; null where it says none. */
  readonly claimed: number | null;
}

/** Return the text of a text string (§7.9.2.2); the part of PDFDocEncoding that is Latin-1. */
export function textOf(value: Value | undefined): string {
  if (!(value instanceof Text)) return "";
  const { bytes } = value;
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder("utf-16be").decode(bytes.subarray(2));
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return new TextDecoder().decode(bytes.subarray(3));
  return String.fromCharCode(...bytes.subarray(0, 4096));
}

/** Return the form of a document, null without one. */
export function formOf(view: Revision): Dict | null {
  const found = view.get(view.root.get("AcroForm"));
  return isDict(found) ? found : null;
}

/** Return the signature fields in their order. Throws `Unreadable`, for two of one name too. */
export function signatureFields(view: Revision): SignatureField[] {
  const found: SignatureField[] = [];
  const form = formOf(view);
  const names = new Set<string>();
  const walk = (list: readonly Value[], above: string, kind: string, depth: number): void => {
    if (depth > DEEPEST) throw new Unreadable("fields");
    for (const ref of list) {
      if (!(ref instanceof Ref)) throw new Unreadable("field");
      const dict = view.dict(ref);
      const name = [above, textOf(view.get(dict.get("T")))].filter((part) => part !== "").join(".");
      const own = nameOf(view.get(dict.get("FT"))) || kind;
      const kids = dict.has("Kids") ? view.array(dict.get("Kids")) : [];
      if (kids.some((kid) => view.dict(kid).has("T"))) walk(kids, name, own, depth + 1);
      else if (own === "Sig") {
        if (names.has(name)) throw new Unreadable("names");
        names.add(name);
        const value = view.get(dict.get("V"));
        if (value !== null && !isDict(value)) throw new Unreadable("signature");
        found.push({ name, ref, dict, value, stamp: value !== null && nameOf(view.get(value.get("Type"))) === "DocTimeStamp" });
      }
    }
  };
  if (form !== null && form.has("Fields")) walk(view.array(form.get("Fields")), "", "", 0);
  return found;
}

/** Return where a signature stands, null unless it leaves out exactly its own bytes and nothing else up to some end (§12.8.1). */
export function placed(view: Revision, value: Dict, bytes: Uint8Array): Placed | null {
  const contents = view.get(value.get("Contents"));
  const range = view.get(value.get("ByteRange"));
  if (!(contents instanceof Text) || !contents.hex || contents.at < 0 || !Array.isArray(range) || range.length !== 4) return null;
  const [begin, first, second, rest] = (range as readonly Value[]).map((one) => (typeof one === "number" && Number.isSafeInteger(one) && one >= 0 ? one : -1)) as [number, number, number, number];
  if (begin !== 0 || first !== contents.at || second !== contents.end || rest <= 0 || second + rest > bytes.length) return null;
  return { range: [begin, first, second, rest], contents: contents.bytes, filter: nameOf(view.get(value.get("SubFilter"))), claimed: dateOf(textOf(view.get(value.get("M")))) };
}

/** Return a date (§7.9.4) as UTC ms, null for none. */
export function dateOf(text: string): number | null {
  const found = /^D:(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?(?:Z.*|([+-])(\d\d)'?(\d\d)?'?)?$/.exec(text);
  if (found === null) return null;
  const [year, month, day, hour, minute, second] = found.slice(1, 7).map((part, n) => (part === undefined ? (n === 1 || n === 2 ? 1 : 0) : Number(part)));
  const shift = (Number(found[8] ?? 0) * 60 + Number(found[9] ?? 0)) * 60_000 * (found[7] === "-" ? -1 : 1);
  return Date.UTC(year!, month! - 1, day, hour, minute, second) - shift;
}

/** Return which fields a signature forbids to fill from now on (§12.8.2.2, §12.8.2.4). */
export function lockOf(view: Revision, field: SignatureField): (name: string) => boolean {
  const locks: ((name: string) => boolean)[] = [];
  const of = (action: Value, fields: Value, permission: Value): void => {
    const names = Array.isArray(fields) ? (fields as readonly Value[]).map((one) => textOf(view.get(one))) : [];
    const within = (name: string): boolean => names.some((one) => name === one || name.startsWith(`${one}.`));
    if (permission === 1 || nameOf(action) === "All") locks.push(() => true);
    else if (nameOf(action) === "Include") locks.push(within);
    else if (nameOf(action) === "Exclude") locks.push((name) => !within(name));
  };
  const lock = view.get(field.dict.get("Lock"));
  if (isDict(lock)) of(view.get(lock.get("Action")), view.get(lock.get("Fields")), view.get(lock.get("P")));
  for (const one of field.value?.has("Reference") === true ? view.array(field.value.get("Reference")) : []) {
    const parms = view.get(view.dict(one).get("TransformParams"));
    if (isDict(parms)) of(view.get(parms.get("Action")), view.get(parms.get("Fields")), view.get(parms.get("P")));
  }
  return (name) => locks.some((one) => one(name));
}
