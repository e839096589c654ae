/** Keeps many clips on one timeline. The timeline is the master, no element is (RECORDING §6). Pure: the caller acts. */
export const FINE_S = 0.03;
export const BACK_S = 0.01;
export const SEEK_S = 0.6;
export const PICTURE_BAND = 0.06;
export const SOUND_BAND = 0.02;
export const COOL_MS = 3000;
export const MOST_LATENCY_S = 1.5;

export interface Reading {
  /** Where the clip should be and where it is, in seconds of the clip. */
  want: number;
  is: number;
  /** Playback rate of the timeline. */
  rate: number;
  audible: boolean;
  now: number;
}

export type Correction = { do: "rate"; rate: number } | { do: "seek"; to: number };

/** One clip's controller: it learns how long this clip's seeks take. */
export class ClipSync {
  private soughtAt = -Infinity;
  private wanted: number | null = null;
  private latency = 0;
  private correcting = false;

  decide(one: Reading): Correction {
    const error = one.want - one.is;
    const size = Math.abs(error);
    if (size >= SEEK_S && one.now - this.soughtAt >= COOL_MS) {
      this.soughtAt = one.now;
      this.wanted = one.now;
      this.correcting = false;
      return { do: "seek", to: Math.max(0, one.want + this.latency * one.rate) };
    }
    if (size < BACK_S || (size < FINE_S && !this.correcting)) {
      this.correcting = false;
      return { do: "rate", rate: one.rate };
    }
    this.correcting = true;
    const band = one.audible ? SOUND_BAND : PICTURE_BAND;
    const turn = Math.max(-band, Math.min(band, 0.5 * error));
    return { do: "rate", rate: one.rate * (1 + turn) };
  }

  /** A seek has ended: the next one aims ahead by what this one took. */
  arrived(now: number): void {
    if (this.wanted === null) return;
    const took = Math.min(MOST_LATENCY_S, (now - this.wanted) / 1000);
    this.latency = (this.latency + took) / 2;
    this.wanted = null;
  }

  /** The timeline jumped: seek at the next look, whatever the cool-down. */
  jumped(): void {
    this.soughtAt = -Infinity;
    this.wanted = null;
  }
}

/** The timeline's own clock: runs at a rate, stands still while paused or while the main clip stalls. */
export class Playhead {
  rate = 1;
  playing = false;
  private base = 0;
  private since = 0;
  private stalled = false;

  constructor(private readonly now: () => number) {}

  at(): number {
    return this.playing && !this.stalled ? this.base + (this.now() - this.since) * this.rate : this.base;
  }

  private settle(): void {
    this.base = this.at();
    this.since = this.now();
  }

  seek(ms: number): void {
    this.base = Math.max(0, ms);
    this.since = this.now();
  }

  play(): void {
    this.settle();
    this.playing = true;
  }

  pause(): void {
    this.settle();
    this.playing = false;
  }

  setRate(rate: number): void {
    this.settle();
    this.rate = rate;
  }

  /** The main clip holds the timeline: the others wait with it. */
  get waiting(): boolean {
    return this.stalled;
  }

  stall(on: boolean): void {
    if (on === this.stalled) return;
    this.settle();
    this.stalled = on;
  }
}
