/** "Thử vọng": the hall hears a chirp, and the page says whether its microphone heard it too (CLIENT §4). */
import type { JSX } from "preact";
import { t } from "../../i18n";
import { STRONG_DB } from "../../rtc/echo";
import { usePlace } from "../../ui/context";
import { useStation } from "./station";

export function EchoTest(): JSX.Element {
  const station = useStation();
  const { store } = usePlace().room;
  const found = station.echo.value;
  // while the microphone is open the chirp would go on air
  const heard = station.entered.value && (store.cue.value?.mic ?? "closed") !== "closed";
  const said = found === null || found === "trying" ? null
    : found === "none" || found === "failed" ? t(found === "none" ? "echo.none" : "echo.failed")
      : t(found.level_db >= STRONG_DB ? "echo.strong" : "echo.weak", { ms: found.delay_ms });
  return (
    <p class="row echo">
      <button type="button" class="button small" data-testid="echo-test" disabled={heard || found === "trying" || station.voice.value.track === null}
        onClick={() => void station.tryEcho()}>{t(found === "trying" ? "echo.trying" : "echo.try")}</button>
      {said !== null && <span role="status" data-testid="echo-said" class={found === "none" ? "good" : "bad"}>{said}</span>}
    </p>
  );
}
