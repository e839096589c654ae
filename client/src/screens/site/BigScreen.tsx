/** For the wall of the hall: tally, item, own turn and time left, readable at six metres. Words, glyph and colour. */
import type { JSX } from "preact";
import { say, t } from "../../i18n";
import { clockTime, length } from "../../i18n/times";
import { usePlace } from "../../ui/context";
import { TimeOfDay, useNow } from "../../ui/Clock";
import { Icon } from "../../ui/Icon";
import { phaseOf } from "../../ui/pace";
import { TallyMark } from "../../ui/Tally";
import { cueSentence } from "./CueCard";

/** Where one's own turn is, in a few words. */
export function turnWords(turn: number | null, asked: number | null, offsetS: number, onAir: boolean): string {
  if (onAir) return t("big.now");
  if (asked !== null) return t("site.asked-place", { n: asked });
  return turn === null ? t("big.no-turn") : t("big.turn", { at: clockTime(turn / 1000, offsetS) });
}

function Left({ due, warnS, dangerS }: { due: number; warnS: number | undefined; dangerS: number | undefined }): JSX.Element {
  const left = due / 1000 - useNow();
  const phase = phaseOf(left, warnS, dangerS);
  return (
    <p class={`big-left ${phase}`} data-testid="big-left" data-phase={phase}>
      <span class="soft">{t(phase === "over" ? "stage.over" : "big.left")}</span>
      <strong class="figures">{phase === "over" ? "+" : ""}{length(left)}</strong>
      {phase !== "calm" && phase !== "over" && <span class="big-word"><Icon name="warn" size={48} /> {t(`stage.phase.${phase}`)}</span>}
    </p>
  );
}

export function BigScreen({ close }: { close: () => void }): JSX.Element {
  const { store } = usePlace().room;
  const now = useNow();
  const cue = store.cue.value;
  const agenda = store.agenda.value;
  const offset = store.session.value?.utc_offset_s ?? 0;
  const live = agenda?.items.find((item) => item.id === agenda.live);
  const next = agenda?.items.find((item) => item.id === agenda.next);
  const tally = cue?.tally ?? "wait";
  return (
    <section class={`big-screen ${tally}`} aria-label={t("big.title")} data-testid="big-screen">
      <header><TallyMark tally={tally} testid="big-tally" /><TimeOfDay />
        <button type="button" class="button dark" data-testid="big-close" onClick={close}><Icon name="cross" size={24} label={t("big.close")} /></button></header>
      <h2>{live ? say(live.title) : t("stage.nothing")}</h2>
      {live?.due != null && <Left due={live.due} warnS={live.warn_s} dangerS={live.danger_s} />}
      {cue && <p class="big-turn">{turnWords(cue.turn, cue.place ?? null, offset, tally === "air" || tally === "sound")}</p>}
      {cue && <p class="big-cue">{cueSentence(cue.cue, now, offset)}</p>}
      {next && <p class="big-next soft">{t("site.next")}: {say(next.title)}</p>}
    </section>
  );
}
