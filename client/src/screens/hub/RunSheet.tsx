import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { refusal, say, t } from "../../i18n";
import { length } from "../../i18n/times";
import type { ItemView } from "../../proto/types";
import { Act, Said } from "../../ui/Act";
import { useAction } from "../../ui/action";
import { At, useNow } from "../../ui/Clock";
import { usePlace } from "../../ui/context";
import { ReasonDialog } from "../../ui/Dialog";
import { Icon, type IconName } from "../../ui/Icon";
import type { HubActs } from "./acts";
import { useDrag, type Drag } from "./drag";
import { InsertDialog, ItemDialog } from "./ItemDialog";
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

function LiveButtons({ item }: { item: ItemView }): JSX.Element {
  const { room } = usePlace();
  const more = useAction(() => ({ do: "item.time", item: item.id, minutes: 1 }));
  const less = useAction(() => ({ do: "item.time", item: item.id, minutes: -1 }));
  const after = (): number => room.store.agenda.peek()?.rev ?? 0;
  const hold = useAction(() => ({ do: "item.hold", after: after() }));
  const end = useAction(() => ({ do: "item.end", after: after() }));
  return (
    <span class="item-buttons">
      <Act action={more} look="quiet" testid="item-plus" title={t("hub.minute-more")}>+1</Act>
      <Act action={less} look="quiet" testid="item-minus" title={t("hub.minute-less")}>−1</Act>
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

interface Line {
  readonly item: ItemView;
  readonly leads: boolean;
  readonly open: boolean;
  /** Open this line's dialog; Alt with an arrow moves it. */
  readonly edit: () => void;
  readonly move: (by: 1 | -1) => void;
  readonly drag: Drag;
}

function Item({ item, leads, open, edit, move, drag }: Line): JSX.Element {
  const { room } = usePlace();
  const choose = useAction(() => ({ do: "item.next", item: item.id, after: room.store.agenda.peek()?.rev ?? 0 }));
  const refreeze = useAction(() => ({ do: "item.next", item: item.id, after: room.store.agenda.peek()?.rev ?? 0 }));
  const selectable = leads && ["planned", "held"].includes(item.state);
  const glyph = GLYPHS[item.state];
  return (
    <li class={`item ${item.state}`} data-item={item.id} data-state={item.state} aria-current={item.state === "live" ? "step" : undefined} {...drag.line(item, leads)}>
      <button type="button" class="item-row" data-testid={`item-${item.id}`} aria-disabled={!selectable}
        title={selectable ? t("hub.make-next") : say(item.by)} onClick={() => selectable && void choose.run()}
        onKeyDown={(event) => { if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) { event.preventDefault(); move(event.key === "ArrowUp" ? -1 : 1); } }}>
        <span class="item-n figures">{item.n}</span>
        <span class="item-glyph">{glyph && <Icon name={glyph} size={12} label={t(`item.${item.state}` as "item.live")} />}</span>
        <span class="item-title">{say(item.title)}{item.required && <sup title={t("item.required")}>*</sup>}</span>
        <Times item={item} />
        {item.state === "next" && <span class="item-tag">{t("item.next")}</span>}
        {item.state === "held" && <span class="item-tag">{t("item.held")}</span>}
      </button>
      {item.state === "live" && <LiveClock item={item} />}
      {item.state === "live" && leads && <LiveButtons item={item} />}
      {item.squeeze_s != null && <p class="item-word weak"><Icon name="warn" size={12} /> {t("hub.squeeze", { n: Math.max(1, Math.round(item.squeeze_s / 60)) })}</p>}
      {(item.gap_s ?? 0) >= 60 && item.state !== "live" && <p class="item-word soft">{t("hub.gap", { n: Math.round((item.gap_s ?? 0) / 60) })}</p>}
      {item.unready && <p class="item-word weak"><Icon name="warn" size={12} /> {t(`unready.${item.unready}`)}</p>}
      {item.differs && <p class="item-word weak"><Icon name="warn" size={12} /> {t("hub.differs")} {leads && item.state === "next" && <Act action={refreeze} look="quiet" class="small" testid="refreeze">{t("hub.refreeze")}</Act>}</p>}
      {item.state !== "live" && leads && open && <OtherButtons item={item} />}
      {leads && item.state !== "done" && (
        <button type="button" class="item-more" data-testid={`edit-${item.id}`} title={t("edit.open", { title: say(item.title) })} onClick={edit}><Icon name="more" size={14} label={t("edit.open", { title: say(item.title) })} /></button>
      )}
      <Said action={choose} />
    </li>
  );
}

/** Ten seconds to take the last act back. */
function Undo({ acts }: { acts: HubActs }): JSX.Element | null {
  const { store } = usePlace().room;
  const now = useNow();
  const last = store.agenda.value?.undo;
  if (!last) return null;
  const left = Math.ceil((last.until / 1000 - now) / 1000);
  if (left <= 0) return null;
  return <Act action={acts.undo} class="small undo" testid="undo" keys="Ctrl Z">{t("hub.undo", { s: left })}</Act>;
}

export function RunSheet({ acts }: { acts: HubActs }): JSX.Element {
  const { room } = usePlace();
  const { store } = room;
  const [edited, edit] = useState<{ item: string; insert: boolean } | null>(null);
  const agenda = store.agenda.value;
  const session = store.session.value;
  const list = useRef<HTMLOListElement>(null);
  const shown = agenda?.live ?? agenda?.next;
  useEffect(() => {
    const row = list.current?.querySelector<HTMLElement>(`[data-item="${shown}"]`);
    if (row && list.current) list.current.scrollTop = row.offsetTop - list.current.clientHeight / 4;
  }, [shown]);
  const chosen = agenda?.items.find((item) => item.id === edited?.item);
  const place = (item: string, before: string | null): void => {
    void room.ask({ do: "item.move", item, before, after: store.agenda.peek()?.rev ?? 0 }).then((answer) => {
      if (!answer.ok) store.notice.value = refusal(answer.code, answer.detail);
    });
  };
  const drag = useDrag(place);
  const move = (item: ItemView, by: 1 | -1): void => {
    const items = store.agenda.peek()?.items ?? [];
    const at = items.findIndex((one) => one.id === item.id);
    const before = by === -1 ? items[at - 1] : items[at + 2];
    if (at + by < 0 || at + by >= items.length || !mayLead(store.session.peek())) return;
    place(item.id, before?.id ?? null);
  };
  return (
    <section class="panel runsheet" aria-label={t("hub.runsheet")}>
      <h2>{t("hub.runsheet")} <small>{agenda?.end != null && <>{t("hub.expected-end")} <At at={agenda.end} /></>}</small></h2>
      {mayLead(session) && <Undo acts={acts} />}
      <ol ref={list} tabIndex={-1} data-testid="runsheet">
        {agenda?.items.map((item) => (
          <Item key={item.id} item={item} leads={mayLead(session)} open={session?.phase === "open"} edit={() => edit({ item: item.id, insert: false })} move={(by) => move(item, by)} drag={drag} />
        ))}
      </ol>
      {chosen && !edited?.insert && <ItemDialog item={chosen} close={() => edit(null)} insert={() => edit({ item: chosen.id, insert: true })} />}
      {chosen && edited?.insert && <InsertDialog behind={chosen} close={() => edit(null)} />}
    </section>
  );
}
