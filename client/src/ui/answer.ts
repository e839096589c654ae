/** What an answer to a confirmation needs before it may go (CEREMONY §7). Pure; the site's page and the desk share it. */
import type { AnswerView, Command, ConfirmationView } from "../proto/types";

export type Choice = AnswerView["choice"];
export const VOTES = ["for", "against", "abstain"] as const;
export type Vote = (typeof VOTES)[number];

export interface AnswerDraft {
  readonly choice: Choice | null;
  readonly name: string;
  readonly remarks: string;
  readonly counts: Readonly<Record<Vote, number>>;
}

export type Fault = "name" | "choice" | "remarks" | "no-votes" | "too-many";

/** What a site said so far, else an empty form; `name` is whoever leads the delegation. */
export function draftOf(question: ConfirmationView, site: string, name: string): AnswerDraft {
  const before = question.answers.find((one) => one.site === site);
  const counts = { for: before?.counts?.["for"] ?? 0, against: before?.counts?.["against"] ?? 0, abstain: before?.counts?.["abstain"] ?? 0 };
  return { choice: before?.choice ?? null, name: before?.name || name, remarks: before?.remarks ?? "", counts };
}

export const votes = (counts: AnswerDraft["counts"]): number => VOTES.reduce((sum, one) => sum + counts[one], 0);

/** Return what is still wrong, the first thing first. `most`: how many votes there can be; null: nobody knows. */
export function faultOf(draft: AnswerDraft, kind: ConfirmationView["choices"], most: number | null): Fault | null {
  if (draft.name.trim() === "") return "name";
  if (kind === "vote") {
    if (votes(draft.counts) === 0) return "no-votes";
    return most !== null && votes(draft.counts) > most ? "too-many" : null;
  }
  if (draft.choice === null) return "choice";
  return draft.choice === "remarks" && draft.remarks.trim() === "" ? "remarks" : null;
}

/** A vote goes under the choice with the most votes. */
function leading(counts: AnswerDraft["counts"]): Vote {
  return VOTES.reduce((best, one) => (counts[one] > counts[best] ? one : best));
}

/** The command of a whole form; null while something is wrong. A review of a document names the bytes that were read. */
export function answerOf(draft: AnswerDraft, question: Pick<ConfirmationView, "choices" | "sha256">, site: string, most: number | null, byPhone = false): Command | null {
  if (faultOf(draft, question.choices, most) !== null) return null;
  const vote = question.choices === "vote";
  const choice = vote ? leading(draft.counts) : draft.choice;
  if (choice === null) return null;
  return {
    do: "confirmation.answer", site, choice, name: draft.name.trim(), counts: vote ? { ...draft.counts } : null, by_phone: byPhone,
    remarks: choice === "remarks" ? draft.remarks.trim() : null, sha256: question.sha256 ?? null,
  };
}

/** What an input of votes says: a whole number from 0 on. */
export function countOf(value: number): number {
  return Number.isFinite(value) ? Math.max(0, Math.min(100_000, Math.trunc(value))) : 0;
}
