/** A signature made in the browser with a PKCS#12 file: the key is opened here, never leaves, and is forgotten (CEREMONY §10).
 *
 * The page that runs this comes from the hub, so it proves nothing against the hub: it is off unless the hub allows it.
 */
import * as asn1js from "asn1js";
import * as pkijs from "pkijs";

export type P12Fault = "p12-password" | "p12-damaged" | "p12-no-key" | "p12-kind";

export class P12Refused extends Error {
  constructor(readonly code: P12Fault) {
    super(code);
  }
}

/** An opened file: DER of its own certificate and of those above it, and the one thing its key can do. */
export interface Opened {
  readonly certificate: ArrayBuffer;
  readonly chain: readonly ArrayBuffer[];
  /** Sign DER bytes: PKCS#1 v1.5 with SHA-256, or ECDSA as DER, as a CMS wants it. */
  sign(bytes: Uint8Array): Promise<Uint8Array>;
}

const EC = "1.2.840.10045.2.1";
const RSA = "1.2.840.113549.1.1.1";
const encode = (text: string): ArrayBuffer => new TextEncoder().encode(text).buffer as ArrayBuffer;

/** Open a file. Throws `P12Refused`; the password is tried once. */
export async function openP12(data: ArrayBuffer, password: string): Promise<Opened> {
  const bags = await bagsOf(data, encode(password));
  const keys = bags.flatMap((bag) => keyOf(bag));
  const certificates = bags.flatMap((bag) => (bag instanceof pkijs.CertBag && bag.parsedValue instanceof pkijs.Certificate ? [bag.parsedValue] : []));
  if (keys.length !== 1 || certificates.length === 0) throw new P12Refused("p12-no-key");
  const [own, ...chain] = await ordered(keys[0]!, certificates);
  if (!own) throw new P12Refused("p12-no-key");
  return { certificate: own.toSchema().toBER(false), chain: chain.map((one) => one.toSchema().toBER(false)), sign: await signerOf(keys[0]!, own) };
}

interface Openable {
  parseInternalValues(with_: { password: ArrayBuffer }): Promise<void>;
}

async function bagsOf(data: ArrayBuffer, password: ArrayBuffer): Promise<unknown[]> {
  let pfx: pkijs.PFX;
  try {
    pfx = pkijs.PFX.fromBER(data);
  } catch {
    throw new P12Refused("p12-damaged");
  }
  try {
    await pfx.parseInternalValues({ password, checkIntegrity: true });
    const safe = pfx.parsedValue?.authenticatedSafe;
    if (!safe) throw new Error("no contents");
    await safe.parseInternalValues({ safeContents: safe.safeContents.map(() => ({ password })) });
    const bags = (safe.parsedValue.safeContents as { value: pkijs.SafeContents }[]).flatMap((one) => one.value.safeBags.map((bag) => bag.bagValue as unknown));
    // the library marks it protected, and opens such a bag in no other way
    for (const bag of bags) if (bag instanceof pkijs.PKCS8ShroudedKeyBag) await (bag as unknown as Openable).parseInternalValues({ password });
    return bags;
  } catch {
    // a wrong password and a changed file look the same: the integrity check fails
    throw new P12Refused("p12-password");
  }
}

function keyOf(bag: unknown): pkijs.PrivateKeyInfo[] {
  if (bag instanceof pkijs.PrivateKeyInfo) return [bag];
  return bag instanceof pkijs.PKCS8ShroudedKeyBag && bag.parsedValue ? [bag.parsedValue] : [];
}

/** The certificate of the key first: it is found by trying, since files come in any order. */
async function ordered(key: pkijs.PrivateKeyInfo, all: readonly pkijs.Certificate[]): Promise<pkijs.Certificate[]> {
  const probe = new TextEncoder().encode("diemcau");
  for (const one of all) {
    try {
      const [algorithm, use] = algorithmsOf(one);
      const secret = await importKey(key, algorithm);
      const open = await crypto.subtle.importKey("spki", one.subjectPublicKeyInfo.toSchema().toBER(false), algorithm, false, ["verify"]);
      if (await crypto.subtle.verify(use, open, await crypto.subtle.sign(use, secret, probe), probe)) return [one, ...all.filter((other) => other !== one)];
    } catch {
      // another kind of key: not this one
    }
  }
  return [];
}

type Use = RsaHashedImportParams | EcdsaParams;

function algorithmsOf(certificate: pkijs.Certificate): [RsaHashedImportParams | EcKeyImportParams, Use] {
  const kind = certificate.subjectPublicKeyInfo.algorithm.algorithmId;
  if (kind === RSA) return [{ name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" }, { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" }];
  if (kind === EC) return [{ name: "ECDSA", namedCurve: "P-256" }, { name: "ECDSA", hash: "SHA-256" }];
  throw new P12Refused("p12-kind");
}

async function importKey(key: pkijs.PrivateKeyInfo, algorithm: RsaHashedImportParams | EcKeyImportParams): Promise<CryptoKey> {
  const der = key.toSchema().toBER(false);
  try {
    return await crypto.subtle.importKey("pkcs8", der, algorithm, false, ["sign"]);
  } finally {
    new Uint8Array(der).fill(0);
  }
}

async function signerOf(key: pkijs.PrivateKeyInfo, certificate: pkijs.Certificate): Promise<Opened["sign"]> {
  const [algorithm, use] = algorithmsOf(certificate);
  const secret = await importKey(key, algorithm);
  return async (bytes) => {
    const value = new Uint8Array(await crypto.subtle.sign(use, secret, bytes as BufferSource));
    return use.name === "ECDSA" ? ecdsaDer(value) : value;
  };
}

/** WebCrypto gives r‖s; a CMS wants a SEQUENCE of two INTEGERs (RFC 5753 §7.2). */
export function ecdsaDer(value: Uint8Array): Uint8Array {
  const half = value.length / 2;
  const integer = (bytes: Uint8Array): asn1js.Integer => {
    let from = 0;
    while (from < bytes.length - 1 && bytes[from] === 0) from += 1;
    const cut = bytes.subarray(from);
    const padded = cut[0]! & 0x80 ? Uint8Array.of(0, ...cut) : Uint8Array.from(cut);
    return new asn1js.Integer({ valueHex: padded.buffer as ArrayBuffer });
  };
  return new Uint8Array(new asn1js.Sequence({ value: [integer(value.subarray(0, half)), integer(value.subarray(half))] }).toBER(false));
}
