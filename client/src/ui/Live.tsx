/** One source's moving picture, wherever it stands, and in words why it does not move. */
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../i18n";
import type { SlotState } from "../proto/types";
import { Since } from "./Clock";
import { ownerOf, siteOf, usePlace } from "./context";

/** Slots and scene arrive apart: a source that left its slot a moment ago is still looked for there. */
const SETTLE_MS = 400;

function useSlot(source: string): SlotState | undefined {
  const { room } = usePlace();
  const found = room.store.slots.value.find((slot) => slot.source === source);
  const [kept, keep] = useState<number | null>(found?.slot ?? null);
  useEffect(() => {
    if (found) keep(found.slot);
    else {
      const timer = setTimeout(() => keep(null), SETTLE_MS);
      return () => clearTimeout(timer);
    }
    return undefined;
  }, [found?.slot, source]);
  if (found) return found;
  return kept === null ? undefined : { slot: kept, source, paused: null, sound: true };
}

/** The sentence that stands over a picture that does not run, or null. */
function Plate({ source, slot }: { source: string; slot: SlotState | undefined }): JSX.Element | null {
  const { room, media } = usePlace();
  const site = siteOf(room, ownerOf(source));
  const link = media.links.value["whep"];
  if (link?.kind === "down") return <span class="plate">{t("live.reconnecting", { n: link.attempt })}</span>;
  if (site && site.presence !== "present" && source.endsWith("/camera")) {
    const never = site.since === null;
    return (
      <span class="plate">{never ? t("live.not-yet") : t("live.lost")} {!never && site.since !== null && <Since at={site.since} />}</span>
    );
  }
  if (slot === undefined || link?.kind !== "up") return <span class="plate soft">{t("live.connecting")}</span>;
  if (slot.paused && slot.paused !== "hidden") return <span class="plate">{t(`live.${slot.paused}`)}</span>;
  return null;
}

export function Live({ source }: { source: string }): JSX.Element {
  const { media } = usePlace();
  const element = useRef<HTMLVideoElement>(null);
  const slot = useSlot(source);
  const stream = slot ? media.slots.value[slot.slot]?.picture : undefined;
  const plate = Plate({ source, slot });
  useEffect(() => {
    const video = element.current;
    if (!video) return;
    if (video.srcObject !== (stream ?? null)) video.srcObject = stream ?? null;
    if (stream) void video.play()?.catch(() => undefined);
  }, [stream]);
  useEffect(() => {
    const video = element.current;
    if (!video) return;
    media.wishes.show(video, source);
    return () => media.wishes.hide(video);
  }, [source, media]);
  return (
    <span class={plate ? "moving idle" : "moving"}>
      <video ref={element} muted autoplay playsInline disablePictureInPicture data-source={source} data-slot={slot?.slot} />
      {plate}
    </span>
  );
}
