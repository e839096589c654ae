import type { JSX } from "preact";
import { t } from "../../i18n";
import { usePlace } from "../../ui/context";
import { Icon } from "../../ui/Icon";

type Quality = "good" | "weak" | "lost" | "starting";

function useQuality(): { quality: Quality; attempt: number } {
  const { room, media } = usePlace();
  const links = Object.values(media.links.value).filter((link) => link.kind !== "off");
  const down = links.filter((link) => link.kind === "down");
  if (down.length > 0) return { quality: "lost", attempt: Math.max(...down.map((link) => link.attempt)) };
  if (links.some((link) => link.kind === "starting")) return { quality: "starting", attempt: 0 };
  const own = room.store.health.value?.links ?? [];
  const weak = own.some((link) => (link.loss ?? 0) >= 50 || (link.rtt_ms ?? 0) > 400);
  return { quality: weak ? "weak" : "good", attempt: 0 };
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
