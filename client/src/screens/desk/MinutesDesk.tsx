/** Biên bản and the seal: made from the log, signed as a document, then the record is closed for good (CEREMONY §11). */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { lang, say, t } from "../../i18n";
import { draftMinutes, makeMinutes, sealRecord, type MinutesWish } from "../../net/papers";
import { Act, HoldAct } from "../../ui/Act";
import { usePlace } from "../../ui/context";
import { CheckCode } from "../../ui/Sheet";
import { useRequest } from "../../ui/request";
import { Paper } from "../papers/Signing";

const TEXTS = ["number", "agency", "above", "place", "chair", "secretary"] as const;

function useWish(): [MinutesWish, (part: Partial<MinutesWish>) => void] {
  const { store } = usePlace().room;
  const [wish, write] = useState<MinutesWish>(() => ({
    lang: lang.peek(), number: "", place: "", agency: say(store.session.peek()?.host), above: "", chair: "", secretary: "", recipients: [], notes: "", party: false, mode: "wet_ink",
  }));
  return [wish, (part) => write({ ...wish, ...part })];
}

/** Offer a file the page holds, under a name. */
function save(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

function Fields({ wish, set }: { wish: MinutesWish; set: (part: Partial<MinutesWish>) => void }): JSX.Element {
  return (
    <>
      <div class="minutes-fields">
        {TEXTS.map((name) => (
          <label key={name} class="field"><span>{t(`record.${name}`)}</span>
            <input type="text" maxLength={200} value={wish[name]} data-testid={`minutes-${name}`} onInput={(event) => set({ [name]: event.currentTarget.value })} /></label>
        ))}
        <label class="field"><span>{t("record.mode")}</span>
          <select value={wish.mode} data-testid="minutes-mode" onChange={(event) => set({ mode: event.currentTarget.value as MinutesWish["mode"] })}>
            {(["wet_ink", "digital"] as const).map((one) => <option key={one} value={one}>{t(`papers.mode-${one}`)}</option>)}
          </select></label>
        <label class="field"><span>{t("record.lang")}</span>
          <select value={wish.lang} data-testid="minutes-lang" onChange={(event) => set({ lang: event.currentTarget.value as MinutesWish["lang"] })}>
            <option value="vi">{t("record.lang-vi")}</option><option value="en">{t("record.lang-en")}</option>
          </select></label>
      </div>
      <label class="field"><span>{t("record.recipients")}</span>
        <textarea rows={2} maxLength={1000} value={wish.recipients.join("\n")} onInput={(event) => set({ recipients: event.currentTarget.value.split("\n").map((one) => one.trim()).filter(Boolean) })} /></label>
      <label class="check"><input type="checkbox" checked={wish.party} onChange={(event) => set({ party: event.currentTarget.checked })} /> {t("record.party")}</label>
    </>
  );
}

function Make(): JSX.Element {
  const { room } = usePlace();
  const [wish, set] = useWish();
  const make = useRequest(() => makeMinutes(room.session, wish));
  const draft = useRequest(() => draftMinutes(room.session, wish).then((blob) => save(blob, `${t("record.minutes")}.docx`)));
  const closed = room.store.session.value?.phase === "closed";
  return (
    <>
      <Fields wish={wish} set={set} />
      <p class="row">
        <Act action={draft} testid="minutes-draft">{t("record.draft")}</Act>
        <Act action={make} look="primary" testid="minutes-make" disabled={!closed} title={closed ? undefined : t("record.after-closing")}>{t("record.make")}</Act>
        {!closed && <span class="soft">{t("record.after-closing")}</span>}
      </p>
    </>
  );
}

function Seal(): JSX.Element {
  const { room } = usePlace();
  const seal = useRequest(() => sealRecord(room.session));
  const sealed = room.store.documents.value?.sealed;
  if (sealed) return <div class="sealed" data-testid="sealed"><p class="good">{t("record.sealed")}</p><CheckCode sha256={sealed} /></div>;
  if (room.store.session.value?.phase !== "closed") return <p class="soft">{t("record.seal-later")}</p>;
  return <><p class="soft">{t("record.seal-explain")}</p><HoldAct action={seal} testid="seal">{t("record.seal")}</HoldAct></>;
}

export function MinutesDesk(): JSX.Element {
  const { store } = usePlace().room;
  const minutes = store.documents.value?.documents.find((one) => one.kind === "minutes");
  const again = !minutes || ["draft", "withdrawn", "left"].includes(minutes.state);
  return (
    <section class="desk-part minutes-desk" aria-label={t("record.minutes")}>
      <h2>{t("record.minutes")}</h2>
      {minutes && <Paper paper={minutes} />}
      {again && store.session.value?.phase !== "sealed" && <Make />}
      <h2>{t("record.seal-title")}</h2>
      <Seal />
    </section>
  );
}
