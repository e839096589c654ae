/** One line of the run sheet, changed, moved, left out or added while the ceremony runs (CEREMONY §2). */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { say, t } from "../../i18n";
import type { Item, ItemView, Text } from "../../proto/types";
import { Act, HoldAct } from "../../ui/Act";
import { andThen, useAction } from "../../ui/action";
import { shortName, usePlace } from "../../ui/context";
import { Dialog } from "../../ui/Dialog";
import { editable, itemOf, newItem } from "./model";

interface Form {
  readonly item: Item;
  set(part: Partial<Item>): void;
}

function TextField({ label, value, set, testid, rows }: { label: string; value: Text | null | undefined; set: (text: Text | null) => void; testid?: string; rows?: number }): JSX.Element {
  const write = (vi: string): void => set(vi.trim() === "" ? null : { vi, en: value && value.en !== value.vi ? value.en : vi });
  return (
    <label class="field"><span>{label}</span>
      {rows ? <textarea rows={rows} maxLength={200} value={value?.vi ?? ""} data-testid={testid} onInput={(event) => write(event.currentTarget.value)} />
        : <input type="text" maxLength={200} value={value?.vi ?? ""} data-testid={testid} onInput={(event) => write(event.currentTarget.value)} />}
    </label>
  );
}

function Fields({ form }: { form: Form }): JSX.Element {
  const { store } = usePlace().room;
  const { item, set } = form;
  const sites = store.sites.value?.sites ?? [];
  return (
    <>
      <TextField label={t("edit.title")} value={item.title} set={(text) => set({ title: text ?? { vi: "", en: "" } })} testid="edit-title" />
      <TextField label={t("edit.by")} value={item.by} set={(by) => set({ by })} />
      <div class="pair">
        <label class="field"><span>{t("edit.minutes")}</span>
          <input type="number" min={0} max={1440} value={Math.round(item.duration_s / 60)} data-testid="edit-minutes" onInput={(event) => set({ duration_s: Math.max(0, event.currentTarget.valueAsNumber || 0) * 60 })} /></label>
        <label class="field"><span>{t("edit.site")}</span>
          <select value={item.site ?? ""} onChange={(event) => set({ site: event.currentTarget.value || null })}>
            <option value="">–</option>
            {sites.map((site) => <option key={site.id} value={site.id}>{shortName(site)}</option>)}
          </select></label>
        <label class="field"><span>{t("edit.audio")}</span>
          <select value={item.audio ?? "speech"} onChange={(event) => set({ audio: event.currentTarget.value as "speech" | "music" })}>
            <option value="speech">{t("edit.speech")}</option><option value="music">{t("edit.music")}</option>
          </select></label>
      </div>
      <TextField label={t("edit.sites-do")} value={item.sites_do} set={(sites_do) => set({ sites_do })} rows={2} />
      <div class="row">
        <label class="check"><input type="checkbox" checked={item.required ?? false} onChange={(event) => set({ required: event.currentTarget.checked })} /> {t("item.required")}</label>
        <label class="check"><input type="checkbox" checked={item.open_floor ?? false} onChange={(event) => set({ open_floor: event.currentTarget.checked })} /> {t("edit.open-floor")}</label>
      </div>
    </>
  );
}

function useForm(first: Item): Form {
  const [item, write] = useState(first);
  return { item, set: (part) => write((before) => ({ ...before, ...part })) };
}

/** Change an item that is still to come, or what surrounds it. */
export function ItemDialog({ item, close, insert }: { item: ItemView; close: () => void; insert: () => void }): JSX.Element {
  const { room } = usePlace();
  const form = useForm(itemOf(item));
  const items = room.store.agenda.value?.items ?? [];
  const at = items.findIndex((one) => one.id === item.id);
  const after = (): number => room.store.agenda.peek()?.rev ?? 0;
  const save = andThen(useAction(() => (form.item.title.vi.trim() ? { do: "item.edit", item: form.item } : null)), close);
  const up = useAction(() => ({ do: "item.move", item: item.id, before: items[at - 1]?.id ?? null, after: after() }));
  const down = useAction(() => ({ do: "item.move", item: item.id, before: items[at + 2]?.id ?? null, after: after() }));
  const remove = andThen(useAction(() => ({ do: "item.remove", item: item.id })), close);
  const skip = andThen(useAction((reason) => ({ do: "item.skip", item: item.id, after: after(), reason: reason ?? t("edit.skip-reason") })), close);
  const edits = editable(item);
  return (
    <Dialog title={`${item.n}. ${say(item.title)}`} close={close} testid="item-dialog">
      {edits && <Fields form={form} />}
      <p class="row">
        <Act action={up} testid="item-up" disabled={!edits || at <= 0}>↑ {t("edit.up")}</Act>
        <Act action={down} testid="item-down" disabled={!edits || at < 0 || at >= items.length - 1}>↓ {t("edit.down")}</Act>
        <button type="button" class="button" data-testid="item-insert" onClick={insert}>{t("edit.insert")}</button>
        <Act action={skip} testid="item-skip" disabled={!edits}>{t("hub.skip")}</Act>
        <HoldAct action={remove} testid="item-remove" disabled={!edits || (item.runs ?? 0) > 0}>{t("edit.remove")}</HoldAct>
      </p>
      {edits && <footer><Act action={save} look="primary" testid="item-save" disabled={!form.item.title.vi.trim()}>{t("edit.save")}</Act></footer>}
    </Dialog>
  );
}

/** Add an item behind another one. */
export function InsertDialog({ behind, close }: { behind: ItemView; close: () => void }): JSX.Element {
  const { room } = usePlace();
  const items = room.store.agenda.value?.items ?? [];
  const form = useForm(newItem(items.map((one) => one.id)));
  const next = items[items.findIndex((one) => one.id === behind.id) + 1];
  const add = andThen(useAction(() => (form.item.title.vi.trim() ? { do: "item.add", item: form.item, before: next?.id ?? null } : null)), close);
  return (
    <Dialog title={t("edit.insert-title", { title: say(behind.title) })} close={close} testid="insert-dialog">
      <Fields form={form} />
      <footer><Act action={add} look="primary" testid="item-add" disabled={!form.item.title.vi.trim()}>{t("edit.add")}</Act></footer>
    </Dialog>
  );
}
