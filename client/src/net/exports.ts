/** Exports and captions of a record over HTTP (server/web/exports.py, captions.py), and what of them the page shows. */
import { signal, type Signal } from "@preact/signals";
import { cuesOf, type Cue } from "../replay/cues";
import { ApiRefused, ask } from "./api";

/** Who may take the record away and write into its margin; the server decides, the page only hides what it would refuse. */
export const MAY_EXPORT: ReadonlySet<string> = new Set(["operator", "secretary", "staff"]);

export type Kind = "programme" | "site" | "clip" | "audio" | "still" | "bundle" | "captions";
export type JobState = "queued" | "waiting" | "running" | "done" | "failed" | "cancelled";
const UNFINISHED: ReadonlySet<JobState> = new Set(["queued", "waiting", "running"]);

/** What is asked for; times are ms of the timeline. */
export interface Ask {
  readonly kind: Kind;
  readonly format?: string;
  readonly source?: string;
  readonly from_ms?: number;
  readonly to_ms?: number;
  readonly size?: "720" | "1080";
  readonly caption?: boolean;
  readonly lang?: "vi" | "en";
}

export interface Job {
  readonly id: string;
  readonly kind: Kind;
  readonly format: string;
  readonly ask: Ask;
  readonly state: JobState;
  readonly fraction: number;
  readonly left_s: number | null;
  readonly created_at: number;
  readonly from_ms: number | null;
  readonly to_ms: number | null;
  readonly bytes: number | null;
  readonly sha256: string | null;
  readonly code: string | null;
  readonly name: string;
  readonly url: string | null;
}

export interface Caption {
  readonly lang: "vi" | "en";
  readonly url: string;
}

export interface Refusal {
  readonly code: string;
  readonly detail: Readonly<Record<string, string | number>>;
}

/** Return what a failed request says. */
export function refusalOf(error: unknown): Refusal {
  return error instanceof ApiRefused ? { code: error.code, detail: error.detail } : { code: "internal", detail: {} };
}

/** Tell whether a job may still change by itself. */
export const unfinished = (job: Job): boolean => UNFINISHED.has(job.state);

const POLL_MS = 1000;

/** Return the text of a caption file, empty for one that does not come. */
async function textOf(url: string): Promise<string> {
  const answer = await fetch(url, { cache: "no-store" }).catch(() => null);
  return answer?.ok ? answer.text() : "";
}

export class Exports {
  readonly jobs: Signal<readonly Job[]> = signal([]);
  readonly captions: Signal<readonly Caption[]> = signal([]);
  /** Captions over the picture: whose language, and their cues. */
  readonly reading: Signal<"vi" | "en" | null> = signal(null);
  readonly cues: Signal<readonly Cue[]> = signal([]);
  readonly refused: Signal<Refusal | null> = signal(null);
  readonly busy: Signal<boolean> = signal(false);
  /** The hub has a program that writes captions. */
  readonly captioner: Signal<boolean> = signal(false);
  private readonly root: string;

  constructor(session: string, private readonly call: typeof ask = ask, private readonly text: typeof textOf = textOf) {
    this.root = `/api/sessions/${encodeURIComponent(session)}`;
  }

  /** Read the list now, and again while anything in it is unfinished. Returns how to stop. */
  watch(): () => void {
    // a failed look is not told: the next one, or the next press, says the same in its own words
    const look = (): void => void this.load().catch(() => undefined);
    look();
    const timer = setInterval(() => this.jobs.peek().some(unfinished) && look(), POLL_MS);
    return () => clearInterval(timer);
  }

  async load(): Promise<void> {
    const told = await this.call<{ exports: readonly Job[]; captioner?: boolean }>("GET", `${this.root}/exports`);
    const done = (jobs: readonly Job[]): number => jobs.filter((job) => job.kind === "captions" && job.state === "done").length;
    const fresh = done(told.exports) > done(this.jobs.peek());
    this.jobs.value = told.exports;
    this.captioner.value = told.captioner === true;
    if (fresh) await this.loadCaptions();
  }

  /** Ask for an export. True when it is in the list. */
  create(wanted: Ask): Promise<boolean> {
    return this.guard(async () => {
      const made = await this.call<Job>("POST", `${this.root}/exports`, wanted);
      this.jobs.value = [made, ...this.jobs.peek().filter((job) => job.id !== made.id)];
    });
  }

  /** Call an unfinished export off, or remove a finished one's file. */
  remove(job: Job): Promise<boolean> {
    return this.guard(async () => {
      await this.call("DELETE", `${this.root}/exports/${job.id}`);
      await this.load();
    });
  }

  async loadCaptions(): Promise<void> {
    this.captions.value = (await this.call<{ captions: readonly Caption[] }>("GET", `${this.root}/captions`)).captions;
  }

  /** Show the captions of a language over the picture, or none. */
  async readCaptions(lang: "vi" | "en" | null): Promise<void> {
    this.reading.value = lang;
    const track = this.captions.peek().find((one) => one.lang === lang);
    if (track === undefined) this.cues.value = [];
    else {
      const cues = cuesOf(await this.text(track.url));
      if (this.reading.peek() === lang) this.cues.value = cues;
    }
  }

  bringCaptions(lang: "vi" | "en", file: Blob): Promise<boolean> {
    return this.guard(async () => {
      const body = new Blob([file], { type: "text/vtt" });
      this.captions.value = (await this.call<{ captions: readonly Caption[] }>("PUT", `${this.root}/captions/${lang}.vtt`, body)).captions;
    });
  }

  dropCaptions(lang: "vi" | "en"): Promise<boolean> {
    return this.guard(async () => {
      this.captions.value = (await this.call<{ captions: readonly Caption[] }>("DELETE", `${this.root}/captions/${lang}.vtt`)).captions;
    });
  }

  private async guard(act: () => Promise<unknown>): Promise<boolean> {
    if (this.busy.peek()) return false;
    this.busy.value = true;
    this.refused.value = null;
    try {
      await act();
      return true;
    } catch (error) {
      this.refused.value = refusalOf(error);
      return false;
    } finally {
      this.busy.value = false;
    }
  }
}
