import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../../i18n";
import { onBeat } from "../../net/beat";
import { usePlace } from "../../ui/context";
import { Meter } from "../../ui/Meter";
import { useStation } from "./station";

/** One's own picture, unmirrored, with the size that is really sent. */
export function OwnPicture({ small }: { small?: boolean }): JSX.Element {
  const { media } = usePlace();
  const { track } = useStation().picture.value;
  const element = useRef<HTMLVideoElement>(null);
  const sent = media.sent.value["camera"];
  useEffect(() => {
    const video = element.current;
    if (!video) return;
    video.srcObject = track ? new MediaStream([track]) : null;
    if (track) void video.play()?.catch(() => undefined);
  }, [track]);
  return (
    <figure class={small ? "own small" : "own"}>
      <video ref={element} muted autoplay playsInline disablePictureInPicture data-testid="own-picture" aria-label={t("site.own")} />
      {!track && <span class="plate">{t("site.no-picture")}</span>}
      {small && <VoiceMeter />}
      {small && sent && <figcaption class="figures">{sent.width}×{sent.height}@{sent.fps}</figcaption>}
    </figure>
  );
}

/** How loud one's own microphone is. */
export function VoiceMeter(): JSX.Element {
  const station = useStation();
  const [level, set] = useState(0);
  useEffect(() => onBeat(() => set(station.level())), [station]);
  return <Meter level={level} label={t("light.mic")} />;
}
