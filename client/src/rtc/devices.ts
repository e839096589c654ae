/** Cameras, microphones, loudspeakers: remembered by label, opened one at a time (CLIENT §4). */
import { signal } from "@preact/signals";

export type Kind = "camera" | "microphone" | "speaker";

export interface Device {
  readonly id: string;
  readonly label: string;
  readonly group: string;
}

const KINDS: Record<Kind, MediaDeviceKind> = { camera: "videoinput", microphone: "audioinput", speaker: "audiooutput" };

/** What is plugged in, as far as the browser tells before permission. */
export const plugged = signal<Readonly<Record<Kind, readonly Device[]>>>({ camera: [], microphone: [], speaker: [] });

/** Look again what is plugged in. Never throws. */
export async function look(): Promise<void> {
  const all = (await navigator.mediaDevices?.enumerateDevices?.().catch(() => [])) ?? [];
  const of = (kind: Kind): Device[] =>
    all
      .filter((one) => one.kind === KINDS[kind] && one.deviceId !== "")
      .map((one) => ({ id: one.deviceId, label: one.label, group: one.groupId }));
  plugged.value = { camera: of("camera"), microphone: of("microphone"), speaker: of("speaker") };
}

const kept = (place: string): string => `diemcau.device.${place}`;

/** Remember a choice for a place (`camera`, `microphone`, `table` …). */
export function remember(place: string, device: Device | null): void {
  try {
    if (device) localStorage.setItem(kept(place), JSON.stringify({ label: device.label, group: device.group }));
    else localStorage.removeItem(kept(place));
  } catch {
    // forgotten at the next reload
  }
}

/** Return the id of the device chosen for a place before, if it is plugged in; else empty. */
export function recall(place: string, kind: Kind): string {
  try {
    const text = localStorage.getItem(kept(place));
    if (text === null) return "";
    const { label, group } = JSON.parse(text) as { label?: string; group?: string };
    const same = plugged.peek()[kind].filter((one) => one.label !== "" && one.label === label);
    return (same.find((one) => one.group === group) ?? same[0])?.id ?? "";
  } catch {
    return "";
  }
}

/** Why a device did not open, as the key of a sentence. */
export type Failure = "busy" | "denied" | "missing" | "insecure" | "other";

/** Name the failure `getUserMedia` threw. */
export function failureOf(error: unknown): Failure {
  switch (error instanceof DOMException ? error.name : "") {
    case "NotAllowedError": case "SecurityError":
      return "denied";
    case "NotReadableError": case "AbortError":
      return "busy";
    case "NotFoundError": case "OverconstrainedError":
      return "missing";
    default:
      return navigator.mediaDevices ? "other" : "insecure";
  }
}

/** Open one device. Throws what `getUserMedia` throws. */
export async function open(constraints: MediaStreamConstraints): Promise<MediaStreamTrack> {
  const stream = await navigator.mediaDevices.getUserMedia(constraints);
  const wanted = constraints.video ? stream.getVideoTracks()[0] : stream.getAudioTracks()[0];
  for (const track of stream.getTracks()) if (track !== wanted) track.stop();
  if (!wanted) throw new DOMException("no track", "NotFoundError");
  return wanted;
}

/** Open a screen or window to show. */
export async function openScreen(): Promise<MediaStreamTrack> {
  const stream = await navigator.mediaDevices.getDisplayMedia({ video: { frameRate: { ideal: 15 } }, audio: false });
  const track = stream.getVideoTracks()[0];
  if (!track) throw new DOMException("no track", "NotFoundError");
  return track;
}
