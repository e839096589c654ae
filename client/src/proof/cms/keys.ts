/** Whether a value is the signature of a key over some bytes: RSA (PKCS #1 v1.5, PSS) and ECDSA, by WebCrypto. */
import * as asn1js from "asn1js";
import * as pkijs from "pkijs";

/** `weak`: of a kind that can be forged today; `unknown`: of a kind this page does not know. */
export type Match = "good" | "bad" | "weak" | "unknown";

const RSA = "1.2.840.113549.1.1.1";
const PSS = "1.2.840.113549.1.1.10";
const EC = "1.2.840.10045.2.1";
const LEAST_RSA = 2048;
const CURVES: Readonly<Record<string, readonly [string, number]>> = { "1.2.840.10045.3.1.7": ["P-256", 32], "1.3.132.0.34": ["P-384", 48], "1.3.132.0.35": ["P-521", 66] };
const HASHES: Readonly<Record<string, string>> = {
  "2.16.840.1.101.3.4.2.1": "SHA-256", "2.16.840.1.101.3.4.2.2": "SHA-384", "2.16.840.1.101.3.4.2.3": "SHA-512",
};
/** Signature algorithms that name their hash (RFC 4055 §5, RFC 5758 §3.2). */
const WITH: Readonly<Record<string, readonly [string, string]>> = {
  "1.2.840.113549.1.1.11": [RSA, "SHA-256"], "1.2.840.113549.1.1.12": [RSA, "SHA-384"], "1.2.840.113549.1.1.13": [RSA, "SHA-512"],
  "1.2.840.10045.4.3.2": [EC, "SHA-256"], "1.2.840.10045.4.3.3": [EC, "SHA-384"], "1.2.840.10045.4.3.4": [EC, "SHA-512"],
};
const WEAK = new Set(["1.2.840.113549.1.1.4", "1.2.840.113549.1.1.5", "1.2.840.10045.4.1", "1.3.14.3.2.26", "1.2.840.113549.2.5"]);

/** Return the hash an algorithm is, null for a weak one, undefined for one that is not known. */
export function hashOf(oid: string): string | null | undefined {
  return WEAK.has(oid) ? null : HASHES[oid];
}

export async function digest(hash: string, data: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest(hash, data as BufferSource));
}

/** Return the hash of a PSS signature: the whole of its parameters is one hash and the length of its salt (RFC 4055 §3.1). */
function pssOf(algorithm: pkijs.AlgorithmIdentifier): readonly [string, number] | null {
  const parms = new pkijs.RSASSAPSSParams({ schema: algorithm.algorithmParams });
  const own = HASHES[parms.hashAlgorithm.algorithmId];
  const mask = new pkijs.AlgorithmIdentifier({ schema: parms.maskGenAlgorithm.algorithmParams });
  return own !== undefined && HASHES[mask.algorithmId] === own ? [own, parms.saltLength] : null;
}

/** Tell what a signature is worth. `hash`: of the message where the algorithm does not name one (RFC 5652 §5.3). Never throws. */
export async function matches(key: pkijs.PublicKeyInfo, algorithm: pkijs.AlgorithmIdentifier, value: Uint8Array, data: Uint8Array, hash?: string): Promise<Match> {
  try {
    const oid = algorithm.algorithmId;
    if (WEAK.has(oid)) return "weak";
    const pss = oid === PSS ? pssOf(algorithm) : null;
    const [kind, named] = oid === PSS ? [RSA, pss?.[0]] : oid === RSA ? [RSA, hash] : (WITH[oid] ?? ["", undefined]);
    const own = key.algorithm.algorithmId;
    if (named === undefined || (own !== kind && !(own === PSS && oid === PSS))) return "unknown";
    if (hash !== undefined && hash !== named) return "bad";
    return kind === EC ? await ecdsa(key, value, data, named) : await rsa(key, value, data, named, pss?.[1]);
  } catch {
    return "bad";
  }
}

async function rsa(key: pkijs.PublicKeyInfo, value: Uint8Array, data: Uint8Array, hash: string, saltLength?: number): Promise<Match> {
  const name = saltLength === undefined ? "RSASSA-PKCS1-v1_5" : "RSA-PSS";
  const spki = key.toSchema();
  // a key that is for PSS alone says so in a way browsers do not read; the key itself is the same
  if (key.algorithm.algorithmId === PSS) spki.valueBlock.value[0] = new pkijs.AlgorithmIdentifier({ algorithmId: RSA, algorithmParams: new asn1js.Null() }).toSchema();
  const open = await crypto.subtle.importKey("spki", spki.toBER(false), { name, hash }, false, ["verify"]);
  if ((open.algorithm as RsaHashedKeyAlgorithm).modulusLength < LEAST_RSA) return "weak";
  const how = saltLength === undefined ? { name } : { name, saltLength };
  return (await crypto.subtle.verify(how, open, value as BufferSource, data as BufferSource)) ? "good" : "bad";
}

async function ecdsa(key: pkijs.PublicKeyInfo, value: Uint8Array, data: Uint8Array, hash: string): Promise<Match> {
  const curve = CURVES[(key.algorithm.algorithmParams as asn1js.ObjectIdentifier).valueBlock.toString()];
  if (curve === undefined) return "unknown";
  const open = await crypto.subtle.importKey("spki", key.toSchema().toBER(false), { name: "ECDSA", namedCurve: curve[0] }, false, ["verify"]);
  const plain = plainOf(value, curve[1]);
  return plain !== null && (await crypto.subtle.verify({ name: "ECDSA", hash }, open, plain as BufferSource, data as BufferSource)) ? "good" : "bad";
}

/** A CMS holds a SEQUENCE of two INTEGERs; WebCrypto wants r‖s (RFC 5753 §7.2). */
function plainOf(value: Uint8Array, size: number): Uint8Array | null {
  const parsed = asn1js.fromBER(value as BufferSource);
  const pair = parsed.result instanceof asn1js.Sequence ? parsed.result.valueBlock.value : [];
  if (parsed.offset !== value.length || pair.length !== 2 || !pair.every((one) => one instanceof asn1js.Integer)) return null;
  const found = new Uint8Array(2 * size);
  for (const [n, one] of (pair as asn1js.Integer[]).entries()) {
    let bytes = one.valueBlock.valueHexView;
    while (bytes.length > size && bytes[0] === 0) bytes = bytes.subarray(1);
    if (bytes.length > size) return null;
    found.set(bytes, (n + 1) * size - bytes.length);
  }
  return found;
}
