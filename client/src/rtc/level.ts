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

/** Map dBov (0 loudest) to the length of a meter, 0 to 1: -60 dB is nothing. */
export function loudness(dbov: number): number {
  return Math.max(0, Math.min(1, 1 + dbov / 60));
}
