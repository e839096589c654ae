import type { JSX } from "preact";
import { say, t } from "../../i18n";
import { length } from "../../i18n/times";
import { Since, TimeOfDay } from "../../ui/Clock";
import { usePlace } from "../../ui/context";
import { Icon } from "../../ui/Icon";
import { LangSwitch } from "../../ui/LangSwitch";
import { SocketMark } from "../../ui/Notices";
import { present } from "./model";

/** Recording: state in a word, its length, how many sources are written. A fault is the loudest thing on the page. */
export function RecordingMark({ testid }: { testid?: string }): JSX.Element {
  const recorder = usePlace().room.store.recorder.value;
  const state = recorder?.state ?? "off";
  return (
    <span class={`rec ${state}`} data-testid={testid} data-state={state} role={state === "fault" ? "alert" : undefined}>
      <Icon name="record" size={14} />
      {t(`rec.${state}`)}
      {state !== "off" && recorder?.since != null && <Since at={recorder.since} />}
      {state !== "off" && <span class="figures">{recorder?.written}/{recorder?.expected}</span>}
    </span>
  );
}

export function Behind(): JSX.Element | null {
  const { agenda, session } = usePlace().room.store;
  const s = agenda.value?.behind_s ?? 0;
  if (session.value?.phase !== "open" && session.value?.phase !== "suspended") return <span class="behind">{t(`phase.${session.value?.phase ?? "none"}`)}</span>;
  if (Math.abs(s) < 30) return <span class="behind">{t("hub.on-time")}</span>;
  const late = s > 0;
  return (
    <span class={late ? "behind late" : "behind"}>
      {t(late ? "hub.behind" : "hub.ahead")} <span class="figures">{late ? "+" : "−"}{length(s * 1000)}</span>
    </span>
  );
}

export function Header(): JSX.Element {
  const { store } = usePlace().room;
  const sites = store.sites.value;
  const total = sites?.sites.length ?? 0;
  const here = present(sites);
  return (
    <header class="bar hub-header">
      <a class="home" href="/" title={t("page.start")}><Icon name="back" size={14} label={t("page.start")} /></a>
      <h1 title={say(store.session.value?.title)}>{say(store.session.value?.title)}</h1>
      {store.session.value?.rehearsal != null && <b class="rehearsal" data-testid="rehearsal">{t("word.rehearsal")}</b>}
      <SocketMark />
      <RecordingMark testid="recording" />
      <span class={here < total ? "count weak" : "count good"} data-testid="sites-present">
        <Icon name={here < total ? "warn" : "check"} size={14} />
        <span class="figures">{here}/{total}</span> {t("hub.sites")}
      </span>
      <Behind />
      <LangSwitch />
      <TimeOfDay />
    </header>
  );
}
