/** A bundle's archive, read without trusting it: stored files only, expected names only (APPNOTE 4.3, 4.5.3). */
import { text, whole } from "./bytes";
import { Unfit } from "./findings";

const END = 0x06054b50;
const END64 = 0x06064b50;
const LOCATOR64 = 0x07064b50;
const ENTRY = 0x02014b50;
const LOCAL = 0x04034b50;
const MOST_FILES = 100_000;
const MOST_DIRECTORY = 64 << 20;
const NAME = /^[A-Za-z0-9][A-Za-z0-9._~-]{0,120}(?:\/[A-Za-z0-9_][A-Za-z0-9._~-]{0,120}){0,8}$/;
const TRACK = /^tracks\/[a-z0-9-]{1,40}~[a-z]{1,16}~\d{1,6}(?:\.lo)?\.(?:webm|mp4)(?:\.idx)?$/;
const KNOWN = /^(?:log\.jsonl|log\.sqlite|manifest\.json|session\.json|bundle\.json|README\.txt|(?:documents|sealed|stills|notes|captions|player|verifier)\/.+)$/;

export interface Stored {
  readonly name: string;
  readonly size: number;
  readonly crc: number;
  /** Its bytes, not yet read. */
  readonly data: Blob;
}

interface Directory {
  readonly at: number;
  readonly size: number;
  readonly count: number;
}

function big(view: DataView, at: number): number {
  const value = view.getBigUint64(at, true);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new Unfit("zip-damaged");
  return Number(value);
}

async function view(blob: Blob, at: number, size: number): Promise<DataView> {
  if (at < 0 || size < 0 || at + size > blob.size) throw new Unfit("zip-damaged");
  return new DataView((await whole(blob.slice(at, at + size))).buffer);
}

async function directory(blob: Blob): Promise<Directory> {
  const from = Math.max(0, blob.size - 65_557);
  const tail = await view(blob, from, blob.size - from);
  let at = tail.byteLength - 22;
  while (at >= 0 && tail.getUint32(at, true) !== END) at--;
  if (at < 0) throw new Unfit("zip-damaged");
  let [count, size, start] = [tail.getUint16(at + 10, true), tail.getUint32(at + 12, true), tail.getUint32(at + 16, true)];
  if (at >= 20 && tail.getUint32(at - 20, true) === LOCATOR64) {
    const end = await view(blob, big(tail, at - 12), 56);
    if (end.getUint32(0, true) !== END64) throw new Unfit("zip-damaged");
    [count, size, start] = [big(end, 32), big(end, 40), big(end, 48)];
  }
  if (count > MOST_FILES || size > MOST_DIRECTORY) throw new Unfit("zip-too-many");
  return { at: start, size, count };
}

interface Sizes {
  packed: number;
  size: number;
  at: number;
}

/** Sizes beyond 4 GiB stand in an extra field (APPNOTE 4.5.3), in this order, each only where its place says so. */
function wide(dir: DataView, from: number, length: number, found: Sizes): Sizes {
  for (let at = from; at + 4 <= from + length; at += 4 + dir.getUint16(at + 2, true)) {
    if (dir.getUint16(at, true) !== 1) continue;
    let place = at + 4;
    const next = (value: number): number => {
      if (value !== 0xffffffff) return value;
      if (place + 8 > from + length) throw new Unfit("zip-damaged");
      place += 8;
      return big(dir, place - 8);
    };
    return { size: next(found.size), packed: next(found.packed), at: next(found.at) };
  }
  return found;
}

/** Return the files of an archive by name. Throws `Unfit`. */
export async function openZip(blob: Blob): Promise<Map<string, Stored>> {
  const where = await directory(blob);
  const dir = await view(blob, where.at, where.size);
  const found = new Map<string, Stored>();
  const spans: (readonly [number, number])[] = [];
  let at = 0;
  for (let n = 0; n < where.count; n++) {
    if (at + 46 > dir.byteLength || dir.getUint32(at, true) !== ENTRY) throw new Unfit("zip-damaged");
    const [named, extra, comment] = [dir.getUint16(at + 28, true), dir.getUint16(at + 30, true), dir.getUint16(at + 32, true)];
    if (at + 46 + named + extra + comment > dir.byteLength) throw new Unfit("zip-damaged");
    const name = nameOf(new Uint8Array(dir.buffer, at + 46, named), dir.getUint32(at + 38, true) >>> 16);
    if (found.has(name)) throw new Unfit("zip-twice", { name });
    const sizes = wide(dir, at + 46 + named, extra, { packed: dir.getUint32(at + 20, true), size: dir.getUint32(at + 24, true), at: dir.getUint32(at + 42, true) });
    if (dir.getUint16(at + 10, true) !== 0 || sizes.packed !== sizes.size || (dir.getUint16(at + 8, true) & 1) !== 0) throw new Unfit("zip-packed", { name });
    const begin = await dataAt(blob, sizes.at, name);
    found.set(name, { name, size: sizes.size, crc: dir.getUint32(at + 16, true), data: blob.slice(begin, begin + sizes.size) });
    spans.push([sizes.at, begin + sizes.size]);
    at += 46 + named + extra + comment;
  }
  spans.sort(([a], [b]) => a - b);
  if (spans.some(([, end], n) => end > (spans[n + 1]?.[0] ?? blob.size))) throw new Unfit("zip-overlap");
  return found;
}

function nameOf(bytes: Uint8Array, mode: number): string {
  let name = "";
  try {
    name = text(bytes);
  } catch {
    // no text at all: refused below
  }
  if (!NAME.test(name)) throw new Unfit("zip-name", { name: name.slice(0, 80) });
  if (![0, 0o100000].includes(mode & 0o170000)) throw new Unfit("zip-name", { name });
  if (!TRACK.test(name) && !KNOWN.test(name)) throw new Unfit("zip-foreign", { name });
  return name;
}

/** Return where the bytes of a file begin: its own header stands before them (APPNOTE 4.3.7). */
async function dataAt(blob: Blob, at: number, name: string): Promise<number> {
  const head = await view(blob, at, 30);
  const named = head.getUint16(26, true);
  if (head.getUint32(0, true) !== LOCAL) throw new Unfit("zip-damaged");
  const own = new Uint8Array((await view(blob, at + 30, named)).buffer);
  if (own.length !== name.length || own.some((byte, n) => byte !== name.charCodeAt(n))) throw new Unfit("zip-damaged");
  return at + 30 + named + head.getUint16(28, true);
}
