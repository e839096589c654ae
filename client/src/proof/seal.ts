/** The seal of a record: an Ed25519 signature over manifest, log, clusters and documents (`recordings/seal.py`, RFC 9162 §2.1). */
import { canonical, isObject, read, sha, whole, type Plain } from "./bytes";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import { finding, told, type Finding } from "./findings";
import type { LogCheck } from "./log";
import { ed25519, type Outside } from "./outside";
import type { PaperChecks, Said } from "./papers";
import type { Stored } from "./zip";

const WORD = "diemcau seal 1\n";
const MOST = 64 << 20;
const PARTS = ["at_us", "documents", "epoch", "key", "log", "manifest", "merkle", "session", "sig", "v"].join();
type Files = ReadonlyMap<string, Stored>;
type Seal = { readonly [key: string]: Plain };

/** What the rest of the check found, to be held against what was signed. */
export interface Facts {
  readonly log: LogCheck;
  /** SHA-256 of heads and clusters of closed clips, clip by clip in the order of their names. */
  readonly leaves: readonly string[];
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

/** Check a bundle's seal and put what is found to the rest. Total: without one, or where the browser cannot, the answer is not determined. */
export async function checkSeal(files: Files, facts: Facts, outside: Outside, checks: PaperChecks): Promise<void> {
  const found = files.get("sealed/seal.json");
  if (found === undefined) {
    if (facts.log.entries.some(({ event }) => event["is"] === "session.sealed")) checks.missing.push(finding("seal-gone"));
    checks.signer.push(["unknown", [told("not-sealed")]]);
    checks.time.push(["unknown", [told("own-clock")]]);
    return;
  }
  const seal = await sealOf(found);
  const good = seal === null ? false : await signedSeal(seal);
  if (seal === null || good === false) {
    checks.wrong.push(finding("seal-broken"));
    checks.signer.push(["bad", [told("seal-broken")]]);
    checks.time.push(["unknown", [told("own-clock")]]);
    return;
  }
  checks.signer.push(signer(seal, good, outside));
  checks.wrong.push(...(await differences(seal, files, facts)));
  await documents(seal, files, checks);
  checks.time.push(await stamp(seal, files, outside));
}

async function sealOf(file: Stored): Promise<Seal | null> {
  const bytes = file.size > MOST ? new Uint8Array() : await whole(file.data);
  const seal = bytes.at(-1) === 10 ? read(bytes.subarray(0, -1)) : undefined;
  const sound = isObject(seal) && Object.keys(seal).sort().join() === PARTS && seal["v"] === 1;
  return sound && typeof seal["key"] === "string" && typeof seal["sig"] === "string" && Array.isArray(seal["documents"]) ? seal : null;
}

async function signedSeal(seal: Seal): Promise<boolean | null> {
  const { sig, ...signed } = seal;
  return ed25519(String(seal["key"]), String(sig), new TextEncoder().encode(WORD + canonical(signed)));
}

function signer(seal: Seal, good: boolean | null, outside: Outside): Said {
  if (good === null) return ["unknown", [finding("seal-browser")]];
  const known = outside.keys.includes(String(seal["key"]));
  const key = String(seal["key"]).toUpperCase().replace(/(.{4})(?=.)/g, "$1 ");
  return [known ? "good" : "unknown", [told(known ? "sealed-known" : "sealed", { key })]];
}

async function differences(seal: Seal, files: Files, facts: Facts): Promise<Finding[]> {
  const wrong: Finding[] = [];
  const manifest = files.get("manifest.json");
  if (manifest === undefined || manifest.size > MOST || sha(await whole(manifest.data)) !== seal["manifest"]) wrong.push(finding("seal-manifest"));
  const log = seal["log"] as readonly Plain[] | null;
  if (log !== null && (!Array.isArray(log) || facts.log.lengths.get(log[0] as number) !== log[1])) wrong.push(finding("seal-log"));
  if (canonical(seal["merkle"] ?? null) !== canonical([root(facts.leaves), facts.leaves.length])) wrong.push(finding("seal-clips"));
  return wrong;
}

/** Documents that were sealed are there, byte for byte. */
async function documents(seal: Seal, files: Files, checks: PaperChecks): Promise<void> {
  for (const one of seal["documents"] as readonly Plain[]) {
    const [name, size, hash] = Array.isArray(one) ? (one as readonly Plain[]) : [];
    const file = files.get(`documents/${String(name)}`);
    if (file === undefined) checks.missing.push(finding("seal-document-gone", { name: String(name).slice(0, 80) }));
    else if (file.size !== size || sha(await whole(file.data)) !== hash) checks.wrong.push(finding("seal-document", { name: file.name }));
  }
}

async function stamp(seal: Seal, files: Files, outside: Outside): Promise<Said> {
  const token = files.get("sealed/seal.tsr");
  if (token === undefined) return ["unknown", [told("own-clock")]];
  if (token.size > 1 << 20) return ["bad", [told("stamp-broken")]];
  const { judgeToken, rootsOf } = await import("./papers/document");
  const found = await judgeToken(await whole(token.data), hexToBytes(String(seal["sig"])), rootsOf(outside.roots));
  return [found.state, found.says.map(({ code, detail }) => (code === "ask-verify" ? finding(code) : told(code, detail)))];
}
