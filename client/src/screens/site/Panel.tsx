import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { say, t } from "../../i18n";
import type { Own } from "../../proto/types";
import { plugged } from "../../rtc/devices";
import { Act } from "../../ui/Act";
import { andThen, useAction } from "../../ui/action";
import { At } from "../../ui/Clock";
import { usePlace } from "../../ui/context";
import { Dialog } from "../../ui/Dialog";
import { Icon } from "../../ui/Icon";
import { Reader } from "../../ui/Sheet";
import { Letters } from "./Letters";
import { EchoTest } from "./EchoTest";
import { CameraPicker, MicrophonePicker, Pick, SoundPicker, SpeakerPicker } from "./Pickers";
import { VoiceMeter } from "./OwnPicture";
import { useStation } from "./station";

/** One's own line of the roll call. */
export function RollAnswer({ close }: { close: () => void }): JSX.Element {
  const { store } = usePlace().room;
  const cue = store.cue.value;
  const known = cue?.attendance;
  const [present, setPresent] = useState(known?.present ?? cue?.expected ?? 0);
  const [head, setHead] = useState(known?.head ?? "");
  const [ticks, setTicks] = useState({ quorum: known?.quorum ?? true, hears: known?.hears ?? true, sees: known?.sees ?? true });
  const answer = andThen(useAction(() => ({ do: "rollcall.answer", site: store.session.peek()?.site ?? "", present, head, ...ticks })), close);
  const save = (event: Event): void => {
    event.preventDefault();
    void answer.run();
  };
  return (
    <form onSubmit={save}>
      <p class="soft">{t("roll.expected", { n: cue?.expected ?? 0 })}</p>
      <label class="field"><span>{t("roll.present")}</span>
        <input type="number" inputMode="numeric" min={0} max={100000} value={present} data-testid="roll-present" onInput={(event) => setPresent(event.currentTarget.valueAsNumber || 0)} /></label>
      <label class="field"><span>{t("roll.head")}</span>
        <input type="text" maxLength={200} value={head} data-testid="roll-head" onInput={(event) => setHead(event.currentTarget.value)} /></label>
      <div class="ticks">
        {(["quorum", "hears", "sees"] as const).map((name) => (
          <label key={name} class="check"><input type="checkbox" checked={ticks[name]} onChange={(event) => setTicks({ ...ticks, [name]: event.currentTarget.checked })} /> {t(`roll.${name}`)}</label>
        ))}
      </div>
      {known?.answered_at != null && <p class="soft"><Icon name="check" size={16} /> {t("roll.answered")} <At at={known.answered_at} /></p>}
      <footer>
        <button type="button" class="button" onClick={close}>{t("act.cancel")}</button>
        <Act action={answer} look="primary" testid="roll-send">{t("roll.send")}</Act>
      </footer>
    </form>
  );
}

type Extra = Exclude<Own, "camera">;

/** One of the hub's further sources: its own picker, started and stopped by hand (CLIENT §5 /site 13). */
function ExtraSource({ use }: { use: Extra }): JSX.Element {
  const station = useStation();
  const state = station.extra.value[use];
  const [device, choose] = useState("");
  const cameras = plugged.value.camera.map((one, i) => ({ id: one.id, label: one.label || `${t("light.camera")} ${i + 1}` }));
  const choices = use === "slides" ? [{ id: "", label: t("source.screen") }, ...cameras] : cameras;
  const chosen = choices.some((one) => one.id === device) ? device : choices[0]?.id ?? "";
  const running = state?.track != null;
  return (
    <div class="extra-source" data-testid={`source-${use}`} data-running={running}>
      <Pick testid={`pick-${use}`} title={t(`source.${use}`)} choices={choices} value={chosen} choose={choose} />
      <button type="button" class={running ? "button" : "button primary"} disabled={state?.opening || (!running && choices.length === 0)}
        onClick={() => (running ? station.stop(use) : void station.start(use, chosen))}>{t(running ? "source.stop" : "source.start")}</button>
      {state?.failure && <p class="error" role="alert">{t(`device.camera.${state.failure}`)}</p>}
    </div>
  );
}

function Devices(): JSX.Element {
  const { store } = usePlace().room;
  const station = useStation();
  const failure = station.picture.value.failure;
  const silent = station.voice.value.failure;
  return (
    <>
      <div class="pickers"><CameraPicker /><MicrophonePicker /><SoundPicker /><SpeakerPicker /></div>
      <VoiceMeter />
      <EchoTest />
      {station.music.value && (
        <p class="music" role="status" data-testid="music">
          {t(station.musicRefused.value ? "sound.music-refused" : "sound.music")}{" "}
          <button type="button" class="button" data-testid="music-switch" onClick={() => (station.musicRefused.value = !station.musicRefused.value)}>{t(station.musicRefused.value ? "sound.music-use" : "sound.music-not")}</button>
        </p>
      )}
      {failure && <p class="error">{t(`device.camera.${failure}`)}</p>}
      {silent && <p class="error">{t(`device.mic.${silent}`)}</p>}
      <p><button type="button" class="button" onClick={() => void station.prepare()}>{t("device.again")}</button></p>
      {store.session.value?.site === "hub" && (
        <section>
          <h3>{t("source.title")}</h3>
          {(["table", "document", "slides"] as const).map((use) => <ExtraSource key={use} use={use} />)}
        </section>
      )}
    </>
  );
}

/** What may be read here, whenever a hand wants to. */
function Papers(): JSX.Element {
  const papers = usePlace().room.store.documents.value?.documents ?? [];
  const [chosen, choose] = useState("");
  const paper = papers.find((one) => one.id === chosen) ?? papers[0];
  if (!paper) return <p class="soft">{t("papers.none-yet")}</p>;
  return (
    <>
      {papers.length > 1 && (
        <select class="paper-choose" aria-label={t("papers.which")} value={paper.id} onChange={(event) => choose(event.currentTarget.value)}>
          {papers.map((one) => <option key={one.id} value={one.id}>{say(one.title)}</option>)}
        </select>
      )}
      <h3>{say(paper.title)}</h3>
      <Reader key={`${paper.id}${paper.sha256}`} paper={paper} />
    </>
  );
}

export type PanelKind = "roll" | "devices" | "letters" | "papers";
const TITLES = { roll: "roll.own", devices: "device.title", letters: "letters.panel", papers: "papers.panel" } as const;

export function Panel({ kind, close }: { kind: PanelKind; close: () => void }): JSX.Element {
  return (
    <Dialog title={t(TITLES[kind])} close={close} wide={kind === "papers"} testid={`panel-${kind}`}>
      {kind === "roll" ? <RollAnswer close={close} /> : kind === "letters" ? <Letters /> : kind === "papers" ? <Papers /> : <Devices />}
    </Dialog>
  );
}
