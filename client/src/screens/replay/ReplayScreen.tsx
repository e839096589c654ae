/** The replay (CLIENT §5 /replay): picture, chapters, lanes. */
import type { JSX } from "preact";
import { refusal, say, t } from "../../i18n";
import { calendarDate, length } from "../../i18n/times";
import type { Player } from "../../replay/player";
import { Icon } from "../../ui/Icon";
import { LangSwitch } from "../../ui/LangSwitch";
import { Controls } from "./Controls";
import { Lanes } from "./Lanes";
import { Proof } from "./Proof";
import { Side, type Desk } from "./Side";
import { Stage } from "./Stage";

function Title({ player, desk, offset }: { player: Player; desk: Desk; offset: number }): JSX.Element {
  const line = player.line.value;
  return (
    <header class="page-head">
      {desk.record === undefined && <a class="home" href="/" title={t("page.start")}><Icon name="back" size={18} label={t("page.start")} /></a>}
      <div>
        <h1>{line ? say(line.title) : t("replay.loading")}</h1>
        {line && <p class="soft figures">{calendarDate(line.zero_us / 1000, offset)} {line.end_us === null && <strong class="growing"><Icon name="record" size={12} /> {t("replay.growing")}</strong>}</p>}
      </div>
      {desk.record === undefined ? <a class="button quiet" data-testid="verify" href="/verify"><Icon name="check" size={14} /> {t("verify.title")}</a> : <Proof />}
      <LangSwitch />
    </header>
  );
}

export function ReplayScreen({ player, desk }: { player: Player; desk: Desk }): JSX.Element {
  const offset = player.line.value?.utc_offset_s ?? -new Date().getTimezoneOffset() * 60;
  const refused = player.refused.value;
  return (
    <main class="replay">
      <Title player={player} desk={desk} offset={offset} />
      {refused !== null && player.line.value === null ? (
        <p class="error big" role="alert">{refusal(refused)} {desk.record === undefined && <a class="button" href="/">{t("page.start")}</a>}</p>
      ) : (
        <>
          <section class="replay-picture" aria-label={t("replay.picture")}><Stage player={player} exports={desk.exports} /></section>
          <Side player={player} desk={desk} />
          <section class="panel replay-lanes" aria-label={t("replay.lanes")}>
            <Controls player={player} desk={desk} offset={offset} />
            <Lanes player={player} />
          </section>
        </>
      )}
    </main>
  );
}
