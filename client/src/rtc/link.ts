/** One media link (a WHIP source or the WHEP view) and its recovery, for ever (CLIENT §3, Recovery).
 *
 * Step 0: note the loss, probe the hub. Step 1: ICE restart. Step 2: a new generation beside the old, swapped in when
 * it runs. Step 3: wait, begin again. Old tracks stay until new ones run.
 */
import { signal, type ReadonlySignal } from "@preact/signals";
import { pause } from "../net/ladder";
import type { IceServer, MediaToken, Use } from "../proto/types";
import { Generation, MediaRefused, arrived, type Wire } from "./generation";

const RESTART_MS = 4000;
const REPLACE_MS = 6000;
const POLL_MS = 100;
const SILENT_MS = 2500;
const PROBE_MS = 1000;
const KICK_MS = 1000;
const DOUBT_MS = 600;
/** So many seconds with something in each, and the link is known to flow. */
const FLOWING = 3;

export interface LinkState {
  readonly kind: "off" | "starting" | "up" | "down";
  /** Tries since the loss. */
  readonly attempt: number;
  /** Local ms of the loss. */
  readonly since: number;
  readonly code: string | null;
}

/** What differs between publishing and viewing. */
export interface Part {
  readonly use: Use;
  /** Give a new peer connection its transceivers. */
  prepare(pc: RTCPeerConnection): void;
  /** Tell whether a connected generation may take over (its first frame is there). */
  ready(pc: RTCPeerConnection): Promise<boolean>;
  /** The generation has taken over. */
  adopt(pc: RTCPeerConnection): void;
}

export interface LinkWorld extends Wire {
  peer(ice: readonly IceServer[]): RTCPeerConnection;
  token(use: Use): Promise<MediaToken>;
  healthy(): Promise<boolean>;
  now(): number;
  random(): number;
}

export class Link {
  private readonly told = signal<LinkState>({ kind: "off", attempt: 0, since: 0, code: null });
  private current: Generation | null = null;
  private busy = false;
  private wanted = false;
  private wake: (() => void) | null = null;
  private kicked = -Infinity;
  private flow = { bytes: 0, moving: 0, at: 0 };

  constructor(
    private readonly part: Part,
    private readonly world: LinkWorld,
  ) {}

  get state(): ReadonlySignal<LinkState> {
    return this.told;
  }

  /** The peer connection in use, for statistics. */
  get pc(): RTCPeerConnection | null {
    return this.current?.pc ?? null;
  }

  /** Begin, and never give up. */
  start(): void {
    if (this.wanted) return;
    this.wanted = true;
    this.tell("starting", 0);
    void this.run(false);
  }

  /** Stop for good and tell the server. */
  stop(keepalive = false): void {
    this.wanted = false;
    this.wake?.();
    this.current?.close(keepalive);
    this.current = null;
    this.tell("off", 0);
  }

  /** Make a new generation although the old one works: other tracks need it. */
  renew(): void {
    if (this.wanted && !this.busy) void this.run(false);
  }

  /** Something is wrong with the link: step 0 at once. */
  trouble(): void {
    if (this.wanted && !this.busy) void this.run(true);
  }

  /** The network changed or the page woke up: look after the link, at most once a second. */
  kick(): void {
    const now = this.world.now();
    if (!this.wanted || now - this.kicked < KICK_MS) return;
    this.kicked = now;
    if (this.busy) this.wake?.();
    else if (this.current?.pc.connectionState !== "connected") this.trouble();
  }

  /** The socket came back, perhaps to another process: a link that was flowing must show that it still does. */
  async doubt(): Promise<void> {
    const generation = this.current;
    if (generation === null || this.busy || this.flow.moving < FLOWING) return;
    const before = await arrived(generation.pc);
    await this.wait(DOUBT_MS);
    const after = await arrived(generation.pc);
    if (generation === this.current && before.bytes === after.bytes) this.trouble();
  }

  /** To be called about once a second: nothing for 2.5 s on a link that was flowing is a loss. */
  async watch(): Promise<void> {
    const generation = this.current;
    if (generation === null || this.busy) return;
    const { bytes } = await arrived(generation.pc);
    if (generation !== this.current || this.busy) return;
    const now = this.world.now();
    if (bytes !== this.flow.bytes) this.flow = { bytes, moving: this.flow.moving + 1, at: now };
    else if (this.flow.moving >= FLOWING && now - this.flow.at >= SILENT_MS) this.trouble();
  }

  private async run(lost: boolean): Promise<void> {
    this.busy = true;
    const since = this.world.now();
    for (let attempt = lost ? 1 : 0; this.wanted; attempt += 1) {
      // probes count as tries too: the number shown never falls
      if (lost || attempt > 0) this.tell("down", Math.max(attempt, this.told.peek().attempt + 1), since);
      try {
        if (await this.attempt(lost && attempt === 1)) break;
      } catch (error) {
        if (error instanceof MediaRefused) this.tell("down", this.told.peek().attempt, since, error.code);
      }
      if (this.wanted) await this.wait(pause(Math.max(1, attempt), this.world.random));
    }
    this.busy = false;
    this.flow = { bytes: 0, moving: 0, at: this.world.now() };
    if (!this.wanted) return;
    this.tell("up", 0);
    if (this.bad(this.current?.pc)) this.trouble();
  }

  private async attempt(mayRestart: boolean): Promise<boolean> {
    while (this.wanted && !(await this.world.healthy())) {
      const { kind, attempt, since } = this.told.peek();
      if (kind === "down") this.tell(kind, attempt + 1, since);
      await this.wait(PROBE_MS);
    }
    if (!this.wanted) return false;
    if (mayRestart && this.current !== null && (await this.restart(this.current))) return true;
    return this.wanted && this.replace();
  }

  /** Step 1. True when the old generation is alive again. */
  private async restart(generation: Generation): Promise<boolean> {
    const begun = this.world.now();
    try {
      if (!(await generation.restart(this.limit(RESTART_MS)))) return false;
      const before = await arrived(generation.pc);
      return await this.until(begun + RESTART_MS, async () => {
        const now = await arrived(generation.pc);
        const alive = now.bytes !== before.bytes || now.checks !== before.checks; // sums shrink when old pairs go
        return generation.pc.connectionState === "connected" && alive;
      });
    } catch {
      return false;
    }
  }

  /** Step 2. True when a new generation has taken over. */
  private async replace(): Promise<boolean> {
    const token = await this.world.token(this.part.use);
    const pc = this.world.peer(token.ice);
    const next = new Generation(pc, token, this.world);
    const end = this.world.now() + REPLACE_MS;
    try {
      this.part.prepare(pc);
      await next.establish(this.limit(REPLACE_MS));
      const runs = await this.until(end, async () => pc.connectionState === "connected" && this.part.ready(pc));
      if (!runs || !this.wanted) {
        next.close();
        return false;
      }
    } catch (error) {
      next.close();
      throw error;
    }
    this.swap(next);
    return true;
  }

  private swap(next: Generation): void {
    const old = this.current;
    this.current = next;
    next.pc.onconnectionstatechange = () => {
      if (next === this.current && this.bad(next.pc)) this.trouble();
    };
    this.part.adopt(next.pc);
    old?.close();
  }

  private bad(pc: RTCPeerConnection | undefined): boolean {
    return pc?.connectionState === "disconnected" || pc?.connectionState === "failed";
  }

  private async until(end: number, holds: () => Promise<boolean>): Promise<boolean> {
    while (this.wanted && this.world.now() < end) {
      if (await holds()) return true;
      await this.wait(POLL_MS);
    }
    return false;
  }

  private wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        cancel();
        if (this.wake === done) this.wake = null;
        resolve();
      };
      const cancel = this.world.later(ms, done);
      this.wake = done;
    });
  }

  private limit(ms: number): AbortSignal {
    const stop = new AbortController();
    this.world.later(ms, () => stop.abort());
    return stop.signal;
  }

  private tell(kind: LinkState["kind"], attempt: number, since = this.world.now(), code: string | null = null): void {
    this.told.value = { kind, attempt, since, code };
  }
}
