import type { JSX } from "preact";
import { t } from "../../i18n";
import { usePlace } from "../../ui/context";
import { useNow } from "../../ui/Clock";
import { Icon } from "../../ui/Icon";

type Quality = "good" | "weak" | "lost" | "starting";

function useQuality(): { quality: Quality; since: number; attempt: number } {
  const { room, media } = usePlace();
  const links = Object.values(media.links.value).filter((link) => link.kind !== "off");
  const down = links.filter((link) => link.kind === "down");
  const since = Math.min(...down.map((link) => link.since));
  if (down.length > 0) return { quality: "lost", since, attempt: Math.max(...down.map((link) => link.attempt)) };
  if (links.some((link) => link.kind === "starting")) return { quality: "starting", since: 0, attempt: 0 };
  const own = room.store.health.value?.links ?? [];
  const weak = own.some((link) => (link.loss ?? 0) >= 50 || (link.rtt_ms ?? 0) > 400);
  return { quality: weak ? "weak" : "good", since: 0, attempt: 0 };
}

/** How the connection is, in a word, a glyph and a colour. Never hidden. */
export function Connection(): JSX.Element {
  const { quality, attempt } = useQuality();
  return (
    <span class={`connection ${quality}`} data-testid="connection" data-quality={quality}>
      <Icon name={quality === "lost" ? "cross" : quality === "weak" ? "warn" : "signal"} size={20} />
      {quality === "lost" ? t("live.reconnecting", { n: attempt }) : t(`connection.${quality}`)}
    </span>
  );
}

const PHONE_MS = 10_000;
const ANNOUNCE_MS = 30_000;

/** After ten seconds the hub's telephone, after thirty what to tell the hall (CLIENT §3). */
export function Lost(): JSX.Element | null {
  const { store } = usePlace().room;
  const { quality, since } = useQuality();
  useNow();
  const gone = quality === "lost" ? performance.now() - since : 0;
  if (gone < PHONE_MS) return null;
  const phone = store.cue.value?.hub_phone ?? "";
  return (
    <p class="lost-notice" role="alert">
      {gone >= ANNOUNCE_MS && <>{t("site.announce")} </>}
      {phone && t("site.hub-phone", { phone })}
    </p>
  );
}
