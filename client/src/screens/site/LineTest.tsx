/** The rest of the check: eight seconds of line test, five seconds recorded and heard back, all told to the board once
 * complete (CLIENT §5 /site 3, 4).
 */
import { signal, type Signal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../../i18n";
import { post, report, type Device } from "../../net/check";
import { here, measure, verdict, type Speed, type Verdict } from "../../net/speed";
import { secureLight, type Light } from "../../rtc/preflight";
import { canRecord, recordFive } from "../../rtc/recorder";
import type { Opened, Station } from "../../rtc/station";
import { usePlace } from "../../ui/context";
import { Icon } from "../../ui/Icon";
import { useStation } from "./station";

export interface Line {
  readonly state: "idle" | "down" | "up" | "done" | "failed";
  readonly speed: Speed | null;
}

/** Kept for the life of the page, so that going in and out of the check loses nothing. */
export const line: Signal<Line> = signal({ state: "idle", speed: null });
export const playback: Signal<boolean | null> = signal(null);

let running: AbortController | null = null;

export async function testLine(): Promise<void> {
  if (running !== null) return;
  const mine = running = new AbortController();
  const speed = await measure((state) => { line.value = { state, speed: null }; }, here(mine.signal));
  running = null;
  line.value = mine.signal.aborted ? { state: "idle", speed: null } : { state: speed ? "done" : "failed", speed };
}

/** Somebody goes in: the line belongs to the ceremony now. */
export function stopLine(): void {
  running?.abort();
}

const LIGHTS: Record<Verdict, Light> = { good: "good", fair: "good", weak: "weak", none: "bad" };

/** The light of the line: its verdict once measured, until then what the round trips said. */
export function lineLight(now: Line, loss: number): Light | null {
  return now.speed ? LIGHTS[verdict(now.speed, loss)] : null;
}

function useLoss(): number {
  const { room, media } = usePlace();
  const told = (room.store.health.value?.links ?? []).map((link) => (link.loss ?? 0) / 1000);
  return Math.max(0, media.route.value?.loss ?? 0, ...told);
}

/** What the test says, in words; with the telephone when the line is not enough. */
export function LineSaid(): JSX.Element {
  const now = line.value;
  const loss = useLoss();
  const phone = usePlace().room.store.cue.value?.hub_phone ?? "";
  if (now.state === "down" || now.state === "up") return <span role="status">{t(`line.${now.state}`)}</span>;
  if (now.state === "failed") return <span role="status">{t("line.failed")}</span>;
  if (!now.speed) return <></>;
  const found = verdict(now.speed, loss);
  return (
    <span role="status" data-testid="verdict" data-verdict={found}>
      <strong>{found === "none" && phone ? t("line.none-call", { phone }) : t(`line.${found}`)}</strong>{" "}
      <span class="figures">{t("line.figures", { up: now.speed.up_mbps, down: now.speed.down_mbps })}</span>
    </span>
  );
}

export function LineButton(): JSX.Element {
  const { state } = line.value;
  return (
    <button type="button" class="button small" data-testid="line-test" disabled={state === "down" || state === "up"} onClick={() => void testLine()}>
      <Icon name="signal" size={14} /> {t(state === "done" || state === "failed" ? "line.again" : "line.start")}
    </button>
  );
}

type Step = "idle" | "recording" | "playing" | "asking" | "failed";

function tracksOf(station: Station): MediaStreamTrack[] {
  return [station.picture.peek().track, station.voice.peek().track].filter((track) => track !== null);
}

/** Record five seconds, play them through the hall's loudspeaker, ask whether they were heard. */
export function Playback(): JSX.Element | null {
  const station = useStation();
  const { media } = usePlace();
  const [step, go] = useState<Step>("idle");
  const [url, set] = useState<string | null>(null);
  const element = useRef<HTMLVideoElement>(null);
  useEffect(() => () => { if (url) URL.revokeObjectURL(url); }, [url]);
  useEffect(() => {
    const video = element.current as (HTMLVideoElement & { setSinkId?(id: string): Promise<void> }) | null;
    if (!video || url === null) return;
    const sink = media.sound.sink.peek();
    void Promise.resolve(sink ? video.setSinkId?.(sink) : undefined).catch(() => undefined).then(() => video.play()).catch(() => go("asking"));
  }, [url]);
  if (!canRecord() || (!station.voice.value.track && !station.picture.value.track)) return null;
  const start = async (): Promise<void> => {
    go("recording");
    const blob = await recordFive(tracksOf(station));
    set(blob && URL.createObjectURL(blob));
    go(blob ? "playing" : "failed");
  };
  const judge = (heard: boolean): void => {
    playback.value = heard;
    set(null);
    go("idle");
  };
  const busy = step === "recording" || step === "playing";
  return (
    <div class="playback" data-testid="playback" data-step={step}>
      <button type="button" class="button" data-testid="playback-start" disabled={busy} onClick={() => void start()}><Icon name="record" size={18} /> {t("playback.start")}</button>
      <p aria-live="polite">
        {step !== "idle" && t(`playback.${step}`)}
        {step === "idle" && playback.value !== null && <span class={playback.value ? "good" : "bad"}><Icon name={playback.value ? "check" : "cross"} size={18} /> {t(playback.value ? "playback.clear" : "playback.unclear")}</span>}
      </p>
      {url !== null && <video ref={element} src={url} playsInline onEnded={() => go("asking")} aria-label={t("playback.start")} />}
      {(step === "playing" || step === "asking") && (
        <p class="row">
          <button type="button" class="button primary" data-testid="playback-clear" onClick={() => judge(true)}><Icon name="check" size={18} /> {t("playback.clear")}</button>
          <button type="button" class="button" data-testid="playback-unclear" onClick={() => judge(false)}><Icon name="cross" size={18} /> {t("playback.unclear")}</button>
        </p>
      )}
    </div>
  );
}

const device = (opened: Opened): Device => (opened.track ? "good" : opened.failure ?? "untested");

/** Tell the board once the line is measured, again whenever an answer changes: once per finding, never on a timer. */
export function useReport(): void {
  const { room, media } = usePlace();
  const station = useStation();
  const last = useRef("");
  const settled = line.value.state === "done" || line.value.state === "failed";
  const opening = station.picture.value.opening || station.voice.value.opening;
  const heard = station.heard.value;
  const way = media.route.value?.path ?? null;
  const found = {
    secure: secureLight() === "good", camera: device(station.picture.value), mic: device(station.voice.value),
    speaker: (heard === null ? "untested" : heard ? "good" : "other") as Device, speed: line.value.speed, path: way, playback: playback.value,
  };
  const key = JSON.stringify(found);
  useEffect(() => {
    if (!settled || opening || room.store.session.peek() === null || last.current === key) return;
    last.current = key;
    const loss = media.route.peek()?.loss ?? null;
    void post(room.session, report(room.seat, { ...found, loss }, navigator.userAgent, room.clock.now()));
  }, [key, settled, opening, room.store.session.value === null]);
}
