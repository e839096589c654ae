/** What is checked of a ticket in the browser before a key is used (CEREMONY §10, a–d). Pure but for reading bytes.
 *
 * That the signing revision changes nothing else (e, f) needs a PDF library: `diemcau signer` checks that too, a page cannot.
 */
import * as asn1js from "asn1js";
import { sha } from "../proof/bytes";

/** A ticket as the hub gives it; bytes are base64. */
export interface Ticket {
  readonly id: string;
  readonly document: string;
  readonly slot: string;
  readonly title: string;
  readonly reviewed_sha256: string;
  readonly base_sha256: string;
  readonly base_len: number;
  readonly doc_digest: string;
  readonly region: readonly [number, number];
  readonly attrs: string;
  readonly cert: string;
  readonly pdf_sha256: string;
}

/** Which point did not hold, by the letters of the page; `bytes`: what came is not what was announced. */
export type Point = "bytes" | "a" | "b" | "c" | "d";

export class TicketRefused extends Error {
  readonly code = "ticket-refused";
  readonly detail: { readonly point: Point };

  constructor(point: Point) {
    super(`ticket refused: ${point}`);
    this.detail = { point };
  }
}

const CONTENT_TYPE = "1.2.840.113549.1.9.3";
const MESSAGE_DIGEST = "1.2.840.113549.1.9.4";
const SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47";
const ALGORITHM_PROTECTION = "1.2.840.113549.1.9.52";
const EXPECTED = [ALGORITHM_PROTECTION, CONTENT_TYPE, MESSAGE_DIGEST, SIGNING_CERTIFICATE_V2].sort().join();

export function unbase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));
}

const hex = (bytes: ArrayBuffer): string => [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/** Return the attributes to be signed. `read` is the document this signer read: bytes, not a promise of the hub. Throws `TicketRefused`. */
export function checkTicket(ticket: Ticket, pdf: Uint8Array, read: Uint8Array, certificate: Uint8Array): Uint8Array {
  const refuse = (point: Point): never => { throw new TicketRefused(point); };
  if (sha(pdf) !== ticket.pdf_sha256 || sha(read) !== ticket.reviewed_sha256) refuse("bytes");
  // a: it begins with exactly what was read
  if (pdf.length <= read.length || sha(pdf.subarray(0, read.length)) !== ticket.reviewed_sha256) refuse("a");
  // b: the gap is a string of zeros and nothing else, behind what was read
  const [from, to] = ticket.region;
  const gap = pdf.subarray(from, to);
  if (from < read.length || to > pdf.length || gap[0] !== 0x3c || gap.at(-1) !== 0x3e || gap.length < 4 || gap.subarray(1, -1).some((byte) => byte !== 0x30)) refuse("b");
  // c: the hash of all the rest is what the attributes say
  const rest = new Uint8Array(pdf.length - (to - from));
  rest.set(pdf.subarray(0, from));
  rest.set(pdf.subarray(to), from);
  const attrs = unbase64(ticket.attrs);
  const found = attributes(attrs) ?? refuse("d");
  if (found.digest !== sha(rest) || found.digest !== ticket.doc_digest) refuse("c");
  // d: the certificate is mine
  if (sha(unbase64(ticket.cert)) !== sha(certificate) || found.certificate !== sha(certificate)) refuse("d");
  return attrs;
}

/** Read signed attributes: exactly the four that a PAdES signature of ours has, or null. */
function attributes(der: Uint8Array): { readonly digest: string; readonly certificate: string } | null {
  try {
    const parsed = asn1js.fromBER(der as unknown as ArrayBuffer);
    const set = parsed.result;
    if (parsed.offset !== der.length || !(set instanceof asn1js.Set)) return null;
    const pairs = (set.valueBlock.value as asn1js.Sequence[]).map((one) => {
      const [kind, values] = one.valueBlock.value as [asn1js.ObjectIdentifier, asn1js.Set];
      if (values.valueBlock.value.length !== 1) throw new Error("several values");
      return [kind.valueBlock.toString(), values.valueBlock.value[0]!] as const;
    });
    if (pairs.map(([kind]) => kind).sort().join() !== EXPECTED) return null;
    const of = new Map(pairs);
    const digest = of.get(MESSAGE_DIGEST) as asn1js.OctetString;
    return { digest: hex(digest.valueBlock.valueHexView.slice().buffer), certificate: certificateHash(of.get(SIGNING_CERTIFICATE_V2) as asn1js.Sequence) };
  } catch {
    return null;
  }
}

/** ESSCertIDv2 (RFC 5035 §4): SHA-256 is its default algorithm and then left out. */
function certificateHash(value: asn1js.Sequence): string {
  const [list] = value.valueBlock.value as [asn1js.Sequence];
  const ids = list.valueBlock.value as asn1js.Sequence[];
  if (ids.length !== 1) throw new Error("several certificates");
  const hash = ids[0]!.valueBlock.value.find((one): one is asn1js.OctetString => one instanceof asn1js.OctetString);
  if (!hash) throw new Error("no hash");
  return hex(hash.valueBlock.valueHexView.slice().buffer);
}
