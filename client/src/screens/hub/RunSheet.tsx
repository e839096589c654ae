import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { say, t } from "../../i18n";
import { length } from "../../i18n/times";
import type { ItemView } from "../../proto/types";
import { Act, Said } from "../../ui/Act";
import { useAction } from "../../ui/action";
import { At, useNow } from "../../ui/Clock";
import { usePlace } from "../../ui/context";
import { ReasonDialog } from "../../ui/Dialog";
import { Icon, type IconName } from "../../ui/Icon";
import { mayLead, urgency } from "./model";

const GLYPHS: Record<string, IconName> = { live: "live", next: "next", done: "check", held: "hold", skipped: "skip" };

function LiveClock({ item }: { item: ItemView }): JSX.Element {
  const now = useNow();
  const state = urgency(item, now);
  const passed = now - (item.started ?? 0) / 1000;
  const left = item.due == null ? 0 : item.due / 1000 - now;
  return (
    <span class={`item-clock ${state}`}>
      <span class="figures">{length(passed)}</span>
      <span class="figures soft">/{length(item.duration_s * 1000)}</span>
      {state === "over" && <b class="figures">{t("hub.over", { time: length(left) })}</b>}
      {state !== "over" && state !== "calm" && <b class="figures">{t("site.left", { time: length(left) })}</b>}
      <i class="item-progress"><i style={{ transform: `scaleX(${Math.min(1, passed / (item.duration_s * 1000 || 1))})` }} /></i>
    </span>
  );
}

/** Planned, then expected or actual where it differs by a minute. */
function Times({ item }: { item: ItemView }): JSX.Element {
  const real = item.started ?? item.expected;
  const moved = item.planned != null && real != null && Math.abs(real - item.planned) >= 60_000_000;
  return (
    <span class="item-times">
      <span class={moved ? "was" : ""}><At at={item.planned ?? real} /></span>
      {moved && <span class={item.started != null ? "actual" : "expected"}><At at={real} /></span>}
    </span>
  );
}

function LiveButtons(): JSX.Element {
  const { room } = usePlace();
  const after = (): number => room.store.agenda.peek()?.rev ?? 0;
  const hold = useAction(() => ({ do: "item.hold", after: after() }));
  const end = useAction(() => ({ do: "item.end", after: after() }));
  return (
    <span class="item-buttons">
      <Act action={hold} look="quiet" testid="item-hold">{t("hub.item-hold")}</Act>
      <Act action={end} look="quiet" testid="item-end">{t("hub.item-end")}</Act>
    </span>
  );
}

function OtherButtons({ item }: { item: ItemView }): JSX.Element | null {
  const { room } = usePlace();
  const after = (): number => room.store.agenda.peek()?.rev ?? 0;
  const skip = useAction((reason) => ({ do: "item.skip", item: item.id, after: after(), reason: reason ?? null }), ["reason-required"]);
  const restore = useAction(() => ({ do: "item.restore", item: item.id }));
  if (item.state === "skipped") {
    return <span class="item-buttons"><Act action={restore} look="quiet" testid={`restore-${item.id}`}>{t("hub.restore")}</Act></span>;
  }
  if (item.state !== "next") return null;
  return (
    <span class="item-buttons">
      <Act action={skip} look="quiet" testid={`skip-${item.id}`}>{t("hub.skip")}</Act>
      <ReasonDialog action={skip} title={t("hub.skip-title", { title: say(item.title) })} confirm={t("hub.skip")} />
    </span>
  );
}

function Item({ item, leads, open }: { item: ItemView; leads: boolean; open: boolean }): JSX.Element {
  const { room } = usePlace();
  const choose = useAction(() => ({ do: "item.next", item: item.id, after: room.store.agenda.peek()?.rev ?? 0 }));
  const selectable = leads && ["planned", "held"].includes(item.state);
  const glyph = GLYPHS[item.state];
  return (
    <li class={`item ${item.state}`} data-item={item.id} data-state={item.state} aria-current={item.state === "live" ? "step" : undefined}>
      <button type="button" class="item-row" data-testid={`item-${item.id}`} aria-disabled={!selectable}
        title={selectable ? t("hub.make-next") : say(item.by)} onClick={() => selectable && void choose.run()}>
        <span class="item-n figures">{item.n}</span>
        <span class="item-glyph">{glyph && <Icon name={glyph} size={12} label={t(`item.${item.state}` as "item.live")} />}</span>
        <span class="item-title">{say(item.title)}{item.required && <sup title={t("item.required")}>*</sup>}</span>
        <Times item={item} />
        {item.state === "next" && <span class="item-tag">{t("item.next")}</span>}
        {item.state === "held" && <span class="item-tag">{t("item.held")}</span>}
      </button>
      {item.state === "live" && <LiveClock item={item} />}
      {item.state === "live" && leads && <LiveButtons />}
      {item.state !== "live" && leads && open && <OtherButtons item={item} />}
      <Said action={choose} />
    </li>
  );
}

export function RunSheet(): JSX.Element {
  const { store } = usePlace().room;
  const agenda = store.agenda.value;
  const session = store.session.value;
  const list = useRef<HTMLOListElement>(null);
  const shown = agenda?.live ?? agenda?.next;
  useEffect(() => {
    const row = list.current?.querySelector<HTMLElement>(`[data-item="${shown}"]`);
    if (row && list.current) list.current.scrollTop = row.offsetTop - list.current.clientHeight / 4;
  }, [shown]);
  return (
    <section class="panel runsheet" aria-label={t("hub.runsheet")}>
      <h2>{t("hub.runsheet")} <small>{agenda?.end != null && <>{t("hub.expected-end")} <At at={agenda.end} /></>}</small></h2>
      <ol ref={list} tabIndex={-1} data-testid="runsheet">
        {agenda?.items.map((item) => <Item key={item.id} item={item} leads={mayLead(session)} open={session?.phase === "open"} />)}
      </ol>
    </section>
  );
}
