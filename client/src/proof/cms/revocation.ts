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

/** `missing`: nothing says anything that counts. */
export type Standing = "good" | "revoked" | "missing";

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

/** Return the worst standing of a way but its root at a moment (UTC ms): revoked, missing, good. */
export async function standing(way: Way, all: Proofs, at: number): Promise<Standing> {
  let worst: Standing = "good";
  for (let n = 0; n < way.length - 1; n++) {
    const found = await of(way[n]!, way[n + 1]!, all, at);
    if (found === "revoked") return "revoked";
    if (found === "missing") worst = "missing";
  }
  return worst;
}

async function of(one: Certificate, issuer: Certificate, all: Proofs, at: number): Promise<Standing> {
  let found: Standing = "missing";
  for (const said of [...(await fromAnswers(one, issuer, all.answers, at)), ...(await fromLists(one, issuer, all.lists, at))]) {
    if (said === "revoked") return "revoked";
    if (said === "good") found = "good";
  }
  return found;
}

async function fromLists(one: Certificate, issuer: Certificate, lists: Proofs["lists"], at: number): Promise<Standing[]> {
  const found: Standing[] = [];
  for (const list of lists) {
    if (bytesToHex(new Uint8Array(list.issuer.valueBeforeDecode)) !== one.issuer || (issuer.usage !== null && !issuer.usage.has(USE.lists))) continue;
    if (list.nextUpdate === undefined || list.nextUpdate.value.getTime() < at) continue;
    if ((list.crlExtensions?.extensions ?? []).some((extension) => PARTIAL.has(extension.extnID))) continue;
    const match = await matches(issuer.inner.subjectPublicKeyInfo, list.signatureAlgorithm, list.signatureValue.valueBlock.valueHexView, list.tbsView);
    if (match !== "good") continue;
    const entry = (list.revokedCertificates ?? []).find((other) => other.userCertificate.isEqual(one.inner.serialNumber));
    found.push(entry !== undefined && entry.revocationDate.value.getTime() <= at ? "revoked" : "good");
  }
  return found;
}

async function fromAnswers(one: Certificate, issuer: Certificate, answers: readonly Answered[], at: number): Promise<Standing[]> {
  const found: Standing[] = [];
  for (const answer of answers) {
    for (const said of answer.basic.tbsResponseData.responses) {
      if (!(await names(said.certID, one, issuer)) || !(await spoken(answer, issuer, at))) continue;
      const status = said.certStatus as asn1js.BaseBlock;
      const tag = status.idBlock.tagNumber;
      if (tag === 1 && (status as asn1js.Constructed).valueBlock.value[0] instanceof asn1js.GeneralizedTime) {
        const when = ((status as asn1js.Constructed).valueBlock.value[0] as asn1js.GeneralizedTime).toDate().getTime();
        found.push(when <= at ? "revoked" : "good");
      } else if (tag === 0 && said.nextUpdate !== undefined && said.nextUpdate.getTime() >= at) found.push("good");
    }
  }
  return found;
}

async function names(id: pkijs.CertID, one: Certificate, issuer: Certificate): Promise<boolean> {
  const hash = CERT_HASHES[id.hashAlgorithm.algorithmId];
  if (hash === undefined || !id.serialNumber.isEqual(one.inner.serialNumber)) return false;
  const key = issuer.inner.subjectPublicKeyInfo.subjectPublicKey.valueBlock.valueHexView;
  const name = new Uint8Array(issuer.inner.subject.valueBeforeDecode);
  return equal(id.issuerNameHash.valueBlock.valueHexView, await digest(hash, name)) && equal(id.issuerKeyHash.valueBlock.valueHexView, await digest(hash, key));
}

/** Tell whether an answer is its issuer's own, or of one the issuer has made for this (§4.2.2.2) and whom nobody needs to ask about. */
async function spoken({ basic, certificates }: Answered, issuer: Certificate, at: number): Promise<boolean> {
  const by = async (key: Certificate): Promise<boolean> =>
    (await matches(key.inner.subjectPublicKeyInfo, basic.signatureAlgorithm, basic.signature.valueBlock.valueHexView, basic.tbsResponseData.tbsView)) === "good";
  if (await by(issuer)) return true;
  for (const one of certificates) {
    const free = one.inner.extensions?.some((extension) => extension.extnID === NO_CHECK) === true;
    const may = free && one.purposes?.includes(ANSWERS) === true && one.issuer === issuer.subject && obstacleAt([one, issuer], Math.max(at, one.from)) === null;
    if (may && (await signedBy(one, issuer)) === "good" && (await by(one))) return true;
  }
  return false;
}
