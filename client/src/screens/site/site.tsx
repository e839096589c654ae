/** A site's page: check, then the programme edge to edge. CLIENT §5 /site. */
import { useEffect, useState } from "preact/hooks";
import { duration, t, timeOfDay, tx, type TranslationKey } from "../../i18n";
import { agenda, cue, floor, link, now, offset, scene, session, sitesById } from "../../net/store";
import type { Cue } from "../../proto/proto.gen";
import { Publisher, type Use } from "../../rtc/publish";
import { needsClick, play, programLink, setSink, subscribe } from "../../rtc/slots";
import { Do, ReasonDialog } from "../../ui/actions";
import { LangSwitch, LinkMark, Live, Modal, SeatGone, WallClock } from "../../ui/bits";
import { Composition } from "../../ui/picture";
import { AnswerFields } from "../../ui/rollcall";
import { begin, Check, DevicePanel, onStream, own, SelfPicture, sound, speaker } from "./check";
import { keepAwake } from "./wake";

const publishers = new Map<Use, Publisher>();

function publish(use: Use, site: string, stream: MediaStream | null): void {
  const known = publishers.get(use);
  if (known && stream) void known.change(stream, sound.peek());
  else if (known) {
    known.stop();
    publishers.delete(use);
  } else if (stream) publishers.set(use, new Publisher(use, site, stream, sound.peek()));
}

export function Site({ id, seat }: { id: string; seat: string }) {
  const mark = `diemcau.entered.${id}.${seat}`;
  const site = seat.replace(/^s-/, "");
  const hub = site === "hub";
  const [entered, setEntered] = useState(false);
  const enter = () => {
    if (entered) return;
    setEntered(true);
    sessionStorage.setItem(mark, "1");
    onStream((use, stream) => publish(use, site, stream));
    for (const [use, one] of Object.entries(own.peek())) publish(use as Use, site, one?.stream ?? null);
    setSink(speaker.peek()?.id ?? "");
    subscribe(10);
    play();
  };
  useEffect(() => {
    keepAwake();
    // after a reload: same seat, same devices, no second check
    const again = sessionStorage.getItem(mark) !== null;
    void begin(hub ? ["camera", "table", "document", "slides"] : ["camera"]).then(() => again && enter());
  }, []);
  useEffect(() => {
    if (entered) setSink(speaker.value?.id ?? "");
  }, [speaker.value]);
  useEffect(() => {
    const guard = (event: BeforeUnloadEvent) => {
      if (cue.peek()?.tally === "air" || cue.peek()?.tally === "sound") event.preventDefault();
    };
    addEventListener("beforeunload", guard);
    return () => removeEventListener("beforeunload", guard);
  }, []);
  const name = tx(sitesById.value.get(site)?.name);
  return (
    <>
      {entered ? <OnStage hub={hub} name={name} site={site} /> : <Check hub={hub} name={name} enter={enter} />}
      {!entered && (
        <div class="corner">
          <LinkMark /> <LangSwitch />
        </div>
      )}
      <ReasonDialog />
      <Live />
      <SeatGone onAir={session.value?.phase === "open"} />
    </>
  );
}

function cueText(one: Cue): string {
  const by = tx(one.by);
  const time = one.at ? timeOfDay(one.at, offset.value) : "";
  if (one.key === "speak") {
    const left = one.until ? one.until / 1000 - now.value : null;
    if (left !== null && left < 0) return t("cue.speak.over", { time: duration(-left) });
    const parts = [t("cue.speak"), by ? t("cue.speak.by", { by }) : "", left === null ? "" : t("cue.speak.left", { time: duration(left) })];
    return parts.filter(Boolean).join(" ");
  }
  if (one.key === "on-air") return [t("cue.on-air"), tx(one.do)].filter(Boolean).join(" ");
  if (one.key === "follow" && one.do) return tx(one.do);
  if (one.key === "next") return [t("cue.next"), by ? t("cue.next.by", { by }) : ""].filter(Boolean).join(" ");
  if (one.key === "later") return `${t("cue.later", { n: one.count ?? 0 })}${time ? t("cue.later.at", { time }) : ""}`;
  return t(`cue.${one.key}`, { n: one.count ?? 0 });
}

const TALLY = { air: "tally.air", sound: "tally.sound", standby: "tally.standby", soon: "tally.soon", wait: "tally.wait" } as const;
const MIC: Record<string, TranslationKey> = { open: "site.mic.open", pre: "site.mic.pre", closed: "site.mic.closed" };

function OnStage({ hub, name, site }: { hub: boolean; name: string; site: string }) {
  const [setup, setSetup] = useState(false);
  const [answering, setAnswering] = useState(false);
  const view = cue.value;
  const tally = view?.tally ?? "wait";
  const items = agenda.value?.items ?? [];
  const live = items.find((one) => one.state === "live");
  const next = items.find((one) => one.state === "next");
  const left = live?.due ? live.due / 1000 - now.value : null;
  return (
    <div class={`stage tally-${tally}`} data-tally={tally}>
      <header class="bar">
        <strong>{name}</strong>
        <span class={`tallymark tally-${tally}`} data-testid="tally" role="status">
          {t(TALLY[tally])}
        </span>
        {live && (
          <span>
            {t("site.item", { n: live.n, all: items.length })}
            {left !== null && (
              <span class={`figures ${left < 0 ? "bad" : ""}`}>
                {" · "}
                {left < 0 ? t("item.over", { time: duration(-left) }) : t("site.left", { time: duration(left) })}
              </span>
            )}
          </span>
        )}
        <span class="grow" />
        <Quality />
        <LinkMark />
        <WallClock />
        <LangSwitch />
      </header>
      <main class="programme">
        <Composition view={scene.value?.program} testid="program" />
        <SelfView />
        <Trouble phone={view?.hub_phone ?? ""} />
      </main>
      <section class="cue" data-testid="cue" data-cue={view?.cue.key ?? ""} aria-live="polite">
        <p>{view ? cueText(view.cue) : ""}</p>
        {next && (
          <p class="quiet">
            {t("site.next", { title: tx(next.title) })}
            {view?.turn ? ` · ${t("site.turn", { time: timeOfDay(view.turn, offset.value) })}` : ""}
          </p>
        )}
      </section>
      <footer class="bar">
        {!hub && <FloorButton site={site} />}
        <span class={`micstate mic-${view?.mic ?? "closed"}`} data-testid="mic-state" data-mic={view?.mic ?? "closed"}>
          {t(MIC[view?.mic ?? "closed"] ?? "site.mic.closed")}
        </span>
        <span class="grow" />
        <button type="button" data-testid="rollcall" onClick={() => setAnswering(true)}>
          {t(view?.attendance.present == null ? "site.roll" : "site.roll-again")}
        </button>
        <button type="button" onClick={() => setSetup(true)}>
          {t("site.devices")}
        </button>
        <button type="button" onClick={() => void (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen?.())}>
          {t("site.full")}
        </button>
      </footer>
      {setup && (
        <Modal title={t("site.devices")} close={() => setSetup(false)} wide>
          <DevicePanel hub={hub} />
        </Modal>
      )}
      {answering && <Answer site={site} close={() => setAnswering(false)} />}
      {needsClick.value && (
        <button type="button" class="unlock" onClick={play}>
          {t("site.click")}
        </button>
      )}
    </div>
  );
}

function FloorButton({ site }: { site: string }) {
  if (session.value?.phase !== "open") return null;
  const hand = floor.value?.queue.findIndex((one) => one.site === site) ?? -1;
  if (floor.value?.state === "granted" && floor.value.site === site) {
    return <Do name="floor" label="site.floor.end" class="big" testid="end-floor" make={() => ({ do: "floor.end" })} />;
  }
  if (hand >= 0 || cue.value?.asked) {
    const place = cue.value?.cue.key === "asked" ? cue.value.cue.count : null;
    return (
      <Do name="floor" label="site.floor.withdraw" class="big" testid="withdraw-floor" make={() => ({ do: "floor.withdraw" })}>
        {place ? t("site.floor.place", { n: place }) : t("site.floor.withdraw")}
      </Do>
    );
  }
  return <Do name="floor" label="site.floor.ask" class="act big" testid="ask-floor" make={() => ({ do: "floor.ask" })} />;
}

function Answer({ site, close }: { site: string; close: () => void }) {
  const known = cue.value?.attendance;
  const [present, setPresent] = useState(String(known?.present ?? cue.value?.expected ?? 0));
  const [head, setHead] = useState(known?.head ?? "");
  const [flags, setFlags] = useState({ quorum: known?.quorum ?? true, hears: known?.hears ?? true, sees: known?.sees ?? true });
  return (
    <Modal title={t("site.roll")} close={close}>
      <p>{t("roll.expected", { n: cue.value?.expected ?? 0 })}</p>
      <AnswerFields {...{ present, setPresent, head, setHead, flags, setFlags }} />
      <div class="row end">
        <Do
          name="answer"
          label="site.roll-send"
          class="act"
          testid="roll-send"
          make={() => ({ do: "rollcall.answer", site, present: Number(present) || 0, head, ...flags })}
          onDone={close}
        />
      </div>
    </Modal>
  );
}

/** The own picture, small, unmirrored, with the size that is really sent. */
function SelfView() {
  const stream = own.value.camera?.stream ?? null;
  const camera = publishers.get("camera");
  const sent = camera?.sent.value;
  const phase = camera?.phase.value.phase;
  return (
    <figure class="selfview" data-phase={phase ?? "none"}>
      <SelfPicture stream={stream} />
      <figcaption class="figures">
        {camera?.ended.value
          ? t("self.ended")
          : phase === "up"
            ? sent
              ? t("self.sent", { w: sent.width, h: sent.height, fps: sent.fps })
              : t("self.up")
            : camera
              ? t("self.down")
              : t("self.none")}
      </figcaption>
    </figure>
  );
}

function Quality() {
  const down = programLink.value.phase === "down" || [...publishers.values()].some((one) => one.phase.value.phase === "down");
  return <span class={`mark ${down ? "bad" : "good"}`}>{down ? `▲ ${t("site.media.bad")}` : `● ${t("site.media.good")}`}</span>;
}

/** After 10 s without the programme: whom to call; after 30 s: what to tell the room. */
function Trouble({ phone }: { phone: string }) {
  void now.value;
  const { phase, since } = programLink.value;
  const lost = (phase === "down" || link.value === "lost") && phase !== "up";
  const ms = performance.now() - since;
  if (!lost || ms < 10_000) return null;
  return (
    <div class="trouble" role="alert">
      <p>{t("trouble.phone", { phone: phone || "–" })}</p>
      {ms > 30_000 && <p>{t("trouble.announce")}</p>}
    </div>
  );
}

