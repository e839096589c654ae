/** The player: timeline, stage and followers, stepped every 200 ms (RECORDING §6). */
import { signal, type Signal } from "@preact/signals";
import { ApiRefused, timeline as ask } from "../net/api";
import { cast, type Part, type View } from "./cast";
import { Hearing } from "./hearing";
import { Follower, Master, STEP_MS, type Reel } from "./sync";
import { hub, type Places } from "./places";
import { duration, growing, read, type Clip, type Timeline } from "./timeline";
import type { Selection } from "./wanted";

const REFRESH_MS = 5000;
/** Nearer than this to now, the live page is the better place. */
const LIVE_MS = 15_000;
/** A growing record is followed this far behind its end, so that what is wanted is on disk. */
const BEHIND_MS = 4000;
const FRAME_MS = 40;
const TOGETHER_MS = 1000;
/** After a start elements take 50 to 300 ms to move, each its own time. For so long the timeline goes by the main clip, and
 * silent pictures may hurry; by rates people do not notice nine tracks were 130 ms apart fifteen seconds later (measured). */
const START_MS = 2500;
export const RATES = [0.5, 0.75, 1, 1.25, 1.5, 2] as const;

interface Playing {
  readonly follower: Follower;
  readonly clip: Clip;
}

/** An element that waits to take over, and what to call when it may. */
interface Spare extends Playing {
  readonly take: () => void;
  since: number | null;
}

/** A spare that cannot be brought exactly onto the timeline takes over after this long all the same. */
const PATIENCE_MS = 4000;

export class Player {
  readonly line: Signal<Timeline | null> = signal(null);
  readonly refused: Signal<string | null> = signal(null);
  readonly position: Signal<number> = signal(0);
  readonly playing: Signal<boolean> = signal(false);
  readonly waiting: Signal<boolean> = signal(false);
  readonly rate: Signal<number> = signal(1);
  readonly view: Signal<View> = signal({ kind: "broadcast" });
  readonly solo: Signal<string | null> = signal(null);
  /** Sites whose voice the reader does not want. */
  readonly silenced: Signal<ReadonlySet<string>> = signal(new Set());
  readonly muted: Signal<boolean> = signal(false);
  readonly stage: Signal<readonly Part[]> = signal([]);
  readonly selection: Signal<Selection> = signal({ from: null, to: null });
  private readonly master = new Master();
  private readonly reels = new Map<string, Playing>();
  private readonly spares = new Map<string, Spare>();
  private hidden = false;
  private held = false;
  private startedAt = -Infinity;
  private mainAt = NaN;
  private refreshed = 0;
  private tag: string | null = null;

  constructor(
    readonly session: string,
    private readonly now: () => number = () => performance.now(),
    private readonly get: typeof ask = ask,
    readonly places: Places = hub(session),
    readonly hearing: Hearing = new Hearing(session),
  ) {}

  /** Load the timeline and begin to step. Returns how to stop. */
  async start(at: number | null): Promise<() => void> {
    await this.refresh();
    if (at !== null) this.seek(at);
    this.step();
    const timer = setInterval(() => this.step(), STEP_MS);
    return () => clearInterval(timer);
  }

  get duration(): number {
    const line = this.line.value;
    if (line === null) return 0;
    return Math.max(0, duration(line) - (growing(line) ? BEHIND_MS : 0));
  }

  /** Tell whether the ceremony goes on and what is shown is nearly now. */
  nearLive(): boolean {
    const line = this.line.value;
    return line !== null && line.end_us === null && duration(line) - this.position.value < LIVE_MS;
  }

  toggle(): void {
    if (this.playing.peek()) this.pause();
    else this.play();
  }

  play(): void {
    if (this.position.peek() >= this.duration - 100 && !this.growing()) this.seek(0);
    this.playing.value = true;
    this.held = false;
    this.startedAt = this.now();
    this.master.play(this.startedAt);
    this.step();
  }

  pause(): void {
    this.playing.value = false;
    this.waiting.value = false;
    this.held = false;
    this.master.pause(this.now());
    this.step();
  }

  seek(ms: number): void {
    const t = this.now();
    const to = Math.max(0, Math.min(ms, this.duration));
    this.master.seek(to, t);
    this.startedAt = t;
    this.position.value = to;
    this.restage(to);
    for (const one of this.reels.values()) one.follower.jump((to - one.clip.from_ms) / 1000, this.master.rate, t);
    this.step();
  }

  /** One frame on or back, at rest. */
  nudge(frames: 1 | -1): void {
    this.pause();
    this.seek(this.position.peek() + frames * FRAME_MS);
  }

  setRate(rate: number): void {
    this.rate.value = rate;
    this.master.setRate(rate, this.now());
  }

  /** J and L: slower, faster, one step of the table. */
  shift(steps: 1 | -1): void {
    const i = RATES.findIndex((rate) => rate === this.rate.peek());
    const next = RATES[Math.max(0, Math.min(RATES.length - 1, (i < 0 ? 2 : i) + steps))];
    if (next !== undefined) this.setRate(next);
  }

  /** I and O: the part to take away begins or ends here. An end before its beginning takes the other along. */
  cut(end: keyof Selection): void {
    const at = this.position.peek();
    const { from, to } = this.selection.peek();
    if (end === "from") this.selection.value = { from: at, to: to !== null && to <= at ? null : to };
    else this.selection.value = { from: from !== null && from >= at ? null : from, to: at };
  }

  look(view: View): void {
    this.view.value = view;
    this.restage(this.position.peek());
  }

  /** Silence a site, or hear it again. */
  silence(site: string): void {
    const next = new Set(this.silenced.peek());
    if (!next.delete(site)) next.add(site);
    this.silenced.value = next;
    this.restage(this.position.peek());
  }

  /** Hear one site alone, or the programme again. */
  alone(site: string): void {
    const source = `${site}/camera`;
    this.solo.value = this.solo.peek() === source ? null : source;
    this.restage(this.position.peek());
  }

  /** An element is there for a clip. Returns how to say that it is gone. */
  attach(source: string, reel: Reel, clip: Clip): () => void {
    const one = { follower: new Follower(reel), clip };
    this.reels.set(source, one);
    this.step();
    return () => {
      if (this.reels.get(source) === one) this.reels.delete(source);
    };
  }

  /** An element is being brought beside the one of a source. `take` is called once, when it may be put in its place.
   * Returns how to give it up. */
  prepare(source: string, reel: Reel, clip: Clip, take: () => void): () => void {
    const spare: Spare = { follower: new Follower(reel), clip, take, since: null };
    this.spares.set(source, spare);
    return () => {
      if (this.spares.get(source) === spare) this.spares.delete(source);
    };
  }

  /** The page is covered, or seen again: pictures nobody hears stop, and are where they belong at once. */
  cover(hidden: boolean): void {
    if (this.hidden === hidden) return;
    this.hidden = hidden;
    const t = this.now();
    const at = this.master.now(t);
    if (!hidden) for (const one of this.reels.values()) one.follower.rejoin((at - one.clip.from_ms) / 1000, this.master.playing, this.master.rate, t);
    this.step();
  }

  async refresh(): Promise<void> {
    this.refreshed = this.now();
    try {
      const told = await this.get(this.session, this.tag);
      this.refused.value = null;
      if (told === null) return;
      this.tag = told.tag;
      const line = read(told.value);
      this.refused.value = line === null ? "malformed" : null;
      if (line === null) return;
      this.line.value = line;
      void this.hearing.learn(line);
    } catch (error) {
      this.refused.value = error instanceof ApiRefused ? error.code : "internal";
    }
  }

  /** One step: time, stage, followers; the timeline waits for the main clip only. */
  step(): void {
    const t = this.now();
    const line = this.line.peek();
    if (line === null) return;
    if (this.growing() && t - this.refreshed > REFRESH_MS) void this.refresh();
    this.hold(t);
    const at = Math.min(this.master.now(t), this.duration);
    if (this.playing.peek() && at >= this.duration && !this.growing()) {
      this.master.seek(at, t);
      this.playing.value = false;
      this.master.pause(t);
    } else if (at >= this.duration && this.master.playing) this.master.seek(at, t);
    this.position.value = at;
    this.restage(at);
    const runs = this.playing.peek() && !this.held;
    for (const part of this.stage.peek()) this.follow(part, at, runs, t);
    for (const [source, spare] of this.spares) this.bring(spare, this.whereIs(source) ?? at, runs, t);
  }

  /** Where the element of a source is on the timeline, when it plays as it should: who takes over goes by that. */
  private whereIs(source: string): number | null {
    const one = this.reels.get(source);
    return one === undefined || one.follower.stalled ? null : one.follower.at * 1000 + one.clip.from_ms;
  }

  /** Bring a spare onto the timeline; put it in its place when it is there. */
  private bring(spare: Spare, at: number, runs: boolean, t: number): void {
    const { follower } = spare;
    const want = (at - spare.clip.from_ms) / 1000;
    if (follower.loads) return;
    spare.since ??= t;
    follower.step(want, runs, this.master.rate, "unseen", t);
    if (follower.ready(want) || (!follower.stalled && t - spare.since > PATIENCE_MS)) spare.take();
  }

  private follow(part: Part, at: number, runs: boolean, t: number): void {
    const one = this.reels.get(part.source);
    if (!one || part.clip === null) return;
    if (this.hidden && runs && !part.audible) return one.follower.rest();
    const playing = this.held ? part.main && this.playing.peek() : runs;
    one.follower.step((at - one.clip.from_ms) / 1000, playing, this.master.rate, part.main || part.audible ? "heard" : t - this.startedAt < START_MS ? "starting" : "seen", t);
  }

  private hold(t: number): void {
    if (!this.playing.peek()) return;
    const main = this.stage.peek().find((part) => part.main && part.clip !== null && part.gap === null);
    const reel = main && this.reels.get(main.source);
    const stalled = main !== undefined && (reel === undefined || reel.follower.stalled);
    if (stalled && !this.held) {
      this.master.pause(t);
      this.held = true;
    } else if (!stalled && this.held) {
      this.held = false;
      this.startedAt = t;
      // the main clip ran on alone while the timeline stood: the timeline goes where it is
      const at = reel === undefined ? null : reel.follower.at * 1000 + reel.clip.from_ms;
      if (at !== null && Math.abs(at - this.master.now(t)) < TOGETHER_MS) this.master.seek(at, t);
      this.master.play(t);
    }
    if (!stalled) this.goBy(reel, t);
    this.waiting.value = this.held;
  }

  /** At a start the timeline is where the main clip is, once that moves. */
  private goBy(main: Playing | undefined, t: number): void {
    const at = main === undefined ? NaN : main.follower.at * 1000 + main.clip.from_ms;
    const moved = at > this.mainAt;
    this.mainAt = at;
    if (moved && t - this.startedAt < START_MS && Math.abs(at - this.master.now(t)) < TOGETHER_MS) this.master.seek(at, t);
  }

  private restage(at: number): void {
    const line = this.line.peek();
    if (line === null) return;
    const next = cast(line, this.view.peek(), at, { solo: this.solo.peek(), silenced: this.silenced.peek() });
    if (JSON.stringify(next) !== JSON.stringify(this.stage.peek())) this.stage.value = next;
  }

  private growing(): boolean {
    const line = this.line.peek();
    return line !== null && growing(line);
  }
}
