/** Certificates (RFC 5280): what one says, and whether a way leads from it to a root that whoever checks has chosen. */
import * as asn1js from "asn1js";
import * as pkijs from "pkijs";
import { bytesToHex } from "@noble/hashes/utils.js";
import { sha } from "../bytes";
import { matches, type Match } from "./keys";

const DEEPEST = 8;
const MOST_TRIED = 64;
const ID = { usage: "2.5.29.15", basic: "2.5.29.19", purposes: "2.5.29.37" } as const;
const ACCESS = "1.3.6.1.5.5.7.1.1";
const OCSP = "1.3.6.1.5.5.7.48.1";
/** Critical extensions that are understood here, or change nothing about a path (§4.2). */
const UNDERSTOOD = new Set<string>([...Object.values(ID), "2.5.29.14", "2.5.29.17", "2.5.29.18", "2.5.29.31", "2.5.29.32", "2.5.29.35", ACCESS]);
/** Extensions that bind a whole path: nobody is judged here who has them (§4.2.1.10, §4.2.1.11, §4.2.1.14, §4.2.1.5). */
const BINDING = new Set(["2.5.29.30", "2.5.29.36", "2.5.29.54", "2.5.29.33"]);

export interface Certificate {
  readonly der: Uint8Array;
  readonly sha: string;
  readonly inner: pkijs.Certificate;
  readonly subject: string;
  readonly issuer: string;
  readonly serial: string;
  readonly from: number;
  readonly to: number;
  readonly ca: boolean;
  readonly below: number;
  /** Bits of its key usage by number, null where it says nothing. */
  readonly usage: ReadonlySet<number> | null;
  readonly purposes: readonly string[] | null;
  /** It names somebody who answers about it (§4.2.2.1), and where its list is (§4.2.1.13). */
  readonly answered: boolean;
  readonly listed: boolean;
  /** It binds in ways this page does not judge. */
  readonly strange: boolean;
  readonly name: string;
}

/** Bits of key usage (§4.2.1.3). */
export const USE = { signature: 0, commitment: 1, certificates: 5, lists: 6 } as const;

/** Return what a certificate says, null for bytes that are none. */
export function certificate(der: Uint8Array): Certificate | null {
  try {
    const parsed = asn1js.fromBER(der as BufferSource);
    if (parsed.offset !== der.length) return null;
    const inner = new pkijs.Certificate({ schema: parsed.result });
    const extensions = new Map((inner.extensions ?? []).map((one) => [one.extnID, one]));
    const basic = extensions.get(ID.basic)?.parsedValue as pkijs.BasicConstraints | undefined;
    const below = basic?.pathLenConstraint;
    return {
      der, sha: sha(der), inner, subject: hex(inner.subject.valueBeforeDecode), issuer: hex(inner.issuer.valueBeforeDecode),
      serial: bytesToHex(inner.serialNumber.valueBlock.valueHexView), from: inner.notBefore.value.getTime(), to: inner.notAfter.value.getTime(),
      ca: basic?.cA === true, below: below === undefined ? Number.POSITIVE_INFINITY : typeof below === "number" ? below : below.valueBlock.valueDec,
      usage: usageOf(extensions.get(ID.usage)), purposes: (extensions.get(ID.purposes)?.parsedValue as pkijs.ExtKeyUsage | undefined)?.keyPurposes ?? null,
      answered: (extensions.get(ACCESS)?.parsedValue as pkijs.InfoAccess | undefined)?.accessDescriptions.some((one) => one.accessMethod === OCSP) === true,
      listed: extensions.has("2.5.29.31"),
      strange: [...extensions.values()].some((one) => BINDING.has(one.extnID) || (one.critical && !UNDERSTOOD.has(one.extnID))), name: nameOf(inner),
    };
  } catch {
    return null;
  }
}

const hex = (bytes: ArrayBuffer): string => bytesToHex(new Uint8Array(bytes));

function usageOf(extension: pkijs.Extension | undefined): ReadonlySet<number> | null {
  if (extension === undefined) return null;
  const bytes = (extension.parsedValue as asn1js.BitString).valueBlock.valueHexView;
  return new Set([...bytes].flatMap((byte, at) => [0, 1, 2, 3, 4, 5, 6, 7].filter((bit) => byte & (0x80 >> bit)).map((bit) => at * 8 + bit)));
}

function nameOf(inner: pkijs.Certificate): string {
  const common = inner.subject.typesAndValues.find((one) => one.type === "2.5.4.3");
  return String((common?.value as { valueBlock?: { value?: unknown } } | undefined)?.valueBlock?.value ?? "").slice(0, 200);
}

/** What is known: roots that whoever checks has chosen, and certificates from anywhere. */
export interface Known {
  readonly roots: readonly Certificate[];
  readonly others: readonly Certificate[];
}

/** From the certificate itself to its root. */
export type Way = readonly Certificate[];
/** Why no way counts at a moment: none leads to a root, a certificate's time, its kind, or what this page cannot judge. */
export type Obstacle = "no-path" | "expired" | "not-yet-valid" | "may-not-sign" | "weak" | "beyond";

export async function signedBy(one: Certificate, issuer: Certificate): Promise<Match> {
  const inner = one.inner;
  if (inner.signature.algorithmId !== inner.signatureAlgorithm.algorithmId) return "bad";
  return matches(issuer.inner.subjectPublicKeyInfo, inner.signatureAlgorithm, inner.signatureValue.valueBlock.valueHexView, inner.tbsView);
}

/** Return a way whose signatures hold, or why there is none. */
export async function wayFrom(leaf: Certificate, known: Known): Promise<Way | Obstacle> {
  const roots = new Set(known.roots.map((one) => one.sha));
  const all = [...new Map([...known.roots, ...known.others].map((one) => [one.sha, one])).values()];
  let [tried, obstacle] = [0, "no-path" as Obstacle];
  const climb = async (way: Way): Promise<Way | null> => {
    const last = way.at(-1)!;
    if (roots.has(last.sha)) return way;
    for (const issuer of way.length < DEEPEST ? all : []) {
      if (issuer.subject !== last.issuer || way.some((one) => one.sha === issuer.sha) || ++tried > MOST_TRIED) continue;
      const match = await signedBy(last, issuer);
      if (match === "weak") obstacle = "weak";
      else if (match === "unknown") obstacle = "beyond";
      const found = match === "good" ? await climb([...way, issuer]) : null;
      if (found !== null) return found;
    }
    return null;
  };
  return (await climb([leaf])) ?? obstacle;
}

/** Return what stands in a way at a moment (UTC ms), null if nothing does (§6.1). The root's own time is the choice of whoever trusts it. */
export function obstacleAt(way: Way, at: number): Obstacle | null {
  for (const [n, one] of way.entries()) {
    const last = n === way.length - 1;
    if (one.strange) return "beyond";
    if (n > 0) {
      const between = way.slice(1, n).filter((other) => other.subject !== other.issuer).length;
      if (!one.ca || between > one.below || (one.usage !== null && !one.usage.has(USE.certificates))) return "may-not-sign";
    }
    if (last && n > 0) continue;
    if (at < one.from) return "not-yet-valid";
    if (at > one.to) return "expired";
  }
  return null;
}
