/** The socket: greeting, heartbeat, reconnection for ever, commands and bearers (CLIENT §2; `signaling/README.md`). */
import { read } from "../proto/guard";
import { assertNever, type Command, type FromPage, type MediaToken, type ToPage, type Use } from "../proto/types";
import { Clock } from "./clock";
import { Commands, type Answer } from "./commands";
import { pause } from "./ladder";

const PING_MS = 2000;
const SILENT_MS = 3000;
const GREETING_MS = 6000;
const BEARER_MS = 5000;
/** After three failures in a row the hub is probed every second; its first answer starts the ladder anew. */
const PROBE_AFTER = 3;

export type Up = "connecting" | "up" | "down" | "stopped";

export interface Wire {
  send(text: string): void;
  close(): void;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number }) => void) | null;
}

/** What the socket needs of the world; tests give it virtual ones. */
export interface SocketWorld {
  open(): Wire;
  now(): number;
  later(ms: number, act: () => void): () => void;
  random(): number;
  healthy(): Promise<boolean>;
  sign(nonce: string): Promise<{ key: string; sig: string } | null>;
}

export interface SocketNews {
  up(state: Up, code: string | null): void;
  message(message: ToPage): void;
  build(build: string): void;
}

interface Wanted {
  readonly use: Use;
  readonly give: (token: MediaToken) => void;
  readonly fail: (error: Error) => void;
  readonly late: () => void;
}

export class Socket {
  private wire: Wire | null = null;
  private state: Up = "connecting";
  private heard = 0;
  private pinged = -Infinity;
  private opened = 0;
  private tries = 0;
  private fault: string | null = null;
  private cancelRetry: (() => void) | null = null;
  private wanted: Wanted[] = [];
  private readonly commands: Commands;

  constructor(
    private readonly seat: string,
    private readonly build: string,
    private readonly clock: Clock,
    private readonly world: SocketWorld,
    private readonly news: SocketNews,
  ) {
    this.commands = new Commands(() => world.now());
  }

  /** Open the socket now (again). */
  connect(): void {
    if (this.state === "stopped" || this.wire !== null) return;
    this.cancelRetry?.();
    this.cancelRetry = null;
    const wire = this.world.open();
    this.wire = wire;
    this.fault = null;
    this.opened = this.heard = this.world.now();
    wire.onmessage = (event) => {
      if (wire === this.wire) this.receive(event.data);
    };
    wire.onclose = (event) => {
      if (wire === this.wire) this.closed(event.code);
    };
  }

  /** To be called about four times a second. */
  beat(): void {
    const now = this.world.now();
    if (this.state !== "up") this.commands.expire();
    if (this.wire === null) return;
    if (this.state === "up" ? now - this.heard > SILENT_MS : now - this.opened > GREETING_MS) {
      this.abandon();
    } else if (this.state === "up" && now - this.pinged >= PING_MS) {
      this.pinged = now;
      this.send({ t: "ping", sent: now });
    }
  }

  /** The network came back or the page is seen again: try at once. */
  hurry(): void {
    if (this.wire === null) this.connect();
  }

  /** Ask for something to be done. The answer comes when it is in force, or refused. */
  ask(command: Command): Promise<Answer> {
    if (this.state === "stopped") return Promise.resolve({ ok: false, code: "not-signed-in", detail: {} });
    const { message, answer } = this.commands.begin(command, this.state === "up");
    if (this.state === "up") this.send(message);
    return answer;
  }

  /** Ask for a bearer for one media resource. Rejects when none comes in time. */
  bearer(use: Use): Promise<MediaToken> {
    return new Promise((give, reject) => {
      if (this.state !== "up") return reject(new Error("no socket"));
      const fail = (error: Error): void => {
        this.wanted = this.wanted.filter((other) => other !== one);
        one.late();
        reject(error);
      };
      const one: Wanted = { use, give, fail, late: this.world.later(BEARER_MS, () => fail(new Error("no bearer"))) };
      this.wanted.push(one);
      this.send({ t: "media.ask", use });
    });
  }

  /** Say how high sources are shown. */
  wishes(heights: Record<string, number>): void {
    if (this.state === "up") this.send({ t: "wishes", heights });
  }

  private send(message: FromPage): void {
    this.wire?.send(JSON.stringify(message));
  }

  private receive(data: unknown): void {
    this.heard = this.world.now();
    const message = read(data);
    if (message === null) return;
    switch (message.t) {
      case "challenge":
        this.news.build(message.build);
        void this.greet(message.nonce);
        return;
      case "welcome":
        this.welcome(message);
        return;
      case "done":
        this.commands.settle(message.ref, { ok: true });
        return;
      case "refused":
        this.commands.settle(message.ref, { ok: false, code: message.code, detail: message.detail ?? {} });
        return;
      case "media.token":
        this.gave(message);
        return;
      case "pong":
        this.clock.add(message.sent, this.heard, message.clock);
        return;
      case "fault":
        this.fault = message.code;
        for (const one of [...this.wanted]) one.fail(new Error(message.code));
        return;
      case "show": case "slots": case "layers": case "meters": case "health": case "stalled": case "follow":
      case "checkpoint":
        this.news.message(message);
        return;
      default:
        assertNever(message);
    }
  }

  private async greet(nonce: string): Promise<void> {
    const wire = this.wire;
    const proof = /^[slg]-/.test(this.seat) ? await this.world.sign(nonce) : null;
    if (wire !== this.wire) return;
    this.send({ t: "hello", seat: this.seat, build: this.build, key: proof?.key ?? null, sig: proof?.sig ?? null });
  }

  private welcome(message: Extract<ToPage, { t: "welcome" }>): void {
    this.tries = 0;
    this.clock.forget();
    this.clock.set(message.clock);
    this.state = "up";
    this.news.message(message);
    this.news.up("up", null);
    for (const again of this.commands.again()) this.send(again);
    this.pinged = -Infinity;
  }

  private gave(token: MediaToken): void {
    const one = this.wanted.find((wanted) => wanted.use === token.use);
    if (one === undefined) return;
    this.wanted = this.wanted.filter((other) => other !== one);
    one.late();
    one.give(token);
  }

  private abandon(): void {
    const wire = this.wire;
    this.closed(1006);
    wire?.close();
  }

  private closed(code: number): void {
    this.wire = null;
    for (const one of [...this.wanted]) one.fail(new Error("socket closed"));
    const final = code === 4401 ? "not-signed-in" : code === 4403 ? "seat-revoked" : null;
    if (final !== null) {
      this.state = "stopped";
      this.commands.drop(final);
      this.news.up("stopped", final);
      return;
    }
    this.state = "down";
    this.news.up("down", this.fault);
    const slow = code === 4409 || code === 4429;
    this.cancelRetry = this.world.later(slow ? 5000 : pause(this.tries, this.world.random), () => void this.retry());
    this.tries += 1;
  }

  private async retry(): Promise<void> {
    this.cancelRetry = null;
    if (this.tries > PROBE_AFTER) {
      if (await this.world.healthy()) this.tries = 0;
      else if (this.wire === null && this.cancelRetry === null) {
        this.cancelRetry = this.world.later(1000, () => void this.retry());
        return;
      }
    }
    this.connect();
  }
}
