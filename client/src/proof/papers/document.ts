/** A signed document as a whole (CEREMONY §10, §11), as `recordings/validate.py` judges it. Loaded only where a record holds one. */
import { certificate, type Certificate } from "../cms/certificate";
import { proofs } from "../cms/revocation";
import { mayStamp, stampOver, stampTrusted, type Stamp } from "../cms/stamp";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { worst, type State } from "../findings";
import { signatureFields, type SignatureField } from "../pdf/fields";
import { PdfFile } from "../pdf/file";
import { inflated } from "../pdf/filters";
import { isDict, Stream } from "../pdf/objects";
import { review } from "../pdf/revisions";
import { BEYOND, covered, judgeSignature, whereOf, type Judged, type Part } from "./signature";

/** What the plan and the log say: slots in order, SHA-256 of the revisions that stood, slots that were signed. */
export interface Plan {
  readonly slots: readonly string[];
  readonly revisions: readonly string[];
  readonly landed: readonly string[];
}

export interface Said {
  readonly code: string;
  readonly detail: Readonly<Record<string, string>>;
}

export interface Opinion {
  readonly state: State;
  readonly says: readonly Said[];
}

/** The answers about one document; `integrity` holds those about its fields and plan too. */
export interface Report {
  readonly integrity: Opinion;
  readonly signer: Opinion;
  readonly trust: Opinion;
  readonly time: Opinion;
}

function opinion(parts: readonly Part[]): Opinion {
  const codes = new Map(parts.map((part) => [part[1], part[0]]));
  return { state: worst(parts.map(([state]) => state)), says: [...codes.keys()].map((code) => ({ code, detail: {} })) };
}

/** Read the certificates whoever checks has chosen. */
export function rootsOf(ders: readonly Uint8Array[]): Certificate[] {
  return ders.map(certificate).filter((one) => one !== null);
}

/** Judge a document at a moment (UTC ms). Never throws: bytes this page cannot read leave every answer open. */
export async function judgeDocument(bytes: Uint8Array, plan: Plan, roots: readonly Certificate[], now: number): Promise<Report> {
  const wrong = lineage(bytes, plan.revisions);
  try {
    return await judged(await PdfFile.open(bytes), plan, roots, now);
  } catch {
    const open: Opinion = opinion([BEYOND]);
    return { integrity: opinion([wrong ?? BEYOND]), signer: open, trust: open, time: open };
  }
}

async function judged(file: PdfFile, plan: Plan, roots: readonly Certificate[], now: number): Promise<Report> {
  const fields = signatureFields(file.revisions.at(-1)!);
  const kept = await store(file);
  const setting = { file, roots, kept: rootsOf(kept.Certs), proofs: proofs(kept.CRLs, kept.OCSPs), long: kept.there, stamps: [] as (readonly [number, Stamp])[], now };
  const parts: Part[] = [];
  for (const field of fields.filter((one) => one.stamp)) parts.push(await documentStamp(field, file, setting.stamps));
  setting.stamps.sort(([a], [b]) => b - a);
  const all: Judged[] = [];
  for (const field of fields) if (field.value !== null && !field.stamp) all.push(await judgeSignature(field, setting));
  parts.unshift(...all.map((one) => one.integrity));
  parts.push(...(await chain(file, plan.revisions)), ...complete(fields.filter((one) => !one.stamp), plan, all));
  const none: readonly Part[] = [["unknown", "no-signature"]];
  return {
    integrity: opinion(parts), signer: signer(all),
    trust: opinion(all.length > 0 ? all.map((one) => one.trust) : none), time: opinion(all.length > 0 ? all.map((one) => one.time) : none),
  };
}

function signer(all: readonly Judged[]): Opinion {
  if (all.length === 0) return { state: "unknown", says: [{ code: "no-signature", detail: {} }] };
  const broken = all.some(({ integrity }) => integrity[0] === "bad" && ["unreadable", "changed", "weak"].includes(integrity[1]));
  if (broken) return { state: "bad", says: [{ code: "changed", detail: {} }] };
  // what was not judged has no signer yet
  if (all.some(({ integrity }) => integrity === BEYOND)) return opinion([BEYOND]);
  return { state: "good", says: all.map(({ slot, name }) => ({ code: "signed-by", detail: { slot, name } })) };
}

/** Read what a document keeps for its own proof (ISO 32000-2 §12.8.4.3). */
async function store(file: PdfFile): Promise<{ there: boolean; Certs: Uint8Array[]; CRLs: Uint8Array[]; OCSPs: Uint8Array[] }> {
  const view = file.revisions.at(-1)!;
  const found = view.get(view.root.get("DSS"));
  const kept = { there: isDict(found), Certs: [] as Uint8Array[], CRLs: [] as Uint8Array[], OCSPs: [] as Uint8Array[] };
  if (!isDict(found)) return kept;
  for (const key of ["Certs", "CRLs", "OCSPs"] as const) {
    for (const one of found.has(key) ? view.array(found.get(key)) : []) {
      const stream = view.get(one);
      if (stream instanceof Stream) kept[key].push(await inflated(stream));
    }
  }
  return kept;
}

async function documentStamp(field: SignatureField, file: PdfFile, into: (readonly [number, Stamp])[]): Promise<Part> {
  const where = whereOf(file, field);
  if (where === null || where.place.filter !== "ETSI.RFC3161") return ["bad", "stamp-broken"];
  const stamp = await stampOver(where.place.contents, covered(file.bytes, where.place), true);
  if (stamp === "bad") return ["bad", "stamp-broken"];
  const later = await review(file, where.revision, () => false);
  if (later === "changed") return ["bad", "stamp-broken"];
  if (stamp === "unknown" || later === "unknown") return BEYOND;
  into.push([where.revision, stamp]);
  return ["good", "whole"];
}

function complete(fields: readonly SignatureField[], plan: Plan, all: readonly Judged[]): Part[] {
  const names = fields.map((one) => one.name);
  const signed = new Set(all.map((one) => one.slot));
  if (plan.slots.length > 0 && names.join("\n") !== plan.slots.join("\n")) return [["bad", "other-fields"]];
  if (plan.landed.length !== signed.size || plan.landed.some((one) => !signed.has(one))) return [["bad", "other-signatures"]];
  const order = names.map((name) => signed.has(name));
  if (order.some((one, n) => one && !order.slice(0, n).every(Boolean))) return [["bad", "out-of-order"]];
  return [];
}

/** Return what is wrong if the revisions the log tells are not, in order, what this file begins with. */
function lineage(bytes: Uint8Array, revisions: readonly string[]): Part | null {
  const ends = prefixes(bytes);
  const places = revisions.map((one) => ends.get(one) ?? -1);
  const rising = places.every((place, n) => place > 0 && (n === 0 || place >= places[n - 1]!));
  return rising && places.at(-1) === bytes.length ? null : ["bad", "other-revisions"];
}

async function chain(file: PdfFile, revisions: readonly string[]): Promise<Part[]> {
  if (revisions.length === 0) return [];
  const wrong = lineage(file.bytes, revisions);
  if (wrong !== null) return [wrong];
  const base = file.revisionEnding(prefixes(file.bytes).get(revisions[0]!)!);
  const found = base < 0 ? "unknown" : await review(file, base, () => false);
  return [found === "changed" ? ["bad", "changed-since-published"] : found === "unknown" ? BEYOND : ["good", "revisions-kept"]];
}

/** Return the SHA-256 of every beginning that may be a revision, and its length. */
export function prefixes(bytes: Uint8Array): Map<string, number> {
  const found = new Map<string, number>();
  const running = sha256.create();
  let at = 0;
  const end = (to: number): void => {
    running.update(bytes.subarray(at, to));
    at = to;
    const hash = bytesToHex(running.clone().digest());
    if (!found.has(hash)) found.set(hash, to);
  };
  for (let n = bytes.indexOf(0x25); n >= 0; n = bytes.indexOf(0x25, n + 1)) {
    if (String.fromCharCode(...bytes.subarray(n, n + 5)) !== "%%EOF") continue;
    const [one, two] = [bytes[n + 5], bytes[n + 6]];
    end(n + 5 + (one === 13 && two === 10 ? 2 : one === 13 || one === 10 ? 1 : 0));
    n = at - 1;
  }
  end(bytes.length);
  return found;
}

/** Judge the token on a seal: over what was signed, and trusted if a chosen root issued its authority. Never throws. */
export async function judgeToken(token: Uint8Array, data: Uint8Array, roots: readonly Certificate[]): Promise<Opinion> {
  const stamp = await stampOver(token, data);
  if (stamp === "unknown") return opinion([BEYOND]);
  if (stamp === "bad" || !mayStamp(stamp)) return opinion([["bad", "stamp-broken"]]);
  const trusted = await stampTrusted(stamp, { roots, others: [] });
  return { state: trusted ? "good" : "unknown", says: [{ code: trusted ? "sealed-stamped" : "stamp-untrusted", detail: { authority: stamp.authority.name } }] };
}
