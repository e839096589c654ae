import { duration, t, timeOfDay, tx } from "../../i18n";
import { agenda, now, offset, recorder, session, sites } from "../../net/store";
import { LangSwitch, LinkMark, WallClock } from "../../ui/bits";

export function Behind() {
  const view = agenda.value;
  if (!view || session.value?.phase !== "open") return null;
  const late = view.behind_s > 0;
  if (Math.abs(view.behind_s) < 30) return <span class="mark good">{t("behind.on-time")}</span>;
  const time = duration(Math.abs(view.behind_s) * 1000);
  return <span class={`mark ${late ? "weak" : "good"}`}>{late ? t("behind.late", { time }) : t("behind.early", { time })}</span>;
}

function Recording() {
  const view = recorder.value;
  if (!view) return null;
  const numbers = `${view.written}/${view.expected}`;
  if (view.state === "off") return <span class="mark">○ {t("rec.off")}</span>;
  const since = view.since === null ? "" : duration(now.value - view.since / 1000);
  const disk = view.disk_s === null ? "" : t("rec.disk", { hours: Math.floor(view.disk_s / 3600) });
  if (view.state === "fault") {
    return (
      <span class="mark alarm" role="alert">
        ▲ {t("rec.fault", { n: numbers })} {view.fault ?? ""}
      </span>
    );
  }
  const weak = view.disk_s !== null && view.disk_s < 7200;
  return (
    <span class={`mark rec${weak ? " weak" : ""}`} title={`${t("notice.recorded")} ${disk}`}>
      ● {t("rec.on")} <span class="figures">{since}</span> {numbers} {weak ? disk : ""}
    </span>
  );
}

export function Header() {
  const all = sites.value?.sites ?? [];
  const here = all.filter((one) => one.presence === "present").length;
  const end = agenda.value?.end;
  return (
    <header class="bar">
      <h1 title={tx(session.value?.title)}>{tx(session.value?.title)}</h1>
      <span class={`tag ${session.value?.phase === "open" ? "air" : ""}`}>{t(`phase.${session.value?.phase ?? "none"}`)}</span>
      <Recording />
      <span class={`mark ${here < all.length ? "weak" : "good"}`}>{t("sites.count", { here, all: all.length })}</span>
      <Behind />
      {end && session.value?.phase === "open" && (
        <span class="quiet">{t("agenda.end", { time: timeOfDay(end, offset.value) })}</span>
      )}
      <span class="grow" />
      <LinkMark />
      <WallClock />
      <LangSwitch />
    </header>
  );
}
