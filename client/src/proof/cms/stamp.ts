/** Time stamp tokens (RFC 3161): over which bytes, when, and by whom. */
import * as asn1js from "asn1js";
import * as pkijs from "pkijs";
import { obstacleAt, wayFrom, type Certificate, type Known } from "./certificate";
import { digest, hashOf } from "./keys";
import { equal, judged, openSigned } from "./signed";

const TOKEN = "1.2.840.113549.1.9.16.1.4";
const STAMPING = "1.3.6.1.5.5.7.3.8";

export interface Stamp {
  /** UTC ms. */
  readonly at: number;
  readonly authority: Certificate;
  readonly certificates: readonly Certificate[];
}

/** `unknown`: made in a way this page does not know. */
export type StampMatch = Stamp | "bad" | "unknown";

/** Return what a token over some bytes says; `bad` unless it is whole, over these bytes and signed by the certificate it names. Never throws. */
export async function stampOver(der: Uint8Array, data: Uint8Array, padded = false): Promise<StampMatch> {
  try {
    const signed = openSigned(der, padded);
    if (signed.contentType !== TOKEN || signed.content === null) return "bad";
    const match = await judged(signed, TOKEN, signed.content);
    const info = new pkijs.TSTInfo({ schema: asn1js.fromBER(signed.content as BufferSource).result });
    const hash = hashOf(info.messageImprint.hashAlgorithm.algorithmId);
    if (match === "unknown" || hash === undefined) return "unknown";
    if (match !== "good" || hash === null || !equal(info.messageImprint.hashedMessage.valueBlock.valueHexView, await digest(hash, data))) return "bad";
    return { at: info.genTime.getTime(), authority: signed.signer, certificates: signed.certificates };
  } catch {
    return "bad";
  }
}

/** Tell whether a token's authority may stamp: for nothing else, and within its time (RFC 3161 §2.3). */
export function mayStamp({ at, authority }: Stamp): boolean {
  return authority.purposes?.join() === STAMPING && authority.from <= at && at <= authority.to;
}

/** Tell whether a way leads from a token's authority to a chosen root at the moment the token names. */
export async function stampTrusted(stamp: Stamp, known: Known): Promise<boolean> {
  const way = await wayFrom(stamp.authority, { roots: known.roots, others: [...known.others, ...stamp.certificates] });
  return typeof way !== "string" && obstacleAt(way, stamp.at) === null;
}
