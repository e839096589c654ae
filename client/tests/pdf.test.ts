import { expect, test } from "vitest";
import { dateOf, signatureFields } from "../src/proof/pdf/fields";
import { PdfFile } from "../src/proof/pdf/file";
import { Name, Reader, Ref, Text, type Value } from "../src/proof/pdf/objects";
import { review, wellFormed } from "../src/proof/pdf/revisions";
import { judgeDocument, prefixes } from "../src/proof/papers/document";
import { certificatesIn } from "../src/proof/outside";
import { sha } from "../src/proof/bytes";

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0));
const value = (text: string): Value => new Reader(bytes(text)).value();

test("values are read as the standard spells them", () => {
  expect(value("[1 -2.5 .5 true null /A#20b 3 0 R 4 5]")).toEqual([1, -2.5, 0.5, true, null, new Name("A b"), new Ref(3, 0), 4, 5]);
  expect((value("(a\\(b\\)(c)\\101\\\n\\r)") as Text).bytes).toEqual(bytes("a(b)(c)A\r"));
  expect((value("<48 656C6 >") as Text).bytes).toEqual(bytes("Hel`"));
  expect(value("<</A<</B[1]>>>>")).toEqual(new Map([["A", new Map([["B", [1]]])]]));
  const hole = new Reader(bytes("  <00ff>"), 0).value() as Text;
  expect([hole.at, hole.end, hole.hex]).toEqual([2, 8, true]);
});

test("what two readers may understand differently is refused", () => {
  for (const bad of ["<</A 1/A 2>>", "<</A>>", "[1", "(a", "<0g>", "<<1 2>>", "obj", "", ")", "[".repeat(99)]) expect(() => value(bad), bad).toThrow();
});

/** A file of objects by number, and further revisions after it. */
function file(objects: Record<number, string>, ...later: Record<number, string>[]): string {
  let [out, before] = ["%PDF-1.7\n", -1];
  for (const one of [objects, ...later]) {
    let table = "xref\n";
    for (const [number, body] of Object.entries(one)) {
      table += `${number} 1\n${String(out.length).padStart(10, "0")} 00000 n \n`;
      out += `${number} 0 obj\n${body}\nendobj\n`;
    }
    const at = out.length;
    out += `${table}trailer\n<</Size 9/Root 1 0 R${before < 0 ? "" : `/Prev ${before}`}>>\nstartxref\n${at}\n%%EOF\n`;
    before = at;
  }
  return out;
}

const PLAIN = { 1: "<</Type/Catalog/Pages 2 0 R/AcroForm 5 0 R>>", 2: "<</Type/Pages/Kids[3 0 R]/Count 1>>", 3: "<</Type/Page/Parent 2 0 R/Contents 4 0 R>>", 4: "<</Length 3>>\nstream\nabc\nendstream", 5: "<</Fields[]>>" };
const reviewed = async (...later: Record<number, string>[]): Promise<string> => review(await PdfFile.open(bytes(file(PLAIN, ...later))), 0, () => false);

test("a later revision may say nothing new about pages", async () => {
  expect(await reviewed()).toBe("kept");
  expect(await reviewed({ 3: PLAIN[3] }, { 1: PLAIN[1] })).toBe("kept");
  expect(await reviewed({ 4: "<</Length 3>>\nstream\nabd\nendstream" })).toBe("changed");
  expect(await reviewed({ 3: "<</Type/Page/Parent 2 0 R/Contents 4 0 R/Rotate 90>>" })).toBe("changed");
  expect(await reviewed({ 2: "<</Type/Pages/Kids[3 0 R 3 0 R]/Count 2>>" })).toBe("changed");
  expect(await reviewed({ 1: "<</Type/Catalog/Pages 2 0 R/AcroForm 5 0 R/OpenAction[3 0 R/Fit]>>" })).toBe("changed");
  // changed, and put back: somebody may have seen it in between
  expect(await reviewed({ 4: "<</Length 3>>\nstream\nabd\nendstream" }, { 4: PLAIN[4] })).toBe("changed");
  // a number the older revision counted and did not use
  expect(await reviewed({ 8: "null" })).toBe("unknown");
  expect(await reviewed({ 5: "<</Fields[6 0 R]>>", 6: "<</FT/Sig/T(a)>>" })).not.toBe("kept");
});

test("revisions end where they say, and files of two meanings are not read", async () => {
  const whole = file(PLAIN, { 3: PLAIN[3] });
  const opened = await PdfFile.open(bytes(whole));
  const first = whole.indexOf("%%EOF\n") + 6;
  expect([opened.revisions.length, opened.revisionEnding(first), opened.revisionEnding(whole.length), opened.revisionEnding(first - 9)]).toEqual([2, 0, 1, -1]);
  expect(signatureFields(opened.revisions[1]!)).toEqual([]);
  expect([...prefixes(bytes(whole))]).toEqual([[sha(whole.slice(0, first)), first], [sha(whole), whole.length]]);
  for (const bad of [whole.replace("/Size 9", "/Size 9/Encrypt 1 0 R"), whole.replace("/Size 9", "/Size 9/XRefStm 9"), `${whole}x`, whole.slice(1), whole.replace("%%EOF\n1", "%%EOG\n1").replaceAll("/Prev ", "/Prev 9")]) {
    await expect(PdfFile.open(bytes(bad))).rejects.toThrow();
  }
});

test("whatever the bytes are, nothing is green and nothing throws", async () => {
  const whole = file(PLAIN, { 3: PLAIN[3] });
  let seed = 11;
  const dice = (most: number): number => (seed = (seed * 1103515245 + 12345) % 2147483648) % most;
  for (let n = 0; n < 300; n++) {
    const data = bytes(whole);
    for (let k = 0; k <= dice(4); k++) data[dice(data.length)] = dice(256);
    const report = await judgeDocument(data.subarray(0, n % 3 === 0 ? dice(data.length) : data.length), { slots: ["a"], revisions: [sha(whole)], landed: ["a"] }, [], 0);
    for (const part of Object.values(report)) expect((part as { state: string }).state).not.toBe("good");
  }
});

test("descriptions are XML that says nothing twice", () => {
  const xmp = (inside: string): Uint8Array => bytes(`<?xpacket begin=""?><x:xmpmeta xmlns:x="adobe:ns:meta/">${inside}</x:xmpmeta>\n<?xpacket end="w"?>`);
  expect(wellFormed(xmp('<a b="c&lt;"/> text &amp; <d><e/></d>'.replace("&lt;", "")))).toBe(true);
  for (const bad of ["<a>", "</a>", "<a></b>", "&own;", "<a b=c/>", "<!DOCTYPE a>", "a < b"]) expect(wellFormed(xmp(bad)), bad).toBe(false);
  expect(wellFormed(bytes("<other/>"))).toBe(false);
});

test("dates are those of PDF, certificates come as DER or PEM", () => {
  expect([dateOf("D:20220217152031+07'00'"), dateOf("D:20220217082031Z"), dateOf("D:2022"), dateOf("today")]).toEqual([Date.UTC(2022, 1, 17, 8, 20, 31), Date.UTC(2022, 1, 17, 8, 20, 31), Date.UTC(2022, 0, 1), null]);
  expect(certificatesIn(bytes("-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n"))).toEqual([Uint8Array.of(0x30, 0)]);
  expect([certificatesIn(Uint8Array.of(0x30, 0)).length, certificatesIn(bytes("no")).length]).toEqual([1, 0]);
});
