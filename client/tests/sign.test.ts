import * as asn1js from "asn1js";
import { describe, expect, test } from "vitest";
import { sha } from "../src/proof/bytes";
import { ecdsaDer, openP12, P12Refused } from "../src/sign/p12";
import { checkTicket, TicketRefused, unbase64, type Ticket } from "../src/sign/ticket";
import files from "./fixtures/p12.json";

/** Keys made for this test, worth nothing; password `mật khẩu`. */
const file = (name: keyof typeof files): ArrayBuffer => unbase64(files[name]).buffer as ArrayBuffer;
const base64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));
const hexOf = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

describe("PKCS#12 files", () => {
  test.each(["ec", "rsa"] as const)("%s opens with its password, and its key signs", async (name) => {
    const opened = await openP12(file(name), "mật khẩu");
    expect(opened.chain).toHaveLength(1);
    const bytes = new TextEncoder().encode("nội dung");
    const value = await opened.sign(bytes);
    expect(name === "ec" ? value[0] : value.length).toBe(name === "ec" ? 0x30 : 256);
  });

  test("a wrong password, a changed file and no file are told apart from success", async () => {
    const code = async (data: ArrayBuffer, password: string): Promise<string> => openP12(data, password).then(() => "opened", (fault: unknown) => (fault as P12Refused).code);
    expect(await code(file("ec"), "mật khẩu ")).toBe("p12-password");
    const spoilt = new Uint8Array(file("ec"));
    spoilt[spoilt.length >> 1]! ^= 1;
    expect(await code(spoilt.buffer, "mật khẩu")).toBe("p12-password");
    expect(await code(new ArrayBuffer(5), "")).toBe("p12-damaged");
  });

  test("ECDSA values become DER with the shortest integers", () => {
    const value = new Uint8Array(64);
    value.set([0, 0, 0x80], 0);
    value.set([0x01], 63);
    // r = 0x0080 00… (30 bytes left), s = 1
    expect(hexOf(ecdsaDer(value)).slice(0, 4)).toBe("3024");
    expect([...ecdsaDer(value)].slice(-3)).toEqual([2, 1, 1]);
    expect([...ecdsaDer(value)].slice(2, 6)).toEqual([2, 31, 0, 0x80]);
  });
});

const oid = (value: string): asn1js.ObjectIdentifier => new asn1js.ObjectIdentifier({ value });
const hashed = (hex: string): asn1js.OctetString => new asn1js.OctetString({ valueHex: Uint8Array.from(hex.match(/../g)!, (pair) => parseInt(pair, 16)).buffer });

interface Swaps {
  digest?: string;
  certificate?: string;
  kinds?: readonly string[];
}

function attributes(digest: string, certificate: string, swaps: Swaps = {}): Uint8Array {
  const values: Record<string, asn1js.BaseBlock> = {
    "1.2.840.113549.1.9.3": oid("1.2.840.113549.1.7.1"), "1.2.840.113549.1.9.4": hashed(swaps.digest ?? digest),
    "1.2.840.113549.1.9.16.2.47": new asn1js.Sequence({ value: [new asn1js.Sequence({ value: [new asn1js.Sequence({ value: [hashed(swaps.certificate ?? certificate)] })] })] }),
    "1.2.840.113549.1.9.52": new asn1js.Sequence({ value: [oid("2.16.840.1.101.3.4.2.1")] }), "1.2.840.113549.1.9.5": new asn1js.Integer({ value: 1 }),
  };
  const kinds = swaps.kinds ?? Object.keys(values).slice(0, 4);
  const set = new asn1js.Set({ value: kinds.map((kind) => new asn1js.Sequence({ value: [oid(kind), new asn1js.Set({ value: [values[kind]!] })] })) });
  return new Uint8Array(set.toBER(false));
}

/** A ticket that holds, as the hub would make it for bytes that only look like a PDF. */
function made(swaps: Swaps & { pdf?: (pdf: Uint8Array) => Uint8Array; ticket?: Partial<Ticket> } = {}): [Ticket, Uint8Array, Uint8Array, Uint8Array] {
  const read = new TextEncoder().encode("%PDF-1.7 what was read\n");
  const certificate = new Uint8Array([1, 2, 3]);
  const gap = new TextEncoder().encode(`<${"0".repeat(60)}>`);
  const more = new TextEncoder().encode("signing revision ");
  let pdf = Uint8Array.from([...read, ...more, ...gap, ...more]);
  const from = read.length + more.length;
  const digest = sha(Uint8Array.from([...read, ...more, ...more]));
  pdf = Uint8Array.from(swaps.pdf?.(pdf) ?? pdf);
  const ticket: Ticket = {
    id: "t", document: "d", slot: "a", title: "T", reviewed_sha256: sha(read), base_sha256: sha(read), base_len: read.length, doc_digest: digest,
    region: [from, from + gap.length], attrs: base64(attributes(digest, sha(certificate), swaps)), cert: base64(certificate), pdf_sha256: sha(pdf), ...swaps.ticket,
  };
  return [ticket, pdf, read, certificate];
}

const other = "11".repeat(32);
const code = (...what: Parameters<typeof checkTicket>): string => {
  try {
    checkTicket(...what);
    return "signed";
  } catch (fault) {
    return fault instanceof TicketRefused ? fault.detail.point : "raised";
  }
};

test("a sound ticket is signed; whatever a hub swaps is refused", () => {
  expect(code(...made())).toBe("signed");
  const four = ["1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4", "1.2.840.113549.1.9.16.2.47", "1.2.840.113549.1.9.52"];
  const swapped: readonly [string, Parameters<typeof made>[0]][] = [
    ["a", { pdf: (pdf) => Uint8Array.from(pdf, (byte, n) => (n === 10 ? byte ^ 1 : byte)) }],
    ["a", { pdf: (pdf) => pdf.subarray(0, 20) }],
    ["b", { ticket: { region: [0, 9] } }],
    ["b", { ticket: { region: [40, 4_000] } }],
    ["b", { pdf: (pdf) => Uint8Array.from(pdf, (byte, n) => (n === 60 ? 0x31 : byte)) }],
    ["c", { pdf: (pdf) => Uint8Array.from([...pdf, 1]) }],
    ["c", { digest: other }],
    ["c", { ticket: { doc_digest: other } }],
    ["d", { kinds: [...four, "1.2.840.113549.1.9.5"] }],
    ["d", { kinds: four.slice(1) }],
    ["d", { ticket: { attrs: base64(new Uint8Array([0x31, 0x80])) } }],
    ["d", { certificate: other }],
    ["d", { ticket: { cert: base64(new Uint8Array([9])) } }],
    ["bytes", { ticket: { pdf_sha256: other } }],
    ["bytes", { ticket: { reviewed_sha256: other } }],
  ];
  for (const [expected, swaps] of swapped) expect(code(...made(swaps)), JSON.stringify([expected, swaps])).toBe(expected);
});
