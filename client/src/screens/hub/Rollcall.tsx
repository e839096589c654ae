import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { say, t } from "../../i18n";
import type { Attendance, SiteView } from "../../proto/types";
import { Act } from "../../ui/Act";
import { andThen, useAction } from "../../ui/action";
import { At } from "../../ui/Clock";
import { shortName, usePlace } from "../../ui/context";
import { Dialog, ReasonDialog } from "../../ui/Dialog";
import { Icon } from "../../ui/Icon";
import { mayDeclare, mayRollcall } from "./model";

function Tick({ value, label }: { value: boolean | null | undefined; label: string }): JSX.Element {
  if (value == null) return <span class="tick soft" title={label}>·</span>;
  return <span class={value ? "tick good" : "tick bad"} title={label}><Icon name={value ? "check" : "cross"} size={12} label={`${label}: ${t(value ? "word.yes" : "word.no")}`} /></span>;
}

function Row({ site, edit }: { site: SiteView; edit: (() => void) | null }): JSX.Element {
  const a = site.attendance ?? {};
  return (
    <tr class={a.mark ?? ""} data-testid={`roll-${site.id}`}>
      <th scope="row">
        <button type="button" class="roll-name" disabled={edit === null} onClick={() => edit?.()} title={a.head || say(site.name)}>{shortName(site)}</button>
      </th>
      <td class="figures">{a.present ?? "–"}/{site.expected ?? 0}</td>
      {a.mark ? <td colSpan={3} class="mark">{t(`roll.${a.mark}`)}</td> : (
        <>
          <td><Tick value={a.quorum} label={t("roll.quorum")} /></td>
          <td><Tick value={a.hears} label={t("roll.hears")} /></td>
          <td><Tick value={a.sees} label={t("roll.sees")} /></td>
        </>
      )}
    </tr>
  );
}

function useAnswer(site: SiteView): { present: number; head: string; quorum: boolean; hears: boolean; sees: boolean; set(part: Partial<Attendance>): void } {
  const known = site.attendance ?? {};
  const [mine, write] = useState<Partial<Attendance>>({});
  const all = { ...known, ...mine };
  return {
    present: all.present ?? site.expected ?? 0, head: all.head ?? "", quorum: all.quorum ?? true, hears: all.hears ?? true, sees: all.sees ?? true,
    set: (part) => write((before) => ({ ...before, ...part })),
  };
}

/** One site's line, answered for it by the desk. */
function Edit({ site, close }: { site: SiteView; close: () => void }): JSX.Element {
  const form = useAnswer(site);
  const { present, head, quorum, hears, sees } = form;
  const answer = andThen(useAction(() => ({ do: "rollcall.answer", site: site.id, present, head, quorum, hears, sees })), close);
  const absent = andThen(useAction(() => ({ do: "rollcall.mark", site: site.id, mark: "absent" })), close);
  const late = andThen(useAction(() => ({ do: "rollcall.mark", site: site.id, mark: "late" })), close);
  const tick = (name: "quorum" | "hears" | "sees", value: boolean): JSX.Element => (
    <label class="check"><input type="checkbox" checked={value} onChange={(event) => form.set({ [name]: event.currentTarget.checked })} /> {t(`roll.${name}`)}</label>
  );
  return (
    <Dialog title={say(site.name)} close={close}>
      <p class="soft">{t("roll.expected", { n: site.expected ?? 0 })} · {say(site.duty)} · {site.phone}</p>
      <label class="field"><span>{t("roll.present")}</span>
        <input type="number" min={0} max={100000} value={present} data-testid="roll-present" onInput={(event) => form.set({ present: event.currentTarget.valueAsNumber || 0 })} /></label>
      <label class="field"><span>{t("roll.head")}</span>
        <input type="text" maxLength={200} value={head} onInput={(event) => form.set({ head: event.currentTarget.value })} /></label>
      <div class="row">{tick("quorum", quorum)}{tick("hears", hears)}{tick("sees", sees)}</div>
      {site.attendance?.answered_at != null && <p class="soft">{t("roll.answered")} <At at={site.attendance.answered_at} /></p>}
      <footer>
        <Act action={absent}>{t("roll.mark-absent")}</Act>
        <Act action={late}>{t("roll.mark-late")}</Act>
        <Act action={answer} look="primary" testid="roll-save">{t("roll.save")}</Act>
      </footer>
    </Dialog>
  );
}

function Declare(): JSX.Element {
  const { store } = usePlace().room;
  const declared = store.sites.value?.declared;
  const met = useAction(() => ({ do: "rollcall.declare", met: true }));
  const not = useAction((note) => ({ do: "rollcall.declare", met: false, note: note ?? null }), ["reason-required"]);
  return (
    <div class="declare">
      {declared && <p class={declared.met ? "good" : "weak"}><Icon name={declared.met ? "check" : "warn"} size={13} /> {t(declared.met ? "roll.met" : "roll.not-met")} <At at={declared.at} /></p>}
      {mayDeclare(store.session.value) && (
        <p class="row">
          <Act action={met} testid="declare-met">{t("roll.declare")}</Act>
          <Act action={not} look="quiet" testid="declare-not">{t("roll.declare-not")}</Act>
        </p>
      )}
      <ReasonDialog action={not} title={t("roll.declare-not")} confirm={t("roll.declare-confirm")} />
    </div>
  );
}

export function Rollcall(): JSX.Element {
  const { store } = usePlace().room;
  const [edited, edit] = useState<string | null>(null);
  const sites = store.sites.value?.sites ?? [];
  const answered = sites.filter((site) => site.attendance?.answered_at != null).length;
  const total = sites.reduce((sum, site) => sum + (site.attendance?.present ?? 0), 0);
  const may = mayRollcall(store.session.value);
  const chosen = sites.find((site) => site.id === edited);
  return (
    <section class="panel roll" aria-label={t("roll.title")}>
      <h2>{t("roll.title")} <span class="figures">{answered}/{sites.length}</span> <small><span class="figures">{total}</span> {t("roll.delegates")}</small></h2>
      <div class="scroll">
        <table>
          <thead class="hear"><tr><th>{t("roll.site")}</th><th>{t("roll.present")}</th><th>{t("roll.quorum")}</th><th>{t("roll.hears")}</th><th>{t("roll.sees")}</th></tr></thead>
          <tbody>{sites.map((site) => <Row key={site.id} site={site} edit={may ? () => edit(site.id) : null} />)}</tbody>
        </table>
      </div>
      <Declare />
      {chosen && <Edit site={chosen} close={() => edit(null)} />}
    </section>
  );
}
