/** The replay (CLIENT §5 /replay): picture, chapters, lanes. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { refusal, say, t } from "../../i18n";
import { calendarDate, length } from "../../i18n/times";
import type { Player } from "../../replay/player";
import { chapterAt } from "../../replay/timeline";
import { Icon } from "../../ui/Icon";
import { LangSwitch } from "../../ui/LangSwitch";
import { Controls } from "./Controls";
import { Lanes } from "./Lanes";
import { Stage } from "./Stage";

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
    <aside class="panel chapters">
      <h2>{t("replay.chapters")}</h2>
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
    </aside>
  );
}

function Title({ player, offset }: { player: Player; offset: number }): JSX.Element {
  const line = player.line.value;
  return (
    <header class="page-head">
      <a class="home" href="/" title={t("page.start")}><Icon name="back" size={18} label={t("page.start")} /></a>
      <div>
        <h1>{line ? say(line.title) : t("replay.loading")}</h1>
        {line && <p class="soft figures">{calendarDate(line.zero_us / 1000, offset)} {line.end_us === null && <strong class="growing"><Icon name="record" size={12} /> {t("replay.growing")}</strong>}</p>}
      </div>
      <LangSwitch />
    </header>
  );
}

export function ReplayScreen({ player }: { player: Player }): JSX.Element {
  const offset = player.line.value?.utc_offset_s ?? -new Date().getTimezoneOffset() * 60;
  const refused = player.refused.value;
  return (
    <main class="replay">
      <Title player={player} offset={offset} />
      {refused !== null && player.line.value === null ? (
        <p class="error big" role="alert">{refusal(refused)} <a class="button" href="/">{t("page.start")}</a></p>
      ) : (
        <>
          <section class="replay-picture" aria-label={t("replay.picture")}><Stage player={player} /></section>
          <Chapters player={player} />
          <section class="panel replay-lanes" aria-label={t("replay.lanes")}>
            <Controls player={player} offset={offset} />
            <Lanes player={player} />
          </section>
        </>
      )}
    </main>
  );
}
