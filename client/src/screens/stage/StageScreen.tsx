/** The stage display (CLIENT §5 /stage): one huge clock, what is on, what comes, and a word from the operator. */
import type { JSX } from "preact";
import { say, t } from "../../i18n";
import { TimeOfDay, useNow } from "../../ui/Clock";
import { siteOf, usePlace } from "../../ui/context";
import { Icon } from "../../ui/Icon";
import { Notices, SocketMark } from "../../ui/Notices";
import { Ribbon } from "../../ui/Ribbon";
import { faceOf, guests, onAir, type Mode } from "./model";

function Speaker(): JSX.Element | null {
  const { room } = usePlace();
  const { agenda, scene } = room.store;
  const live = agenda.value?.items.find((item) => item.id === agenda.value?.live);
  const seen = guests(scene.value?.program);
  const names = seen.length > 0 && seen.length <= 2 ? seen.map((site) => say(siteOf(room, site)?.name)).filter(Boolean).join(", ") : "";
  const who = [say(live?.by), names].filter(Boolean).join(" · ");
  return who ? <p class="stage-who" data-testid="stage-who"><Icon name="mic" size={40} /> {who}</p> : null;
}

function Face({ mode }: { mode: Mode }): JSX.Element {
  const { store } = usePlace().room;
  const now = useNow();
  const agenda = store.agenda.value;
  const session = store.session.value;
  const live = agenda?.items.find((item) => item.id === agenda.live) ?? null;
  const face = faceOf(mode, session, live, now);
  return (
    <div class={`stage-face ${face.pace}`} data-testid="stage-face" data-kind={face.kind} data-pace={face.pace}>
      <p class="stage-kind">{t(`stage.kind.${face.kind}`)}</p>
      <p class="stage-clock figures" role="timer">{face.figures}</p>
      <p class="stage-pace" aria-live="polite">
        {face.pace !== "calm" && <><Icon name={face.pace === "over" ? "cross" : "warn"} size={64} /> {t(face.pace === "over" ? "stage.over" : `stage.phase.${face.pace}`)}</>}
      </p>
    </div>
  );
}

function Items(): JSX.Element {
  const { store } = usePlace().room;
  const agenda = store.agenda.value;
  const live = agenda?.items.find((item) => item.id === agenda.live);
  const next = agenda?.items.find((item) => item.id === agenda.next);
  const phase = store.session.value?.phase;
  return (
    <div class="stage-items">
      <h1 data-testid="stage-now">{live ? say(live.title) : phase && phase !== "open" ? t(`phase.${phase}`) : t("stage.nothing")}</h1>
      <Speaker />
      {next && <p class="stage-next"><span class="soft">{t("site.next")}</span> {say(next.title)}{next.by ? ` · ${say(next.by)}` : ""}</p>}
    </div>
  );
}

export function StageScreen({ mode }: { mode: Mode }): JSX.Element {
  const { store } = usePlace().room;
  const stage = store.stage.value;
  const air = onAir(store.scene.value?.program) && store.session.value?.phase === "open";
  if (stage?.blackout) return <main class="stage black" data-testid="stage-black"><p class="hear">{t("stage.black")}</p><Notices onAir /></main>;
  return (
    <main class="stage" data-testid="stage">
      <header>
        {air ? <strong class="stage-air" data-testid="stage-air"><i aria-hidden="true" /> {t("tally.air")}</strong> : <span class="soft">{t("stage.off-air")}</span>}
        <Ribbon />
        <SocketMark />
        {mode !== "clock" && <TimeOfDay />}
      </header>
      <Face mode={mode} />
      <div class="stage-message" aria-live="assertive">{stage?.message && <p data-testid="stage-message">{stage.message}</p>}</div>
      <Items />
      <Notices onAir={air} />
    </main>
  );
}
