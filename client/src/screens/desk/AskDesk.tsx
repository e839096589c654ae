/** Questions to the halls: who has not answered comes first; remind, or take the answer by telephone (CEREMONY §7). */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { say, t } from "../../i18n";
import type { ConfirmationView } from "../../proto/types";
import { Act } from "../../ui/Act";
import { andThen, useAction } from "../../ui/action";
import { answerOf, draftOf, faultOf, VOTES, type AnswerDraft } from "../../ui/answer";
import { At, Since } from "../../ui/Clock";
import { shortName, siteOf, usePlace } from "../../ui/context";
import { Dialog } from "../../ui/Dialog";
import { Icon } from "../../ui/Icon";
import { VoteFields } from "../../ui/VoteFields";

type Kind = ConfirmationView["choices"];
const KINDS: readonly Kind[] = ["agree", "ack", "vote"];

function Open(): JSX.Element {
  const { store } = usePlace().room;
  const agenda = store.agenda.value;
  const live = say(agenda?.items.find((item) => item.id === agenda.live)?.title).slice(0, 200);
  const [question, write] = useState("");
  const [kind, choose] = useState<Kind>("agree");
  const text = question.trim() || live;
  const open = andThen(useAction(() => (text ? { do: "confirmation.open", question: text, choices: kind } : null)), () => write(""));
  return (
    <form onSubmit={(event) => { event.preventDefault(); void open.run(); }}>
      <label class="field"><span>{t("ask.question")}</span>
        <textarea rows={2} maxLength={200} value={question} placeholder={live} data-testid="desk-question" onInput={(event) => write(event.currentTarget.value)} /></label>
      <label class="field"><span>{t("ask.kind")}</span>
        <select value={kind} onChange={(event) => choose(event.currentTarget.value as Kind)}>{KINDS.map((one) => <option key={one} value={one}>{t(`ask.kind-${one}`)}</option>)}</select></label>
      <Act action={open} look="primary" disabled={!text} testid="desk-ask">{t("ask.open")}</Act>
    </form>
  );
}

function ByPhone({ site, question, close }: { site: string; question: ConfirmationView; close: () => void }): JSX.Element {
  const { room } = usePlace();
  const found = siteOf(room, site);
  const most = found?.attendance?.present ?? found?.expected ?? null;
  const [draft, set] = useState<AnswerDraft>(() => draftOf(question, site, found?.attendance?.head ?? ""));
  const [shown, tell] = useState(false);
  const answer = andThen(useAction(() => answerOf(draft, question, site, most, true)), close);
  const fault = faultOf(draft, question.choices, most);
  const send = (event: Event): void => {
    event.preventDefault();
    tell(fault !== null);
    void answer.run();
  };
  return (
    <Dialog title={t("ask.phone-title", { name: say(found?.name) })} close={close} testid="desk-phone">
      <form onSubmit={send} noValidate>
        <p><strong>{question.question}</strong></p>
        {found?.phone && <p class="figures"><Icon name="phone" size={16} /> {found.phone}</p>}
        <label class="field"><span>{t("ask.who")}</span><input type="text" maxLength={200} value={draft.name} data-testid="desk-phone-name" onInput={(event) => set({ ...draft, name: event.currentTarget.value })} /></label>
        {question.choices === "vote" ? <VoteFields counts={draft.counts} most={most} set={(counts) => set({ ...draft, counts })} /> : (
          <fieldset><legend>{t("ask.answer")}</legend>
            {question.options.map((one) => <label key={one} class="check"><input type="radio" name="choice" checked={draft.choice === one} data-testid={`desk-phone-${one}`} onChange={() => set({ ...draft, choice: one })} /> {t(`choice.${one}`)}</label>)}
          </fieldset>
        )}
        {draft.choice === "remarks" && <label class="field"><span>{t("ask.remarks")}</span><textarea rows={2} maxLength={200} value={draft.remarks} onInput={(event) => set({ ...draft, remarks: event.currentTarget.value })} /></label>}
        {shown && fault !== null && <p class="error" role="alert">{t(`form.fault.${fault}`)}</p>}
        <footer><Act action={{ ...answer, run: async () => { tell(fault !== null); return answer.run(); } }} look="primary" testid="desk-phone-save">{t("ask.phone-save")}</Act></footer>
      </form>
    </Dialog>
  );
}

function Waiting({ site, question }: { site: string; question: ConfirmationView }): JSX.Element {
  const { room } = usePlace();
  const [calling, call] = useState(false);
  const remind = useAction(() => ({ do: "confirmation.remind", site }));
  const at = question.reminded[site];
  return (
    <li data-testid={`desk-pending-${site}`}>
      <span><Icon name="clock" size={14} /> {shortName(siteOf(room, site))} {at !== undefined && <small class="soft">{t("ask.reminded")} <At at={at} /></small>}</span>
      {question.open && (
        <span class="row">
          <Act action={remind} look="quiet" class="small" testid={`desk-remind-${site}`}>{t("ask.remind")}</Act>
          <button type="button" class="button quiet small" data-testid={`desk-call-${site}`} onClick={() => call(true)}><Icon name="phone" size={14} /> {t("ask.phone")}</button>
        </span>
      )}
      {calling && <ByPhone site={site} question={question} close={() => call(false)} />}
    </li>
  );
}

/** The question with its answers; without the means to act for whoever may only look. */
export function AskState({ question, acts }: { question: ConfirmationView; acts: boolean }): JSX.Element {
  const { room } = usePlace();
  const close = useAction(() => ({ do: "confirmation.close" }));
  const vote = question.choices === "vote";
  const shown = { ...question, open: question.open && acts };
  return (
    <div class="asked" data-testid="asked" data-open={question.open}>
      <p><strong>{question.question}</strong> {question.open ? <Since at={question.opened_at} /> : <span class="soft">{t("ask.closed")} <At at={question.closed_at} /></span>}</p>
      <p class="row">{question.options.map((one) => <span key={one}>{t(`choice.${one}`)} <b class="figures">{question.totals[one] ?? 0}</b></span>)}</p>
      {question.pending.length > 0 && <h3>{t("ask.pending", { n: question.pending.length })}</h3>}
      <ul>{question.pending.map((site) => <Waiting key={site} site={site} question={shown} />)}</ul>
      {question.answers.length > 0 && <h3>{t("ask.answered", { n: question.answers.length })}</h3>}
      <ul>{question.answers.map((one) => (
        <li key={one.site}>
          <span>{shortName(siteOf(room, one.site))} <small class="soft">{one.name}{one.by_phone && <> · {t("ask.by-phone")}</>} <At at={one.at} /></small>{one.remarks && <q>{one.remarks}</q>}</span>
          <b>{vote && one.counts ? <span class="figures">{VOTES.map((name) => one.counts?.[name] ?? 0).join(" / ")}</span> : t(`choice.${one.choice}`)}</b>
        </li>
      ))}</ul>
      {shown.open && <Act action={close} testid="desk-ask-close">{t("ask.close")}</Act>}
    </div>
  );
}

export function AskDesk(): JSX.Element {
  const { store } = usePlace().room;
  const question = store.confirmation.value;
  return (
    <section class="desk-part ask-desk" aria-label={t("ask.title")}>
      <h2>{t("ask.title")}</h2>
      {store.session.value?.phase === "open" && !question?.open && <Open />}
      {question ? <AskState key={question.n} question={question} acts={store.session.value?.phase === "open"} /> : <p class="soft">{t("ask.none")}</p>}
    </section>
  );
}
