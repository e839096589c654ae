/** Inside the ceremony: the programme edge to edge, tally and connection always, the rest when a hand moves. */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { say, t } from "../../i18n";
import { usePlace, siteOf } from "../../ui/context";
import { Icon } from "../../ui/Icon";
import { LangSwitch } from "../../ui/LangSwitch";
import { SocketMark } from "../../ui/Notices";
import { Picture } from "../../ui/Picture";
import { Caption, Ribbon } from "../../ui/Ribbon";
import { TallyMark } from "../../ui/Tally";
import { AskFloor, MicState } from "./AskFloor";
import { BigScreen } from "./BigScreen";
import { PhaseCard } from "./Cards";
import { Connection, LineWords } from "./Connection";
import { CueCard, ItemNow } from "./CueCard";
import { Unread, unreadOf } from "./Letters";
import { MovableOwn } from "./MovableOwn";
import { Outage } from "./Outage";
import { Panel, type PanelKind } from "./Panel";
import { Question } from "./Question";
import { RollCard, useCalled } from "./RollCard";

const IDLE_MS = 5000;

/** True while nobody has moved anything for five seconds. */
function useIdle(): boolean {
  const [idle, set] = useState(false);
  useEffect(() => {
    let timer = setTimeout(() => set(true), IDLE_MS);
    const stir = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => set(true), IDLE_MS);
      set(false);
    };
    const kinds = ["pointermove", "pointerdown", "keydown", "focusin"] as const;
    kinds.forEach((kind) => addEventListener(kind, stir));
    return () => {
      clearTimeout(timer);
      kinds.forEach((kind) => removeEventListener(kind, stir));
    };
  }, []);
  return idle;
}

const wantsBig = (): boolean => new URLSearchParams(location.search).get("big") === "1";

function fullScreen(): void {
  if (document.fullscreenElement) void document.exitFullscreen();
  else void document.documentElement.requestFullscreen?.().catch(() => undefined);
}

function Buttons({ open, enlarge }: { open: (panel: PanelKind) => void; enlarge: () => void }): JSX.Element {
  const { store } = usePlace().room;
  const calling = useCalled() !== null;
  const unread = unreadOf(store.notices.value?.notices ?? []);
  const papers = store.documents.value?.documents.length ?? 0;
  const answered = store.cue.value?.attendance.answered_at != null;
  return (
    <span class="row end">
      <button type="button" class={calling ? "button primary call-now" : "button dark"} data-testid="rollcall" onClick={() => open("roll")}>
        <Icon name={answered ? "check" : "people"} size={20} /> {t("roll.title")}
      </button>
      {papers > 0 && <button type="button" class="button dark" data-testid="papers" onClick={() => open("papers")}><Icon name="document" size={20} /> {t("papers.panel")}</button>}
      <button type="button" class="button dark" data-testid="letters" title={t("letters.panel")} onClick={() => open("letters")}>
        <Icon name="slate" size={20} label={t("letters.panel")} /> {unread > 0 && t("letters.unread", { n: unread })}
      </button>
      <button type="button" class="button dark" data-testid="big" onClick={enlarge} aria-label={t("big.title")} title={t("big.title")}><Icon name="screen" size={20} /></button>
      <button type="button" class="button dark" data-testid="devices" onClick={() => open("devices")} aria-label={t("device.title")} title={t("device.title")}><Icon name="camera" size={20} /></button>
      <button type="button" class="button dark" onClick={fullScreen} aria-label={t("site.full")} title={t("site.full")}><Icon name="full" size={20} /></button>
      <LangSwitch />
    </span>
  );
}

export function Ceremony(): JSX.Element {
  const { room, media } = usePlace();
  const { store } = room;
  const idle = useIdle();
  const [panel, open] = useState<PanelKind | null>(null);
  const [big, enlarge] = useState(wantsBig);
  const cue = store.cue.value;
  const site = siteOf(room, store.session.value?.site ?? "");
  const tally = cue?.tally ?? "wait";
  return (
    <main class={`ceremony ${tally} ${idle && panel === null ? "idle" : ""} ${store.session.value?.rehearsal ? "rehearsal" : ""}`} data-testid="ceremony">
      <div class="screen"><Picture view={store.scene.value?.program} testid="program"><Caption /></Picture></div>
      <header class="site-top">
        <strong class="fades site-name">{say(site?.name)}</strong>
        <TallyMark tally={tally} testid="tally" />
        <span class="fades"><ItemNow /></span>
        <span class="site-link"><SocketMark /><Connection /></span>
      </header>
      <footer class="site-bottom fades">
        <CueCard />
        <div class="site-row"><AskFloor /><MicState /><Buttons open={open} enlarge={() => enlarge(true)} /></div>
      </footer>
      <LineWords />
      <MovableOwn />
      {big && <BigScreen close={() => enlarge(false)} />}
      <Ribbon />
      <PhaseCard />
      {panel === null && <RollCard />}
      <Question />
      <Unread />
      <Outage />
      {media.sound.blocked.value && (
        <button type="button" class="unblock" data-testid="unblock" onClick={() => media.sound.unblock()}><Icon name="speaker" size={64} />{t("site.listen")}</button>
      )}
      {panel !== null && <Panel kind={panel} close={() => open(null)} />}
    </main>
  );
}
