/** One own source: capture, WHIP, layers, microphone. CLIENT §3, §4. */
import { effect, signal, type Signal } from "@preact/signals";
import { connections, cue, layers, link as socketState, stalled, token } from "../net/store";
import { everySecond, peer } from "./common";
import { problemOf, type DeviceProblem } from "./devices";
import { Link, type LinkPhase } from "./link";
import { encodings, pictureConstraints, soundBitrate, soundConstraints, widthClass, type SoundProfile } from "./profiles";

export type Use = "camera" | "table" | "document" | "slides";

export interface Choice {
  camera: string | null;
  microphone: string | null;
  sound: SoundProfile;
}

export interface Captured {
  stream: MediaStream | null;
  problem: DeviceProblem | null;
}

/** Opens the chosen devices and nothing else. A microphone still works when the camera does not. */
export async function capture(use: Use, choice: Choice): Promise<Captured> {
  const video: MediaTrackConstraints = { ...pictureConstraints };
  if (choice.camera) video.deviceId = { exact: choice.camera };
  const audio: MediaTrackConstraints = soundConstraints(choice.sound);
  if (choice.microphone) audio.deviceId = { exact: choice.microphone };
  const open = async (wanted: MediaStreamConstraints): Promise<Captured> => {
    try {
      return { stream: await navigator.mediaDevices.getUserMedia(wanted), problem: null };
    } catch (error) {
      return { stream: null, problem: problemOf(error) };
    }
  };
  if (use !== "camera") return open({ video });
  const both = await open({ video, audio });
  if (both.stream) return both;
  const sound = await open({ audio });
  return { stream: sound.stream, problem: both.problem };
}

export async function captureScreen(): Promise<Captured> {
  try {
    const stream = await navigator.mediaDevices.getDisplayMedia({ video: { frameRate: { ideal: 10 } } });
    return { stream, problem: null };
  } catch (error) {
    return { stream: null, problem: problemOf(error) };
  }
}

export class Publisher {
  readonly phase: Signal<{ phase: LinkPhase; tries: number; since: number }> = signal({
    phase: "starting",
    tries: 0,
    since: performance.now(),
  });
  readonly sent = signal<{ width: number; height: number; fps: number } | null>(null);
  /** Camera or microphone was pulled out. */
  readonly ended = signal(false);
  private readonly link: Link;
  private readonly off: (() => void)[] = [];
  private started = false;
  private sending: RTCRtpSender | null = null;
  private width = 0;

  constructor(
    readonly use: Use,
    readonly site: string,
    public stream: MediaStream,
    private sound: SoundProfile,
  ) {
    this.link = new Link({
      token: () => token(use),
      make: peer,
      build: (pc) => this.build(pc),
      swap: (pc) => {
        this.sending = pc.getSenders().find((one) => one.track?.kind === "video") ?? null;
        void this.layer();
      },
      moved: (phase, tries) => {
        const before = this.phase.peek();
        this.phase.value = { phase, tries, since: before.phase === phase ? before.since : performance.now() };
      },
    });
    this.adopt(stream);
    this.off.push(
      effect(() => {
        const open = cue.value?.mic === "open" || cue.value?.mic === "pre";
        for (const track of this.stream.getAudioTracks()) track.enabled = open;
      }),
      effect(() => {
        void layers.value[`${site}/${use}`];
        void this.layer();
      }),
      effect(() => {
        if (stalled.value?.use === use) this.link.lost();
      }),
      effect(() => {
        if (connections.value === 0 || socketState.peek() !== "open") return;
        if (this.started) this.link.kick();
        else this.link.start();
        this.started = true;
      }),
      everySecond(() => void this.measure()),
    );
    const kick = () => this.link.kick();
    const stop = () => this.stop();
    addEventListener("online", kick);
    addEventListener("pagehide", stop);
    this.off.push(() => {
      removeEventListener("online", kick);
      removeEventListener("pagehide", stop);
    });
  }

  stop(): void {
    this.link.stop();
    for (const off of this.off) off();
    for (const track of this.stream.getTracks()) track.stop();
  }

  /** Other devices: same width class replaces tracks, another one makes a new generation. */
  async change(stream: MediaStream, sound: SoundProfile): Promise<void> {
    const old = this.stream;
    const before = [this.width, this.sound, old.getTracks().length] as const;
    this.stream = stream;
    this.sound = sound;
    this.adopt(stream);
    const pc = this.link.current?.pc;
    const same = widthClass(before[0]) === widthClass(this.width) && before[2] === stream.getTracks().length;
    if (pc && same && before[1] === sound) {
      for (const sender of pc.getSenders()) {
        const track = stream.getTracks().find((one) => one.kind === sender.track?.kind);
        if (track) await sender.replaceTrack(track).catch(() => this.link.renew());
      }
    } else this.link.renew();
    for (const track of old.getTracks()) if (!stream.getTracks().includes(track)) track.stop();
  }

  private adopt(stream: MediaStream): void {
    this.ended.value = false;
    const open = cue.peek()?.mic === "open" || cue.peek()?.mic === "pre";
    for (const track of stream.getTracks()) {
      if (track.kind === "audio") track.enabled = open;
      track.addEventListener("ended", () => {
        if (stream === this.stream) this.ended.value = true;
      });
    }
    const video = stream.getVideoTracks()[0];
    this.width = video?.getSettings().width ?? 0;
    if (video && "contentHint" in video) video.contentHint = this.detail ? "text" : "motion";
  }

  private get detail(): boolean {
    return this.use === "document" || this.use === "slides";
  }

  private build(pc: RTCPeerConnection): void {
    const [audio] = this.stream.getAudioTracks();
    const [video] = this.stream.getVideoTracks();
    if (audio) {
      const one = pc.addTransceiver(audio, { direction: "sendonly", streams: [this.stream] });
      const parameters = one.sender.getParameters();
      const [first] = parameters.encodings;
      if (first) {
        first.maxBitrate = soundBitrate[this.sound];
        void one.sender.setParameters(parameters).catch(() => undefined);
      }
    }
    if (!video) return;
    const one = pc.addTransceiver(video, {
      direction: "sendonly",
      streams: [this.stream],
      sendEncodings: encodings(this.width),
    });
    const codecs = RTCRtpSender.getCapabilities?.("video")?.codecs ?? [];
    const wanted = codecs.filter((codec) => /^video\/(VP8|rtx)$/i.test(codec.mimeType));
    if (wanted.length > 0) one.setCodecPreferences?.(wanted);
  }

  /** What the server asks for, layer by layer; `l` is never off. */
  private async layer(): Promise<void> {
    const wanted = layers.peek()[`${this.site}/${this.use}`];
    const sender = this.sending;
    if (!wanted || !sender) return;
    const parameters = sender.getParameters();
    let moved = false;
    for (const one of parameters.encodings ?? []) {
      if (one.rid !== "l" && one.rid !== "m" && one.rid !== "h") continue;
      const active = one.rid === "l" || wanted[one.rid];
      moved ||= one.active !== active;
      one.active = active;
    }
    if (this.detail) parameters.degradationPreference = "maintain-resolution";
    if (moved) await sender.setParameters(parameters).catch(() => undefined);
  }

  private async measure(): Promise<void> {
    const pc = this.link.current?.pc;
    if (!pc) return;
    type Row = { type: string; kind?: string; frameWidth?: number; frameHeight?: number; framesPerSecond?: number };
    let best: Row | null = null;
    for (const row of (await pc.getStats()).values() as Iterable<Row>) {
      if (row.type !== "outbound-rtp" || row.kind !== "video" || !row.framesPerSecond) continue;
      if (!best || (row.frameWidth ?? 0) > (best.frameWidth ?? 0)) best = row;
    }
    this.sent.value = best
      ? { width: best.frameWidth ?? 0, height: best.frameHeight ?? 0, fps: Math.round(best.framesPerSecond ?? 0) }
      : null;
  }
}
