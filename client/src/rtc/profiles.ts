/** Tables of what is captured and sent (CLIENT §3, §4). Pure. */

export interface Encoding {
  readonly rid?: string;
  readonly scaleResolutionDownBy?: number;
  readonly maxBitrate: number;
}

export type WidthClass = 1 | 2 | 3;

/** How many layers a captured width is good for: a change of class needs a new generation of the link. */
export function widthClass(width: number): WidthClass {
  return width >= 960 ? 3 : width >= 640 ? 2 : 1;
}

/** Encodings by captured width, always low to high: the other order made Chromium pad 2 Mbit/s for ever. */
export function encodings(width: number): readonly Encoding[] {
  switch (widthClass(width)) {
    case 3:
      return [
        { rid: "l", scaleResolutionDownBy: 4, maxBitrate: 100_000 },
        { rid: "m", scaleResolutionDownBy: 2, maxBitrate: 350_000 },
        { rid: "h", scaleResolutionDownBy: 1, maxBitrate: 1_200_000 },
      ];
    case 2:
      return [
        { rid: "l", scaleResolutionDownBy: 2, maxBitrate: 100_000 },
        { rid: "m", scaleResolutionDownBy: 1, maxBitrate: 350_000 },
      ];
    default:
      return [{ maxBitrate: 250_000 }];
  }
}

/** Which layer is sent before the server has said anything: `l` and `m`. A single layer is always on. */
export function activeAtFirst(rid: string | undefined): boolean {
  return rid !== "h";
}

/** What people choose; `music` comes and goes with the item that wants it. */
export type Sound = "hall" | "desk" | "headset";
export type Sent = Sound | "music";

export interface SoundProfile {
  readonly cleaned: boolean;
  readonly bitrate: number;
}

/** Echo cancelling, noise suppression and gain control together, and the Opus rate. Always mono. */
export const SOUNDS: Readonly<Record<Sent, SoundProfile>> = {
  hall: { cleaned: true, bitrate: 48_000 },
  desk: { cleaned: false, bitrate: 64_000 },
  headset: { cleaned: true, bitrate: 40_000 },
  music: { cleaned: false, bitrate: 128_000 },
};

/** Constraints of a camera; `device` empty means the browser's choice. */
export function camera(device: string): MediaTrackConstraints {
  const size = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 25 } };
  return device ? { ...size, deviceId: { exact: device } } : size;
}

/** Constraints of a microphone. */
export function microphone(device: string, sound: Sent): MediaTrackConstraints {
  const { cleaned } = SOUNDS[sound];
  const wanted: MediaTrackConstraints = {
    echoCancellation: cleaned, noiseSuppression: cleaned, autoGainControl: cleaned, channelCount: 1, sampleRate: 48_000,
  };
  return device ? { ...wanted, deviceId: { exact: device } } : wanted;
}
