import { chirp, CHIRP_S, LISTEN_S, reduced, returned, type Echo } from "./echo";
import { loudness } from "./loudness";

/** How loud one's own microphone is, 0 to 1. Own sound only: remote sound never passes Web Audio. */

export class Level {
  private readonly context: AudioContext | null;
  private analyser: AnalyserNode | null = null;
  private source: MediaStreamAudioSourceNode | null = null;
  private readonly data = new Float32Array(512);

  constructor() {
    this.context = typeof AudioContext === "undefined" ? null : new AudioContext();
  }

  /** Listen to a track, or to nothing. */
  listen(track: MediaStreamTrack | null): void {
    this.source?.disconnect();
    this.source = null;
    if (this.context === null || track === null) return;
    try {
      this.analyser ??= new AnalyserNode(this.context, { fftSize: 512 });
      this.source = this.context.createMediaStreamSource(new MediaStream([track]));
      this.source.connect(this.analyser);
      void this.context.resume().catch(() => undefined);
    } catch {
      this.source = null;
    }
  }

  /** Return the loudness now. A decade below full scale is 0.67. */
  now(): number {
    if (this.source === null || this.analyser === null) return 0;
    this.analyser.getFloatTimeDomainData(this.data);
    const power = this.data.reduce((sum, x) => sum + x * x, 0) / this.data.length;
    return power > 0 ? loudness(10 * Math.log10(power)) : 0;
  }

  /** Does this microphone hear that loudspeaker: what came back of a chirp, null for nothing. Rejects where it cannot be tried. */
  async echo(track: MediaStreamTrack, sink: string): Promise<Echo | null> {
    if (this.context === null) throw new Error("no Web Audio");
    return returned(await listen(this.context, track, sink), chirp());
  }

  /** A short tone through the chosen loudspeaker: the loudspeaker's light. */
  async tone(sink: string): Promise<boolean> {
    if (this.context === null) return false;
    try {
      await (this.context as AudioContext & { setSinkId?(id: string): Promise<void> }).setSinkId?.(sink);
      await this.context.resume();
      const gain = new GainNode(this.context, { gain: 0.2 });
      const tone = new OscillatorNode(this.context, { frequency: 660 });
      tone.connect(gain).connect(this.context.destination);
      tone.start();
      tone.stop(this.context.currentTime + 0.6);
      return true;
    } catch {
      return false;
    }
  }
}

const LEAD_S = 0.2;
const BLOCK = 4096;

/** Play a chirp through a loudspeaker and return what a microphone hears from then on, at `RATE`. Rejects where it cannot. */
export async function listen(context: AudioContext, track: MediaStreamTrack, sink: string): Promise<Float32Array> {
  await (context as AudioContext & { setSinkId?(id: string): Promise<void> }).setSinkId?.(sink);
  await context.resume();
  // a track of its own: the one that is sent is muted while the microphone is closed
  const own = track.clone();
  own.enabled = true;
  const source = context.createMediaStreamSource(new MediaStream([own]));
  // deprecated, but it is in every browser, and a worklet would need a file of its own for two seconds of samples
  const tap = context.createScriptProcessor(BLOCK, 1, 1);
  const blocks: Float32Array[] = [];
  const played = context.createBufferSource();
  const samples = chirp(context.sampleRate);
  played.buffer = context.createBuffer(1, samples.length, context.sampleRate);
  played.buffer.getChannelData(0).set(samples);
  try {
    await new Promise<void>((done) => {
      tap.onaudioprocess = (event) => {
        blocks.push(event.inputBuffer.getChannelData(0).slice());
        if ((blocks.length * BLOCK) / context.sampleRate > LEAD_S + LISTEN_S + CHIRP_S) done();
      };
      source.connect(tap).connect(context.destination);
      played.connect(new GainNode(context, { gain: 0.5 })).connect(context.destination);
      played.start(context.currentTime + LEAD_S);
    });
  } finally {
    source.disconnect();
    tap.disconnect();
    own.stop();
  }
  const all = new Float32Array(blocks.length * BLOCK);
  blocks.forEach((block, n) => all.set(block, n * BLOCK));
  return reduced(all.subarray(Math.max(0, Math.round(LEAD_S * context.sampleRate) - BLOCK)), context.sampleRate);
}
