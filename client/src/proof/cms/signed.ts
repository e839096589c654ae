/** A CMS signature (RFC 5652) with the attributes PAdES wants (ETSI EN 319 142-1 §6): one signer, bound to its certificate. */
import * as asn1js from "asn1js";
import * as pkijs from "pkijs";
import { certificate, type Certificate } from "./certificate";
import { digest, hashOf, matches, type Match } from "./keys";

const SIGNED_DATA = "1.2.840.113549.1.7.2";
const ATTRIBUTE = {
  type: "1.2.840.113549.1.9.3", digest: "1.2.840.113549.1.9.4", certificate: "1.2.840.113549.1.9.16.2.12", certificateV2: "1.2.840.113549.1.9.16.2.47",
  protection: "1.2.840.113549.1.9.52", stamp: "1.2.840.113549.1.9.16.2.14",
} as const;

export interface Signed {
  readonly signer: Certificate;
  readonly certificates: readonly Certificate[];
  /** The signature value: what a time stamp over a signature is over. */
  readonly value: Uint8Array;
  /** Tokens over the signature (DER). */
  readonly stamps: readonly Uint8Array[];
  /** What is inside; null for a signature over bytes that lie elsewhere. */
  readonly content: Uint8Array | null;
  readonly contentType: string;
  readonly hash: string | null | undefined;
  readonly info: pkijs.SignerInfo;
}

/** Read a signature. `padded`: zeros may follow, as in the hole of a PDF. Throws for anything else. */
export function openSigned(der: Uint8Array, padded = false): Signed {
  const parsed = asn1js.fromBER(der as BufferSource);
  if (parsed.offset <= 0 || der.subarray(parsed.offset).some((byte) => !padded || byte !== 0)) throw new TypeError("not one value");
  const outer = new pkijs.ContentInfo({ schema: parsed.result });
  if (outer.contentType !== SIGNED_DATA) throw new TypeError("not signed data");
  const data = new pkijs.SignedData({ schema: outer.content });
  if (data.signerInfos.length !== 1) throw new TypeError("not one signer");
  const info = data.signerInfos[0]!;
  const certificates = certificatesOf(outer.content as asn1js.Sequence);
  const signer = certificates.filter((one) => isOf(info.sid as unknown, one));
  if (signer.length === 0) throw new TypeError("no certificate of the signer");
  const inside = data.encapContentInfo.eContent;
  const stamps = (info.unsignedAttrs?.attributes ?? []).filter((one) => one.type === ATTRIBUTE.stamp).flatMap((one) => one.values as asn1js.BaseBlock[]);
  return {
    signer: signer[0]!, certificates, value: info.signature.valueBlock.valueHexView, stamps: stamps.map((one) => one.valueBeforeDecodeView),
    content: inside === undefined ? null : new Uint8Array(inside.getValue()), contentType: data.encapContentInfo.eContentType,
    hash: hashOf(info.digestAlgorithm.algorithmId), info,
  };
}

/** The certificates as they stand there: their own bytes, not a new spelling of them. */
function certificatesOf(data: asn1js.Sequence): Certificate[] {
  const set = data.valueBlock.value.find((one) => one.idBlock.tagClass === 3 && one.idBlock.tagNumber === 0) as asn1js.Constructed | undefined;
  const found = (set?.valueBlock.value ?? []).map((one) => certificate(one.valueBeforeDecodeView));
  return found.filter((one) => one !== null);
}

function isOf(sid: unknown, one: Certificate): boolean {
  if (!(sid instanceof pkijs.IssuerAndSerialNumber)) {
    const key = one.inner.extensions?.find((extension) => extension.extnID === "2.5.29.14")?.parsedValue as asn1js.OctetString | undefined;
    const told = (sid as { valueBlock?: { valueHexView?: Uint8Array } }).valueBlock?.valueHexView;
    return key !== undefined && told !== undefined && equal(key.valueBlock.valueHexView, told);
  }
  return sid.serialNumber.isEqual(one.inner.serialNumber) && sid.issuer.isEqual(one.inner.issuer);
}

/** Tell what a signature over a content is worth: attributes, binding of the certificate, value (§5.4, RFC 5035 §5, RFC 6211). Never throws. */
export async function judged(signed: Signed, type: string, content: Uint8Array): Promise<Match> {
  try {
    const { info, hash } = signed;
    if (hash == null) return hash === null ? "weak" : "unknown";
    const attributes = info.signedAttrs?.attributes ?? [];
    const of = (kind: string): asn1js.BaseBlock | null => {
      const found = attributes.filter((one) => one.type === kind);
      if (found.length > 1 || (found[0]?.values.length ?? 1) !== 1) throw new TypeError("twice");
      return (found[0]?.values[0] as asn1js.BaseBlock | undefined) ?? null;
    };
    const told = of(ATTRIBUTE.type);
    if (!(told instanceof asn1js.ObjectIdentifier) || told.valueBlock.toString() !== type) return "bad";
    const imprint = of(ATTRIBUTE.digest);
    if (!(imprint instanceof asn1js.OctetString) || !equal(imprint.valueBlock.valueHexView, await digest(hash, content))) return "bad";
    const binding = await bound(of(ATTRIBUTE.certificateV2), of(ATTRIBUTE.certificate), signed.signer);
    if (binding !== "good" || !guarded(of(ATTRIBUTE.protection), info)) return binding === "unknown" ? "unknown" : "bad";
    return await matches(signed.signer.inner.subjectPublicKeyInfo, info.signatureAlgorithm, signed.value, new Uint8Array(info.signedAttrs!.encodedValue), hash);
  } catch {
    return "bad";
  }
}

export function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, n) => byte === b[n]);
}

/** Compare ESSCertIDv2, or the older ESSCertID (SHA-1: it names the certificate under the signature), with the signer's. */
async function bound(second: asn1js.BaseBlock | null, first: asn1js.BaseBlock | null, signer: Certificate): Promise<Match> {
  const id = firstId(second ?? first);
  if (id === null) return "unknown";
  const named = id.find((one): one is asn1js.Sequence => one instanceof asn1js.Sequence);
  const own = id.find((one): one is asn1js.OctetString => one instanceof asn1js.OctetString);
  // SHA-256 is the default, and then left out; behind the hash a sequence is the issuer
  const oid = second !== null && id[0] instanceof asn1js.Sequence ? (named!.valueBlock.value[0] as asn1js.ObjectIdentifier).valueBlock.toString() : null;
  const hash = second === null ? "SHA-1" : oid === null ? "SHA-256" : hashOf(oid);
  if (hash == null) return "unknown";
  return own !== undefined && equal(own.valueBlock.valueHexView, await digest(hash, signer.der)) ? "good" : "bad";
}

function firstId(value: asn1js.BaseBlock | null): asn1js.BaseBlock[] | null {
  const list = value instanceof asn1js.Sequence ? value.valueBlock.value[0] : null;
  const id = list instanceof asn1js.Sequence ? list.valueBlock.value[0] : null;
  return id instanceof asn1js.Sequence ? (id.valueBlock.value as asn1js.BaseBlock[]) : null;
}

/** The algorithms under the signature are those beside it, where it says them. */
function guarded(value: asn1js.BaseBlock | null, info: pkijs.SignerInfo): boolean {
  if (value === null) return true;
  if (!(value instanceof asn1js.Sequence)) return false;
  const [hash, algorithm] = value.valueBlock.value as [asn1js.Sequence, asn1js.Constructed?];
  const oidOf = (one: asn1js.Constructed | undefined): string => (one?.valueBlock.value[0] as asn1js.ObjectIdentifier | undefined)?.valueBlock.toString() ?? "";
  return oidOf(hash) === info.digestAlgorithm.algorithmId && algorithm?.idBlock.tagNumber === 1 && oidOf(algorithm) === info.signatureAlgorithm.algorithmId;
}
