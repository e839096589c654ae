/** Which camera, microphone, loudspeaker and sound profile. */
import type { JSX } from "preact";
import { t } from "../../i18n";
import { plugged, type Kind } from "../../rtc/devices";
import type { Sound } from "../../rtc/profiles";
import { usePlace } from "../../ui/context";
import { useStation } from "./station";

interface Choice {
  readonly id: string;
  readonly label: string;
}

export function Pick({ title, value, choices, choose, testid }: {
  title: string; value: string; choices: readonly Choice[]; choose: (id: string) => void; testid: string;
}): JSX.Element {
  return (
    <label class="field pick">
      <span>{title}</span>
      <select data-testid={testid} value={value} onChange={(event) => choose(event.currentTarget.value)}>
        {choices.map((one) => <option key={one.id} value={one.id}>{one.label}</option>)}
      </select>
    </label>
  );
}

function devices(kind: Kind, fallback: string): readonly Choice[] {
  const known = plugged.value[kind].filter((one) => one.id !== "default" && one.id !== "communications");
  const named = known.map((one, i) => ({ id: one.id, label: one.label || `${fallback} ${i + 1}` }));
  return [{ id: "", label: t("device.default") }, ...named];
}

function idOf(track: MediaStreamTrack | null, choices: readonly Choice[]): string {
  const id = track?.getSettings().deviceId ?? "";
  return choices.some((one) => one.id === id) ? id : "";
}

export function CameraPicker(): JSX.Element {
  const station = useStation();
  const choices = devices("camera", t("light.camera"));
  return <Pick testid="pick-camera" title={t("light.camera")} choices={choices} value={idOf(station.picture.value.track, choices)} choose={(id) => void station.choose("camera", id)} />;
}

export function MicrophonePicker(): JSX.Element {
  const station = useStation();
  const choices = devices("microphone", t("light.mic"));
  return <Pick testid="pick-mic" title={t("light.mic")} choices={choices} value={idOf(station.voice.value.track, choices)} choose={(id) => void station.choose("microphone", id)} />;
}

export function SpeakerPicker(): JSX.Element {
  const station = useStation();
  const { media } = usePlace();
  return <Pick testid="pick-speaker" title={t("light.speaker")} choices={devices("speaker", t("device.speaker"))} value={media.sound.sink.value} choose={(id) => station.chooseSpeaker(id)} />;
}

export function SoundPicker(): JSX.Element {
  const station = useStation();
  const choices = (["hall", "desk", "headset"] as const).map((id) => ({ id, label: t(`sound.${id}`) }));
  return <Pick testid="pick-sound" title={t("sound.title")} choices={choices} value={station.profile.value} choose={(id) => void station.chooseProfile(id as Sound)} />;
}
