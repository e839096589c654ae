import { useEffect, useRef } from "preact/hooks";
import { duration, t, timeOfDay, tx, type TranslationKey } from "../../i18n";
import { agenda, now, offset } from "../../net/store";
import type { ItemView } from "../../proto/proto.gen";
import { Do, perform } from "../../ui/actions";
import { mayLead } from "./acts";

const GLYPH: Record<string, string> = { done: "✓", live: "▶", next: "▷", skipped: "–", held: "⏸", planned: "" };

function itemState(state: string): TranslationKey {
  return (state in GLYPH ? `item.${state}` : "item.planned") as TranslationKey;
}

/** Elapsed of allotted, by word when over. */
function Running({ item }: { item: ItemView }) {
  if (!item.started) return null;
  const gone = now.value - item.started / 1000;
  const left = item.due ? item.due / 1000 - now.value : null;
  const tone = left === null ? "" : left < 0 ? "bad" : left < (item.danger_s ?? 30) * 1000 ? "bad" : left < (item.warn_s ?? 120) * 1000 ? "weak" : "";
  return (
    <span class={`figures ${tone}`}>
      {duration(gone)} / {duration(item.duration_s * 1000)}
      {left !== null && left < 0 && ` · ${t("item.over", { time: duration(-left) })}`}
    </span>
  );
}

function Row({ item, rev }: { item: ItemView; rev: number }) {
  const row = useRef<HTMLLIElement>(null);
  const live = item.state === "live";
  useEffect(() => {
    if (live) row.current?.scrollIntoView({ block: "nearest" });
  }, [live]);
  const future = item.state === "planned" || item.state === "held";
  const at = item.started ?? item.expected ?? item.planned;
  return (
    <li ref={row} class={`item ${item.state}`}>
      <button
        type="button"
        class="plain line"
        data-testid={`item-${item.id}`}
        data-state={item.state}
        aria-current={live ? "step" : undefined}
        disabled={!mayLead.value || !future}
        title={tx(item.script) || tx(item.title)}
        onClick={() => void perform("next", t("act.next"), () => ({ do: "item.next", item: item.id, after: rev }))}
      >
        <span class="figures n">{item.n}</span>
        <span class="glyph" aria-hidden="true">
          {GLYPH[item.state] ?? ""}
        </span>
        <span class="what">
          <span class="title">{tx(item.title)}</span>
          <span class="times">
            {live ? (
              <Running item={item} />
            ) : (
              <>
                {at && <span class="figures">{timeOfDay(at, offset.value)}</span>}
                {item.planned && at && Math.abs(at - item.planned) > 60_000_000 && (
                  <s class="figures quiet">{timeOfDay(item.planned, offset.value)}</s>
                )}
                <span class="figures quiet">{duration(item.duration_s * 1000)}</span>
              </>
            )}
            <span class="state">{t(itemState(item.state))}</span>
            {item.required && <span class="quiet">{t("item.required")}</span>}
          </span>
        </span>
      </button>
      {mayLead.value && (future || item.state === "next") && (
        <Do
          name={`skip-${item.id}`}
          label="act.skip"
          class="mini"
          make={(reason) => ({ do: "item.skip", item: item.id, after: agenda.peek()?.rev ?? rev, ...(reason ? { reason } : {}) })}
        />
      )}
      {mayLead.value && item.state === "skipped" && (
        <Do name={`restore-${item.id}`} label="act.restore" class="mini" make={() => ({ do: "item.restore", item: item.id })} />
      )}
    </li>
  );
}

export function Agenda() {
  const view = agenda.value;
  return (
    <section class="panel agenda" aria-labelledby="h-agenda">
      <h2 id="h-agenda">{t("agenda.title")}</h2>
      <ol tabIndex={-1} id="run-sheet">
        {view?.items.map((item) => <Row key={item.id} item={item} rev={view.rev} />)}
      </ol>
      {mayLead.value && view?.live && (
        <div class="row foot">
          <Do name="item-hold" label="act.item-hold" make={() => ({ do: "item.hold", after: agenda.peek()?.rev ?? 0 })} />
          <Do name="item-end" label="act.item-end" make={() => ({ do: "item.end", after: agenda.peek()?.rev ?? 0 })} />
        </div>
      )}
    </section>
  );
}
