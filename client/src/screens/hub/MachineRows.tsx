/** Encoders that publish a source without a page: a key each, with what to type into OBS (TRUST §4, machine keys). */
import type { JSX } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { refusal, say, t, type Key } from "../../i18n";
import { Machines } from "../../net/machines";
import { usePlace } from "../../ui/context";
import { Copy } from "../../ui/Copy";

export function MachineRows(): JSX.Element {
  const { room } = usePlace();
  const desk = useMemo(() => new Machines(room.session), [room.session]);
  const [source, choose] = useState("");
  useEffect(() => void desk.load(), [desk]);
  const { machines, sources } = desk.told.value;
  const fresh = desk.fresh.value;
  const name = (one: string): string => {
    const [site, bare] = one.split("/") as [string, string];
    return `${say(room.store.sites.value?.sites.find((known) => known.id === site)?.name) || site} · ${t(`source.${bare}` as Key)}`;
  };
  const chosen = source || sources[0] || "";
  return (
    <details class="machines" data-testid="machines">
      <summary>{t("machines.title")} <span class="figures">({machines.length})</span></summary>
      <p class="soft">{t("machines.explain")}</p>
      {desk.refused.value && <p class="error" role="alert">{refusal(desk.refused.value)}</p>}
      <p class="row">
        <select aria-label={t("machines.source")} value={chosen} data-testid="machine-source" onChange={(event) => choose(event.currentTarget.value)}>
          {sources.map((one) => <option key={one} value={one}>{name(one)}</option>)}
        </select>
        <button type="button" class="button" disabled={desk.busy.value || chosen === ""} data-testid="machine-make" onClick={() => void desk.make(chosen)}>{t("machines.make")}</button>
      </p>
      {fresh && (
        <dl class="machine-fresh">
          <dt>{name(fresh.source)} <span class="soft">{t("links.once")}</span></dt>
          <dd>{t("machines.server")} <code data-testid="machine-url">{fresh.url}</code> <Copy text={fresh.url} /></dd>
          <dd>{t("machines.token")} <code data-testid="machine-key">{fresh.key}</code> <Copy text={fresh.key} /></dd>
        </dl>
      )}
      <ul>{machines.map((one) => (
        <li key={one.source} class="row" data-testid={`machine-${one.source}`}><span>{name(one.source)}</span>
          <button type="button" class="button quiet" disabled={desk.busy.value} onClick={() => void desk.revoke(one.source)}>{t("links.revoke")}</button></li>
      ))}</ul>
    </details>
  );
}
