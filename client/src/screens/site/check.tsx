/** The check screen: six lights, each red one with what to do; devices per source. CLIENT §5 /site 2, §4. */
import { signal } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { t, type TranslationKey } from "../../i18n";
import { clock, link } from "../../net/store";
import { devices, followDevices, listDevices, recall, remember, type Device, type DeviceProblem } from "../../rtc/devices";
import { PROFILES, type SoundProfile } from "../../rtc/profiles";
import { capture, captureScreen, type Use } from "../../rtc/publish";

export interface Own {
  stream: MediaStream | null;
  problem: DeviceProblem | null;
  camera: Device | null;
  screen: boolean;
}

export const own = signal<Readonly<Partial<Record<Use, Own>>>>({});
export const microphone = signal<Device | null>(null);
export const speaker = signal<Device | null>(null);
export const sound = signal<SoundProfile>(readSound());

function readSound(): SoundProfile {
  try {
    const kept = localStorage.getItem("diemcau.sound");
    return PROFILES.find((one) => one === kept) ?? "hall";
  } catch {
    return "hall";
  }
}

const release = (stream: MediaStream | null | undefined, but?: MediaStream | null) => {
  if (stream && stream !== but) for (const track of stream.getTracks()) track.stop();
};

/** Called with each fresh stream; the page's publisher takes it over when it runs. */
let taken: ((use: Use, stream: MediaStream | null) => void) | null = null;
export const onStream = (act: typeof taken): void => {
  taken = act;
};

export async function open(use: Use, choice?: Device | null): Promise<void> {
  const camera = choice === undefined ? (own.peek()[use]?.camera ?? null) : choice;
  // the old camera is let go first when nothing is on air: many capture cards open once only
  if (!taken) release(own.peek()[use]?.stream);
  const got = await capture(use, { camera: camera?.id ?? null, microphone: microphone.peek()?.id ?? null, sound: sound.peek() });
  keep(use, { ...got, camera, screen: false });
  await listDevices();
  settle(use);
}

/** With no explicit choice the browser chose: show which. */
function settle(use: Use): void {
  const now = own.peek()[use];
  const label = now?.stream?.getVideoTracks()[0]?.label;
  const camera = now?.camera ?? devices.peek().cameras.find((one) => one.label === label) ?? null;
  if (now && camera !== now.camera) own.value = { ...own.peek(), [use]: { ...now, camera } };
  if (use !== "camera") return;
  const mic = now?.stream?.getAudioTracks()[0]?.label;
  microphone.value ??= devices.peek().microphones.find((one) => one.label === mic) ?? null;
}

function keep(use: Use, one: Own): void {
  own.value = { ...own.peek(), [use]: one };
  taken?.(use, one.stream);
}

export async function shareScreen(): Promise<void> {
  const got = await captureScreen();
  if (!got.stream && got.problem === "denied") return; // the person thought better of it
  keep("slides", { ...got, camera: null, screen: true });
}

export function close(use: Use): void {
  if (!taken) release(own.peek()[use]?.stream);
  own.value = { ...own.peek(), [use]: undefined };
  taken?.(use, null);
  remember(use, null);
}

export async function begin(uses: readonly Use[]): Promise<void> {
  const known = await listDevices();
  microphone.value = recall("microphone", known.microphones);
  speaker.value = recall("speaker", known.speakers);
  await open("camera", recall("camera", known.cameras));
  for (const use of uses) {
    const device = use === "camera" ? null : recall(use, devices.peek().cameras);
    if (device) await open(use, device);
  }
  followDevices(() => {
    for (const use of uses) {
      const one = own.peek()[use];
      const dead = one?.stream?.getTracks().some((track) => track.readyState === "ended");
      if (one && !one.screen && (one.problem || dead)) void open(use, recall(use, devices.peek().cameras) ?? one.camera);
    }
  });
}

type Light = { key: TranslationKey; state: "good" | "bad" | "wait"; text: string };

function lights(): Light[] {
  const camera = own.value.camera;
  const rtc = typeof RTCPeerConnection === "function" && "indexedDB" in window && !!navigator.mediaDevices;
  const secure = window.isSecureContext;
  const hasPicture = !!camera?.stream?.getVideoTracks().length;
  const hasSound = !!camera?.stream?.getAudioTracks().length;
  const problem = (kind: "camera" | "microphone"): string =>
    camera?.problem ? t(`check.${kind}.${camera.problem}` as TranslationKey) : t(`check.${kind}.other` as TranslationKey);
  const rtt = clock.rtt;
  return [
    { key: "check.browser", state: rtc ? "good" : "bad", text: rtc ? t("check.ok") : t("check.browser.bad") },
    { key: "check.secure", state: secure ? "good" : "bad", text: secure ? t("check.ok") : t("check.secure.bad", { address: location.host }) },
    {
      key: "check.camera",
      state: hasPicture ? "good" : camera ? "bad" : "wait",
      text: hasPicture ? (camera?.stream?.getVideoTracks()[0]?.label ?? "") : camera ? problem("camera") : t("check.wait"),
    },
    {
      key: "check.microphone",
      state: hasSound ? "good" : camera ? "bad" : "wait",
      text: hasSound ? (camera?.stream?.getAudioTracks()[0]?.label ?? "") : camera ? problem("microphone") : t("check.wait"),
    },
    { key: "check.speaker", state: "good", text: speaker.value?.label || t("check.speaker.default") },
    {
      key: "check.link",
      state: link.value === "open" ? "good" : link.value === "connecting" ? "wait" : "bad",
      text:
        link.value === "open"
          ? t("check.link.ok", { ms: rtt === null ? "–" : Math.round(rtt) })
          : navigator.onLine
            ? t("check.link.bad")
            : t("check.link.none"),
    },
  ];
}

const GLYPH = { good: "✓", bad: "✕", wait: "…" };

function Lights() {
  return (
    <ul class="lights">
      {lights().map((one) => (
        <li key={one.key} class={one.state} data-testid={one.key.replace(".", "-")} data-state={one.state}>
          <span class="glyph" aria-hidden="true">
            {GLYPH[one.state]}
          </span>
          <strong>{t(one.key)}</strong>
          <span>{one.text}</span>
        </li>
      ))}
    </ul>
  );
}

function Pick(props: { label: string; list: readonly Device[]; value: Device | null; choose: (one: Device | null) => void; none?: boolean; testid?: string }) {
  return (
    <label>
      {props.label}
      <select
        data-testid={props.testid}
        value={props.value?.id ?? ""}
        onChange={(event) => props.choose(props.list.find((one) => one.id === event.currentTarget.value) ?? null)}
      >
        {(props.none || !props.value) && <option value="">{t(props.none ? "check.none" : "check.default")}</option>}
        {props.list.map((one, i) => (
          <option key={one.id} value={one.id}>
            {one.label || t("check.device", { n: i + 1 })}
          </option>
        ))}
      </select>
    </label>
  );
}

export function SelfPicture({ stream }: { stream: MediaStream | null }) {
  const box = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    if (box.current && box.current.srcObject !== stream) box.current.srcObject = stream;
    void box.current?.play?.().catch(() => undefined);
  }, [stream]);
  return <video ref={box} class="self" muted autoplay playsInline />;
}

/** Loudness of the own microphone: local capture only, nothing remote passes through Web Audio. */
function OwnMeter({ stream }: { stream: MediaStream | null }) {
  const [level, setLevel] = useState(0);
  useEffect(() => {
    const [track] = stream?.getAudioTracks() ?? [];
    if (!track || typeof AudioContext !== "function") return;
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    analyser.fftSize = 1024;
    // a copy: the published track is closed by the hub until the site speaks
    const copy = track.clone();
    copy.enabled = true;
    context.createMediaStreamSource(new MediaStream([copy])).connect(analyser);
    const data = new Float32Array(analyser.fftSize);
    const timer = setInterval(() => {
      analyser.getFloatTimeDomainData(data);
      const rms = Math.sqrt(data.reduce((sum, x) => sum + x * x, 0) / data.length);
      setLevel(Math.max(0, Math.min(1, (20 * Math.log10(rms + 1e-6) + 60) / 55)));
    }, 100);
    return () => {
      clearInterval(timer);
      copy.stop();
      void context.close();
    };
  }, [stream]);
  return (
    <span class="meter wide" role="img" aria-label={t("check.level")}>
      <span style={{ transform: `scaleX(${level.toFixed(2)})` }} />
    </span>
  );
}

export function DevicePanel({ hub }: { hub: boolean }) {
  const { cameras, microphones, speakers } = devices.value;
  const camera = own.value.camera;
  const choose = (use: Use) => (device: Device | null) => {
    if (device) {
      remember(use, device);
      void open(use, device);
    } else close(use);
  };
  return (
    <div class="devices">
      <div class="preview">
        <SelfPicture stream={camera?.stream ?? null} />
        <OwnMeter stream={camera?.stream ?? null} />
        {camera?.problem && (
          <button type="button" onClick={() => void open("camera")}>
            {t("check.retry")}
          </button>
        )}
      </div>
      <div class="fields">
        <Pick label={t("check.camera")} testid="pick-camera" list={cameras} value={camera?.camera ?? null} choose={choose("camera")} />
        <Pick
          label={t("check.microphone")}
          testid="pick-microphone"
          list={microphones}
          value={microphone.value}
          choose={(one) => {
            microphone.value = one;
            remember("microphone", one);
            void open("camera");
          }}
        />
        {speakers.length > 0 && (
          <Pick
            label={t("check.speaker")}
            list={speakers}
            value={speaker.value}
            choose={(one) => {
              speaker.value = one;
              remember("speaker", one);
            }}
          />
        )}
        <label>
          {t("check.sound")}
          <select
            value={sound.value}
            onChange={(event) => {
              sound.value = PROFILES.find((one) => one === event.currentTarget.value) ?? "hall";
              try {
                localStorage.setItem("diemcau.sound", sound.value);
              } catch {
                // for this page only
              }
              void open("camera");
            }}
          >
            {PROFILES.map((one) => (
              <option key={one} value={one}>
                {t(`sound.${one}`)}
              </option>
            ))}
          </select>
        </label>
        {hub &&
          (["table", "document", "slides"] as const).map((use) => (
            <Pick key={use} label={t(`source.${use}`)} testid={`pick-${use}`} list={cameras} value={own.value[use]?.camera ?? null} choose={choose(use)} none />
          ))}
        {hub && (
          <button type="button" onClick={() => void shareScreen()}>
            {t("check.screen")}
          </button>
        )}
      </div>
    </div>
  );
}

export function Check({ hub, name, enter }: { hub: boolean; name: string; enter: () => void }) {
  return (
    <main class="page check">
      <h1>{name || t("title.site")}</h1>
      <p class="notice">{t("notice.recorded")}</p>
      <DevicePanel hub={hub} />
      <Lights />
      <button type="button" class="act big" data-testid="enter" disabled={link.value !== "open"} onClick={enter}>
        {t("site.enter")}
      </button>
    </main>
  );
}
