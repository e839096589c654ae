/** How a tile's line is, both ways, always in the same place; pressed, it says what to do about it. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { say, t } from "../../i18n";
import type { LineHealth, LinkHealth, SiteView } from "../../proto/types";
import { usePlace } from "../../ui/context";
import { Dialog } from "../../ui/Dialog";
import { Icon } from "../../ui/Icon";
import { lineSentence } from "../../ui/quality";

const WAYS = ["up", "down"] as const;

/** A site's line one way, as it was last judged. */
export function useLines(site: string): Record<"up" | "down", LineHealth | undefined> {
  const lines = usePlace().room.store.health.value?.lines ?? [];
  const find = (way: "up" | "down"): LineHealth | undefined => lines.find((one) => one.site === site && one.direction === way);
  return { up: find("up"), down: find("down") };
}

function Way({ way, line }: { way: "up" | "down"; line: LineHealth | undefined }): JSX.Element {
  return (
    <span class={`way ${line?.colour ?? "unknown"}`} data-way={way} data-colour={line?.colour ?? "unknown"}>
      <Icon name={way} size={11} label={t(`quality.${way}`)} />
      {line && line.colour !== "good" && <Icon name="warn" size={11} />}
      {line ? t(`quality.${line.colour}`) : "–"}
    </span>
  );
}

function Details({ site, link, close }: { site: SiteView; link: LinkHealth | undefined; close: () => void }): JSX.Element {
  const lines = useLines(site.id);
  const name = say(site.name);
  return (
    <Dialog title={t("quality.title", { name })} close={close} testid={`line-dialog-${site.id}`}>
      {WAYS.map((way) => {
        const line = lines[way];
        return (
          <p key={way} class={`line-words ${line?.colour ?? "unknown"}`}>
            <Way way={way} line={line} />{" "}
            {line ? lineSentence(line, name) ?? t(`quality.${way}-fine`, { name }) : t(`quality.${way}-unknown`, { name })}
          </p>
        );
      })}
      {link && <p class="soft figures">{t("quality.figures", { rtt: link.rtt_ms ?? "–", loss: ((link.loss ?? 0) / 10).toFixed(1), kbps: link.kbps ?? 0 })}</p>}
      {site.phone && <p><Icon name="phone" size={14} label={t("hub.phone")} /> {say(site.duty)} <span class="figures">{site.phone}</span></p>}
    </Dialog>
  );
}

export function TileLines({ site, link }: { site: SiteView; link: LinkHealth | undefined }): JSX.Element {
  const lines = useLines(site.id);
  const [open, show] = useState(false);
  const name = say(site.name);
  const said = WAYS.map((way) => (lines[way] ? lineSentence(lines[way], name) : null)).filter((one) => one !== null);
  return (
    <>
      <button type="button" class="tile-lines" data-testid={`lines-${site.id}`} title={said.join("\n") || t("quality.title", { name })} onClick={() => show(true)}>
        {WAYS.map((way) => <Way key={way} way={way} line={lines[way]} />)}
      </button>
      {open && <Details site={site} link={link} close={() => show(false)} />}
    </>
  );
}
