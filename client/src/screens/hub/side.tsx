import { useState } from "preact/hooks";
import { duration, t, tx } from "../../i18n";
import { floor, now, session, sites, sitesById } from "../../net/store";
import type { SiteView } from "../../proto/proto.gen";
import { Do } from "../../ui/actions";
import { Modal } from "../../ui/bits";
import { AnswerFields } from "../../ui/rollcall";
import { grant, mayDeclare, mayFloor, mayLead, mayRollcall } from "./acts";

const nameOf = (site: string) => tx(sitesById.value.get(site)?.name) || site;

export function FloorPanel() {
  const view = floor.value;
  const may = mayFloor.value && session.value?.phase === "open";
  const asked = new Set(view?.queue.map((one) => one.site));
  return (
    <section class="panel floor" aria-labelledby="h-floor">
      <h2 id="h-floor">{t("floor.title", { n: view?.waiting ?? 0 })}</h2>
      {view?.site && view.state !== "free" && (
        <div class={`holder ${view.state}`}>
          <p>
            <strong>{nameOf(view.site)}</strong> · {t(view.state === "granted" ? "floor.granted" : "floor.invited")}{" "}
            {view.since && <span class="figures">{duration(now.value - view.since / 1000)}</span>}
          </p>
          {may && (
            <div class="row">
              {view.state === "invited" && (
                <Do name={`grant-${view.site}`} label="act.grant" class="mini act" testid={`grant-${view.site}`} make={grant(view.site)} />
              )}
              <Do name="end-floor" label="act.floor-end" class="mini" testid="end-floor" make={() => ({ do: "floor.end" })} />
            </div>
          )}
        </div>
      )}
      <ul>
        {view?.queue
          .filter((hand) => !(hand.site === view.site && view.state !== "free"))
          .map((hand, i) => (
            <li key={hand.site} class="hand">
              <p>
                <span class="figures">{i + 1}</span> <strong>{nameOf(hand.site)}</strong>{" "}
                <span class="figures quiet">{duration(now.value - hand.since / 1000)}</span>
                {hand.topic && <span class="topic">{hand.topic}</span>}
              </p>
              {may && (
                <div class="row">
                  <Do
                    name={`invite-${hand.site}`}
                    label="act.invite"
                    class="mini"
                    testid={`invite-${hand.site}`}
                    make={() => ({ do: "floor.invite", site: hand.site })}
                  />
                  <Do name={`grant-${hand.site}`} label="act.grant" class="mini act" testid={`grant-${hand.site}`} make={grant(hand.site)} />
                  <Do name={`drop-${hand.site}`} label="act.drop" class="mini" make={() => ({ do: "floor.drop", site: hand.site })} />
                </div>
              )}
            </li>
          ))}
      </ul>
      {!view?.queue.length && view?.state === "free" && <p class="quiet">{t("floor.none")}</p>}
      {may && <GrantAny asked={asked} />}
    </section>
  );
}

/** Grant to a site that did not raise its hand (asked by telephone). */
function GrantAny({ asked }: { asked: Set<string> }) {
  const [site, setSite] = useState("");
  const others = (sites.value?.sites ?? []).filter((one) => one.presence === "present" && !asked.has(one.id) && floor.value?.site !== one.id);
  return (
    <div class="row">
      <select aria-label={t("floor.any")} value={site} onChange={(event) => setSite(event.currentTarget.value)}>
        <option value="">{t("floor.any")}</option>
        {others.map((one) => (
          <option key={one.id} value={one.id}>
            {tx(one.name)}
          </option>
        ))}
      </select>
      {site && <Do name={`any-${site}`} label="act.invite" class="mini" make={() => ({ do: "floor.invite", site })} />}
      {site && <Do name={`anygrant-${site}`} label="act.grant" class="mini act" make={grant(site)} onDone={() => setSite("")} />}
    </div>
  );
}

const tick = (flag: boolean | null | undefined) => (flag === true ? "✓" : flag === false ? "✕" : "·");

export function Rollcall() {
  const [edit, setEdit] = useState<string | null>(null);
  const view = sites.value;
  if (!view) return null;
  const answered = view.sites.filter((one) => one.attendance?.present != null).length;
  const total = view.sites.reduce((sum, one) => sum + (one.attendance?.present ?? 0), 0);
  const site = view.sites.find((one) => one.id === edit);
  return (
    <section class="panel rollcall" aria-labelledby="h-roll">
      <h2 id="h-roll">{t("roll.title", { n: answered, all: view.sites.length })}</h2>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">{t("roll.site")}</th>
              <th scope="col">{t("roll.present")}</th>
              <th scope="col" title={t("roll.ticks")}>
                {t("roll.short")}
              </th>
            </tr>
          </thead>
          <tbody>
            {view.sites.map((one) => (
              <tr key={one.id} class={one.attendance?.mark ?? ""}>
                <th scope="row">
                  {mayRollcall.value ? (
                    <button type="button" class="plain" onClick={() => setEdit(one.id)}>
                      {tx(one.name)}
                    </button>
                  ) : (
                    tx(one.name)
                  )}
                </th>
                <td class="figures">
                  {one.attendance?.mark ? t(`roll.${one.attendance.mark}`) : `${one.attendance?.present ?? "–"}/${one.expected ?? 0}`}
                </td>
                <td>
                  {tick(one.attendance?.quorum)} {tick(one.attendance?.hears)} {tick(one.attendance?.sees)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p>{t("roll.total", { n: total })}</p>
      {view.declared ? (
        <p class={view.declared.met ? "good" : "bad"}>{t(view.declared.met ? "roll.met" : "roll.not-met")}</p>
      ) : (
        mayDeclare.value && (
          <div class="row">
            <Do name="declare" label="act.declare" class="mini act" make={() => ({ do: "rollcall.declare", met: true })} />
            <Do
              name="declare-not"
              label="act.declare-not"
              class="mini"
              reason
              make={(note) => ({ do: "rollcall.declare", met: false, ...(note ? { note } : {}) })}
            />
          </div>
        )
      )}
      {site && <EditAnswer site={site} close={() => setEdit(null)} />}
    </section>
  );
}

function EditAnswer({ site, close }: { site: SiteView; close: () => void }) {
  const known = site.attendance;
  const [present, setPresent] = useState(String(known?.present ?? site.expected ?? 0));
  const [head, setHead] = useState(known?.head ?? "");
  const [flags, setFlags] = useState({ quorum: known?.quorum ?? true, hears: known?.hears ?? true, sees: known?.sees ?? true });
  return (
    <Modal title={t("roll.edit", { site: tx(site.name) })} close={close}>
      {site.phone && <p>{t("roll.phone", { phone: site.phone, duty: tx(site.duty) })}</p>}
      <AnswerFields {...{ present, setPresent, head, setHead, flags, setFlags }} />
      <div class="row end">
        <Do name="mark-late" label="roll.late" make={() => ({ do: "rollcall.mark", site: site.id, mark: "late" })} onDone={close} />
        <Do name="mark-absent" label="roll.absent" make={() => ({ do: "rollcall.mark", site: site.id, mark: "absent" })} onDone={close} />
        <Do
          name="answer"
          label="roll.save"
          class="act"
          make={() => ({ do: "rollcall.answer", site: site.id, present: Number(present) || 0, head, ...flags })}
          onDone={close}
        />
      </div>
    </Modal>
  );
}
