/** Five seconds of one's own picture and sound, recorded here and played back here; nothing leaves the page. */

const LENGTH_MS = 5000;
const KINDS = ["video/webm;codecs=vp8,opus", "video/webm", "video/mp4", "audio/webm", ""];

/** Tell whether this browser can. */
export function canRecord(): boolean {
  return typeof MediaRecorder === "function";
}

function kind(tracks: readonly MediaStreamTrack[]): string {
  const sound = tracks.every((track) => track.kind === "audio");
  return KINDS.find((one) => one === "" || (MediaRecorder.isTypeSupported(one) && (!one.startsWith("audio") || sound))) ?? "";
}

/** Record; resolves to what was recorded, or null when the browser refuses. */
export function recordFive(tracks: readonly MediaStreamTrack[], ms = LENGTH_MS): Promise<Blob | null> {
  return new Promise((give) => {
    try {
      const mime = kind(tracks);
      const recorder = new MediaRecorder(new MediaStream([...tracks]), mime ? { mimeType: mime } : {});
      const parts: Blob[] = [];
      recorder.ondataavailable = (event) => parts.push(event.data);
      recorder.onerror = () => give(null);
      recorder.onstop = () => give(parts.length ? new Blob(parts, { type: recorder.mimeType }) : null);
      recorder.start();
      setTimeout(() => recorder.state !== "inactive" && recorder.stop(), ms);
    } catch {
      give(null);
    }
  });
}
