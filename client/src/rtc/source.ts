/** The publishing side of one source: `camera` with a microphone, or a picture alone (CLIENT §3, Publish). */
import type { Layers, Own } from "../proto/types";
import { preferSending, type Video } from "./codecs";
import type { Part } from "./link";
import { activeAtFirst, encodings, widthClass, type WidthClass } from "./profiles";

export interface Tracks {
  readonly picture: MediaStreamTrack | null;
  readonly sound: MediaStreamTrack | null;
}

export class Source implements Part {
  private tracks: Tracks = { picture: null, sound: null };
  private made: { pc: RTCPeerConnection; size: WidthClass; video: Video } | null = null;
  private layers: Pick<Layers, "l" | "m" | "h"> | null = null;
  private bitrate = 48_000;
  private offered: Video = "vp8";

  /** `video`: what the session now asks pictures to be sent in. */
  constructor(readonly use: Own, private readonly video: () => Video) {}

  /** Tell whether the session asks for another codec than when the link was made. */
  get outdated(): boolean {
    return this.made !== null && this.made.video !== this.video();
  }

  /** Use other tracks from now on. Returns true when a new generation is needed to send them. */
  give(tracks: Tracks, bitrate: number): boolean {
    this.tracks = tracks;
    this.bitrate = bitrate;
    this.hint();
    if (this.made === null) return false;
    if (tracks.picture !== null && this.size() !== this.made.size) return true;
    const [sound, picture] = this.senders(this.made.pc);
    void sound?.replaceTrack(tracks.sound).catch(() => undefined);
    void picture?.replaceTrack(tracks.picture).catch(() => undefined);
    return false;
  }

  /** Which simulcast layers the server wants. A single layer ignores it. */
  async set(layers: Pick<Layers, "l" | "m" | "h">): Promise<void> {
    this.layers = layers;
    const sender = this.made && this.senders(this.made.pc)[1];
    if (!sender) return;
    const parameters = sender.getParameters();
    if (parameters.encodings.length < 2) return;
    for (const encoding of parameters.encodings) encoding.active = this.active(encoding.rid);
    await sender.setParameters(parameters).catch(() => undefined);
  }

  prepare(pc: RTCPeerConnection): void {
    const stream = new MediaStream([this.tracks.sound, this.tracks.picture].filter((track) => track !== null));
    if (this.use === "camera") {
      const sound = pc.addTransceiver(this.tracks.sound ?? "audio", {
        direction: "sendonly", streams: [stream], sendEncodings: [{ maxBitrate: this.bitrate }],
      });
      sound.receiver.track.enabled = false;
    }
    const list = this.tracks.picture ? encodings(this.width()) : encodings(0);
    const picture = pc.addTransceiver(this.tracks.picture ?? "video", {
      direction: "sendonly",
      streams: [stream],
      sendEncodings: list.map((one) => ({ ...one, active: list.length < 2 || this.active(one.rid) })),
    });
    this.offered = this.video();
    preferSending(picture, this.offered);
    void this.degrade(picture.sender);
  }

  async ready(): Promise<boolean> {
    return true;
  }

  adopt(pc: RTCPeerConnection): void {
    this.made = { pc, size: this.size(), video: this.offered };
  }

  private active(rid: string | undefined): boolean {
    if (this.layers === null) return activeAtFirst(rid);
    return rid === "h" ? this.layers.h : rid === "m" ? this.layers.m : true;
  }

  private senders(pc: RTCPeerConnection): [RTCRtpSender | undefined, RTCRtpSender | undefined] {
    const senders = pc.getTransceivers().map((one) => one.sender);
    return this.use === "camera" ? [senders[0], senders[1]] : [undefined, senders[0]];
  }

  private width(): number {
    return this.tracks.picture?.getSettings().width ?? 0;
  }

  private size(): WidthClass {
    return widthClass(this.width());
  }

  private hint(): void {
    const track = this.tracks.picture;
    if (track && "contentHint" in track) {
      track.contentHint = this.use === "document" || this.use === "slides" ? "text" : "motion";
    }
  }

  private async degrade(sender: RTCRtpSender): Promise<void> {
    const parameters = sender.getParameters();
    const sharp = this.use === "document" || this.use === "slides";
    parameters.degradationPreference = sharp ? "maintain-resolution" : "balanced";
    await sender.setParameters(parameters).catch(() => undefined);
  }
}
