/** The chair's view, on a telephone too: agenda, hands, floor, attendance, confirmation, interruption (CEREMONY §1, §5). */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { say, t } from "../../i18n";
import { length } from "../../i18n/times";
import type { ItemView, SiteView, SuspendedView } from "../../proto/types";
import { Act, HoldAct } from "../../ui/Act";
import { andThen, useAction } from "../../ui/action";
import { At, Since, useNow } from "../../ui/Clock";
import { shortName, siteOf, usePlace } from "../../ui/context";
import { Dialog } from "../../ui/Dialog";
import { Icon } from "../../ui/Icon";
import { phaseOf } from "../../ui/pace";
import { AskState } from "./AskDesk";
import { districts, mayInterrupt, mayResume } from "./model";
import { Declaration } from "./RollDesk";
import { DeskHead } from "./SecretaryDesk";

const CAUSES: readonly SuspendedView["cause"][] = ["link", "power", "sound", "safety", "other"];

function Line({ item, live, next }: { item: ItemView; live: boolean; next: boolean }): JSX.Element {
  const now = useNow();
  const left = live && item.due != null ? item.due / 1000 - now : null;
  const pace = left === null ? "calm" : phaseOf(left, item.warn_s, item.danger_s);
  return (
    <li class={`agenda-line ${live ? "live" : next ? "next" : item.state}`} data-testid={`chair-item-${item.id}`} aria-current={live ? "step" : undefined}>
      <At at={item.started ?? item.expected ?? item.planned} />
      <span>{item.n}. {say(item.title)}{item.by && <small class="soft">{say(item.by)}</small>}</span>
      <b class={pace === "over" ? "bad" : pace === "calm" ? "soft" : "weak"}>
        {left === null ? (live || next || item.state !== "planned") && t(`item.${live ? "live" : next ? "next" : item.state}` as "item.live")
          : <>{pace !== "calm" && <Icon name="warn" size={14} />} {t(pace === "over" ? "stage.over" : "big.left")} <span class="figures">{length(left)}</span></>}
      </b>
    </li>
  );
}

function Agenda(): JSX.Element {
  const agenda = usePlace().room.store.agenda.value;
  const items = agenda?.items ?? [];
  const done = items.filter((item) => item.state === "done" || item.state === "skipped");
  const rest = items.filter((item) => !done.includes(item));
  const line = (item: ItemView): JSX.Element => <Line key={item.id} item={item} live={item.id === agenda?.live} next={item.id === agenda?.next} />;
  return (
    <section class="desk-part chair-agenda" aria-label={t("hub.runsheet")}>
      <h2>{t("hub.runsheet")} {agenda?.end != null && <small class="soft">{t("hub.expected-end")} <At at={agenda.end} /></small>}</h2>
      <ol>{rest.map(line)}</ol>
      {done.length > 0 && <details><summary>{t("chair.done", { n: done.length })}</summary><ol>{done.map(line)}</ol></details>}
    </section>
  );
}

function useFloor(site: string): Record<"invite" | "grant" | "interrupt" | "drop", ReturnType<typeof useAction>> {
  const { room } = usePlace();
  const after = (): number => room.store.floor.peek()?.rev ?? 0;
  return {
    invite: useAction(() => ({ do: "floor.invite", site })),
    grant: useAction(() => ({ do: "floor.grant", site, after: after() })),
    interrupt: useAction(() => ({ do: "floor.grant", site, after: after(), interrupt: true })),
    drop: useAction(() => ({ do: "floor.drop", site })),
  };
}

/** One hall, with a hand raised or called without one. While another speaks, granting means interrupting. */
function Hall({ site, n, since, topic }: { site: SiteView; n?: number; since?: number; topic?: string | null }): JSX.Element {
  const floor = usePlace().room.store.floor.value;
  const acts = useFloor(site.id);
  const busy = floor?.state === "granted" && floor.site !== site.id;
  const away = site.presence === "absent";
  return (
    <li class="hall" data-testid={`chair-hall-${site.id}`}>
      <p>{n !== undefined && <b class="figures">{n}</b>} <strong>{shortName(site)}</strong> {since !== undefined && <Since at={since} />} {away && <span class="bad"><Icon name="cross" size={14} /> {t("live.lost")}</span>}</p>
      {topic && <p class="soft">{topic}</p>}
      <p class="row">
        <Act action={acts.invite} look="quiet" disabled={away} testid={`chair-invite-${site.id}`}>{t("floor.invite-short")}</Act>
        {busy
          ? <HoldAct action={acts.interrupt} look="danger" disabled={away} title={t("floor.interrupt-title")} testid={`chair-interrupt-${site.id}`}>{t("floor.interrupt")}</HoldAct>
          : <Act action={acts.grant} look="primary" disabled={away} testid={`chair-grant-${site.id}`}>{t("floor.grant")}</Act>}
        {n !== undefined && <Act action={acts.drop} look="quiet" testid={`chair-drop-${site.id}`}>{t("floor.drop")}</Act>}
      </p>
    </li>
  );
}

function Floor(): JSX.Element {
  const { room } = usePlace();
  const floor = room.store.floor.value;
  const end = useAction(() => ({ do: "floor.end" }));
  const sites = districts(room.store.sites.value?.sites ?? []);
  const queue = floor?.queue ?? [];
  const open = room.store.session.value?.phase === "open";
  const held = floor?.site != null && floor.state !== "free";
  return (
    <section class="desk-part chair-floor" aria-label={t("floor.title")}>
      <h2>{t("floor.title")} <span class="figures">({queue.length})</span></h2>
      {held && (
        <div class="holder" data-testid="chair-holder">
          <p><Icon name="mic" size={18} /> {t(floor.state === "granted" ? "floor.has" : "chair.invited")} <strong>{say(siteOf(room, floor.site ?? "")?.name)}</strong> {floor.since !== null && <Since at={floor.since} />}</p>
          {open && <Act action={end} testid="chair-floor-end">{t(floor.state === "granted" ? "floor.end" : "floor.uninvite")}</Act>}
        </div>
      )}
      <p class="hear" aria-live="polite">{t("floor.title")}: {queue.length}</p>
      <div>
        {queue.length === 0 && <p class="soft">{t("floor.none")}</p>}
        {open && <ol>{queue.map((hand, i) => {
          const site = siteOf(room, hand.site);
          return site && <Hall key={hand.site} site={site} n={i + 1} since={hand.since} topic={hand.topic ?? null} />;
        })}</ol>}
      </div>
      {open && (
        <details><summary>{t("floor.call")}</summary>
          <ul>{sites.filter((site) => site.id !== floor?.site && !queue.some((hand) => hand.site === site.id)).map((site) => <Hall key={site.id} site={site} />)}</ul>
        </details>
      )}
    </section>
  );
}

function SuspendDialog({ close }: { close: () => void }): JSX.Element {
  const [cause, choose] = useState<SuspendedView["cause"]>("link");
  const [reason, why] = useState("");
  const [announce, say_] = useState(t("suspend.announce-default"));
  const suspend = andThen(useAction(() => (reason.trim() ? { do: "session.suspend", reason: reason.trim(), cause, announce: announce.trim() } : null)), close);
  return (
    <Dialog title={t("suspend.title")} close={close} testid="chair-suspend-dialog">
      <form onSubmit={(event) => event.preventDefault()}>
        <fieldset><legend>{t("suspend.cause")}</legend>
          {CAUSES.map((one) => <label key={one} class="check"><input type="radio" name="cause" checked={cause === one} onChange={() => choose(one)} /> {t(`cause.${one}`)}</label>)}
        </fieldset>
        <label class="field"><span>{t("act.reason")}</span><textarea rows={2} maxLength={200} value={reason} data-testid="chair-reason" onInput={(event) => why(event.currentTarget.value)} /></label>
        <label class="field"><span>{t("suspend.announce")}</span><textarea rows={3} maxLength={200} value={announce} onInput={(event) => say_(event.currentTarget.value)} /></label>
        <footer><button type="button" class="button" onClick={close}>{t("act.cancel")}</button>
          <HoldAct action={suspend} disabled={!reason.trim()} testid="chair-suspend-confirm">{t("suspend.confirm")}</HoldAct></footer>
      </form>
    </Dialog>
  );
}

function Interruption(): JSX.Element | null {
  const session = usePlace().room.store.session.value;
  const [asking, ask] = useState(false);
  const resume = useAction(() => ({ do: "session.resume" }));
  const held = session?.suspended;
  if (!mayInterrupt(session) && !mayResume(session)) return null;
  return (
    <section class="desk-part chair-suspend" aria-label={t("hub.suspend")}>
      {held && <p><Icon name="pause" size={18} /> {t("phase.suspended")} <Since at={held.since} /> · {t(`cause.${held.cause}`)}</p>}
      {mayResume(session) && <Act action={resume} look="primary" testid="chair-resume"><Icon name="play" size={18} /> {t("hub.resume")}</Act>}
      {mayInterrupt(session) && <button type="button" class="button danger" data-testid="chair-suspend" onClick={() => ask(true)}><Icon name="pause" size={18} /> {t("hub.suspend")}</button>}
      {asking && <SuspendDialog close={() => ask(false)} />}
    </section>
  );
}

export function ChairView(): JSX.Element {
  const { store } = usePlace().room;
  const question = store.confirmation.value;
  return (
    <main class="desk chair" data-testid="chair">
      <DeskHead />
      <div class="desk-parts">
        <Floor />
        <Agenda />
        <section class="desk-part" aria-label={t("roll.title")}><h2>{t("roll.title")}</h2><Declaration /></section>
        <section class="desk-part" aria-label={t("ask.title")}><h2>{t("ask.title")}</h2>{question ? <AskState key={question.n} question={question} acts={false} /> : <p class="soft">{t("ask.none")}</p>}</section>
        <Interruption />
      </div>
    </main>
  );
}
