/** The server's clock, as this page knows it: the offset of the shortest of the last eight round trips (CLIENT §2). */

const KEPT = 8;

interface Probe {
  readonly trip: number;
  readonly offset: number;
}

export class Clock {
  private probes: Probe[] = [];
  private offset: number;

  /** `local` is a monotonic millisecond clock; until the first probe the page's own calendar serves. */
  constructor(
    private readonly local: () => number = () => performance.now(),
    calendar: () => number = Date.now,
  ) {
    this.offset = calendar() - local();
  }

  /** Take in one round trip: sent and received on the local clock (ms), the server's time in between (µs). */
  add(sent: number, received: number, server: number): void {
    const trip = received - sent;
    if (!(trip >= 0)) return;
    this.probes = [...this.probes, { trip, offset: server / 1000 - (sent + trip / 2) }].slice(-KEPT);
    this.offset = this.probes.reduce((best, one) => (one.trip < best.trip ? one : best)).offset;
  }

  /** Take a server time that came alone (the welcome): good until the first round trip. */
  set(server: number): void {
    if (this.probes.length === 0) this.offset = server / 1000 - this.local();
  }

  /** Forget old probes: after a reconnection the path may be another. */
  forget(): void {
    this.probes = [];
  }

  /** Return the server's time, ms since 1970. */
  now(): number {
    return this.local() + this.offset;
  }
}
