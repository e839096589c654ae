/** What is wrong now, since when, and what to do: one line, the worst first (TRUST §10). */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { t } from "../i18n";
import { clockTime } from "../i18n/times";
import type { Alert, LineHealth } from "../proto/types";
import { ownerOf, shortName, siteOf, usePlace } from "./context";
import { Icon } from "./Icon";
import { lineSentence } from "./quality";

function Sentence({ alert }: { alert: Alert }): JSX.Element {
  const { room } = usePlace();
  const site = alert.subject == null ? null : alert.subject.includes("/") ? ownerOf(alert.subject) : alert.subject;
  const name = site === null ? "" : shortName(siteOf(room, site));
  const offset = room.store.session.value?.utc_offset_s ?? 0;
  return <>{t(`alert.${alert.code}`, { name, since: clockTime(alert.since / 1000, offset), value: alert.value ?? 0 })}</>;
}

function Line({ line }: { line: LineHealth }): JSX.Element {
  const { room } = usePlace();
  return <>{lineSentence(line, line.site == null ? t("quality.this-desk") : shortName(siteOf(room, line.site)))}</>;
}

interface Said {
  readonly key: string;
  readonly severity: Alert["severity"];
  readonly words: JSX.Element;
}

/** Everything that is wrong: the server's alerts, then weak lines that none of them speaks of. */
function useSaid(): readonly Said[] {
  const { health, sites } = usePlace().room.store;
  const alerts = health.value?.alerts ?? [];
  const lossy = new Set(alerts.filter((one) => one.code === "loss").map((one) => ownerOf(one.subject ?? "")));
  const here = new Set(sites.value?.sites.filter((site) => site.presence === "present").map((site) => site.id));
  const lines = (health.value?.lines ?? []).filter((line) => line.colour !== "good" && (line.site == null || here.has(line.site)));
  return [
    ...alerts.map((one): Said => ({ key: `${one.code}-${one.subject ?? ""}`, severity: one.severity, words: <Sentence alert={one} /> })),
    ...lines.filter((line) => !(line.direction === "up" && line.reason === "loss" && lossy.has(line.site ?? "")))
      .map((line): Said => ({ key: `line-${line.site ?? ""}-${line.direction}`, severity: "warning", words: <Line line={line} /> })),
  ];
}

export function Alerts(): JSX.Element | null {
  const [open, show] = useState(false);
  const said = useSaid();
  const worst = said[0];
  if (worst === undefined) return null;
  return (
    <section class={`alerts ${worst.severity}`} aria-label={t("alert.title")} data-testid="alerts">
      <p role="alert" data-code={worst.key}><Icon name="warn" size={16} /> {worst.words}</p>
      {said.length > 1 && (
        <button type="button" class="button quiet" aria-expanded={open} data-testid="alerts-more" onClick={() => show(!open)}>{t("alert.more", { n: said.length - 1 })}</button>
      )}
      {open && said.length > 1 && (
        <ul>{said.slice(1).map((one) => <li key={one.key} class={one.severity}><Icon name="warn" size={14} /> {one.words}</li>)}</ul>
      )}
    </section>
  );
}
