/** The secretary's account of each item. Two desks may write: the later one is told, and chooses (CEREMONY §3). */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { refusal, say, t } from "../../i18n";
import type { ItemView } from "../../proto/types";
import { Act } from "../../ui/Act";
import { useAction } from "../../ui/action";
import { At } from "../../ui/Clock";
import { usePlace } from "../../ui/context";
import { Icon } from "../../ui/Icon";
import { draftsOf, putDraft } from "./drafts";
import { writing, written } from "./model";

const LONGEST = 4000;

function Editor({ item }: { item: ItemView }): JSX.Element {
  const { room } = usePlace();
  const there = room.store.proceedings.value?.items.find((one) => one.item === item.id);
  const now = writing(draftsOf(room.session).value[item.id], there);
  const write = (text: string): void => putDraft(room.session, item.id, { text, base: now.base, saved: false });
  const save = useAction(() => (now.kind === "dirty" ? { do: "proceedings.write", item: item.id, text: now.text, base: now.base } : null));
  const run = async (): Promise<void> => {
    const sent = { text: now.text, base: now.base };
    if (!(await save.run())) return;
    const drafts = draftsOf(room.session).peek()[item.id];
    // what was typed while the answer was under way stays a draft, on top of the text just saved
    const typed = drafts !== undefined && drafts.text !== sent.text;
    putDraft(room.session, item.id, typed ? { ...drafts, base: sent.base + 1 } : { ...sent, saved: true });
  };
  if (now.kind === "unseen") return <p class="soft">{t("minutes.unseen")}</p>;
  return (
    <form class="proceedings" onSubmit={(event) => { event.preventDefault(); void run(); }}>
      <label class="field"><span>{t("minutes.text", { title: say(item.title) })}</span>
        <textarea rows={6} maxLength={LONGEST} value={now.text} data-testid={`proceedings-${item.id}`} onInput={(event) => write(event.currentTarget.value)} /></label>
      {now.kind === "moved" && (
        <div class="moved" role="alert" data-testid="text-moved">
          <p><Icon name="warn" size={16} /> <strong>{refusal("text-moved")}</strong></p>
          <p class="soft">{t("minutes.theirs")}</p>
          <blockquote>{now.theirs || t("minutes.empty")}</blockquote>
          <p class="row">
            <button type="button" class="button" data-testid="take-theirs" onClick={() => putDraft(room.session, item.id, null)}>{t("minutes.take-theirs")}</button>
            <button type="button" class="button" data-testid="keep-mine" onClick={() => putDraft(room.session, item.id, { text: now.text, base: there?.rev ?? 0, saved: false })}>{t("minutes.keep-mine")}</button>
          </p>
        </div>
      )}
      <p class="row">
        <Act action={{ ...save, run: async () => { await run(); return true; } }} look="primary" disabled={now.kind !== "dirty"} testid={`save-${item.id}`}>{t("roll.save")}</Act>
        <span class="soft" role="status">
          {now.kind === "clean" && there !== undefined && <><Icon name="check" size={14} /> {t("minutes.saved")} <At at={there.at} /></>}
          {now.kind === "dirty" && <><Icon name="warn" size={14} /> {t("minutes.unsaved")}</>}
        </span>
        <span class="figures soft end">{now.text.length}/{LONGEST}</span>
      </p>
    </form>
  );
}

/** Items that ran or run; one is open at a time, the live one until another is chosen. */
export function Proceedings(): JSX.Element {
  const { room } = usePlace();
  const items = written(room.store.agenda.value?.items ?? []);
  const drafts = draftsOf(room.session).value;
  const texts = room.store.proceedings.value?.items ?? [];
  const [chosen, choose] = useState<string | null>(null);
  const item = items.find((one) => one.id === chosen) ?? items[0];
  return (
    <section class="desk-part minutes" aria-label={t("minutes.title")}>
      <h2>{t("minutes.title")}</h2>
      {item === undefined ? <p class="soft">{t("minutes.none")}</p> : (
        <>
          <label class="field"><span>{t("minutes.item")}</span>
            <select value={item.id} data-testid="proceedings-item" onChange={(event) => choose(event.currentTarget.value)}>
              {items.map((one) => {
                const state = writing(drafts[one.id], texts.find((text) => text.item === one.id));
                const mark = state.kind === "clean" ? (state.text ? " ✓" : "") : ` · ${t("minutes.unsaved")}`;
                return <option key={one.id} value={one.id}>{one.n}. {say(one.title)}{mark}</option>;
              })}
            </select></label>
          <Editor key={item.id} item={item} />
        </>
      )}
    </section>
  );
}
