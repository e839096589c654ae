/** Opens by itself while the roll is called and this hall has not answered; put away, the pulsing button stays. Beside
 * the picture, not over it: one answers whether one sees.
 */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { say, t } from "../../i18n";
import { usePlace } from "../../ui/context";
import { Icon } from "../../ui/Icon";
import { RollAnswer } from "./Panel";

/** The roll call that wants an answer now: its item, or null. */
export function useCalled(): string | null {
  const { store } = usePlace().room;
  const agenda = store.agenda.value;
  const live = agenda?.items.find((item) => item.id === agenda.live);
  const cue = store.cue.value;
  const open = store.session.value?.phase === "open" && store.session.value.site !== "hub";
  return open && live?.kind === "roll_call" && cue && cue.attendance.answered_at == null ? live.id : null;
}

export function RollCard(): JSX.Element | null {
  const { store } = usePlace().room;
  const called = useCalled();
  const [later, put] = useState<string | null>(null);
  if (called === null || later === called) return null;
  const live = store.agenda.value?.items.find((item) => item.id === called);
  return (
    <section class="roll-card" role="dialog" aria-modal="false" aria-label={t("roll.own")} data-testid="roll-card">
      <p class="card-kind"><Icon name="people" size={28} /> {t("roll.title")}</p>
      <h2>{say(live?.title)}</h2>
      <RollAnswer close={() => put(called)} />
    </section>
  );
}
