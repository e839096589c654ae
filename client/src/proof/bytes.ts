/** Bytes of a chosen file: read in pieces, hashed, their one canonical spelling (TRUST §8, RFC 8785). */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";

export const GENESIS = "0".repeat(64);
const PIECE = 4 << 20;
const utf8 = new TextEncoder();
const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Return the text of UTF-8 bytes; throws `TypeError` for anything else. */
export function text(bytes: Uint8Array): string {
  return strict.decode(bytes);
}

/** Return the hex SHA-256 of bytes, or of the UTF-8 of a text. */
export function sha(data: Uint8Array | string): string {
  return bytesToHex(sha256(typeof data === "string" ? utf8.encode(data) : data));
}

export async function whole(blob: Blob): Promise<Uint8Array> {
  return new Uint8Array(await blob.arrayBuffer());
}

/** Go through a blob in pieces, so that a record of many gigabytes needs no more memory than a small one. */
export async function* pieces(blob: Blob, size = PIECE): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < blob.size; at += size) yield whole(blob.slice(at, Math.min(blob.size, at + size)));
}

/** SHA-256 and CRC-32 (APPNOTE 4.4.7) of what is fed. */
export class Running {
  size = 0;
  private readonly hash = sha256.create();
  private crc = 0xffffffff;

  feed(bytes: Uint8Array): void {
    this.hash.update(bytes);
    this.size += bytes.length;
    let crc = this.crc;
    for (const byte of bytes) crc = CRC[(crc ^ byte) & 0xff]! ^ (crc >>> 8);
    this.crc = crc;
  }

  /** Return (hex SHA-256, CRC-32); nothing may be fed afterwards. */
  end(): { sha: string; crc: number } {
    return { sha: bytesToHex(this.hash.digest()), crc: (this.crc ^ 0xffffffff) >>> 0 };
  }
}

const CRC = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let bit = 0; bit < 8; bit++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c >>> 0;
});

export type Plain = null | boolean | number | string | readonly Plain[] | { readonly [key: string]: Plain };

/** Return the one spelling of a plain value. Throws `TypeError` for numbers that are no exact integers. */
export function canonical(value: Plain): string {
  if (typeof value === "string") return JSON.stringify(value.normalize("NFC"));
  if (typeof value === "number") {
    if (!Number.isSafeInteger(value)) throw new TypeError("not an exact integer");
    return JSON.stringify(value);
  }
  if (value === null || typeof value === "boolean") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${(value as readonly Plain[]).map(canonical).join(",")}]`;
  const entries = Object.entries(value as Record<string, Plain>).map(([key, one]) => [key.normalize("NFC"), one] as const);
  // sorted by UTF-16 code units, as strings compare here
  entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${entries.map(([key, one]) => `${JSON.stringify(key)}:${canonical(one)}`).join(",")}}`;
}

/** Return the value of a canonical line, undefined if it is none. */
export function read(bytes: Uint8Array): Plain | undefined {
  try {
    const line = text(bytes);
    const value = JSON.parse(line) as Plain;
    return canonical(value) === line ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Return whole lines without their line feeds; a torn last one is `rest`. */
export function lines(bytes: Uint8Array): { lines: Uint8Array[]; rest: number } {
  const found: Uint8Array[] = [];
  let at = 0;
  for (let end = bytes.indexOf(10, at); end >= 0; end = bytes.indexOf(10, at)) {
    found.push(bytes.subarray(at, end));
    at = end + 1;
  }
  return { lines: found, rest: bytes.length - at };
}

export function isObject(value: unknown): value is { readonly [key: string]: Plain } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
