/** Who waits may show a small picture, so that the desk sees whom it lets in: only after a press, and only while waiting. */
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../../i18n";
import { showStill } from "../../net/api";

const EVERY_MS = 5000;
const WIDTH = 320;
const QUALITY = 0.7;

/** Draw what the camera sees now, small enough for the desk. */
function shrunk(video: HTMLVideoElement): Promise<Blob | null> {
  const canvas = document.createElement("canvas");
  canvas.width = WIDTH;
  canvas.height = Math.max(1, Math.round((WIDTH * video.videoHeight) / Math.max(1, video.videoWidth)));
  canvas.getContext("2d")?.drawImage(video, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
}

export function Still({ secret }: { secret: string }): JSX.Element {
  const [stream, open] = useState<MediaStream | null>(null);
  const [failed, fail] = useState(false);
  const video = useRef<HTMLVideoElement>(null);
  const start = (): void => void navigator.mediaDevices?.getUserMedia({ video: { width: { ideal: 640 } } }).then(open, () => fail(true));
  useEffect(() => {
    if (stream === null || video.current === null) return undefined;
    const element = video.current;
    element.srcObject = stream;
    const send = (): void => void (element.videoWidth > 0 && shrunk(element).then((picture) => picture && showStill(secret, picture)));
    element.onloadeddata = send;
    const timer = setInterval(send, EVERY_MS);
    return () => {
      clearInterval(timer);
      stream.getTracks().forEach((track) => track.stop());
    };
  }, [stream, secret]);
  return (
    <div class="still">
      {stream === null && <button type="button" class="button" data-testid="show-still" onClick={start}>{t("join.still")}</button>}
      {stream !== null && <><video ref={video} autoPlay muted playsInline width={WIDTH} data-testid="own-still" /><p class="soft">{t("join.still-shown")}</p></>}
      {failed && <p class="error" role="alert">{t("join.still-failed")}</p>}
    </div>
  );
}
