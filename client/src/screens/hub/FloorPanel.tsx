import type { JSX } from "preact";
import { say, t } from "../../i18n";
import type { Hand } from "../../proto/types";
import { Act } from "../../ui/Act";
import { useAction } from "../../ui/action";
import { Since } from "../../ui/Clock";
import { shortName, siteOf, usePlace } from "../../ui/context";
import { mayFloor } from "./model";
import type { HubActs } from "./acts";

function useFloorActs(site: string): Record<"invite" | "grant" | "drop" | "interrupt" | "first", ReturnType<typeof useAction>> {
  const { room } = usePlace();
  return {
    invite: useAction(() => ({ do: "floor.invite", site })),
    grant: useAction(() => ({ do: "floor.grant", site, after: room.store.floor.peek()?.rev ?? 0 })),
    drop: useAction(() => ({ do: "floor.drop", site })),
    interrupt: useAction(() => ({ do: "floor.grant", site, after: room.store.floor.peek()?.rev ?? 0, interrupt: true })),
    first: useAction(() => ({ do: "floor.move", site, before: room.store.floor.peek()?.queue[0]?.site ?? null })),
  };
}

function HandCard({ hand, n, may }: { hand: Hand; n: number; may: boolean }): JSX.Element {
  const { room } = usePlace();
  const { invite, grant, drop, interrupt, first } = useFloorActs(hand.site);
  const busy = room.store.floor.value?.state === "granted";
  const name = say(siteOf(room, hand.site)?.name);
  return (
    <li class="hand" data-testid={`hand-${hand.site}`}>
      <p><b class="figures">{n}</b> <strong>{name}</strong> <Since at={hand.since} /></p>
      {hand.topic && <p class="soft">{hand.topic}</p>}
      {may && (
        <p class="row">
          <Act action={invite} testid={`invite-${hand.site}`}>{t("floor.invite")}</Act>
          {busy ? <Act action={interrupt} testid={`interrupt-${hand.site}`} look="danger" title={t("floor.interrupt-title")}>{t("floor.interrupt")}</Act>
            : <Act action={grant} testid={`grant-${hand.site}`} look="primary">{t("floor.grant")}</Act>}
          <Act action={drop} testid={`drop-${hand.site}`} look="quiet">{t("floor.drop")}</Act>
          {n > 1 && <Act action={first} testid={`first-${hand.site}`} look="quiet" title={t("floor.first")}>↑</Act>}
        </p>
      )}
    </li>
  );
}

/** Who has the floor, or is being listened to before getting it. */
function Holder({ acts, may }: { acts: HubActs; may: boolean }): JSX.Element | null {
  const { room } = usePlace();
  const floor = room.store.floor.value;
  const site = floor?.site ?? "";
  const { grant } = useFloorActs(site);
  if (!floor || floor.site === null || floor.state === "free") return null;
  const granted = floor.state === "granted";
  return (
    <div class={granted ? "holder granted" : "holder invited"} data-testid="floor-holder" data-site={site}>
      <p>{t(granted ? "floor.has" : "floor.invited")}</p>
      <p><strong>{say(siteOf(room, site)?.name)}</strong> {floor.since !== null && <Since at={floor.since} />}</p>
      {may && (
        <p class="row">
          {!granted && <Act action={grant} testid={`grant-${site}`} look="primary">{t("floor.grant")}</Act>}
          <Act action={acts.endFloor} testid="end-floor">{t(granted ? "floor.end" : "floor.uninvite")}</Act>
        </p>
      )}
    </div>
  );
}

/** The chair may call anyone, hand or no hand (CEREMONY §5). */
function Call(): JSX.Element {
  const { room } = usePlace();
  const sites = room.store.sites.value?.sites.filter((site) => site.role !== "hub") ?? [];
  const floor = room.store.floor.value;
  return (
    <details class="call">
      <summary>{t("floor.call")}</summary>
      <ul>{sites.filter((site) => site.id !== floor?.site).map((site) => <CallRow key={site.id} site={site.id} name={shortName(site)} away={site.presence === "absent"} />)}</ul>
    </details>
  );
}

function CallRow({ site, name, away }: { site: string; name: string; away: boolean }): JSX.Element {
  const { room } = usePlace();
  const { invite, grant } = useFloorActs(site);
  const asked = room.store.floor.value?.queue.some((hand) => hand.site === site) ?? false;
  return (
    <li class="row">
      <span>{name}</span>
      <Act action={invite} testid={asked ? undefined : `invite-${site}`} look="quiet" disabled={away}>{t("floor.invite-short")}</Act>
      <Act action={grant} testid={asked ? undefined : `grant-${site}`} look="quiet" disabled={away}>{t("floor.grant")}</Act>
    </li>
  );
}

export function FloorPanel({ acts }: { acts: HubActs }): JSX.Element {
  const { store } = usePlace().room;
  const floor = store.floor.value;
  const may = mayFloor(store.session.value) && store.session.value?.phase === "open";
  const queue = floor?.queue ?? [];
  return (
    <section class="panel floor" aria-label={t("floor.title")}>
      <h2>{t("floor.title")} <span class="figures">({queue.length})</span></h2>
      <div class="scroll">
        <Holder acts={acts} may={may} />
        {queue.length === 0 && <p class="soft">{t("floor.none")}</p>}
        <ol>{queue.map((hand, i) => <HandCard key={hand.site} hand={hand} n={i + 1} may={may} />)}</ol>
        {may && <Call />}
      </div>
    </section>
  );
}
