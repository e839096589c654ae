/** One signature of a document: whole, trusted, when (CEREMONY §10), as `recordings/validate_one.py` judges it. */
import { obstacleAt, USE, wayFrom, type Certificate, type Known, type Obstacle, type Way } from "../cms/certificate";
import type { Match } from "../cms/keys";
import { standing, type Proofs } from "../cms/revocation";
import { judged, openSigned, type Signed } from "../cms/signed";
import { mayStamp, stampOver, type Stamp } from "../cms/stamp";
import type { State } from "../findings";
import { lockOf, placed, type Placed, type SignatureField } from "../pdf/fields";
import type { PdfFile } from "../pdf/file";
import { review } from "../pdf/revisions";
import type { Dict } from "../pdf/objects";

const DATA = "1.2.840.113549.1.7.1";
const FILTERS = new Set(["ETSI.CAdES.detached", "adbe.pkcs7.detached"]);

/** (answer, code of a sentence): `ask-verify` where this page cannot judge. */
export type Part = readonly [State, string];
export const BEYOND: Part = ["unknown", "ask-verify"];
const NOT_JUDGED: Part = ["unknown", "not-judged"];

/** Everything a document is judged with. */
export interface Setting {
  readonly file: PdfFile;
  readonly roots: readonly Certificate[];
  /** Kept in the document for its own proof. */
  readonly kept: readonly Certificate[];
  readonly proofs: Proofs;
  readonly long: boolean;
  /** Time stamps over the whole document that hold, newest first: (revision, stamp). */
  readonly stamps: readonly (readonly [number, Stamp])[];
  /** UTC ms. */
  readonly now: number;
}

export interface Judged {
  readonly slot: string;
  readonly name: string;
  readonly integrity: Part;
  readonly trust: Part;
  readonly time: Part;
}

/** Return the bytes a signature is over. */
export function covered(bytes: Uint8Array, { range }: Placed): Uint8Array {
  const [, first, second, rest] = range;
  const found = new Uint8Array(first + rest);
  found.set(bytes.subarray(0, first));
  found.set(bytes.subarray(second, second + rest), first);
  return found;
}

/** Return the signature's place and its revision; null if it does not cover all of one. */
export function whereOf(file: PdfFile, field: SignatureField): { place: Placed; revision: number } | null {
  const place = placed(file.revisions.at(-1)!, field.value!, file.bytes);
  if (place === null) return null;
  const revision = file.revisionEnding(place.range[2] + place.range[3]);
  if (revision < 0) return null;
  // it has to be this revision's own signature, not one that a later revision brought in
  const then = file.revisions[revision]!;
  const value = then.get((then.get(field.ref) as Dict | null)?.get("V"));
  const same = value instanceof Map ? placed(then, value, file.bytes) : null;
  return same !== null && same.range.join() === place.range.join() ? { place, revision } : null;
}

/** Judge a signature that stands in a field. Never throws. */
export async function judgeSignature(field: SignatureField, setting: Setting): Promise<Judged> {
  let signed: Signed | null = null;
  try {
    const where = whereOf(setting.file, field);
    const raw = where?.place ?? placed(setting.file.revisions.at(-1)!, field.value!, setting.file.bytes);
    if (raw === null || !FILTERS.has(raw.filter)) return open(field, null, ["bad", "partly-covered"]);
    signed = openSigned(raw.contents, true);
    const integrity = await whole(field, signed, raw, where?.revision ?? -1, setting);
    const proven = await provenBy(signed, raw, where?.revision ?? setting.file.revisions.length, setting);
    // a stamp on the signature of something else says nothing about this document
    if (integrity[0] === "bad") return open(field, signed, integrity, proven.time);
    return { slot: field.name, name: signed.signer.name, integrity, ...proven };
  } catch {
    return open(field, signed, ["bad", "unreadable"]);
  }
}

function open(field: SignatureField, signed: Signed | null, integrity: Part, time: Part = NOT_JUDGED): Judged {
  return { slot: field.name, name: signed?.signer.name ?? "", integrity, trust: NOT_JUDGED, time: time[0] === "bad" ? time : NOT_JUDGED };
}

const WORTH: Readonly<Record<Exclude<Match, "good">, Part>> = { bad: ["bad", "changed"], weak: ["bad", "weak"], unknown: BEYOND };

async function whole(field: SignatureField, signed: Signed, place: Placed, revision: number, { file }: Setting): Promise<Part> {
  const match = signed.content === null && signed.contentType === DATA ? await judged(signed, DATA, covered(file.bytes, place)) : "bad";
  if (match !== "good") return WORTH[match];
  if (revision < 0) return ["bad", "partly-covered"];
  // what a field demands of its signature is not judged here
  if (field.dict.has("SV")) return BEYOND;
  const found = await review(file, revision, lockOf(file.revisions[revision]!, field));
  return found === "changed" ? ["bad", "changed-after"] : found === "unknown" ? BEYOND : ["good", "whole"];
}

const WRONG: ReadonlySet<string> = new Set(["not-yet-valid", "may-not-sign", "weak", "revoked"]);

async function provenBy(signed: Signed, place: Placed, revision: number, setting: Setting): Promise<{ trust: Part; time: Part }> {
  const known: Known = { roots: setting.roots, others: [...signed.certificates, ...setting.kept] };
  const way = await wayFrom(signed.signer, known);
  const stamp = signed.stamps.length === 0 ? null : signed.stamps.length === 1 ? await stampOver(signed.stamps[0]!, signed.value) : "unknown";
  if (stamp === "bad") return { trust: ["unknown", "no-path"], time: ["bad", "stamp-broken"] };
  const readable = stamp !== null && stamp !== "unknown" ? stamp : null;
  const stampWay = readable === null ? "beyond" : await wayFrom(readable.authority, { roots: known.roots, others: [...known.others, ...readable.certificates] });
  let time: Part = stamp === null ? ["unknown", "own-clock"] : stamp === "unknown" ? BEYOND : ["unknown", "stamp-untrusted"];
  // lists and answers hold for days, documents for years: old ones count as none, but what was known when it stamped counts
  const held = readable !== null && (await holds(stampWay, setting.now, setting.proofs, "not old")) && (await holds(stampWay, readable.at, setting.proofs, "any"));
  if (readable !== null && held && mayStamp(readable)) time = ["good", "stamped"];
  const moment = time[0] === "good" ? readable!.at : setting.now;
  let trust = await trusted(signed.signer, way, moment, setting.proofs);
  if (trust[1] === "expired") trust = inTime(signed.signer, place) && time[0] !== "good" ? ["unknown", "expired-since"] : ["bad", "expired"];
  if (trust[0] === "good" || !setting.long || readable === null) return { trust, time };
  const then = await longAgo(signed.signer, way, [readable, stampWay], revision, setting);
  return then ? { trust: ["good", "trusted-then"], time: ["good", "stamped"] } : { trust, time };
}

function inTime(signer: Certificate, { claimed }: Placed): boolean {
  return claimed !== null && signer.from <= claimed && claimed <= signer.to;
}

/** Tell whether a way stands at a moment and nothing that counts speaks against it; `good`: something has to speak for each certificate. */
async function holds(way: Way | Obstacle, at: number, proofs: Proofs, which: "any" | "not old" | "good"): Promise<boolean> {
  if (typeof way === "string" || obstacleAt(way, at) !== null) return false;
  const found = await standing(way, proofs, at, which !== "not old");
  return found === "good" || (which !== "good" && (found === "missing" || found === "half"));
}

async function trusted(signer: Certificate, way: Way | Obstacle, at: number, proofs: Proofs): Promise<Part> {
  // before its time it was never good, whoever issued it
  if (at < signer.from) return ["bad", "not-yet-valid"];
  if (signer.usage !== null && !signer.usage.has(USE.signature) && !signer.usage.has(USE.commitment)) return ["bad", "may-not-sign"];
  const obstacle = typeof way === "string" ? way : obstacleAt(way, at);
  if (obstacle !== null) return obstacle === "beyond" ? BEYOND : [WRONG.has(obstacle) ? "bad" : "unknown", obstacle];
  const found = await standing(way as Way, proofs, at);
  if (found === "revoked") return ["bad", "revoked"];
  return found === "good" ? ["good", "trusted"] : ["unknown", "revocation-unknown"];
}

/** For certificates that have ended since: each time stamp over the whole proves that what it covers was there at its moment. */
async function longAgo(signer: Certificate, way: Way | Obstacle, [stamp, stampWay]: readonly [Stamp, Way | Obstacle], revision: number, setting: Setting): Promise<boolean> {
  let there = setting.now;
  for (const [at, one] of setting.stamps) {
    if (at <= revision) continue;
    const own = await wayFrom(one.authority, { roots: setting.roots, others: [...setting.kept, ...one.certificates] });
    if (mayStamp(one) && one.at <= there && (await holds(own, there, setting.proofs, "good"))) there = one.at;
  }
  if (!mayStamp(stamp) || stamp.at > there || !(await holds(stampWay, there, setting.proofs, "good"))) return false;
  return (await trusted(signer, way, stamp.at, setting.proofs))[0] === "good";
}
