/** Cut off: after ten seconds the hub's telephone, after thirty without socket and media what to tell the hall; and on
 * return the question when it was told (CLIENT §3, CEREMONY §8).
 */
import { useSignalEffect } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { t } from "../../i18n";
import { keep, kept, outage, type Outage as Level } from "../../net/announce";
import type { Room } from "../../net/room";
import type { Media } from "../../rtc/media";
import { useNow } from "../../ui/Clock";
import { usePlace } from "../../ui/context";
import { Icon } from "../../ui/Icon";
import { Told } from "./Cards";

/** Local times of what is lost; null while it runs. */
export function lostSince(room: Room, media: Media): { media: number | null; socket: number | null } {
  const links = Object.values(media.links.value).filter((link) => link.kind !== "off");
  const down = links.filter((link) => link.kind === "down");
  const up = room.store.up.value;
  return {
    media: down.length > 0 ? Math.min(...down.map((link) => link.since)) : null,
    socket: up.state === "up" || up.state === "stopped" ? null : up.since,
  };
}

/** Keep the last words said, as long as there is someone to say them. */
function useKept(): void {
  const { room } = usePlace();
  useSignalEffect(() => {
    const cue = room.store.cue.value;
    if (cue) keep(room.session, room.seat, { announce: cue.announcement ?? "", phone: cue.hub_phone });
  });
}

export function Outage(): JSX.Element | null {
  const { room, media } = usePlace();
  const now = useNow();
  useKept();
  const [owed, owe] = useState<number | null>(null);
  const lost = lostSince(room, media);
  const level: Level = outage(lost.media, lost.socket, performance.now());
  useEffect(() => {
    if (level === "announce") owe((before) => before ?? (now - 30_000) * 1000);
  }, [level]);
  if (level !== "none") {
    const said = kept(room.session, room.seat);
    const phone = room.store.cue.value?.hub_phone || said.phone;
    return (
      <div class="lost-notice" role="alert" data-testid="outage" data-level={level}>
        {level === "announce" && <p>{said.announce ? t("outage.announce", { announce: said.announce }) : t("site.announce")}</p>}
        {phone && <p><Icon name="phone" size={26} /> {t("site.hub-phone", { phone })}</p>}
      </div>
    );
  }
  // the suspension's own card asks already
  if (owed === null || lost.media !== null || lost.socket !== null || room.store.session.value?.phase !== "open") return null;
  const told = room.store.cue.value?.told ?? 0;
  if (told >= owed) return null;
  return (
    <section class="returned" role="region" aria-label={t("outage.returned")} data-testid="returned">
      <p><strong>{t("outage.returned")}</strong></p>
      <Told since={owed} />
      <button type="button" class="button dark" onClick={() => owe(null)}>{t("outage.not-told")}</button>
    </section>
  );
}
