/** Who leads. Taking over is always possible, and always seen (CEREMONY §8). */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { t } from "../../i18n";
import { operatorsHere, type OperatorHere } from "../../net/api";
import { HoldAct } from "../../ui/Act";
import { andThen, useAction } from "../../ui/action";
import { Since } from "../../ui/Clock";
import { usePlace } from "../../ui/context";
import { Dialog } from "../../ui/Dialog";
import { Icon } from "../../ui/Icon";
import { operates } from "./model";

function TakeDialog({ close }: { close: () => void }): JSX.Element {
  const [reason, write] = useState("");
  const take = andThen(useAction(() => (reason.trim() ? { do: "control.take", reason: reason.trim() } : null)), close);
  return (
    <Dialog title={t("control.take")} close={close} testid="control-dialog">
      <p>{t("control.explain")}</p>
      <label class="field"><span>{t("act.reason")}</span>
        <input type="text" maxLength={200} value={reason} data-testid="control-reason" onInput={(event) => write(event.currentTarget.value)} /></label>
      <footer><HoldAct action={take} look="primary" testid="control-take" disabled={!reason.trim()}>{t("control.take")}</HoldAct></footer>
    </Dialog>
  );
}

/** Hand control to another operator who is on the console now: it never waits for an empty chair. */
export function GiveControl(): JSX.Element | null {
  const { room } = usePlace();
  const [others, list] = useState<readonly OperatorHere[]>([]);
  const [chosen, choose] = useState("");
  const give = useAction(() => (chosen ? { do: "control.give", seat: chosen } : null));
  const mine = room.store.control.value?.mine === true;
  useEffect(() => {
    if (mine) operatorsHere(room.session).then((told) => { list(told.operators); choose(told.operators[0]?.seat ?? ""); }, () => list([]));
  }, [mine, room.session]);
  if (!mine) return null;
  return (
    <section class="give-control" data-testid="give-control">
      <h3>{t("control.give")}</h3>
      {others.length === 0 ? <p class="soft">{t("control.alone")}</p> : (
        <p class="row">
          <select aria-label={t("control.to")} value={chosen} data-testid="give-to" onChange={(event) => choose(event.currentTarget.value)}>
            {others.map((one) => <option key={one.seat} value={one.seat}>{one.name} · {t(`role.${one.role}`)}</option>)}
          </select>
          <HoldAct action={give} look="primary" testid="control-give">{t("control.give")}</HoldAct>
        </p>
      )}
    </section>
  );
}

/** A strip above the action bar for the one who does not lead, and a word of warning for the one who lost it. */
export function Control(): JSX.Element | null {
  const { store } = usePlace().room;
  const [taking, take] = useState(false);
  const control = store.control.value;
  if (!operates(store.session.value) || !control || control.mine || control.seat === null) return null;
  return (
    <div class="control-strip" role="status" data-testid="control-other">
      <Icon name="lock" size={16} />
      <span>{t(control.how === "taken" ? "control.taken" : "control.other")} {control.since !== null && <Since at={control.since} />}{control.reason && <> · {control.reason}</>}</span>
      <button type="button" class="button" data-testid="control-open" onClick={() => take(true)}>{t("control.take")}</button>
      {taking && <TakeDialog close={() => take(false)} />}
    </div>
  );
}
