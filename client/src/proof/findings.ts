/** What a check says: five answers apart, each with sentences the catalogue holds (CEREMONY §11, CLIENT §5 /verify). */

export const QUESTIONS = ["integrity", "signer", "trust", "time", "completeness"] as const;
export type Question = (typeof QUESTIONS)[number];
/** `unknown` is never shown green. */
export type State = "good" | "unknown" | "bad";

/** A sentence by its key (`proof.<code>`, or one of `doc.proof.*`, which `diemcau verify` says too) and what stands in it. */
export interface Finding {
  readonly code: string;
  readonly detail: Readonly<Record<string, string | number>>;
  /** The document it is about. */
  readonly of?: string;
}

export interface Answer {
  readonly state: State;
  readonly says: readonly Finding[];
  /** What the answer does not prove. */
  readonly open?: readonly Finding[];
}

export interface Verdict {
  readonly answers: Readonly<Record<Question, Answer>>;
  /** SHA-256 of the last line of the event log; null where there is none to trust. */
  readonly head: string | null;
  readonly events: number;
  readonly clips: number;
}

/** Bytes that are no bundle, or one not to be trusted with. */
export class Unfit extends Error {
  constructor(readonly code: string, readonly detail: Readonly<Record<string, string | number>> = {}) {
    super(code);
  }
}

export function finding(code: string, detail: Finding["detail"] = {}): Finding {
  return { code, detail };
}

/** Return a sentence that `diemcau verify` says too. */
export function told(code: string, detail: Finding["detail"] = {}, of?: string): Finding {
  return { code: `doc.proof.${code}`, detail, ...(of === undefined ? {} : { of }) };
}

const ORDER: readonly State[] = ["bad", "unknown", "good"];

/** Return the worst of some states, good for none. */
export function worst(states: readonly State[]): State {
  return ORDER.find((one) => states.includes(one)) ?? "good";
}

/** The whole in one word: what is wrong anywhere is wrong; green only what every question answers with yes. */
export function overall(verdict: Verdict): State {
  return worst(QUESTIONS.map((question) => verdict.answers[question].state));
}

export function unreadable(fault: Unfit): Verdict {
  const nothing: Answer = { state: "unknown", says: [finding("not-looked")] };
  const says = [finding(fault.code, fault.detail)];
  return { answers: { integrity: { state: "bad", says }, signer: nothing, trust: nothing, time: nothing, completeness: nothing }, head: null, events: 0, clips: 0 };
}
