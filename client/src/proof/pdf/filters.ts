/** What streams are packed with, as far as the frame of a file needs it: deflate and the predictors of PNG (ISO 32000-1 §7.4.4). */
import { isDict, nameOf, Unreadable, type Dict, type Stream, type Value } from "./objects";

const MOST = 64 << 20;

/** Return a stream's bytes unpacked. Throws `Unreadable` for other packings, for damage, and for more than any frame needs. */
export async function inflated(stream: Stream): Promise<Uint8Array> {
  const one = (key: string): Value => {
    const value = stream.dict.get(key) ?? null;
    if (!Array.isArray(value)) return value;
    if (value.length > 1) throw new Unreadable("filters");
    return (value[0] as Value | undefined) ?? null;
  };
  const filter = one("Filter");
  if (filter === null) return stream.raw;
  if (nameOf(filter) !== "FlateDecode") throw new Unreadable("filter");
  const parms = one("DecodeParms");
  const bytes = await deflated(stream.raw);
  return isDict(parms) ? predicted(bytes, parms) : bytes;
}

async function deflated(raw: Uint8Array): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  try {
    const reader = new Blob([raw as BlobPart]).stream().pipeThrough(new DecompressionStream("deflate")).getReader();
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      const part = read.value as Uint8Array;
      parts.push(part);
      size += part.length;
      if (size > MOST) throw new Unreadable("too much");
    }
  } catch {
    throw new Unreadable("deflate");
  }
  const found = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    found.set(part, at);
    at += part.length;
  }
  return found;
}

function predicted(bytes: Uint8Array, parms: Dict): Uint8Array {
  const number = (key: string, missing: number): number => {
    const value = parms.get(key) ?? missing;
    if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 1) throw new Unreadable(key);
    return value;
  };
  if (number("Predictor", 1) === 1) return bytes;
  if (number("Predictor", 1) < 10 || number("BitsPerComponent", 8) !== 8) throw new Unreadable("predictor");
  const [step, width] = [number("Colors", 1), number("Colors", 1) * number("Columns", 1)];
  const rows = bytes.length / (width + 1);
  if (!Number.isInteger(rows)) throw new Unreadable("predictor");
  const out = new Uint8Array(rows * width);
  for (let row = 0; row < rows; row++) {
    const kind = bytes[row * (width + 1)]!;
    for (let n = 0; n < width; n++) {
      const at = row * width + n;
      const left = n < step ? 0 : out[at - step]!;
      const up = row === 0 ? 0 : out[at - width]!;
      const corner = n < step || row === 0 ? 0 : out[at - width - step]!;
      out[at] = bytes[row * (width + 1) + 1 + n]! + guess(kind, left, up, corner);
    }
  }
  return out;
}

/** The filters of PNG (RFC 2083 §6). */
function guess(kind: number, left: number, up: number, corner: number): number {
  if (kind === 0) return 0;
  if (kind === 1) return left;
  if (kind === 2) return up;
  if (kind === 3) return (left + up) >> 1;
  if (kind !== 4) throw new Unreadable("predictor");
  const [a, b, c] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}
