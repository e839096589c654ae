import { expect, test } from "vitest";
import { canonical, lines, read, Running, sha, type Plain } from "../src/proof/bytes";
import { checkBundle } from "../src/proof/bundle";
import { merged } from "../src/proof/clip";
import { overall } from "../src/proof/findings";
import { checkLog } from "../src/proof/log";
import { root } from "../src/proof/seal";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test("canonical JSON has one spelling", () => {
  expect(canonical({ b: [1, true, null], a: "Điểm" })).toBe('{"a":"Điểm","b":[1,true,null]}');
  expect(canonical("e\u0302\u0323".normalize("NFD"))).toBe('"ệ"');
  // by UTF-16 code units: a letter above the basic plane stands before U+FF21
  expect(canonical({ "\uff21": 1, "\u{1f600}": 2 })).toBe('{"\u{1f600}":2,"\uff21":1}');
  for (const bad of [1.5, 2 ** 53, Number.NaN]) expect(() => canonical(bad)).toThrow(TypeError);
  expect(read(bytes('{"a":1}'))).toEqual({ a: 1 });
  for (const other of ['{"a": 1}', '{"b":1,"a":1}', '{"a":1.0}', '{"a":-0}', '{"a":1,"a":1}', "", "\ufeff1", '"\\u0041"', "[1e2]"]) expect(read(bytes(other)), other).toBeUndefined();
  expect(read(new Uint8Array([0x22, 0xff, 0x22]))).toBeUndefined();
});

test("hashes and checksums are those of the standards", () => {
  expect(sha("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  const running = new Running();
  for (const part of ["1234", "56789"]) running.feed(bytes(part));
  expect(running.end()).toEqual({ sha: sha("123456789"), crc: 0xcbf43926 });
});

test("a torn last line is no line; pieces of a hole are one", () => {
  const found = lines(bytes("a\nb\nc"));
  expect([found.lines.length, found.rest]).toEqual([2, 1]);
  const gaps: Plain[][] = [[0, 10, "mic", "a"], [5, 6, "loss", "v"], [11, 20, "mic", "a"], [30, 40, "mic", "a"]];
  expect(merged(gaps)).toEqual([[0, 20, "mic", "a"], [5, 6, "loss", "v"], [30, 40, "mic", "a"]]);
});

/** A log of `n` events, each a second after the one before, the last `back` ms earlier than it should be. */
function log(n: number, back = 0): string {
  let [prev, out] = ["0".repeat(64), ""];
  for (let seq = 1; seq <= n; seq++) {
    const at = seq * 1_000_000 - (seq === n ? back * 1000 : 0);
    const line = canonical({ v: 1, seq, session: "a", at, by: { seat: "p" }, event: { is: "scene.set" }, prev });
    [prev, out] = [sha(line), `${out}${line}\n`];
  }
  return out;
}

test("a log holds as far as its lines follow each other", () => {
  expect(checkLog(bytes(log(5)))).toMatchObject({ events: 5, wrong: [], back: [] });
  expect(checkLog(bytes(log(3, 1500))).back).toEqual([[3, 500]]);
  const whole = log(5);
  for (const [spoilt, n] of [[whole.replace('"seq":3', '"seq":4'), 3], [whole.slice(0, -2), 5], [whole.replace("scene.set", "scene.cut"), 2], ["{}\n", 1]] as const) {
    expect(checkLog(bytes(spoilt)).wrong).toEqual([{ code: "log-broken", detail: { n } }]);
  }
  expect(checkLog(bytes("")).wrong.map((one) => one.code)).toEqual(["log-empty"]);
});

test("whatever the bytes are, a verdict comes back", async () => {
  let seed = 7;
  for (let n = 0; n < 300; n++) {
    const junk = Uint8Array.from({ length: n }, () => (seed = (seed * 1103515245 + 12345) % 2147483648) & 255);
    if (n > 30) new DataView(junk.buffer).setUint32(n - 22, 0x06054b50, true);
    expect(overall(await checkBundle(new Blob([junk])))).toBe("bad");
  }
});

test("the tree over a record's clusters is the one of RFC 9162", () => {
  // the test vectors of Certificate Transparency: the empty tree, one leaf, seven
  const leaves = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
  expect(root([])).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  expect(root(leaves.slice(0, 1))).toBe("6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
  expect(root(leaves)).toBe("5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");
});
