/** Devices that knocked: who they say they are, why they were not let in by themselves (CLIENT §5 /hub 9). */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { say, t, type Key } from "../../i18n";
import type { LobbySeatView } from "../../proto/types";
import { Act } from "../../ui/Act";
import { useAction } from "../../ui/action";
import { Since } from "../../ui/Clock";
import { siteOf, usePlace } from "../../ui/context";
import { mayLead } from "./model";

const REASONS: Readonly<Record<string, Key>> = {
  "other-device": "lobby.other-device", "no-key": "lobby.no-key", code: "lobby.by-code", "link-used-twice": "lobby.other-device",
};

const AGAIN_MS = 5000;

/** What the waiting page shows of itself, if it does; asked for again every few seconds. */
function Picture({ seat, name }: { seat: string; name: string }): JSX.Element {
  const { room } = usePlace();
  const [turn, next] = useState(0);
  const [seen, mark] = useState(false);
  useEffect(() => {
    const timer = setInterval(() => next((n) => n + 1), AGAIN_MS);
    return () => clearInterval(timer);
  }, []);
  return <img class={seen ? "knock-still" : "knock-still none"} alt={seen ? t("lobby.still", { name }) : ""} data-testid={`still-${seat}`}
    src={`/api/sessions/${encodeURIComponent(room.session)}/lobby/${encodeURIComponent(seat)}/still?n=${turn}`} onLoad={() => mark(true)} onError={() => mark(false)} />;
}

function Waiting({ one, may }: { one: LobbySeatView; may: boolean }): JSX.Element {
  const { room } = usePlace();
  const admit = useAction(() => ({ do: "seat.admit", seat: one.seat }));
  const move = useAction(() => ({ do: "seat.move", seat: one.seat }));
  const refuse = useAction(() => ({ do: "seat.refuse", seat: one.seat }));
  const site = one.site ? say(siteOf(room, one.site)?.name) : "";
  const taken = one.reason === "other-device" || one.reason === "link-used-twice";
  return (
    <li class="knock" data-testid={`knock-${one.seat}`}>
      <Picture seat={one.seat} name={one.name || site} />
      <p><strong>{site || one.name}</strong> <Since at={one.since} /></p>
      {site && one.name && <p>{t("lobby.says", { name: one.name })}</p>}
      <p class="soft">{REASONS[one.reason] ? t(REASONS[one.reason] as Key) : one.reason}</p>
      {may && (
        <p class="row">
          {taken ? <Act action={move} look="primary" testid={`move-${one.seat}`}>{t("lobby.move")}</Act>
            : <Act action={admit} look="primary" testid={`admit-${one.seat}`}>{t("lobby.admit")}</Act>}
          <Act action={refuse} look="quiet" testid={`refuse-${one.seat}`}>{t("lobby.refuse")}</Act>
        </p>
      )}
    </li>
  );
}

export function Lobby(): JSX.Element {
  const { store } = usePlace().room;
  const seats = store.lobby.value?.seats ?? [];
  const waiting = seats.filter((one) => one.state === "waiting");
  const past = seats.filter((one) => one.state !== "waiting");
  return (
    <section class="panel lobby" aria-label={t("lobby.title")}>
      <h2>{t("lobby.title")}</h2>
      <div class="scroll">
        {waiting.length === 0 && <p class="soft">{t("lobby.none")}</p>}
        <ul>{waiting.map((one) => <Waiting key={one.seat} one={one} may={mayLead(store.session.value)} />)}</ul>
        <ul class="past">{past.map((one) => <li key={one.seat} class="soft">{one.name || one.site || one.seat} · {t(`lobby.${one.state}` as Key)}</li>)}</ul>
      </div>
    </section>
  );
}
