/** Objects of a PDF file (ISO 32000-1 §7.2, §7.3), read strictly: what two readers may understand differently is no object here. */

/** Bytes this page does not read: it then says so, it never guesses. */
export class Unreadable extends Error {}

export class Name {
  constructor(readonly name: string) {}
}

export class Ref {
  constructor(readonly num: number, readonly gen: number) {}
}

/** A string; `at` and `end` are where it stands in the file, -1 inside an object stream. */
export class Text {
  constructor(readonly bytes: Uint8Array, readonly at: number, readonly end: number, readonly hex: boolean) {}
}

export type Dict = Map<string, Value>;

export class Stream {
  constructor(readonly dict: Dict, readonly raw: Uint8Array) {}
}

/** An operator or keyword: no value of a file, but of its frame (`obj`, `endobj`, `R`). */
class Word {
  constructor(readonly word: string) {}
}

export type Value = null | boolean | number | Name | Ref | Text | Stream | Dict | readonly Value[];

const DEEPEST = 60;
const SPACE = new Set([0, 9, 10, 12, 13, 32]);
const DELIMITER = new Set([..."()<>[]{}/%"].map((one) => one.charCodeAt(0)));
const ESCAPES: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, b: 8, f: 12, "(": 40, ")": 41, "\\": 92 };
const hexOf = (byte: number | undefined): number => {
  const found = byte === undefined ? Number.NaN : Number.parseInt(String.fromCharCode(byte), 16);
  if (Number.isNaN(found)) throw new Unreadable("hex");
  return found;
};

/** Reads values from a place in some bytes. `inside`: an object stream, where places mean nothing. */
export class Reader {
  constructor(readonly bytes: Uint8Array, public at = 0, private readonly inside = false) {}

  /** Skip white space and comments. */
  skip(): void {
    for (; this.at < this.bytes.length; this.at++) {
      const byte = this.bytes[this.at]!;
      if (byte === 0x25) while (this.at < this.bytes.length && this.bytes[this.at] !== 10 && this.bytes[this.at] !== 13) this.at++;
      else if (!SPACE.has(byte)) return;
    }
  }

  /** Return the next word made of regular characters, "" where another thing stands. */
  word(): string {
    this.skip();
    const from = this.at;
    while (this.at < this.bytes.length && !SPACE.has(this.bytes[this.at]!) && !DELIMITER.has(this.bytes[this.at]!)) this.at++;
    return String.fromCharCode(...this.bytes.subarray(from, Math.min(this.at, from + 64)));
  }

  integer(): number {
    const word = this.word();
    if (!/^\d{1,10}$/.test(word)) throw new Unreadable("number");
    return Number(word);
  }

  expect(word: string): void {
    if (this.word() !== word) throw new Unreadable(word);
  }

  value(): Value {
    const found = this.any(0);
    if (found instanceof Word) throw new Unreadable(found.word);
    return found;
  }

  private any(depth: number): Value | Word {
    if (depth > DEEPEST) throw new Unreadable("depth");
    this.skip();
    const byte = this.bytes[this.at];
    if (byte === undefined) throw new Unreadable("end");
    if (byte === 0x2f) return this.name();
    if (byte === 0x28) return this.literal();
    if (byte === 0x5b) return this.array(depth);
    if (byte === 0x3c) return this.bytes[this.at + 1] === 0x3c ? this.dict(depth) : this.hex();
    const word = this.word();
    if (word === "") throw new Unreadable("delimiter");
    return word === "null" ? null : word === "true" ? true : word === "false" ? false : /^[+-]?(\d+\.?\d*|\.\d+)$/.test(word) ? this.number(word) : new Word(word);
  }

  private number(word: string): number | Ref {
    const value = Number(word);
    if (!/^\d{1,10}$/.test(word)) return value;
    const back = this.at;
    const [gen, mark] = [this.word(), this.word()];
    if (/^\d{1,5}$/.test(gen) && mark === "R") return new Ref(value, Number(gen));
    this.at = back;
    return value;
  }

  private name(): Name {
    this.at++;
    let found = "";
    for (let byte = this.bytes[this.at]; byte !== undefined && !SPACE.has(byte) && !DELIMITER.has(byte); byte = this.bytes[this.at]) {
      this.at++;
      if (byte === 0x23) {
        found += String.fromCharCode(hexOf(this.bytes[this.at]) * 16 + hexOf(this.bytes[this.at + 1]));
        this.at += 2;
      } else found += String.fromCharCode(byte);
    }
    return new Name(found);
  }

  private place(from: number): [number, number] {
    return this.inside ? [-1, -1] : [from, this.at];
  }

  private hex(): Text {
    const from = this.at++;
    const digits: number[] = [];
    for (let byte = this.bytes[this.at]; byte !== 0x3e; byte = this.bytes[++this.at]) if (byte === undefined || !SPACE.has(byte)) digits.push(hexOf(byte));
    this.at++;
    if (digits.length % 2 === 1) digits.push(0);
    return new Text(Uint8Array.from({ length: digits.length / 2 }, (_, n) => digits[2 * n]! * 16 + digits[2 * n + 1]!), ...this.place(from), true);
  }

  private literal(): Text {
    const from = this.at++;
    const found: number[] = [];
    for (let open = 1; ; this.at++) {
      const byte = this.bytes[this.at];
      if (byte === undefined) throw new Unreadable("string");
      if (byte === 0x5c) this.escape(found);
      else {
        open += byte === 0x28 ? 1 : byte === 0x29 ? -1 : 0;
        if (open === 0) break;
        // an end of line is a line feed, however it is written (§7.3.4.2)
        if (byte === 13 && this.bytes[this.at + 1] === 10) this.at++;
        found.push(byte === 13 ? 10 : byte);
      }
    }
    this.at++;
    return new Text(Uint8Array.from(found), ...this.place(from), false);
  }

  /** Read what stands behind a backslash; the place is then its last byte. */
  private escape(into: number[]): void {
    const byte = this.bytes[++this.at] ?? 0;
    const octal = /^[0-7]{1,3}/.exec(String.fromCharCode(...this.bytes.subarray(this.at, this.at + 3)))?.[0];
    if (octal !== undefined) {
      into.push(Number.parseInt(octal, 8) & 255);
      this.at += octal.length - 1;
    } else if (byte === 13 || byte === 10) {
      if (byte === 13 && this.bytes[this.at + 1] === 10) this.at++;
    } else into.push(ESCAPES[String.fromCharCode(byte)] ?? byte);
  }

  private array(depth: number): readonly Value[] {
    this.at++;
    const found: Value[] = [];
    for (this.skip(); this.bytes[this.at] !== 0x5d; this.skip()) {
      const one = this.any(depth + 1);
      if (one instanceof Word) throw new Unreadable(one.word);
      found.push(one);
    }
    this.at++;
    return found;
  }

  private dict(depth: number): Dict {
    this.at += 2;
    const found: Dict = new Map();
    for (this.skip(); this.bytes[this.at] !== 0x3e || this.bytes[this.at + 1] !== 0x3e; this.skip()) {
      if (this.bytes[this.at] !== 0x2f) throw new Unreadable("key");
      const key = this.name().name;
      const one = this.any(depth + 1);
      // a key that stands twice means one thing to one reader and another to the next
      if (one instanceof Word || found.has(key)) throw new Unreadable(key);
      found.set(key, one);
    }
    this.at += 2;
    return found;
  }

  /** Read the bytes behind a dictionary that is a stream's; `length` is resolved by the caller. */
  raw(length: number): Uint8Array {
    if (this.bytes[this.at] === 13) this.at++;
    if (this.bytes[this.at++] !== 10) throw new Unreadable("stream");
    const from = this.at;
    this.at += length;
    if (this.at > this.bytes.length) throw new Unreadable("stream");
    this.expect("endstream");
    return this.bytes.subarray(from, from + length);
  }
}

export function isDict(value: Value | undefined): value is Dict {
  return value instanceof Map;
}

/** Return the name a value is, "" for anything else. */
export function nameOf(value: Value | undefined): string {
  return value instanceof Name ? value.name : "";
}
