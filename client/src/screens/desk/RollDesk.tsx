/** The roll call as the secretary keeps it: one line per hall, marks and ticks at one press (CEREMONY §7). */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { say, t } from "../../i18n";
import type { QuorumView, SiteView } from "../../proto/types";
import { Act } from "../../ui/Act";
import { andThen, useAction } from "../../ui/action";
import { countOf } from "../../ui/answer";
import { At } from "../../ui/Clock";
import { shortName, usePlace } from "../../ui/context";
import { Dialog, ReasonDialog } from "../../ui/Dialog";
import { Icon } from "../../ui/Icon";
import { districts } from "./model";

function Word({ value, label }: { value: boolean | null | undefined; label: string }): JSX.Element {
  if (value == null) return <span class="soft">–<span class="hear">{label}: {t("desk.unknown")}</span></span>;
  return <span class={value ? "good" : "bad"}><Icon name={value ? "check" : "cross"} size={14} /> {t(value ? "word.yes" : "word.no")}<span class="hear"> {label}</span></span>;
}

/** Does the hub see and hear this hall: two switches, sent together. */
function HubCheck({ site }: { site: SiteView }): JSX.Element {
  const known = site.attendance;
  const sound = useAction(() => ({ do: "rollcall.check", site: site.id, audio: !known?.audio, picture: known?.picture ?? false }));
  const picture = useAction(() => ({ do: "rollcall.check", site: site.id, audio: known?.audio ?? false, picture: !known?.picture }));
  return (
    <span class="row">
      <label class="check"><input type="checkbox" checked={known?.audio ?? false} data-testid={`check-audio-${site.id}`} onChange={() => void sound.run()} /> {t("desk.audio")}</label>
      <label class="check"><input type="checkbox" checked={known?.picture ?? false} data-testid={`check-picture-${site.id}`} onChange={() => void picture.run()} /> {t("desk.picture")}</label>
    </span>
  );
}

function Edit({ site, close }: { site: SiteView; close: () => void }): JSX.Element {
  const known = site.attendance;
  const [present, count] = useState(known?.present ?? site.expected ?? 0);
  const [head, name] = useState(known?.head ?? "");
  const [ticks, tick] = useState({ quorum: known?.quorum ?? false, hears: known?.hears ?? false, sees: known?.sees ?? false });
  const save = andThen(useAction(() => ({ do: "rollcall.answer", site: site.id, present, head: head.trim(), ...ticks })), close);
  return (
    <Dialog title={say(site.name)} close={close} testid="desk-roll">
      <form onSubmit={(event) => { event.preventDefault(); void save.run(); }}>
        <p class="soft">{t("roll.expected", { n: site.expected ?? 0 })} {say(site.duty)}</p>
        <label class="field"><span>{t("roll.present")}</span>
          <input type="number" inputMode="numeric" min={0} max={100000} value={present} data-testid="desk-present" onInput={(event) => count(countOf(event.currentTarget.valueAsNumber))} /></label>
        <label class="field"><span>{t("roll.head")}</span>
          <input type="text" maxLength={200} value={head} onInput={(event) => name(event.currentTarget.value)} /></label>
        <div class="row">{(["quorum", "hears", "sees"] as const).map((one) => (
          <label key={one} class="check"><input type="checkbox" checked={ticks[one]} onChange={(event) => { const on = event.currentTarget.checked; tick((all) => ({ ...all, [one]: on })); }} /> {t(`roll.${one}`)}</label>
        ))}</div>
        <footer><button type="button" class="button" onClick={close}>{t("act.cancel")}</button><Act action={save} look="primary" testid="desk-roll-save">{t("roll.save")}</Act></footer>
      </form>
    </Dialog>
  );
}

function Row({ site, edit }: { site: SiteView; edit: () => void }): JSX.Element {
  const a = site.attendance ?? {};
  const absent = useAction(() => ({ do: "rollcall.mark", site: site.id, mark: "absent" }));
  const late = useAction(() => ({ do: "rollcall.mark", site: site.id, mark: "late" }));
  return (
    <tr class={a.mark ?? ""} data-testid={`desk-roll-${site.id}`}>
      <th scope="row">{shortName(site)} {site.presence !== "present" && <span class="bad"><Icon name="cross" size={13} /> {t("live.lost")}</span>}{a.head && <small class="soft">{a.head}</small>}</th>
      <td class="figures">{a.present ?? "–"}/{site.expected ?? 0}</td>
      <td><Word value={a.quorum} label={t("roll.quorum")} /></td>
      <td><Word value={a.hears} label={t("roll.hears")} /></td>
      <td><Word value={a.sees} label={t("roll.sees")} /></td>
      <td><HubCheck site={site} /></td>
      <td>{a.mark && <b class="weak">{t(`roll.${a.mark}`)}</b>} {a.answered_at != null && <At at={a.answered_at} />}</td>
      <td><span class="row">
        <button type="button" class="button small" data-testid={`desk-edit-${site.id}`} onClick={edit}>{t("desk.edit")}<span class="hear"> {shortName(site)}</span></button>
        <Act action={absent} class="small" look="quiet" testid={`desk-absent-${site.id}`}>{t("roll.mark-absent")}</Act>
        <Act action={late} class="small" look="quiet" testid={`desk-late-${site.id}`}>{t("roll.mark-late")}</Act>
      </span></td>
    </tr>
  );
}

/** What the system counted, in words: the declaration decides. */
export function Counted({ quorum }: { quorum: QuorumView }): JSX.Element {
  return (
    <p class="counted" data-testid="counted">
      {t("desk.counted", { sites: quorum.sites_present, of: quorum.sites, present: quorum.present, expected: quorum.expected })}{" "}
      {quorum.met !== null && <b class={quorum.met ? "good" : "weak"}><Icon name={quorum.met ? "check" : "warn"} size={14} /> {t(quorum.met ? "desk.rule-met" : "desk.rule-not", { needed: quorum.needed })}</b>}
    </p>
  );
}

/** The declaration: secretary, chair or operator. */
export function Declaration(): JSX.Element {
  const { store } = usePlace().room;
  const sites = store.sites.value;
  const met = useAction(() => ({ do: "rollcall.declare", met: true }));
  const not = useAction((note) => ({ do: "rollcall.declare", met: false, note: note ?? null }), ["reason-required"]);
  const phase = store.session.value?.phase;
  return (
    <div class="declaration">
      {sites?.quorum && <Counted quorum={sites.quorum} />}
      {sites?.declared && <p role="status" class={sites.declared.met ? "good" : "weak"}><Icon name={sites.declared.met ? "check" : "warn"} size={14} /> {t(sites.declared.met ? "roll.met" : "roll.not-met")} <At at={sites.declared.at} /> {sites.declared.note}</p>}
      {(phase === "setup" || phase === "open" || phase === "suspended") && (
        <p class="row">
          <Act action={met} testid="desk-declare">{t("roll.declare")}</Act>
          <Act action={not} look="quiet" testid="desk-declare-not">{t("roll.declare-not")}</Act>
        </p>
      )}
      <ReasonDialog action={not} title={t("roll.declare-not")} confirm={t("roll.declare-confirm")} />
    </div>
  );
}

export function RollDesk(): JSX.Element {
  const { store } = usePlace().room;
  const [edited, edit] = useState<string | null>(null);
  const sites = store.sites.value?.sites ?? [];
  const chosen = sites.find((site) => site.id === edited);
  const answered = sites.filter((site) => site.attendance?.answered_at != null).length;
  return (
    <section class="desk-part roll-desk" aria-label={t("roll.title")}>
      <h2>{t("roll.title")} <span class="figures">{answered}/{sites.length}</span></h2>
      <div class="table" tabIndex={0} role="group" aria-label={t("roll.title")}>
        <table>
          <thead><tr><th scope="col">{t("roll.site")}</th><th scope="col">{t("roll.present")}</th><th scope="col">{t("roll.quorum")}</th><th scope="col">{t("roll.hears")}</th><th scope="col">{t("roll.sees")}</th><th scope="col">{t("desk.hub-check")}</th><th scope="col">{t("desk.noted")}</th><td /></tr></thead>
          <tbody>{[...sites.filter((site) => site.role === "hub"), ...districts(sites)].map((site) => <Row key={site.id} site={site} edit={() => edit(site.id)} />)}</tbody>
        </table>
      </div>
      <Declaration />
      {chosen && <Edit site={chosen} close={() => edit(null)} />}
    </section>
  );
}
