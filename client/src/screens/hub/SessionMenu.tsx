/** Interrupting, going on, calling off: acts of the whole session, with a stated reason (CEREMONY §8). */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { refusal, t } from "../../i18n";
import { ApiRefused, rehearse } from "../../net/api";
import { address } from "../../net/doors";
import type { Command, SuspendedView } from "../../proto/types";
import { Act, HoldAct } from "../../ui/Act";
import { andThen, useAction } from "../../ui/action";
import { Since } from "../../ui/Clock";
import { usePlace } from "../../ui/context";
import { Dialog } from "../../ui/Dialog";

type Cause = Extract<Command, { do: "session.suspend" }>["cause"];
const CAUSES: readonly NonNullable<Cause>[] = ["link", "power", "sound", "safety", "other"];

function SuspendDialog({ close }: { close: () => void }): JSX.Element {
  const [cause, choose] = useState<NonNullable<Cause>>("link");
  const [reason, write] = useState("");
  const [announce, tell] = useState(t("suspend.announce-default"));
  const suspend = andThen(useAction(() => (reason.trim() ? { do: "session.suspend", reason: reason.trim(), announce: announce.trim(), cause } : null)), close);
  return (
    <Dialog title={t("suspend.title")} close={close} testid="suspend-dialog">
      <label class="field"><span>{t("suspend.cause")}</span>
        <select value={cause} onChange={(event) => choose(event.currentTarget.value as NonNullable<Cause>)}>
          {CAUSES.map((one) => <option key={one} value={one}>{t(`cause.${one}`)}</option>)}
        </select></label>
      <label class="field"><span>{t("act.reason")}</span>
        <textarea rows={2} maxLength={200} value={reason} data-testid="suspend-reason" onInput={(event) => write(event.currentTarget.value)} /></label>
      <label class="field"><span>{t("suspend.announce")}</span>
        <textarea rows={2} maxLength={200} value={announce} onInput={(event) => tell(event.currentTarget.value)} /></label>
      <footer><Act action={suspend} look="danger" testid="suspend-confirm" disabled={!reason.trim()}>{t("suspend.confirm")}</Act></footer>
    </Dialog>
  );
}

function CancelDialog({ close }: { close: () => void }): JSX.Element {
  const [reason, write] = useState("");
  const cancel = andThen(useAction(() => (reason.trim() ? { do: "session.cancel", reason: reason.trim() } : null)), close);
  return (
    <Dialog title={t("hub.cancel")} close={close} testid="cancel-dialog">
      <p>{t("hub.cancel-explain")}</p>
      <label class="field"><span>{t("act.reason")}</span>
        <textarea rows={2} maxLength={200} value={reason} data-testid="cancel-reason" onInput={(event) => write(event.currentTarget.value)} /></label>
      <footer><HoldAct action={cancel} testid="cancel-confirm" disabled={!reason.trim()}>{t("hub.cancel")}</HoldAct></footer>
    </Dialog>
  );
}

/** A rehearsal is a session of its own; this desk goes there, the sites follow by themselves. */
export function Rehearse(): JSX.Element | null {
  const { room } = usePlace();
  const [refused, refuse] = useState<string | null>(null);
  if (room.store.session.value?.rehearsal != null) return null;
  const begin = (): void => {
    void rehearse(room.session).then((made) => location.assign(address("/hub", made.session)), (error: unknown) => refuse(error instanceof ApiRefused ? error.code : "internal"));
  };
  return (
    <span class="act">
      <button type="button" class="button quiet" data-testid="rehearse" onClick={begin}>{t("hub.rehearse")}</button>
      {refused && <span class="said" role="alert">{refusal(refused)}</span>}
    </span>
  );
}

export function Suspend(): JSX.Element {
  const [asking, ask] = useState(false);
  return (
    <>
      <button type="button" class="button quiet" data-testid="suspend-session" onClick={() => ask(true)}>{t("hub.suspend")}</button>
      {asking && <SuspendDialog close={() => ask(false)} />}
    </>
  );
}

export function Cancel(): JSX.Element {
  const [asking, ask] = useState(false);
  return (
    <>
      <button type="button" class="button quiet" data-testid="cancel-session" onClick={() => ask(true)}>{t("hub.cancel")}</button>
      {asking && <CancelDialog close={() => ask(false)} />}
    </>
  );
}

/** The strip everyone on the desk sees while the session is interrupted. */
export function Interrupted(): JSX.Element | null {
  const suspended: SuspendedView | null = usePlace().room.store.session.value?.suspended ?? null;
  if (suspended === null) return null;
  return (
    <div class="control-strip interrupted" role="alert" data-testid="interrupted">
      <b>{t("phase.suspended")}</b> <Since at={suspended.since} /> · {t(`cause.${suspended.cause}`)}
      {suspended.announce && <span>{t("suspend.told")} “{suspended.announce}”</span>}
    </div>
  );
}
