/** A site's own picture and sound: opened, remembered, opened again when unplugged, gated by the server (CLIENT §4). */
import { effect, signal, type Signal } from "@preact/signals";
import type { Room } from "../net/room";
import type { Own } from "../proto/types";
import { failureOf, look, open, openScreen, plugged, recall, remember, type Failure, type Kind } from "./devices";
import type { Media } from "./media";
import type { Echo } from "./echo";
import { Level } from "./level";
import { camera, microphone, SOUNDS, type Sent, type Sound } from "./profiles";

export interface Opened {
  readonly track: MediaStreamTrack | null;
  readonly failure: Failure | null;
  readonly opening: boolean;
}

const CLOSED: Opened = { track: null, failure: null, opening: false };
const SOUND = "diemcau.sound";

function keptSound(): Sound {
  try {
    const kept = localStorage.getItem(SOUND);
    return kept === "desk" || kept === "headset" ? kept : "hall";
  } catch {
    return "hall";
  }
}

export class Station {
  readonly picture: Signal<Opened> = signal(CLOSED);
  readonly voice: Signal<Opened> = signal(CLOSED);
  readonly profile: Signal<Sound> = signal(keptSound());
  /** Music is played at the hub: sent as it is, unless somebody here says no. */
  readonly music: Signal<boolean> = signal(false);
  readonly musicRefused: Signal<boolean> = signal(false);
  readonly entered: Signal<boolean> = signal(false);
  /** Did the test tone play; null before it was tried. */
  readonly heard: Signal<boolean | null> = signal(null);
  /** What the last "Thử vọng" found. */
  readonly echo: Signal<Echo | "none" | "trying" | "failed" | null> = signal(null);
  /** The hub's further sources, by name. */
  readonly extra: Signal<Readonly<Partial<Record<Own, Opened>>>> = signal({});

  private meter: Level | null = null;

  constructor(room: Room, private readonly media: Media) {
    effect(() => {
      const gate = room.store.cue.value?.mic ?? "closed";
      const track = this.voice.value.track;
      if (track) track.enabled = !this.entered.value || gate !== "closed";
    });
    effect(() => {
      const track = this.voice.value.track;
      if (track === null) return;
      this.meter ??= new Level();
      this.meter.listen(track);
    });
    let before = this.sent();
    effect(() => {
      this.music.value = room.store.cue.value?.music ?? false;
      if (!this.music.value) this.musicRefused.value = false; // the next music begins as music again
      const now = this.sent();
      if (now === before) return;
      before = now;
      if (this.voice.peek().track !== null) void this.openVoice();
    });
    navigator.mediaDevices?.addEventListener?.("devicechange", () => void this.changed());
  }

  /** Open camera and microphone, each by itself: a busy camera must not cost the microphone. */
  async prepare(): Promise<void> {
    await look();
    await this.openPicture();
    await this.openVoice();
    await look();
  }

  async openPicture(device = recall("camera", "camera")): Promise<void> {
    await this.opened(this.picture, device, "camera", () => open({ video: camera(device) }), () => open({ video: camera("") }));
  }

  async openVoice(device = recall("microphone", "microphone")): Promise<void> {
    const sound = this.sent();
    const ask = (id: string): Promise<MediaStreamTrack> => open({ audio: microphone(id, sound) });
    await this.opened(this.voice, device, "microphone", () => ask(device), () => ask(""));
  }

  /** Choose a device for good. */
  choose(kind: "camera" | "microphone", id: string): Promise<void> {
    remember(kind, plugged.peek()[kind].find((one) => one.id === id) ?? null);
    return kind === "camera" ? this.openPicture(id) : this.openVoice(id);
  }

  chooseSpeaker(id: string): void {
    remember("speaker", plugged.peek().speaker.find((one) => one.id === id) ?? null);
    this.media.sound.sink.value = id;
  }

  chooseProfile(sound: Sound): Promise<void> {
    this.profile.value = sound;
    try {
      localStorage.setItem(SOUND, sound);
    } catch {
      // chosen again next time
    }
    return this.openVoice();
  }

  /** The profile in force: the chosen one, or music while an item wants it. */
  private sent(): Sent {
    return this.music.value && !this.musicRefused.value ? "music" : this.profile.peek();
  }

  /** How loud the own microphone is now, 0 to 1. */
  level(): number {
    return this.meter?.now() ?? 0;
  }

  /** Play a short tone through the chosen loudspeaker. */
  async tone(): Promise<void> {
    this.meter ??= new Level();
    this.heard.value = await this.meter.tone(this.media.sound.sink.peek());
  }

  /** Try whether the hall's microphone hears its loudspeakers; null while it is tried or before. */
  async tryEcho(): Promise<void> {
    const track = this.voice.peek().track;
    if (track === null) return;
    this.meter ??= new Level();
    this.echo.value = "trying";
    try {
      this.echo.value = (await this.meter.echo(track, this.media.sound.sink.peek())) ?? "none";
    } catch {
      this.echo.value = "failed";
    }
  }

  /** Go in: publish and view. */
  enter(): void {
    if (this.entered.peek()) return;
    this.entered.value = true;
    this.media.sound.sink.value = recall("speaker", "speaker");
    this.publish();
    this.media.subscribe();
  }

  /** Begin or stop one of the hub's further sources; `device` empty shares a screen. */
  async start(use: Exclude<Own, "camera">, device: string): Promise<void> {
    this.put(use, { ...CLOSED, opening: true });
    try {
      const track = device === "" ? await openScreen() : await open({ video: camera(device) });
      if (device !== "") remember(use, plugged.peek().camera.find((one) => one.id === device) ?? null);
      track.addEventListener("ended", () => this.stop(use));
      this.put(use, { track, failure: null, opening: false });
      this.media.publish(use, { picture: track, sound: null });
    } catch (error) {
      this.put(use, { track: null, failure: failureOf(error), opening: false });
    }
  }

  stop(use: Exclude<Own, "camera">): void {
    this.extra.peek()[use]?.track?.stop();
    this.put(use, CLOSED);
    this.media.unpublish(use);
  }

  private put(use: Own, state: Opened): void {
    this.extra.value = { ...this.extra.peek(), [use]: state };
  }

  private async opened(
    place: Signal<Opened>, device: string, kind: Kind, chosen: () => Promise<MediaStreamTrack>, any: () => Promise<MediaStreamTrack>,
  ): Promise<void> {
    const before = place.peek().track;
    place.value = { track: before, failure: null, opening: true };
    try {
      const track = await chosen().catch((error: unknown) => {
        if (device === "" || failureOf(error) !== "missing") throw error;
        return any();
      });
      track.addEventListener("ended", () => this.ended(place, track, kind));
      place.value = { track, failure: null, opening: false };
      if (before !== track) before?.stop();
    } catch (error) {
      const alive = before?.readyState === "live" ? before : null;
      place.value = { track: alive, failure: failureOf(error), opening: false };
    }
    if (this.entered.peek()) this.publish();
  }

  private ended(place: Signal<Opened>, track: MediaStreamTrack, kind: Kind): void {
    if (place.peek().track !== track) return;
    place.value = { track: null, failure: "missing", opening: false };
    if (this.entered.peek()) this.publish();
    void (kind === "camera" ? this.openPicture() : this.openVoice());
  }

  /** Something was plugged in or out: what is missing is tried again. */
  private async changed(): Promise<void> {
    await look();
    if (this.picture.peek().track === null && !this.picture.peek().opening) await this.openPicture();
    if (this.voice.peek().track === null && !this.voice.peek().opening) await this.openVoice();
  }

  private publish(): void {
    const tracks = { picture: this.picture.peek().track, sound: this.voice.peek().track };
    if (tracks.picture === null && tracks.sound === null) return;
    this.media.publish("camera", tracks, SOUNDS[this.sent()].bitrate);
  }
}
