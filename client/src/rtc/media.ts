/** The page's media behind one door: publish, subscribe, statistics (CLIENT §1, Layout). */
import { effect, signal, type Signal } from "@preact/signals";
import { onBeat } from "../net/beat";
import { healthy } from "../net/ladder";
import type { Room } from "../net/room";
import type { Own } from "../proto/types";
import { Link, type LinkState, type LinkWorld } from "./link";
import { Slots, type SlotMedia } from "./slots";
import { Sound } from "./sound";
import { Source, type Tracks } from "./source";
import { route, sent, type Route, type Sent } from "./stats";
import { Wishes } from "./wishes";

export interface Media {
  publish(use: Own, tracks: Tracks, bitrate?: number): void;
  unpublish(use: Own): void;
  subscribe(): void;
  readonly slots: Signal<readonly SlotMedia[]>;
  readonly sound: Sound;
  readonly wishes: Wishes;
  /** How each link does, by its use. */
  readonly links: Signal<Readonly<Record<string, LinkState>>>;
  /** What is sent of each own source. */
  readonly sent: Signal<Readonly<Record<string, Sent | null>>>;
  /** How the own camera leaves this page; null while it does not. */
  readonly route: Signal<Route | null>;
}

function world(room: Room): LinkWorld {
  return {
    peer: (ice) => new RTCPeerConnection({
      bundlePolicy: "max-bundle",
      iceServers: ice.map((one) => ({ urls: [...one.urls], username: one.username, credential: one.credential })),
    }),
    token: (use) => room.socket.bearer(use),
    get: (input, init) => fetch(input, init),
    healthy: () => healthy(),
    later: (ms, act) => {
      const timer = setTimeout(act, ms);
      return () => clearTimeout(timer);
    },
    now: () => performance.now(),
    random: Math.random,
  };
}

interface Published {
  readonly source: Source;
  readonly link: Link;
}

class PageMedia implements Media {
  readonly slots: Signal<readonly SlotMedia[]>;
  readonly sound: Sound;
  readonly wishes: Wishes;
  readonly links: Signal<Readonly<Record<string, LinkState>>> = signal({});
  readonly sent: Signal<Readonly<Record<string, Sent | null>>> = signal({});
  readonly route: Signal<Route | null> = signal(null);
  private readonly world: LinkWorld;
  private readonly view: Link;
  private readonly own = new Map<Own, Published>();
  private beats = 0;

  constructor(private readonly room: Room, count: number, silent: boolean) {
    this.world = world(room);
    const expected = (): boolean => room.store.slots.peek().some((slot) => slot.source && !slot.paused);
    const part = new Slots(count, this.world.now, expected);
    this.slots = part.media;
    this.view = new Link(part, this.world);
    this.sound = new Sound(part.media, room.store.slots, silent);
    this.wishes = new Wishes((heights) => room.socket.wishes(heights));
    this.follow(this.view, "whep");
    effect(() => {
      this.sound.broken.value = this.view.state.value.kind === "down";
    });
    this.listen();
  }

  publish(use: Own, tracks: Tracks, bitrate = 48_000): void {
    let one = this.own.get(use);
    if (one === undefined) {
      const source = new Source(use, () => this.room.store.session.peek()?.video ?? "vp8");
      one = { source, link: new Link(source, this.world) };
      this.own.set(use, one);
      this.follow(one.link, use);
    }
    const again = one.source.give(tracks, bitrate);
    if (again) one.link.renew();
    else one.link.start();
    this.layer(use);
  }

  unpublish(use: Own): void {
    this.own.get(use)?.link.stop();
    this.own.delete(use);
  }

  subscribe(): void {
    this.view.start();
  }

  private all(): Link[] {
    return [this.view, ...[...this.own.values()].map((one) => one.link)];
  }

  private follow(link: Link, use: string): void {
    effect(() => {
      const state = link.state.value;
      this.links.value = { ...this.links.peek(), [use]: state };
    });
  }

  private layer(use: Own): void {
    const layers = this.room.store.layers.peek()[`${this.site()}/${use}`];
    if (layers) void this.own.get(use)?.source.set(layers);
  }

  private site(): string {
    return this.room.store.session.peek()?.site ?? "";
  }

  private listen(): void {
    const { store } = this.room;
    effect(() => {
      void store.layers.value;
      for (const use of this.own.keys()) this.layer(use);
    });
    effect(() => {
      const stalled = store.stalled.value;
      if (stalled === null) return;
      if (stalled.use === "whep") this.view.trouble();
      else this.own.get(stalled.use as Own)?.link.trouble();
    });
    effect(() => {
      if (store.welcomes.value === 0) return;
      this.wishes.again();
      for (const link of this.all()) {
        link.kick();
        void link.doubt().catch(() => undefined);
      }
    });
    const kick = (): void => this.all().forEach((link) => link.kick());
    addEventListener("online", kick);
    (navigator as { connection?: EventTarget }).connection?.addEventListener("change", kick);
    document.addEventListener("visibilitychange", kick);
    addEventListener("pagehide", (event) => {
      if (!event.persisted) this.all().forEach((link) => link.stop(true));
    });
    onBeat(() => this.beat());
  }

  private beat(): void {
    this.beats += 1;
    if (this.beats % 4 !== 0) return;
    for (const one of this.own.values()) if (one.source.outdated) one.link.renew();
    for (const link of this.all()) void link.watch().catch(() => undefined);
    void this.measure();
  }

  private async measure(): Promise<void> {
    const found: Record<string, Sent | null> = {};
    for (const [use, one] of this.own) found[use] = await sent(one.link.pc).catch(() => null);
    this.sent.value = found;
    this.route.value = await route(this.own.get("camera")?.link.pc ?? null).catch(() => null);
  }
}

/** Make the media of a page with `count` viewing slots; `silent` until someone chooses to hear. */
export function openMedia(room: Room, count: number, silent = false): Media {
  return new PageMedia(room, count, silent);
}
