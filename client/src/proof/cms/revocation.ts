/** Whether certificates were revoked at a moment, by lists (RFC 5280 §5) and answers (RFC 6960) that came with the record. Nothing is fetched. */
import * as asn1js from "asn1js";
import * as pkijs from "pkijs";
import { bytesToHex } from "@noble/hashes/utils.js";
import { certificate, obstacleAt, signedBy, USE, type Certificate, type Way } from "./certificate";
import { digest, matches } from "./keys";
import { equal } from "./signed";

const BASIC = "1.3.6.1.5.5.7.48.1.1";
const ANSWERS = "1.3.6.1.5.5.7.3.9";
const NO_CHECK = "1.3.6.1.5.5.7.48.1.5";
/** A list for some certificates only, or of changes only (§5.2.4, §5.2.5): this page does not judge by them. */
const PARTIAL = new Set(["2.5.29.27", "2.5.29.28"]);
const SHA1 = "1.3.14.3.2.26";
const CERT_HASHES: Readonly<Record<string, string>> = { [SHA1]: "SHA-1", "2.16.840.1.101.3.4.2.1": "SHA-256", "2.16.840.1.101.3.4.2.2": "SHA-384", "2.16.840.1.101.3.4.2.3": "SHA-512" };

/** Lists and answers as they were found, read once. */
export interface Proofs {
  readonly lists: readonly pkijs.CertificateRevocationList[];
  readonly answers: readonly Answered[];
}

interface Answered {
  readonly basic: pkijs.BasicOCSPResponse;
  readonly certificates: readonly Certificate[];
}

/** `missing`: nothing says anything; `doubtful`: something does, and does not count; `half`: good, by one whom somebody else would have to be asked about. */
export type Standing = "good" | "revoked" | "missing" | "doubtful" | "half";

/** Read what can be read; bytes that are none count for nothing. */
export function proofs(crls: readonly Uint8Array[], ocsps: readonly Uint8Array[]): Proofs {
  const read = <Found>(all: readonly Uint8Array[], open: (der: Uint8Array) => Found | null): Found[] =>
    all.flatMap((der) => {
      try {
        return open(der) ?? [];
      } catch {
        return [];
      }
    });
  return { lists: read(crls, (der) => pkijs.CertificateRevocationList.fromBER(der as BufferSource)), answers: read(ocsps, answered) };
}

function answered(der: Uint8Array): Answered | null {
  const bytes = pkijs.OCSPResponse.fromBER(der as BufferSource).responseBytes;
  if (bytes?.responseType !== BASIC) return null;
  const parsed = asn1js.fromBER(bytes.response.valueBlock.valueHexView as BufferSource).result as asn1js.Sequence;
  const more = parsed.valueBlock.value.find((one) => one.idBlock.tagClass === 3 && one.idBlock.tagNumber === 0) as asn1js.Constructed | undefined;
  const list = more?.valueBlock.value[0] as asn1js.Sequence | undefined;
  const certificates = (list?.valueBlock.value ?? []).map((one) => certificate(one.valueBeforeDecodeView)).filter((one) => one !== null);
  return { basic: new pkijs.BasicOCSPResponse({ schema: parsed }), certificates };
}

const ORDER: readonly Standing[] = ["revoked", "doubtful", "missing", "half", "good"];

/** Return the worst standing of a way but its root at a moment (UTC ms). `oldCounts`: one that had to be renewed before it makes for doubt. */
export async function standing(way: Way, all: Proofs, at: number, oldCounts = true): Promise<Standing> {
  const found: Standing[] = [];
  for (let n = 0; n < way.length - 1; n++) found.push(await of(way[n]!, way[n + 1]!, all, at, oldCounts));
  return ORDER.find((one) => found.includes(one)) ?? "good";
}

async function of(one: Certificate, issuer: Certificate, all: Proofs, at: number, oldCounts: boolean): Promise<Standing> {
  const old: Standing[] = oldCounts ? ["doubtful"] : [];
  const said = [...(await fromAnswers(one, issuer, all.answers, at, old)), ...(await fromLists(one, issuer, all.lists, at, old))];
  return (["revoked", "good", "half", "doubtful"] as const).find((word) => said.includes(word)) ?? "missing";
}

async function fromLists(one: Certificate, issuer: Certificate, lists: Proofs["lists"], at: number, old: readonly Standing[]): Promise<Standing[]> {
  const found: Standing[] = [];
  const bad: readonly Standing[] = one.listed ? ["doubtful"] : [];
  for (const list of lists) {
    if (bytesToHex(new Uint8Array(list.issuer.valueBeforeDecode)) !== one.issuer) continue;
    if (list.nextUpdate === undefined || list.nextUpdate.value.getTime() < at) {
      found.push(...(one.listed ? old : []));
      continue;
    }
    const partial = (list.crlExtensions?.extensions ?? []).some((extension) => PARTIAL.has(extension.extnID)) || (issuer.usage !== null && !issuer.usage.has(USE.lists));
    const match = partial ? "bad" : await matches(issuer.inner.subjectPublicKeyInfo, list.signatureAlgorithm, list.signatureValue.valueBlock.valueHexView, list.tbsView);
    const entry = (list.revokedCertificates ?? []).find((other) => other.userCertificate.isEqual(one.inner.serialNumber));
    if (match !== "good") found.push(...bad);
    else found.push(entry !== undefined && entry.revocationDate.value.getTime() <= at ? "revoked" : "good");
  }
  return found;
}

async function fromAnswers(one: Certificate, issuer: Certificate, answers: readonly Answered[], at: number, old: readonly Standing[]): Promise<Standing[]> {
  const found: Standing[] = [];
  for (const answer of one.answered ? answers : []) {
    for (const said of answer.basic.tbsResponseData.responses) {
      const about = await names(said.certID, one, issuer);
      if (about === "other") continue;
      // without a time of the next one it is the word of that moment only
      if (said.nextUpdate === undefined || said.nextUpdate.getTime() < at) found.push(...old);
      else found.push(about === "this" ? stateOf(said.certStatus as asn1js.BaseBlock, at, await spoken(answer, issuer, at)) : "doubtful");
    }
  }
  return found;
}

/** What is said of a certificate (§4.2.1): good, revoked since a moment, or unknown. */
function stateOf(status: asn1js.BaseBlock, at: number, spoken: Standing): Standing {
  if (spoken === "doubtful") return spoken;
  const when = status instanceof asn1js.Constructed ? status.valueBlock.value[0] : undefined;
  if (status.idBlock.tagNumber === 0) return spoken;
  const revoked = status.idBlock.tagNumber === 1 && when instanceof asn1js.GeneralizedTime && when.toDate().getTime() <= at;
  return revoked ? "revoked" : "doubtful";
}

/** `near`: of the same issuer, and yet not about this certificate. */
async function names(id: pkijs.CertID, one: Certificate, issuer: Certificate): Promise<"this" | "near" | "other"> {
  const hash = CERT_HASHES[id.hashAlgorithm.algorithmId];
  if (hash === undefined) return "other";
  const key = issuer.inner.subjectPublicKeyInfo.subjectPublicKey.valueBlock.valueHexView;
  const sameKey = equal(id.issuerKeyHash.valueBlock.valueHexView, await digest(hash, key));
  const sameName = equal(id.issuerNameHash.valueBlock.valueHexView, await digest(hash, new Uint8Array(issuer.inner.subject.valueBeforeDecode)));
  if (sameKey && sameName && id.serialNumber.isEqual(one.inner.serialNumber)) return "this";
  return sameKey ? "near" : "other";
}

/** Return `good` for an answer that is its issuer's own, or of one the issuer has made for this (§4.2.2.2); `half` if that one may be revoked itself. */
async function spoken({ basic, certificates }: Answered, issuer: Certificate, at: number): Promise<Standing> {
  const by = async (key: Certificate): Promise<boolean> =>
    (await matches(key.inner.subjectPublicKeyInfo, basic.signatureAlgorithm, basic.signature.valueBlock.valueHexView, basic.tbsResponseData.tbsView)) === "good";
  if (await by(issuer)) return "good";
  for (const one of certificates) {
    const free = one.inner.extensions?.some((extension) => extension.extnID === NO_CHECK) === true;
    const may = one.purposes?.includes(ANSWERS) === true && one.issuer === issuer.subject && obstacleAt([one, issuer], at) === null;
    if (may && (await signedBy(one, issuer)) === "good" && (await by(one))) return free ? "good" : "half";
  }
  return "doubtful";
}
