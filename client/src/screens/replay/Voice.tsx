/** A site's voice in the replay: silenced, or alone. */
import type { JSX } from "preact";
import { say, t } from "../../i18n";
import type { Player } from "../../replay/player";
import type { Timeline } from "../../replay/timeline";
import { Icon } from "../../ui/Icon";

export function Voice({ player, site }: { player: Player; site: Timeline["sites"][number] }): JSX.Element {
  const name = say(site.name);
  const silenced = player.silenced.value.has(site.id);
  const alone = player.solo.value === `${site.id}/camera`;
  return (
    <>
      <button type="button" class="voice" aria-pressed={silenced} data-testid={`mute-${site.id}`} title={t("replay.mute-site", { name })} aria-label={t("replay.mute-site", { name })}
        onClick={() => player.silence(site.id)}><Icon name={silenced ? "micOff" : "speaker"} size={13} /></button>
      <button type="button" class="voice" aria-pressed={alone} data-testid={`solo-${site.id}`} title={t("replay.solo-site", { name })} aria-label={t("replay.solo-site", { name })}
        onClick={() => player.alone(site.id)}>S</button>
    </>
  );
}
