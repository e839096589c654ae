/** The run sheet from a file: columns confirmed, errors by row, differences shown before anything changes (CEREMONY §12). */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { lang, refusal, say, t, type Key } from "../../i18n";
import { clockTime } from "../../i18n/times";
import { ApiRefused } from "../../net/api";
import { apply, remap, sheetAddress, templateAddress, upload, type Part, type RowError, type TabMap, type Upload } from "../../net/prepare";

function Errors({ errors }: { errors: readonly RowError[] }): JSX.Element {
  return (
    <table class="rows" data-testid="row-errors">
      <caption class="error">{t("prepare.errors", { n: errors.length })}</caption>
      <thead><tr><th>{t("prepare.where")}</th><th>{t("prepare.column")}</th><th>{t("prepare.value")}</th><th>{t("prepare.wrong")}</th></tr></thead>
      <tbody>
        {errors.map((error, i) => (
          <tr key={i}>
            <td class="figures">{error.sheet ? `${error.sheet} · ` : ""}{t("prepare.row", { n: error.row })}</td>
            <td>{error.column}</td><td><q>{error.value}</q></td><td>{t(`doc.row.${error.code}` as Key)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Mapping({ found, change }: { found: Upload; change: (maps: readonly TabMap[]) => void }): JSX.Element {
  const set = (tab: number, index: number, field: string): void => {
    change(found.maps.map((one, i) => (i !== tab ? one : {
      ...one,
      columns: one.columns.map((column) => (column.index === index ? { ...column, field: field || null } : column.field === field ? { ...column, field: null } : column)),
    })));
  };
  return (
    <details class="mapping" open={found.errors.length > 0 || found.code !== null}>
      <summary>{t("prepare.mapping")}</summary>
      {found.maps.map((map, tab) => {
        const fields = found.fields.find((one) => one.table === map.table);
        if (!fields) return <p key={map.tab} class="soft">{map.tab}: {t("prepare.tab-unused")}</p>;
        return (
          <table key={map.tab} class="rows">
            <caption>{map.tab} → {lang.value === "en" ? fields.en : fields.vi}</caption>
            <tbody>
              {map.columns.map((column) => (
                <tr key={column.index}>
                  <th scope="row">{column.heading}</th>
                  <td>
                    <select value={column.field ?? ""} aria-label={column.heading} onChange={(event) => set(tab, column.index, event.currentTarget.value)}>
                      <option value="">{t("prepare.left-out")}</option>
                      {fields.fields.map(([field, vi, en]) => <option key={field} value={field}>{lang.value === "en" ? en : vi}</option>)}
                    </select>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        );
      })}
    </details>
  );
}

function Changes({ name, part }: { name: Key; part: Part }): JSX.Element | null {
  const rows = [
    ...part.added.map((one) => ["prepare.added", one.title] as const), ...part.changed.map((one) => ["prepare.changed", one.title] as const),
    ...part.moved.map((one) => ["prepare.moved", one.title] as const), ...part.removed.map((one) => ["prepare.removed", one.title] as const),
  ];
  if (rows.length === 0) return null;
  return (
    <section>
      <h3>{t(name)}</h3>
      <ul class="changes">{rows.map(([how, title], i) => <li key={i}><b>{t(how)}</b> {title}</li>)}</ul>
    </section>
  );
}

function Outcome({ found }: { found: Upload }): JSX.Element {
  if (found.code) return <p class="error" role="alert">{refusal(found.code)}</p>;
  if (found.errors.length > 0) return <Errors errors={found.errors} />;
  const diff = found.diff;
  return (
    <div data-testid="import-good">
      {found.sheet && (
        <p class="good">{t("prepare.reads", {
          title: say(found.sheet.title), items: found.sheet.items, sites: found.sheet.sites, delegates: found.sheet.delegates,
          from: clockTime(found.sheet.start / 1000, found.sheet.utc_offset_s), to: clockTime(found.sheet.end / 1000, found.sheet.utc_offset_s),
        })}</p>
      )}
      {diff && (
        <>
          <Changes name="prepare.items" part={diff.items} />
          <Changes name="prepare.sites" part={diff.sites} />
          <Changes name="prepare.delegates" part={diff.delegates} />
          {diff.head.length > 0 && <p>{t("prepare.head", { fields: diff.head.join(", ") })}</p>}
          {[diff.items, diff.sites, diff.delegates].every((one) => one.added.length + one.changed.length + one.moved.length + one.removed.length === 0) && diff.head.length === 0 && <p class="soft">{t("prepare.same")}</p>}
        </>
      )}
    </div>
  );
}

export function ImportStep({ session, done }: { session: string; done: (session: string) => void }): JSX.Element {
  const [found, find] = useState<Upload | null>(null);
  const [refused, refuse] = useState<string | null>(null);
  const [busy, work] = useState(false);
  const act = (what: () => Promise<void>): void => {
    work(true);
    refuse(null);
    void what().catch((error: unknown) => refuse(error instanceof ApiRefused ? error.code : "internal")).finally(() => work(false));
  };
  const choose = (file: File | undefined): void => {
    if (file) act(async () => find(await upload(session, file)));
  };
  return (
    <section class="card step" data-testid="step-sheet">
      <h2>{t("prepare.sheet")}</h2>
      <p class="soft">{t("prepare.sheet-explain")}</p>
      <p class="row">
        <label class="button primary">{t("prepare.choose")}
          <input type="file" class="hear" accept=".xlsx,.csv,.yaml,.yml" data-testid="file" disabled={busy} onChange={(event) => { choose(event.currentTarget.files?.[0]); event.currentTarget.value = ""; }} />
        </label>
        <a class="button" href={templateAddress(lang.value)} download>{t("prepare.template")}</a>
        {session !== "" && <a class="button" href={sheetAddress(session, "xlsx", lang.value)} download>{t("prepare.download")}</a>}
      </p>
      {busy && <p role="status">{t("prepare.working")}</p>}
      {refused && <p class="error" role="alert" data-testid="refused">{refusal(refused)}</p>}
      {found && (
        <>
          <Outcome found={found} />
          {found.maps.length > 0 && <Mapping found={found} change={(maps) => act(async () => find(await remap(session, found, maps)))} />}
          {found.sheet && found.errors.length === 0 && found.code === null && (
            <p><button type="button" class="button primary" data-testid="apply" disabled={busy}
              onClick={() => act(async () => { const made = await apply(session, found); find(null); done(made.session); })}>{t(session ? "prepare.apply" : "prepare.make")}</button></p>
          )}
        </>
      )}
    </section>
  );
}
