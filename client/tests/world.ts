/** A virtual world for the tests: time that moves only when told, timers, a socket and peer connections that obey. */
import type { Wire } from "../src/net/socket";

interface Timer {
  readonly at: number;
  readonly act: () => void;
}

export class Time {
  ms = 0;
  private timers = new Set<Timer>();

  readonly now = (): number => this.ms;

  readonly later = (ms: number, act: () => void): (() => void) => {
    const timer = { at: this.ms + ms, act };
    this.timers.add(timer);
    return () => this.timers.delete(timer);
  };

  /** Let `ms` pass, timers in order, promises settled after each. */
  async pass(ms: number): Promise<void> {
    const end = this.ms + ms;
    await settle();
    for (;;) {
      const due = [...this.timers].filter((one) => one.at <= end).sort((a, b) => a.at - b.at)[0];
      if (due === undefined) break;
      this.timers.delete(due);
      this.ms = Math.max(this.ms, due.at);
      due.act();
      await settle();
    }
    this.ms = end;
  }
}

/** Let every promise that can settle do so. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 40; i += 1) await Promise.resolve();
}

export class FakeWire implements Wire {
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  readonly sent: { t: string; [name: string]: unknown }[] = [];
  closed = false;

  send(text: string): void {
    this.sent.push(JSON.parse(text) as { t: string });
  }

  close(): void {
    this.closed = true;
  }

  say(message: unknown): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }

  of(tag: string): { t: string; [name: string]: unknown }[] {
    return this.sent.filter((one) => one.t === tag);
  }
}

/** A peer connection that connects as it is told to. */
export class FakePeer {
  connectionState = "new";
  onconnectionstatechange: (() => void) | null = null;
  localDescription: { sdp: string } | null = null;
  remote: string | null = null;
  bytes = 0;
  closed = false;
  restarts = 0;
  flowing = true;

  constructor(private readonly n: number) {}

  restartIce(): void {
    this.restarts += 1;
  }

  async createOffer(): Promise<{ sdp: string }> {
    return { sdp: `v=0\r\na=ice-ufrag:u${this.n}-${this.restarts}\r\na=ice-pwd:p${this.n}\r\n` };
  }

  async setLocalDescription(offer: { sdp: string }): Promise<void> {
    this.localDescription = offer;
  }

  async setRemoteDescription(answer: { sdp: string }): Promise<void> {
    this.remote = answer.sdp;
  }

  async getStats(): Promise<Map<string, unknown>> {
    if (this.flowing && this.connectionState === "connected") this.bytes += 1000;
    return new Map([["pair", { type: "candidate-pair", bytesReceived: this.bytes, responsesReceived: 0 }]]);
  }

  become(state: string): void {
    this.connectionState = state;
    this.onconnectionstatechange?.();
  }

  close(): void {
    this.closed = true;
    this.connectionState = "closed";
  }
}
