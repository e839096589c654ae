import type { JSX } from "preact";
import { t } from "../../i18n";
import { usePlace } from "../../ui/context";
import { Icon } from "../../ui/Icon";
import { lineSentence } from "../../ui/quality";

type Quality = "good" | "weak" | "lost" | "starting";

function useQuality(): { quality: Quality; attempt: number } {
  const { room, media } = usePlace();
  const links = Object.values(media.links.value).filter((link) => link.kind !== "off");
  const down = links.filter((link) => link.kind === "down");
  if (down.length > 0) return { quality: "lost", attempt: Math.max(...down.map((link) => link.attempt)) };
  if (links.some((link) => link.kind === "starting")) return { quality: "starting", attempt: 0 };
  const weak = room.store.health.value?.lines?.some((line) => line.colour !== "good");
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

/** What is wrong with this site's line, the worst of it, and what its people can do; over the picture, so that nothing
 * moves when it comes. It stays a while and then goes with the bars; the mark above stays.
 */
export function LineWords(): JSX.Element {
  const { room, media } = usePlace();
  const down = Object.values(media.links.value).some((link) => link.kind === "down");
  const lines = [...(room.store.health.value?.lines ?? [])].sort((a, b) => a.score - b.score);
  const [worst] = down ? [] : lines.map((line) => lineSentence(line, t("quality.this-site"))).filter((one) => one !== null);
  return (
    <div class="line-words" role="status" data-testid="line-words">
      {worst && <p key={worst}><Icon name="warn" size={18} /> {worst}</p>}
    </div>
  );
}
