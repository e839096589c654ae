import type { JSX } from "preact";
import { say, t } from "../../i18n";
import { clockTime, length } from "../../i18n/times";
import type { Cue } from "../../proto/types";
import { useNow } from "../../ui/Clock";
import { usePlace } from "../../ui/context";

/** The sentence of a cue (CEREMONY §9): facts from the server, words from the catalogue. */
export function cueSentence(cue: Cue, now: number, offsetS: number): string {
  const at = cue.at == null ? "" : clockTime(cue.at / 1000, offsetS);
  const by = say(cue.by);
  switch (cue.key) {
    case "speak": {
      if (cue.until == null) return by ? t("cue.speak", { by }) : t("cue.speak.floor");
      const left = cue.until / 1000 - now;
      if (left < 0) return t("cue.speak.over", { time: length(left) });
      return by ? t("cue.speak.until", { by, time: length(left) }) : t("cue.speak.left", { time: length(left) });
    }
    case "on-air":
      return cue.do ? t("cue.on-air.do", { do: say(cue.do) }) : t("cue.on-air");
    case "invited":
      return t("cue.invited");
    case "next":
      return by ? t("cue.next", { by }) : t("cue.next.nobody");
    case "later":
      return at ? t("cue.later", { n: cue.count ?? 0, at }) : t("cue.later.untimed", { n: cue.count ?? 0 });
    case "asked":
      return t("cue.asked", { n: cue.count ?? 0 });
    case "follow":
      return cue.do ? say(cue.do) : t("cue.follow");
    case "setup":
      return t("cue.setup");
    case "closed":
      return t("cue.closed");
    case "suspended":
      return t("cue.suspended");
    case "cancelled":
      return t("cue.cancelled");
  }
}

export function CueCard(): JSX.Element | null {
  const { store } = usePlace().room;
  const now = useNow();
  const cue = store.cue.value?.cue;
  const agenda = store.agenda.value;
  const next = agenda?.items.find((item) => item.id === agenda.next);
  if (!cue) return null;
  return (
    <div class="cue-card">
      <p class="cue" data-testid="cue" data-cue={cue.key}>{cueSentence(cue, now, store.session.value?.utc_offset_s ?? 0)}</p>
      {next && store.session.value?.phase === "open" && <p class="next-item">{t("site.next")}: {say(next.title)}</p>}
    </div>
  );
}

/** Item 3/19 · 02:10 left. */
export function ItemNow(): JSX.Element | null {
  const { store } = usePlace().room;
  const now = useNow();
  const agenda = store.agenda.value;
  const live = agenda?.items.find((item) => item.id === agenda.live);
  if (!agenda || !live) return null;
  const left = live.due == null ? null : live.due / 1000 - now;
  return (
    <span class="item-now figures" title={say(live.title)}>
      {t("site.item", { n: live.n, total: agenda.items.length })}
      {left !== null && <> · {t(left >= 0 ? "site.left" : "site.over", { time: length(left) })}</>}
    </span>
  );
}
