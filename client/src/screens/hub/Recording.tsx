import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { say, t, type Key } from "../../i18n";
import type { TrackState } from "../../proto/types";
import { usePlace } from "../../ui/context";
import { Dialog } from "../../ui/Dialog";
import { Icon } from "../../ui/Icon";
import { RecordingMark } from "./Header";

/** Nothing written for this long is worth a warning colour; the alarm itself is the server's. */
const IDLE_MS = 2_000;
const seconds = (ms: number | null | undefined): string => (ms == null ? "–" : (ms / 1000).toFixed(1));

function Track({ track, name }: { track: TrackState; name: string }): JSX.Element {
  const idle = (track.idle_ms ?? 0) > IDLE_MS;
  return (
    <tr class={idle ? "weak" : ""}>
      <th scope="row">{name} · {t(`source.${track.source.split("/")[1] ?? ""}` as Key)}</th>
      <td>{t(track.klass === "lo" ? "rec.low" : "rec.high")}</td>
      <td class="figures">{track.kbps}</td>
      <td class="figures">{seconds(track.key_ms)}</td>
      <td class="figures">{seconds(track.unsynced_ms ?? 0)}</td>
      <td>{idle ? <><Icon name="warn" size={14} /> {t("rec.idle", { s: seconds(track.idle_ms) })}</> : t("rec.writing")}</td>
    </tr>
  );
}

/** Every source that is being written: how fast, when last a whole picture, when last safe on the disk. */
function Tracks({ close }: { close: () => void }): JSX.Element {
  const { store } = usePlace().room;
  const tracks = store.health.value?.tracks ?? [];
  const name = (source: string): string => say(store.sites.value?.sites.find((one) => one.id === source.split("/")[0])?.name) || source;
  return (
    <Dialog title={t("rec.tracks")} close={close} wide testid="tracks-dialog">
      {tracks.length === 0 ? <p class="soft">{t("rec.nothing")}</p> : (
        <div class="scroll tall"><table class="tracks">
          <thead><tr><th scope="col">{t("rec.source")}</th><th scope="col">{t("rec.class")}</th><th scope="col">kbit/s</th>
            <th scope="col">{t("rec.key")}</th><th scope="col">{t("rec.unsynced")}</th><th scope="col">{t("rec.state")}</th></tr></thead>
          <tbody>{tracks.map((one) => <Track key={`${one.source}${one.klass}`} track={one} name={name(one.source)} />)}</tbody>
        </table></div>
      )}
    </Dialog>
  );
}

/** Is it being recorded, for how long still, and when was it last safe on disk. */
export function Recording(): JSX.Element {
  const recorder = usePlace().room.store.recorder.value;
  const [open, show] = useState(false);
  const hours = recorder?.disk_s == null ? null : Math.floor(recorder.disk_s / 3600);
  return (
    <section class={`panel recording ${recorder?.state ?? "off"}`} aria-label={t("rec.title")}>
      <h2>{t("rec.title")} <RecordingMark /></h2>
      {recorder?.state === "fault" && <p class="alarm"><Icon name="warn" size={16} /> {t("rec.fault")}</p>}
      <p class="soft rec-line">
        <span>{hours !== null && t("rec.disk", { hours })}
        {recorder?.last_sync_ms != null && <> · {t("rec.sync", { s: (recorder.last_sync_ms / 1000).toFixed(1) })}</>}</span>
        <button type="button" class="button quiet small" data-testid="tracks" onClick={() => show(true)}>{t("rec.details")}</button>
      </p>
      <p class="soft">{t("rec.notice")}</p>
      {open && <Tracks close={() => show(false)} />}
    </section>
  );
}
