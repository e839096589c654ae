/** The seal of a record: an Ed25519 signature over manifest, log, clusters and documents (`recordings/seal.py`, RFC 9162 §2.1). */
import { canonical, isObject, read, sha, whole, type Plain } from "./bytes";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import { finding, type Answer, type Finding } from "./findings";
import type { LogCheck } from "./log";
import type { Stored } from "./zip";

const WORD = "diemcau seal 1\n";
const MOST = 64 << 20;
type Files = ReadonlyMap<string, Stored>;

/** What the rest of the check found, to be held against what was signed. */
export interface Facts {
  readonly log: LogCheck;
  /** SHA-256 of heads and clusters of closed clips, clip by clip in the order of their names. */
  readonly leaves: readonly string[];
}

export interface SealCheck {
  readonly signer: Answer;
  readonly trust: Answer;
}

/** Return the root of a Merkle tree over leaves (hex). */
export function root(leaves: readonly string[]): string {
  if (leaves.length === 0) return bytesToHex(sha256(new Uint8Array()));
  const join = (tag: number, ...parts: Uint8Array[]): Uint8Array => sha256(Uint8Array.from([tag, ...parts.flatMap((part) => [...part])]));
  let level = leaves.map((leaf) => join(0, hexToBytes(leaf)));
  while (level.length > 1) {
    const next: Uint8Array[] = [];
    // a last one without a partner goes up as it is
    for (let n = 0; n < level.length; n += 2) next.push(n + 1 < level.length ? join(1, level[n]!, level[n + 1]!) : level[n]!);
    level = next;
  }
  return bytesToHex(level[0]!);
}

async function verified(key: string, sig: string, data: Uint8Array): Promise<boolean | null> {
  try {
    const open = await crypto.subtle.importKey("raw", hexToBytes(key) as BufferSource, { name: "Ed25519" }, false, ["verify"]);
    return await crypto.subtle.verify("Ed25519", open, hexToBytes(sig) as BufferSource, data as BufferSource);
  } catch (fault) {
    // an older browser has no Ed25519: it cannot say; anything else is no signature
    return (fault as { name?: string }).name === "NotSupportedError" ? null : false;
  }
}

async function documentsIn(files: Files): Promise<string> {
  const found: Plain[] = [];
  const names = [...files.keys()].filter((name) => /^documents\/[^/]+\.pdf$/.test(name)).sort();
  for (const name of names) {
    const data = await whole(files.get(name)!.data);
    found.push([name.slice("documents/".length), data.length, sha(data)]);
  }
  return canonical(found);
}

async function differences(seal: { readonly [key: string]: Plain }, files: Files, facts: Facts): Promise<Finding[]> {
  const wrong: Finding[] = [];
  const manifest = files.get("manifest.json");
  if (manifest === undefined || manifest.size > MOST || sha(await whole(manifest.data)) !== seal["manifest"]) wrong.push(finding("seal-manifest"));
  const log = seal["log"] as readonly Plain[] | null;
  if (log !== null && (!Array.isArray(log) || facts.log.lengths.get(log[0] as number) !== log[1])) wrong.push(finding("seal-log"));
  if (canonical(seal["merkle"] ?? null) !== canonical([root(facts.leaves), facts.leaves.length])) wrong.push(finding("seal-clips"));
  if (canonical(seal["documents"] ?? null) !== (await documentsIn(files))) wrong.push(finding("seal-documents"));
  return wrong;
}

/** Check a bundle's seal. Total: without one, or where the browser cannot, the answer is not determined. */
export async function checkSeal(files: Files, facts: Facts): Promise<SealCheck> {
  const found = files.get("sealed/seal.json");
  if (found === undefined) return { signer: { state: "unknown", says: [finding("no-signer")] }, trust: { state: "unknown", says: [finding("no-trust")] } };
  const bytes = found.size > MOST ? new Uint8Array() : await whole(found.data);
  const seal = bytes.at(-1) === 10 ? read(bytes.subarray(0, -1)) : undefined;
  const broken: SealCheck = { signer: { state: "bad", says: [finding("seal-broken")] }, trust: { state: "bad", says: [finding("seal-broken")] } };
  if (!isObject(seal) || seal["v"] !== 1 || typeof seal["key"] !== "string" || typeof seal["sig"] !== "string") return broken;
  const { sig, ...signed } = seal;
  const good = await verified(seal["key"], sig as string, new TextEncoder().encode(WORD + canonical(signed)));
  if (good === false) return broken;
  const wrong = await differences(seal, files, facts);
  const key = seal["key"].toUpperCase().replace(/(.{4})(?=.)/g, "$1 ");
  if (wrong.length > 0) return { signer: { state: "bad", says: wrong }, trust: { state: "unknown", says: [finding("seal-key", { key })] } };
  return { signer: good === null ? { state: "unknown", says: [finding("seal-browser")] } : { state: "good", says: [finding("seal-good")] }, trust: { state: "unknown", says: [finding("seal-key", { key })] } };
}
