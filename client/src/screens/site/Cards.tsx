/** Cards that stand over the picture while the ceremony does not run: suspended, ended, called off (CEREMONY §8). */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { say, t } from "../../i18n";
import { clockTime } from "../../i18n/times";
import { toldAt } from "../../net/announce";
import { Act } from "../../ui/Act";
import { useAction } from "../../ui/action";
import { At, Since, useNow } from "../../ui/Clock";
import { usePlace } from "../../ui/context";
import { Icon } from "../../ui/Icon";

/** "Told the hall at …": asked once per interruption, `since` (µs) is its beginning. */
export function Told({ since, done }: { since: number; done?: () => void }): JSX.Element {
  const { store } = usePlace().room;
  const now = useNow();
  const offset = store.session.value?.utc_offset_s ?? 0;
  const [typed, type] = useState<string | null>(null);
  const text = typed ?? clockTime(now, offset);
  const at = toldAt(text, since / 1000, now, offset);
  const confirm = useAction(() => (at === null ? null : { do: "announcement.confirm", at: Math.round(at * 1000) }));
  const told = store.cue.value?.told ?? null;
  if (told !== null && told >= since) {
    return <p class="told good" role="status" data-testid="told"><Icon name="check" size={24} /> {t("told.done")} <At at={told} /></p>;
  }
  return (
    <form class="told" onSubmit={(event) => { event.preventDefault(); void confirm.run().then((ok) => ok && done?.()); }}>
      <label class="field"><span>{t("told.when")}</span>
        <input type="text" inputMode="numeric" maxLength={5} autocomplete="off" class="figures" value={text} data-testid="told-at" aria-invalid={at === null}
          onInput={(event) => type(event.currentTarget.value)} /></label>
      <Act action={confirm} look="primary" class="huge" disabled={at === null} testid="told-confirm"><Icon name="check" size={26} /> {t("told.confirm", { at: text })}</Act>
      {at === null && <p class="error" role="alert">{t("told.wrong")}</p>}
    </form>
  );
}

function Suspended(): JSX.Element | null {
  const { store } = usePlace().room;
  const held = store.session.value?.suspended;
  const cue = store.cue.value;
  if (!held) return null;
  const announce = held.announce || cue?.announcement || "";
  return (
    <section class="card-full paused" aria-label={t("paused.title")} data-testid="card-suspended">
      <p class="card-kind"><Icon name="pause" size={28} /> {t("phase.suspended")} <Since at={held.since} /></p>
      <div role="alert">
        <h2>{t("paused.title")}</h2>
        <p>{t("paused.cause", { cause: t(`cause.${held.cause}`) })}</p>
        {announce && <><p class="soft">{t("paused.announce")}</p><blockquote>{announce}</blockquote></>}
      </div>
      {cue?.hub_phone && <p><Icon name="phone" size={24} /> {t("site.hub-phone", { phone: cue.hub_phone })}</p>}
      {cue && <Told since={held.since} />}
      <p class="soft">{t("paused.stay")}</p>
    </section>
  );
}

/** The end, one way or another. */
function Ended({ phase }: { phase: "closed" | "cancelled" | "sealed" }): JSX.Element {
  const { store } = usePlace().room;
  const session = store.session.value;
  const phone = store.cue.value?.hub_phone;
  return (
    <section class="card-full ended" role="status" data-testid={`card-${phase}`}>
      <p class="card-kind"><Icon name={phase === "cancelled" ? "cross" : phase === "sealed" ? "lock" : "check"} size={28} /> {t(`phase.${phase}`)} {session?.closed_at != null && <At at={session.closed_at} />}</p>
      <h2>{say(session?.title)}</h2>
      <p>{t(`ended.${phase}`)}</p>
      {phone && <p class="soft"><Icon name="phone" size={24} /> {t("site.hub-phone", { phone })}</p>}
    </section>
  );
}

/** The card of the session's phase, if it wants one. */
export function PhaseCard(): JSX.Element | null {
  const phase = usePlace().room.store.session.value?.phase;
  if (phase === "suspended") return <Suspended />;
  if (phase === "closed" || phase === "cancelled" || phase === "sealed") return <Ended phase={phase} />;
  return null;
}
