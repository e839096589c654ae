/** Beside the picture: chapters, and what the desk may do with the record. */
import type { Signal } from "@preact/signals";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { say, t } from "../../i18n";
import { length } from "../../i18n/times";
import type { Exports } from "../../net/exports";
import type { Player } from "../../replay/player";
import { chapterAt } from "../../replay/timeline";
import { ExportsPanel } from "./Exports";

/** What of the page depends on who reads. */
export interface Desk {
  readonly exports: Exports;
  /** May export and write notes. */
  readonly may: Signal<boolean>;
}

/** Letters without marks, so that "ky ket" finds "Ký kết". */
function folded(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").replaceAll("đ", "d").replaceAll("Đ", "D").toLowerCase();
}

function Chapters({ player }: { player: Player }): JSX.Element {
  const [search, write] = useState("");
  const line = player.line.value;
  const current = line && chapterAt(line, player.position.value);
  const found = (line?.chapters ?? []).filter((one) => folded(say(one.title)).includes(folded(search)));
  return (
    <div class="side-body chapters">
      <input type="search" value={search} placeholder={t("replay.search")} aria-label={t("replay.search")} onInput={(event) => write(event.currentTarget.value)} />
      <ol>
        {found.map((one) => (
          <li key={`${one.item}-${one.from_ms}`} class={one === current ? "now" : ""}>
            <button type="button" data-testid={`chapter-${one.item}`} onClick={() => player.seek(one.from_ms)}>
              <span class="figures">{length(one.from_ms)}</span>
              <span>{one.n}. {say(one.title)}</span>
            </button>
          </li>
        ))}
        {line && line.chapters.length === 0 && <li class="soft">{t("replay.no-chapters")}</li>}
      </ol>
    </div>
  );
}

const TABS = ["chapters", "exports"] as const;
type Tab = (typeof TABS)[number];

export function Side({ player, desk }: { player: Player; desk: Desk }): JSX.Element {
  const [tab, show] = useState<Tab>("chapters");
  const tabs = desk.may.value ? TABS : TABS.slice(0, 1);
  return (
    <aside class="panel side" aria-label={t("replay.side")}>
      <div class="tabs" role="group" aria-label={t("replay.side")}>
        {tabs.map((one) => <button key={one} type="button" aria-pressed={one === tab} data-testid={`side-${one}`} onClick={() => show(one)}>{t(`replay.tab-${one}`)}</button>)}
      </div>
      {tab === "chapters" && <Chapters player={player} />}
      {tab === "exports" && <ExportsPanel player={player} exports={desk.exports} />}
    </aside>
  );
}
