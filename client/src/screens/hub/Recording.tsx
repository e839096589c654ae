import type { JSX } from "preact";
import { t } from "../../i18n";
import { usePlace } from "../../ui/context";
import { Icon } from "../../ui/Icon";
import { RecordingMark } from "./Header";

/** Is it being recorded, for how long still, and when was it last safe on disk. */
export function Recording(): JSX.Element {
  const recorder = usePlace().room.store.recorder.value;
  const hours = recorder?.disk_s == null ? null : Math.floor(recorder.disk_s / 3600);
  return (
    <section class={`panel recording ${recorder?.state ?? "off"}`} aria-label={t("rec.title")}>
      <h2>{t("rec.title")} <RecordingMark /></h2>
      {recorder?.state === "fault" && <p class="alarm"><Icon name="warn" size={16} /> {t("rec.fault")}</p>}
      <p class="soft">
        {hours !== null && t("rec.disk", { hours })}
        {recorder?.last_sync_ms != null && <> · {t("rec.sync", { s: (recorder.last_sync_ms / 1000).toFixed(1) })}</>}
      </p>
      <p class="soft">{t("rec.notice")}</p>
    </section>
  );
}
