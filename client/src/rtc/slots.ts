/** The viewing side: n slots of one sound and one picture each; which source is in which, only the server says. */
import { signal, type Signal } from "@preact/signals";
import { preferReceiving } from "./codecs";
import type { Part } from "./link";

const PATIENCE_MS = 1500;

export interface SlotMedia {
  readonly sound: MediaStreamTrack;
  readonly picture: MediaStream;
}

async function framesDecoded(pc: RTCPeerConnection): Promise<number> {
  let frames = 0;
  (await pc.getStats()).forEach((one: { type: string; framesDecoded?: number }) => {
    if (one.type === "inbound-rtp") frames += one.framesDecoded ?? 0;
  });
  return frames;
}

/** The WHEP part of a link. Slot i is transceivers 2i and 2i+1 (CLIENT §3, Slots). */
export class Slots implements Part {
  readonly use = "whep";
  readonly media: Signal<readonly SlotMedia[]> = signal([]);
  private connected: { pc: RTCPeerConnection; at: number } | null = null;

  constructor(
    private readonly count: number,
    private readonly now: () => number,
    private readonly expected: () => boolean,
  ) {}

  prepare(pc: RTCPeerConnection): void {
    for (let i = 0; i < this.count; i += 1) {
      preferReceiving(pc.addTransceiver("audio", { direction: "recvonly" }), "audio");
      preferReceiving(pc.addTransceiver("video", { direction: "recvonly" }), "video");
    }
  }

  /** Its first frame, or a moment's patience when there may be none to show. */
  async ready(pc: RTCPeerConnection): Promise<boolean> {
    if (this.connected?.pc !== pc) this.connected = { pc, at: this.now() };
    if (!this.expected() || this.now() - this.connected.at > PATIENCE_MS) return true;
    return (await framesDecoded(pc)) > 0;
  }

  adopt(pc: RTCPeerConnection): void {
    const all = pc.getTransceivers();
    const media: SlotMedia[] = [];
    for (let i = 0; i < this.count; i += 1) {
      const sound = all[2 * i]?.receiver.track;
      const picture = all[2 * i + 1]?.receiver.track;
      if (sound && picture) media.push({ sound, picture: new MediaStream([picture]) });
    }
    this.media.value = media;
    this.connected = null;
  }
}
