/** Documents of a record: their names, the revisions the log tells, the judgement of each signed one (`recordings/verify_papers.py`). */
import { isObject, sha, whole, type Plain } from "./bytes";
import { finding, told, type Finding, type State } from "./findings";
import type { Event, LogCheck } from "./log";
import type { Outside } from "./outside";
import type { Stored } from "./zip";

type Files = ReadonlyMap<string, Stored>;
/** An answer of one part of the record to one of the questions. */
export type Said = readonly [State, readonly Finding[]];

export interface PaperChecks {
  readonly wrong: Finding[];
  readonly missing: Finding[];
  /** What this page could not judge about the bytes themselves. */
  readonly unsure: Finding[];
  readonly signer: Said[];
  readonly trust: Said[];
  readonly time: Said[];
}

interface Lineage {
  digital: boolean;
  slots: readonly string[];
  revisions: readonly string[];
  landed: readonly string[];
}

const NAMES = new Set(["document.added", "document.published", "document.extended", "signature.landed", "scan.attached", "scan.stamped"]);

/** Return what is wrong with a record's documents and who signed them. Total. */
export async function checkPapers(files: Files, log: LogCheck, outside: Outside): Promise<PaperChecks> {
  const checks: PaperChecks = { wrong: [], missing: [], unsure: [], signer: [], trust: [], time: [] };
  await named(files, log, checks);
  for (const [name, one] of lineages(log.entries.map((entry) => entry.event))) {
    if (one.digital && one.landed.length > 0) await signed(name, one, files.get(`documents/${one.revisions.at(-1)}.pdf`), outside, checks);
  }
  return checks;
}

/** Every document's name is its hash, and every one the log names is there. */
async function named(files: Files, log: LogCheck, checks: PaperChecks): Promise<void> {
  for (const file of files.values()) {
    const own = /^documents\/([^/]+)\.pdf$/.exec(file.name)?.[1];
    if (own !== undefined && sha(await whole(file.data)) !== own) checks.wrong.push(finding("document-other", { name: file.name }));
  }
  const asked = log.entries.flatMap(({ event }) => (NAMES.has(String(event["is"])) ? [event["sha256"], event["file"]] : []));
  for (const one of new Set(asked)) {
    if (typeof one === "string" && one !== "" && !files.has(`documents/${one}.pdf`)) checks.missing.push(finding("document-gone", { name: one }));
  }
}

/** Return the revisions of every document as the log tells them. */
export function lineages(events: readonly Event[]): Map<string, Lineage> {
  const found = new Map<string, Lineage>();
  const of = (name: string): Lineage => {
    const one = found.get(name) ?? { digital: false, slots: [], revisions: [], landed: [] };
    found.set(name, one);
    return one;
  };
  for (const event of events) {
    if (event["is"] === "session.created" || event["is"] === "sheet.applied") {
      for (const one of list(part(event["draft"] ?? event["diff"], "documents"))) {
        const paper = of(String(part(one, "id")));
        paper.digital = part(one, "signing") === "digital";
        paper.slots = slotsOf(part(one, "signatures"));
      }
    } else if (typeof event["document"] === "string") follow(of(event["document"]), event);
  }
  return found;
}

function part(value: Plain | undefined, key: string): Plain | undefined {
  return isObject(value) ? value[key] : undefined;
}

function list(value: Plain | undefined): readonly Plain[] {
  return Array.isArray(value) ? (value as readonly Plain[]) : [];
}

function slotsOf(value: Plain | undefined): readonly string[] {
  return list(value).map((one) => String(part(one, "slot")));
}

function follow(one: Lineage, event: Event): void {
  const is = event["is"];
  if (is === "document.added" && list(event["slots"]).length > 0) [one.slots, one.digital] = [slotsOf(event["slots"]), event["mode"] === "digital"];
  else if (is === "document.published") [one.revisions, one.landed] = [[String(event["sha256"])], []];
  else if (is === "document.withdrawn") [one.revisions, one.landed] = [[], []];
  else if (is === "signature.landed" && event["how"] === "digital") [one.revisions, one.landed] = [[...one.revisions, String(event["sha256"])], [...one.landed, String(event["slot"])]];
  else if (is === "document.extended") one.revisions = [...one.revisions, String(event["sha256"])];
}

async function signed(name: string, one: Lineage, file: Stored | undefined, outside: Outside, checks: PaperChecks): Promise<void> {
  const parts = [checks.signer, checks.trust, checks.time];
  if (file === undefined) {
    for (const part of parts) part.push(["unknown", [told("document-gone", { document: name })]]);
    return;
  }
  // what judges a signature is large: only a record that holds one loads it
  const { judgeDocument, rootsOf } = await import("./papers/document");
  const report = await judgeDocument(await whole(file.data), one, rootsOf(outside.roots), Date.now());
  const says = (all: readonly { code: string; detail: Finding["detail"] }[]): Finding[] =>
    all.map(({ code, detail }) => (code === "ask-verify" ? { ...finding(code), of: name } : told(code, detail, name)));
  if (report.integrity.state === "bad") checks.wrong.push(...says(report.integrity.says));
  else if (report.integrity.state === "unknown") checks.unsure.push(...says(report.integrity.says));
  for (const [n, opinion] of [report.signer, report.trust, report.time].entries()) parts[n]!.push([opinion.state, says(opinion.says)]);
}
