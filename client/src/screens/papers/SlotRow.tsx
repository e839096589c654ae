/** One place for a signature or a seal: who signs, how far it is, and what may be done about it now (CEREMONY §10). */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { say, t } from "../../i18n";
import type { DocumentView, SlotView } from "../../proto/types";
import { Act } from "../../ui/Act";
import { andThen, useAction } from "../../ui/action";
import { At, Since } from "../../ui/Clock";
import { usePlace } from "../../ui/context";
import { Dialog, ReasonDialog } from "../../ui/Dialog";
import { Icon } from "../../ui/Icon";
import { mayAsk, mayLead } from "../hub/model";
import { inked, mayWitness } from "./model";

interface Row {
  readonly paper: DocumentView;
  readonly slot: SlotView;
}

function AssignDialog({ paper, slot, close }: Row & { close: () => void }): JSX.Element {
  const [person, name] = useState(slot.person ?? "");
  const [authority, choose] = useState(slot.authority ?? "");
  const [basis, write] = useState(slot.basis ?? "");
  const assign = andThen(useAction(() => (person.trim() ? { do: "slot.assign", document: paper.id, slot: slot.slot, person: person.trim(), authority, basis: basis.trim() } : null)), close);
  return (
    <Dialog title={t("papers.assign-title", { office: say(slot.office) })} close={close} testid="assign-dialog">
      <form onSubmit={(event) => { event.preventDefault(); void assign.run(); }}>
        <label class="field"><span>{t("papers.person")}</span>
          <input type="text" maxLength={200} value={person} autofocus data-testid="assign-person" onInput={(event) => name(event.currentTarget.value)} /></label>
        {(slot.authorities?.length ?? 0) > 0 && (
          <label class="field"><span>{t("papers.authority")}</span>
            <select value={authority} data-testid="assign-authority" onChange={(event) => choose(event.currentTarget.value)}>
              <option value="">{t("papers.authority-none")}</option>
              {slot.authorities?.map((one) => <option key={one} value={one}>{one}</option>)}
            </select></label>
        )}
        {authority !== "" && (
          <label class="field"><span>{t("papers.basis")}</span>
            <input type="text" maxLength={200} value={basis} data-testid="assign-basis" onInput={(event) => write(event.currentTarget.value)} /></label>
        )}
        <footer><Act action={assign} look="primary" testid="assign-save" disabled={!person.trim()}>{t("papers.assign-save")}</Act></footer>
      </form>
    </Dialog>
  );
}

/** Pen and witness: the operator keeps the times, another person has seen it. */
function Ink({ paper, slot }: Row): JSX.Element {
  const { store } = usePlace().room;
  const session = store.session.value;
  const at = { document: paper.id, slot: slot.slot };
  const down = useAction(() => ({ do: "pen.down", ...at }));
  const up = useAction(() => ({ do: "pen.up", ...at }));
  const witness = useAction(() => ({ do: "ink.witness", ...at }));
  const spoilt = useAction((reason) => (reason ? { do: "pen.void", ...at, reason } : null));
  const leads = mayLead(session);
  return (
    <p class="row slot-acts">
      {leads && slot.down == null && <Act action={down} look="primary" testid={`pen-down-${slot.slot}`}>{t("papers.pen-down")}</Act>}
      {leads && slot.down != null && slot.up == null && <Act action={up} look="primary" testid={`pen-up-${slot.slot}`}>{t("papers.pen-up")}</Act>}
      {slot.down != null && slot.up == null && <span class="figures weak"><Since at={slot.down} /></span>}
      {slot.up != null && (mayWitness(session, slot)
        ? <Act action={witness} look="primary" testid={`witness-${slot.slot}`}>{t("papers.witness")}</Act>
        : <span class="soft" role="status">{t("papers.witness-wait")}</span>)}
      {leads && slot.down != null && (
        <button type="button" class="button quiet" data-testid={`pen-void-${slot.slot}`} onClick={() => (spoilt.asking.value = "reason-required")}>{t("papers.pen-void")}</button>
      )}
      <ReasonDialog action={spoilt} title={t("papers.pen-void")} confirm={t("papers.pen-void")}><p>{t("papers.pen-void-explain")}</p></ReasonDialog>
    </p>
  );
}

function Landed({ slot }: { slot: SlotView }): JSX.Element {
  return (
    <span class="good slot-state"><Icon name="check" size={14} label={t("papers.landed")} /> {t(`papers.how-${slot.how ?? "ink"}`)}
      {slot.level != null && <> · {slot.level}{slot.level === "B-B" && <> · {t("papers.no-stamp")}</>}</>} <At at={slot.at ?? null} /></span>
  );
}

export function SlotRow({ paper, slot }: Row): JSX.Element {
  const { store } = usePlace().room;
  const [assigning, assign] = useState(false);
  const session = store.session.value;
  const turn = paper.turn === slot.slot;
  const decline = useAction((reason) => (reason ? { do: "slot.decline", document: paper.id, slot: slot.slot, reason } : null));
  const who = [slot.authority, slot.person].filter(Boolean).join(" ");
  return (
    <li class={`slot${slot.state === "landed" ? " landed" : ""}${turn ? " turn" : ""}`} data-testid={`slot-${slot.slot}`} data-state={slot.state} aria-current={turn ? "step" : undefined}>
      <p class="slot-who">
        <b>{slot.party && `${say(slot.party)} · `}{say(slot.office)}</b>
        <span>{who || <i class="weak">{t("papers.unassigned")}</i>}</span>
        {slot.state === "landed" ? <Landed slot={slot} /> : <span class="soft slot-state">{t(turn ? "papers.turn" : slot.state === "open" ? "papers.open" : "papers.waiting")}</span>}
      </p>
      {slot.state !== "landed" && mayAsk(session) && (
        <p class="row slot-acts">
          <button type="button" class="button quiet" data-testid={`assign-${slot.slot}`} onClick={() => assign(true)}>{t("papers.assign")}</button>
          {turn && mayLead(session) && <button type="button" class="button quiet" data-testid={`decline-${slot.slot}`} onClick={() => (decline.asking.value = "reason-required")}>{t("papers.decline")}</button>}
        </p>
      )}
      {turn && paper.state === "signing" && inked(paper, slot) && <Ink paper={paper} slot={slot} />}
      {turn && paper.mode === "digital" && <p class="soft" role="status">{t(slot.state === "open" ? "papers.ticket-out" : "papers.ticket-wait")}</p>}
      {assigning && <AssignDialog paper={paper} slot={slot} close={() => assign(false)} />}
      <ReasonDialog action={decline} title={t("papers.decline")} confirm={t("papers.decline")}><p>{t("papers.decline-explain")}</p></ReasonDialog>
    </li>
  );
}
