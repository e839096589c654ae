/** Before entering: six lights, each with one sentence of what to do (CLIENT §5 /site 2). */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { say, t, type Key } from "../../i18n";
import type { Opened } from "../../rtc/station";
import { browserLight, pathLight, secureLight, type Light } from "../../rtc/preflight";
import { usePlace } from "../../ui/context";
import { siteOf } from "../../ui/context";
import { Icon, type IconName } from "../../ui/Icon";
import { LangSwitch } from "../../ui/LangSwitch";
import { SocketMark } from "../../ui/Notices";
import { Ribbon } from "../../ui/Ribbon";
import { EchoTest } from "./EchoTest";
import { CameraPicker, MicrophonePicker, SpeakerPicker, SoundPicker } from "./Pickers";
import { line, LineButton, lineLight, LineSaid, Playback, stopLine, testLine } from "./LineTest";
import { OwnPicture, VoiceMeter } from "./OwnPicture";
import { useStation } from "./station";

const GLYPH: Record<Light, IconName> = { wait: "clock", good: "check", weak: "warn", bad: "cross" };

function LightRow({ light, title, children, testid }: { light: Light; title: string; children: JSX.Element | string; testid: string }): JSX.Element {
  return (
    <li class={`light ${light}`} data-testid={`light-${testid}`} data-light={light}>
      <Icon name={GLYPH[light]} size={20} label={t(`light.${light}`)} />
      <strong>{title}</strong>
      <span>{children}</span>
    </li>
  );
}

function lightOf(opened: Opened): Light {
  if (opened.opening) return "wait";
  return opened.track ? "good" : opened.failure ? "bad" : "wait";
}

function sentence(kind: "camera" | "mic", opened: Opened): string {
  if (opened.failure) return t(`device.${kind}.${opened.failure}` as Key);
  if (!opened.track) return t("device.opening");
  return opened.track.label || t(`device.${kind}.good` as Key);
}

function usePath(): { light: Light; ms: number | null } {
  const [path, set] = useState<{ light: Light; ms: number | null }>({ light: "wait", ms: null });
  const up = usePlace().room.store.up.value.state;
  useEffect(() => {
    let gone = false;
    void pathLight().then((found) => !gone && set(found));
    return () => { gone = true; };
  }, [up]);
  return path;
}

function Lights(): JSX.Element {
  const station = useStation();
  const browser = browserLight();
  const secure = secureLight();
  const path = usePath();
  const speaker: Light = station.heard.value === null ? "wait" : station.heard.value ? "good" : "bad";
  return (
    <ul class="lights">
      <LightRow testid="browser" light={browser} title={t("light.browser")}>{t(`light.browser.${browser}` as Key)}</LightRow>
      <LightRow testid="secure" light={secure} title={t("light.secure")}>{secure === "good" ? t("light.secure.good") : t("light.secure.bad", { address: `https://${location.host}` })}</LightRow>
      <LightRow testid="camera" light={lightOf(station.picture.value)} title={t("light.camera")}>{sentence("camera", station.picture.value)}</LightRow>
      <LightRow testid="mic" light={lightOf(station.voice.value)} title={t("light.mic")}>{sentence("mic", station.voice.value)}</LightRow>
      <LightRow testid="speaker" light={speaker} title={t("light.speaker")}>
        <>{t(`light.speaker.${speaker}` as Key)} <button type="button" class="button small" data-testid="speaker-test" onClick={() => void station.tone()}><Icon name="speaker" size={14} /> {t("light.speaker.test")}</button></>
      </LightRow>
      <LightRow testid="path" light={path.light === "bad" ? "bad" : lineLight(line.value, 0) ?? path.light} title={t("light.path")}>
        <>{path.ms === null ? t(`light.path.${path.light}` as Key) : t(`light.path.${path.light}` as Key, { ms: path.ms })} <LineSaid /> <LineButton /></>
      </LightRow>
    </ul>
  );
}

export function Check(): JSX.Element {
  const { room } = usePlace();
  const station = useStation();
  const session = room.store.session.value;
  const site = session?.site ? siteOf(room, session.site) : undefined;
  const ready = session !== null;
  useEffect(() => {
    if (ready && line.peek().state === "idle") void testLine();
  }, [ready]);
  return (
    <main class="check-page">
      <Ribbon />
      <header class="page-head">
        <div>
          <p class="soft">{say(session?.title)}</p>
          <h1>{site ? say(site.name) : t("page.connecting")}</h1>
        </div>
        <SocketMark />
        <LangSwitch />
      </header>
      <p class="notice"><Icon name="record" size={16} /> {t("rec.notice")}</p>
      <div class="check-body">
        <section class="check-own">
          <OwnPicture />
          <VoiceMeter />
          <CameraPicker /><MicrophonePicker /><SoundPicker /><SpeakerPicker />
          <EchoTest />
          <button type="button" class="button" onClick={() => void station.prepare()}>{t("device.again")}</button>
        </section>
        <section class="check-lights">
          <h2>{t("check.title")}</h2>
          <Lights />
          <Playback />
          <button type="button" class="button primary enter" data-testid="enter" disabled={!ready} onClick={() => { stopLine(); station.enter(); }}>{t("check.enter")}</button>
          <p class="soft">{t("check.enter-hint")}</p>
        </section>
      </div>
    </main>
  );
}
