/** A whole bundle: archive, listing, log, clips and manifest against each other. Nothing leaves this page. */
import { canonical, isObject, pieces, read, Running, sha, whole, type Plain } from "./bytes";
import { checkClip, type ClipCheck } from "./clip";
import { finding, told, Unfit, unreadable, worst, type Answer, type Finding, type State, type Verdict } from "./findings";
import { checkLog, type LogCheck } from "./log";
import { checkPoints, NOTHING, type Outside } from "./outside";
import { checkPapers, type Said } from "./papers";
import { checkSeal } from "./seal";
import { openZip, type Stored } from "./zip";

const LISTING = "bundle.json";
const MOST_SMALL = 256 << 20;
type Files = ReadonlyMap<string, Stored>;
/** Told between 0 and 1 while bytes are read. */
export type Progress = (done: number) => void;

/** Return the verdict on a file that should be a bundle. Total: whatever it is, an answer comes back. */
export async function checkBundle(file: Blob, progress: Progress = () => undefined, outside: Outside = NOTHING): Promise<Verdict> {
  try {
    const files = await openZip(file);
    return await checked(files, progress, outside);
  } catch (fault) {
    return unreadable(fault instanceof Unfit ? fault : new Unfit("unreadable"));
  }
}

async function checked(files: Files, progress: Progress, outside: Outside): Promise<Verdict> {
  const bytes = [...files.values()].reduce((sum, one) => sum + one.size, 0);
  let done = 0;
  // masters are read twice: as files of the listing, and cluster by cluster
  const read = (more: number): void => progress(Math.min(1, (done += more) / (2 * bytes || 1)));
  const wrong = await listed(files, read);
  const log = checkLog(await small(files, "log.jsonl"));
  wrong.push(...log.wrong);
  const notes: Finding[] = [];
  const clips = new Map<string, ClipCheck>();
  for (const name of clipNames(files)) {
    const [index, master] = [files.get(`tracks/${name}.idx`), files.get(`tracks/${name}`)];
    const check = await checkClip(name, index?.data ?? null, master?.data ?? null);
    read((index?.size ?? 0) + (master?.size ?? 0));
    clips.set(name, check);
    wrong.push(...check.wrong, ...against(name, check, log));
    notes.push(...check.notes);
  }
  for (const name of log.told.keys()) if (!clips.has(name)) wrong.push(finding("clip-gone", { clip: name }));
  const complete = await manifest(files, clips, log, wrong, notes);
  const papers = await checkPapers(files, log, outside);
  await checkSeal(files, { log, leaves: [...clips.values()].flatMap((check) => check.leaves) }, outside, papers);
  const points = await checkPoints(outside, log);
  wrong.push(...papers.wrong, ...points.wrong);
  notes.push(...papers.missing);
  const open = [...papers.unsure, ...(points.unsure ? [finding("seal-browser")] : [])];
  progress(1);
  return {
    answers: {
      integrity: {
        state: wrong.length > 0 ? "bad" : open.length > 0 ? "unknown" : "good", open: [told("open-copies")],
        says: [finding("checked", { events: log.events, clips: clips.size, files: files.size }), ...wrong, ...open],
      },
      signer: answer(papers.signer, told("open-holder")),
      trust: answer(papers.trust.length > 0 ? papers.trust : [["unknown", [told("no-certificate")]]], told("open-roots")),
      time: time(log, papers.time),
      completeness: { state: complete && papers.missing.length === 0 ? "good" : "bad", says: notes.length > 0 ? notes : [finding("complete")], open: [told("open-truncated")] },
    },
    head: log.events > 0 ? log.head : null, events: log.events, clips: clips.size,
  };
}

function answer(parts: readonly Said[], open: Finding): Answer {
  const says = new Map(parts.flatMap(([, found]) => found).map((one) => [JSON.stringify(one), one]));
  return { state: worst(parts.map(([state]) => state)), says: [...says.values()], open: [open] };
}

async function small(files: Files, name: string): Promise<Uint8Array> {
  const found = files.get(name);
  if (found === undefined) return new Uint8Array();
  if (found.size > MOST_SMALL) throw new Unfit("zip-too-many");
  return whole(found.data);
}

function clipNames(files: Files): string[] {
  const names = [...files.keys()].filter((name) => name.startsWith("tracks/")).map((name) => name.slice(7).replace(/\.idx$/, ""));
  // by source and number, as the record itself counts them: the seal's tree has this order
  const place = (name: string): readonly [string, string, number, string] => {
    const [, site, source, number, low] = /^([a-z0-9-]+)~([a-z]+)~(\d+)(\.lo)?/.exec(name) ?? ["", name, "", "0", ""];
    return [site!, source!, Number(number), low ?? ""];
  };
  const order = (a: string, b: string): number => {
    const [x, y] = [place(a), place(b)];
    for (let n = 0; n < x.length; n++) if (x[n]! !== y[n]!) return x[n]! < y[n]! ? -1 : 1;
    return 0;
  };
  return [...new Set(names)].sort(order);
}

/** Compare every file with the archive's own listing. */
async function listed(files: Files, read: (bytes: number) => void): Promise<Finding[]> {
  const listing = await listingOf(files);
  if (listing === null) return [finding("no-listing")];
  const wrong: Finding[] = [];
  for (const name of listing.keys()) if (!files.has(name)) wrong.push(finding("file-gone", { name }));
  for (const file of files.values()) {
    const told = listing.get(file.name);
    if (told === undefined) {
      if (file.name !== LISTING) wrong.push(finding("file-more", { name: file.name }));
      continue;
    }
    const running = new Running();
    for await (const piece of pieces(file.data)) {
      running.feed(piece);
      read(piece.length);
    }
    const end = running.end();
    if (running.size !== told[0] || end.sha !== told[1] || end.crc !== file.crc) wrong.push(finding("file-other", { name: file.name }));
  }
  return wrong;
}

async function listingOf(files: Files): Promise<Map<string, readonly [number, string]> | null> {
  const found = files.get(LISTING);
  if (found === undefined || found.size > MOST_SMALL) return null;
  const plain = canonicalFile(await whole(found.data));
  if (plain === null || plain["v"] !== 1 || !Array.isArray(plain["files"]) || Object.keys(plain).length !== 3) return null;
  const listing = new Map<string, readonly [number, string]>();
  for (const one of plain["files"] as readonly Plain[]) {
    if (!Array.isArray(one) || typeof one[0] !== "string" || typeof one[1] !== "number" || typeof one[2] !== "string" || listing.has(one[0])) return null;
    listing.set(one[0], [one[1], one[2]]);
  }
  return listing;
}

/** Return what a canonical file with its own hash in `sha` says, null if it does not hold. */
function canonicalFile(bytes: Uint8Array): { readonly [key: string]: Plain } | null {
  const plain = bytes.at(-1) === 10 ? read(bytes.subarray(0, -1)) : undefined;
  if (!isObject(plain)) return null;
  const { sha: own, ...rest } = plain;
  return own === sha(canonical(rest)) ? plain : null;
}

function against(name: string, check: ClipCheck, log: LogCheck): Finding[] {
  const told = log.told.get(name);
  if (told === undefined) return check.end !== null ? [finding("clip-unknown", { clip: name })] : [];
  const found = told.heads.filter(([size, h]) => check.marks.get(h) !== size).map(([size]) => finding("clip-head", { clip: name, n: size }));
  if (told.closed !== null && (check.end?.[0] !== told.closed[0] || check.end[1] !== told.closed[1])) found.push(finding("clip-close", { clip: name }));
  return found.slice(0, 3);
}

/** Check the manifest; return whether the record is whole. */
async function manifest(files: Files, clips: ReadonlyMap<string, ClipCheck>, log: LogCheck, wrong: Finding[], notes: Finding[]): Promise<boolean> {
  if (!files.has("manifest.json")) {
    notes.push(finding("no-manifest"));
    return clips.size === 0 || [...clips.values()].some((check) => check.end === null);
  }
  const plain = canonicalFile(await small(files, "manifest.json"));
  if (plain === null || plain["v"] !== 1 || !Array.isArray(plain["clips"])) {
    wrong.push(finding("manifest-broken"));
    return true;
  }
  const named = new Set<string>();
  for (const entry of plain["clips"] as readonly Plain[]) {
    const name = isObject(entry) && typeof entry["clip"] === "string" ? entry["clip"] : "";
    named.add(name);
    const own = clips.get(name)?.entry;
    if (own == null || canonical(own) !== canonical(entry)) wrong.push(finding("manifest-clip", { clip: name.slice(0, 80) }));
  }
  const told = plain["log"];
  if (told !== null && (!Array.isArray(told) || log.lengths.get(told[0] as number) !== told[1])) wrong.push(finding("manifest-log"));
  const newer = [...clips].filter(([name, check]) => check.end !== null && !named.has(name)).length;
  if (newer > 0) notes.push(finding("manifest-old", { n: newer }));
  return true;
}

function time(log: LogCheck, parts: readonly Said[]): Answer {
  const found = answer(parts, told("open-before"));
  const back = log.back.slice(0, 5).map(([n, ms]) => finding("clock-back", { n, ms }));
  const state: State = back.length > 0 ? "bad" : found.state;
  return { ...found, state, says: [...found.says, ...back] };
}
