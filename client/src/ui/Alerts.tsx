/** What is wrong now, since when, and what to do: one line, the worst first (TRUST §10). */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { t } from "../i18n";
import { clockTime } from "../i18n/times";
import type { Alert } from "../proto/types";
import { ownerOf, shortName, siteOf, usePlace } from "./context";
import { Icon } from "./Icon";

function Sentence({ alert }: { alert: Alert }): JSX.Element {
  const { room } = usePlace();
  const site = alert.subject == null ? null : alert.subject.includes("/") ? ownerOf(alert.subject) : alert.subject;
  const name = site === null ? "" : shortName(siteOf(room, site));
  const offset = room.store.session.value?.utc_offset_s ?? 0;
  return <>{t(`alert.${alert.code}`, { name, since: clockTime(alert.since / 1000, offset), value: alert.value ?? 0 })}</>;
}

export function Alerts(): JSX.Element | null {
  const { store } = usePlace().room;
  const [open, show] = useState(false);
  const alerts = store.health.value?.alerts ?? [];
  const worst = alerts[0];
  if (worst === undefined) return null;
  return (
    <section class={`alerts ${worst.severity}`} aria-label={t("alert.title")} data-testid="alerts">
      <p role="alert" data-code={worst.code}><Icon name="warn" size={16} /> <Sentence alert={worst} /></p>
      {alerts.length > 1 && (
        <button type="button" class="button quiet" aria-expanded={open} data-testid="alerts-more" onClick={() => show(!open)}>{t("alert.more", { n: alerts.length - 1 })}</button>
      )}
      {open && alerts.length > 1 && (
        <ul>{alerts.slice(1).map((one) => <li key={`${one.code}-${one.subject ?? ""}`} class={one.severity}><Icon name="warn" size={14} /> <Sentence alert={one} /></li>)}</ul>
      )}
    </section>
  );
}
