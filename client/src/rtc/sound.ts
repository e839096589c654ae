/** One `<audio>` per slot: never Web Audio, which would break echo cancelling (CLIENT §3). */
import { effect, signal, type Signal } from "@preact/signals";
import type { SlotState } from "../proto/types";
import type { SlotMedia } from "./slots";

export class Sound {
  /** A browser that plays nothing before a click says so here. */
  readonly blocked: Signal<boolean> = signal(false);
  /** Nothing is heard at all: the console before its headphones are chosen. */
  readonly silent: Signal<boolean>;
  /** The loudspeaker, by device id; empty means the system's. */
  readonly sink: Signal<string> = signal("");
  readonly volume: Signal<number> = signal(1);
  /** The link is down: what might still come out of it is noise. */
  readonly broken: Signal<boolean> = signal(false);
  private readonly players: HTMLAudioElement[] = [];

  constructor(media: Signal<readonly SlotMedia[]>, slots: Signal<readonly SlotState[]>, silent: boolean) {
    this.silent = signal(silent);
    // in this order: new players are made, then told what they may say
    effect(() => {
      this.bind(media.value);
      this.mute(slots.value);
    });
    effect(() => this.route(this.sink.value));
    effect(() => {
      const volume = this.volume.value;
      for (const player of this.players) player.volume = volume;
    });
  }

  /** Try again after a click. */
  unblock(): void {
    this.blocked.value = false;
    for (const player of this.players) this.play(player);
  }

  private bind(media: readonly SlotMedia[]): void {
    media.forEach((slot, i) => {
      const player = (this.players[i] ??= this.make());
      player.srcObject = new MediaStream([slot.sound]);
      this.play(player);
    });
  }

  private make(): HTMLAudioElement {
    const player = new Audio();
    player.autoplay = true;
    player.muted = true;
    player.volume = this.volume.peek();
    if (this.sink.peek()) void player.setSinkId?.(this.sink.peek()).catch(() => undefined);
    return player;
  }

  private mute(slots: readonly SlotState[]): void {
    const none = this.silent.value || this.broken.value;
    this.players.forEach((player, i) => {
      const slot = slots.find((one) => one.slot === i);
      const muted = none || !slot?.source || slot.sound === false;
      const begins = player.muted && !muted;
      player.muted = muted;
      if (begins) this.play(player);
    });
  }

  private route(sink: string): void {
    for (const player of this.players) void player.setSinkId?.(sink).catch(() => undefined);
  }

  private play(player: HTMLAudioElement): void {
    void player.play()?.catch((error: unknown) => {
      if (error instanceof DOMException && error.name === "NotAllowedError") this.blocked.value = true;
    });
  }
}
