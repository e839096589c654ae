/** Who leads. Taking over is always possible, and always seen (CEREMONY §8). */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { t } from "../../i18n";
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
