import type { JSX } from "preact";
import { say, t } from "../../i18n";
import type { LinkHealth, SiteView } from "../../proto/types";
import { Said } from "../../ui/Act";
import { useAction } from "../../ui/action";
import { shortName, usePlace } from "../../ui/context";
import { Icon } from "../../ui/Icon";
import { Live } from "../../ui/Live";
import { SpeaksMark, useSpeaks, Voice } from "../../ui/Voice";
import { TileLines } from "./Lines";
import { mayLead, micAfter, sceneOf, shows } from "./model";

const CODECS: Readonly<Record<string, string>> = { vp8: "VP8", h264: "H.264" };

/** Round trip, loss, size and rate of one link; unknown is a dash, never a zero. A codec is named where it is not the session's. */
function Health({ link }: { link: LinkHealth | undefined }): JSX.Element {
  const asked = usePlace().room.store.session.value?.video ?? "vp8";
  if (!link) return <span class="tile-health figures">–</span>;
  const loss = (link.loss ?? 0) / 10;
  // in the place of the width: the line of a small tile is full
  const other = link.codec && link.codec !== asked ? CODECS[link.codec] ?? link.codec : "";
  return (
    <span class="tile-health figures">
      <span>{link.rtt_ms == null ? "–" : link.rtt_ms} ms</span>
      <span>{loss.toFixed(loss < 10 ? 1 : 0)} %</span>
      {other ? <span title={t("hub.other-codec", { codec: other })}>{other} {link.height}@{link.fps ?? 0}</span>
        : <span>{link.width ? `${link.width}×${link.height}@${link.fps ?? 0}` : t("hub.sound-only")}</span>}
    </span>
  );
}

function Mic({ site, leads }: { site: SiteView; leads: boolean }): JSX.Element {
  const { room } = usePlace();
  const floor = room.store.floor.value;
  const holder = floor?.state === "granted" ? floor.site : null;
  const then = micAfter(site, holder, room.store.session.value?.mic_policy ?? "");
  const toggle = useAction(() => (then === null ? null : { do: "mic.set", site: site.id, state: then }));
  return (
    <span class="act">
      <button type="button" class={`tile-mic ${site.mic}`} data-testid={`mic-${site.id}`} disabled={!leads || then === null} aria-pressed={site.mic === "open"}
        title={t(`mic.${site.mic}`)} onClick={() => void toggle.run()}>
        <Icon name={site.mic === "closed" ? "micOff" : "mic"} size={13} label={t(`mic.${site.mic}`)} />
      </button>
      <Said action={toggle} />
    </span>
  );
}

function Tile({ site, leads }: { site: SiteView; leads: boolean }): JSX.Element {
  const { room } = usePlace();
  const { scene, health } = room.store;
  const source = `${site.id}/camera`;
  const solo = useAction(() => ({ do: "scene.prepare", scene: sceneOf(site.id, false) }));
  const two = useAction(() => ({ do: "scene.prepare", scene: sceneOf(site.id, true) }));
  const previewed = shows(scene.value?.preview, site.id);
  const link = health.value?.links.find((one) => one.source === source);
  const speaks = useSpeaks(source);
  const frame = site.tally === "air" ? "air" : previewed ? "ready" : "";
  return (
    <article class={`tile ${frame} ${site.presence} ${speaks ? "speaks" : ""}`} data-testid={`tile-${site.id}`} data-presence={site.presence} data-tally={site.tally}>
      <div class="tile-box">
        <button type="button" class="tile-picture" disabled={!leads} onClick={() => void solo.run()} aria-label={t("hub.preview-site", { name: say(site.name) })}>
          <Live source={source} />
          <span class="tile-n figures">{site.n}</span>
          <span class={`tile-tally ${site.tally}`}>{t(`tally-short.${site.tally}`)}</span>
          <SpeaksMark source={source} />
        </button>
        {site.presence === "present" && <TileLines site={site} link={link} />}
      </div>
      {leads && site.role !== "hub" && (
        <button type="button" class="tile-two" data-testid={`two-${site.id}`} title={t("hub.two", { name: say(site.name) })} onClick={() => void two.run()}>
          <Icon name="two" size={13} label={t("hub.two", { name: say(site.name) })} />
        </button>
      )}
      <div class="tile-line">
        <strong title={`${say(site.name)} · ${say(site.duty)} · ${site.phone ?? ""}`}>{shortName(site)}</strong>
        <span class="tile-level"><Voice source={source} name={say(site.name)} /></span>
        <Mic site={site} leads={leads} />
      </div>
      {site.presence === "present" ? <Health link={link} /> : (
        <span class="tile-health figures"><Icon name="phone" size={11} label={t("hub.phone")} /> {site.phone ?? "–"}</span>
      )}
      <Said action={solo} />
      <Said action={two} />
    </article>
  );
}

export function Wall(): JSX.Element {
  const { store } = usePlace().room;
  const leads = mayLead(store.session.value);
  return (
    <section class="wall" aria-label={t("hub.wall")}>
      {store.sites.value?.sites.map((site) => <Tile key={site.id} site={site} leads={leads} />)}
    </section>
  );
}
