/** Many clips, one time. The timeline is the master, no element is (RECORDING §6). Pure but for the elements given. */

export const STEP_MS = 200;
const CLOSE_S = 0.03;
const SEEK_S = 0.6;
/** Two elements this near show the same frame, or neighbours. */
const TOGETHER_S = 0.02;
const MOST = 0.06;
const MOST_AUDIBLE = 0.02;
/** A silent picture that has just begun to move may run to its place. */
const MOST_STARTING = 0.3;
/** Nobody sees or hears an element that waits to take over: it may hurry. */
const MOST_UNSEEN = 0.5;
const COOL_MS = 3000;

/** The timeline's own time. `t` arguments are local milliseconds. */
export class Master {
  private position = 0;
  private at = 0;
  private speed = 1;
  private runs = false;

  get playing(): boolean {
    return this.runs;
  }

  get rate(): number {
    return this.speed;
  }

  now(t: number): number {
    return this.runs ? this.position + (t - this.at) * this.speed : this.position;
  }

  play(t: number): void {
    this.at = t;
    this.runs = true;
  }

  pause(t: number): void {
    this.position = this.now(t);
    this.runs = false;
  }

  seek(ms: number, t: number): void {
    this.position = ms;
    this.at = t;
  }

  setRate(rate: number, t: number): void {
    this.seek(this.now(t), t);
    this.speed = rate;
  }
}

/** What a media element shows of itself. */
export interface Reel {
  currentTime: number;
  playbackRate: number;
  readonly duration: number;
  readonly readyState: number;
  readonly seeking: boolean;
  readonly paused: boolean;
  play(): Promise<void> | void;
  pause(): void;
}

/** Who would notice a changed rate. */
export type Notice = "heard" | "seen" | "starting" | "unseen";
const MOSTS: Readonly<Record<Notice, number>> = { heard: MOST_AUDIBLE, seen: MOST, starting: MOST_STARTING, unseen: MOST_UNSEEN };
const HURRIES: ReadonlySet<Notice> = new Set(["starting", "unseen"]);

export type Correction = { readonly kind: "keep" } | { readonly kind: "rate"; readonly rate: number } | { readonly kind: "seek" };

/** What to do about an error of `e` seconds (positive: the element is late). */
export function correct(e: number, nominal: number, current: number, notice: Notice): Correction {
  const size = Math.abs(e);
  if (size >= SEEK_S) return { kind: "seek" };
  if (size >= (HURRIES.has(notice) ? CLOSE_S / 3 : CLOSE_S)) {
    const most = MOSTS[notice];
    const gain = HURRIES.has(notice) ? 2 : 0.5;
    return { kind: "rate", rate: nominal * (1 + Math.max(-most, Math.min(most, e * gain))) };
  }
  return current !== nominal && size < CLOSE_S / 3 ? { kind: "rate", rate: nominal } : { kind: "keep" };
}

/** Keeps one element on the timeline. */
export class Follower {
  private sought = -Infinity;
  private begun: number | null = null;
  /** How long a seek takes here, learned. */
  private latency = 0.15;

  constructor(private readonly reel: Reel) {}

  /** Where the element is, in the clip's own seconds. */
  get at(): number {
    return this.reel.currentTime;
  }

  /** Tell whether the element does not even know its length yet. */
  get loads(): boolean {
    return this.reel.readyState < 1;
  }

  /** Tell whether the timeline must wait for this element. */
  get stalled(): boolean {
    return this.reel.readyState < 3 || this.reel.seeking;
  }

  /** Tell whether the element stands or runs where it should, well enough to be put before people. */
  ready(want: number): boolean {
    return !this.stalled && Math.abs(want - this.reel.currentTime) < TOGETHER_S;
  }

  /** Follow: `want` is the clip's own time in seconds. */
  step(want: number, playing: boolean, nominal: number, notice: Notice, t: number): void {
    this.learn(t);
    const { reel } = this;
    const outside = want < 0 || want > reel.duration;
    if (!playing || outside) {
      if (!reel.paused) reel.pause();
      if (!outside && !playing && Math.abs(reel.currentTime - want) > 0.05 && !reel.seeking) reel.currentTime = want;
      return;
    }
    if (reel.paused) void Promise.resolve(reel.play()).catch(() => undefined);
    if (reel.seeking || reel.readyState < 1) return;
    const act = correct(want - reel.currentTime, nominal, reel.playbackRate, notice);
    if (act.kind === "rate") reel.playbackRate = act.rate;
    else if (act.kind === "seek" && t - this.sought >= COOL_MS) this.seek(want + this.latency * nominal, nominal, t);
  }

  /** The timeline jumped: go there at once, no cool-down. */
  jump(want: number, nominal: number, t: number): void {
    if (want >= 0 && want <= this.reel.duration) this.seek(want, nominal, t);
  }

  /** Stand wherever it is: nobody looks. */
  rest(): void {
    if (!this.reel.paused) this.reel.pause();
  }

  /** Back after the page was hidden: no rate makes up for that, and no cool-down holds it. */
  rejoin(want: number, playing: boolean, nominal: number, t: number): void {
    if (Math.abs(want - this.reel.currentTime) >= CLOSE_S) this.jump(playing ? want + this.latency * nominal : want, nominal, t);
  }

  private seek(to: number, nominal: number, t: number): void {
    this.sought = t;
    this.begun = t;
    this.reel.playbackRate = nominal;
    this.reel.currentTime = Math.max(0, Math.min(to, this.reel.duration || to));
  }

  private learn(t: number): void {
    if (this.begun === null || this.reel.seeking) return;
    this.latency = Math.min(1.5, this.latency / 2 + (t - this.begun) / 2000);
    this.begun = null;
  }
}
