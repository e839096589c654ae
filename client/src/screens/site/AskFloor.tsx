import type { JSX } from "preact";
import { t } from "../../i18n";
import { Act } from "../../ui/Act";
import { useAction } from "../../ui/action";
import { usePlace } from "../../ui/context";
import { Icon } from "../../ui/Icon";

/** Raise a hand, see one's place in the queue, lower it; give the floor back when one has it. */
export function AskFloor(): JSX.Element | null {
  const { store } = usePlace().room;
  const session = store.session.value;
  const floor = store.floor.value;
  const cue = store.cue.value;
  const ask = useAction(() => ({ do: "floor.ask", topic: null }));
  const withdraw = useAction(() => ({ do: "floor.withdraw" }));
  const end = useAction(() => ({ do: "floor.end" }));
  if (session?.phase !== "open" || session.site === "hub") return null;
  if (floor?.state === "granted" && floor.site === session.site) {
    return <Act action={end} look="air" class="floor" testid="end-floor">{t("site.end-floor")}</Act>;
  }
  if (cue?.asked) {
    const place = cue.place ?? (cue.cue.key === "asked" && cue.cue.count != null ? cue.cue.count : null);
    return (
      <Act action={withdraw} class="floor asked" testid="withdraw-floor">
        {place === null ? t("site.asked") : t("site.asked-place", { n: place })} · <u>{t("site.withdraw")}</u>
      </Act>
    );
  }
  return <Act action={ask} look="primary" class="floor" testid="ask-floor"><Icon name="hand" size={24} /> {t("site.ask")}</Act>;
}

/** The microphone follows the server; nobody here can overrule (CLIENT §4). */
export function MicState(): JSX.Element {
  const mic = usePlace().room.store.cue.value?.mic ?? "closed";
  return (
    <span class={`mic-state ${mic}`} data-testid="mic-state" data-mic={mic}>
      <Icon name={mic === "closed" ? "micOff" : "mic"} size={24} /> {t(`site.mic.${mic}`)}
    </span>
  );
}
