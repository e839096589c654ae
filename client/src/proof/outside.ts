/** What whoever checks brings along: certificates they trust, keys of hubs they know, checkpoints they kept (`diemcau verify --roots --key --checkpoints`). */
import { hexToBytes } from "@noble/hashes/utils.js";
import { canonical, isObject, type Plain } from "./bytes";
import { finding, type Finding } from "./findings";
import type { LogCheck } from "./log";

export interface Outside {
  /** DER. */
  readonly roots: readonly Uint8Array[];
  /** Hex of Ed25519 public keys. */
  readonly keys: readonly string[];
  /** A JSON line each. */
  readonly checkpoints: readonly string[];
}

export const NOTHING: Outside = { roots: [], keys: [], checkpoints: [] };

/** Return the certificates in a file, DER or PEM; none where there is none. */
export function certificatesIn(data: Uint8Array): Uint8Array[] {
  const text = new TextDecoder("latin1").decode(data);
  const found = [...text.matchAll(/-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/g)];
  try {
    if (found.length > 0) return found.map((one) => Uint8Array.from(atob(one[1]!.replace(/\s/g, "")), (char) => char.charCodeAt(0)));
  } catch {
    return [];
  }
  return data[0] === 0x30 ? [data] : [];
}

/** Tell whether an Ed25519 signature (hex) is a key's (hex); null where this browser cannot say. */
export async function ed25519(key: string, sig: string, data: Uint8Array): Promise<boolean | null> {
  try {
    const open = await crypto.subtle.importKey("raw", hexToBytes(key) as BufferSource, { name: "Ed25519" }, false, ["verify"]);
    return await crypto.subtle.verify("Ed25519", open, hexToBytes(sig) as BufferSource, data as BufferSource);
  } catch (fault) {
    // an older browser has no Ed25519: it cannot say; anything else is no signature
    return (fault as { name?: string }).name === "NotSupportedError" ? null : false;
  }
}

const WORD = "diemcau checkpoint 1\n";
const PARTS = ["at_us", "epoch", "hash", "heads", "key", "seq", "session", "sig", "v"].join();

function pointOf(line: string): { readonly [key: string]: Plain } | null {
  try {
    const found = JSON.parse(line) as Plain;
    return isObject(found) && Object.keys(found).sort().join() === PARTS ? found : null;
  } catch {
    return null;
  }
}

/** Compare copies of checkpoints kept elsewhere with the log: only they show that it was cut short. `unsure`: a signature could not be checked. */
export async function checkPoints(outside: Outside, log: LogCheck): Promise<{ wrong: Finding[]; unsure: boolean }> {
  const wrong: Finding[] = [];
  let unsure = false;
  for (const line of outside.checkpoints) {
    const point = pointOf(line);
    if (point === null) {
      wrong.push(finding("point-unreadable"));
      continue;
    }
    const { sig, ...signed } = point;
    const n = Number(point["seq"]);
    const good = point["v"] === 1 ? await ed25519(String(point["key"]), String(sig), new TextEncoder().encode(WORD + canonical(signed))) : false;
    if (good === null) unsure = true;
    if (good === false) wrong.push(finding("point-forged", { n }));
    else if (outside.keys.length > 0 && !outside.keys.includes(String(point["key"]))) wrong.push(finding("point-unknown", { n }));
    else if (log.entries[n - 1]?.hash !== point["hash"]) wrong.push(finding("point-differs", { n }));
  }
  return { wrong, unsure };
}
