/** An open confirmation, full screen: it lives in a section, so it is there again after any reconnection. */
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../../i18n";
import type { ConfirmationView } from "../../proto/types";
import { Said } from "../../ui/Act";
import { answerOf, draftOf, faultOf, type AnswerDraft, type Choice } from "../../ui/answer";
import { andThen, useAction, type Action } from "../../ui/action";
import { At } from "../../ui/Clock";
import { usePlace } from "../../ui/context";
import { Icon, type IconName } from "../../ui/Icon";
import { Reader } from "../../ui/Sheet";
import { VoteFields } from "../../ui/VoteFields";

const GLYPHS: Partial<Record<Choice, IconName>> = { agree: "check", ack: "check", remarks: "document" };

function Choices({ question, draft, choose, busy }: {
  question: ConfirmationView; draft: AnswerDraft; choose: (choice: Choice) => void; busy: boolean;
}): JSX.Element {
  return (
    <div class="question-choices" role="group" aria-label={t("form.answer")}>
      {question.options.map((one) => (
        <button key={one} type="button" class={`button huge ${one === "remarks" ? "quiet" : "primary"}`} data-testid={`answer-${one}`}
          aria-pressed={draft.choice === one} aria-busy={busy} onClick={() => choose(one)}>
          <Icon name={GLYPHS[one] ?? "check"} size={30} /> {t(`choice.${one}`)}
        </button>
      ))}
    </div>
  );
}

/** The hall's form. `done` folds the card away once the answer is in force. */
function Form({ question, site, done }: { question: ConfirmationView; site: string; done: () => void }): JSX.Element {
  const { store } = usePlace().room;
  const attendance = store.cue.value?.attendance;
  const most = attendance?.present ?? store.cue.value?.expected ?? null;
  const [draft, set] = useState<AnswerDraft>(() => draftOf(question, site, attendance?.head ?? ""));
  const [shown, tell] = useState(false);
  const chosen = useRef<Choice | null>(draft.choice);
  const send = andThen(useAction(() => answerOf({ ...draft, choice: chosen.current }, question, site, most)), done);
  const vote = question.choices === "vote";
  const fault = faultOf(draft, question.choices, most);
  const go = (choice: Choice | null): void => {
    chosen.current = choice;
    const next = { ...draft, choice };
    set(next);
    // remarks are written first, everything else goes at one press
    if (choice === "remarks" && draft.choice !== "remarks") return tell(false);
    tell(faultOf(next, question.choices, most) !== null);
    void send.run();
  };
  return (
    <form class="question-form" onSubmit={(event) => { event.preventDefault(); go(draft.choice); }}>
      <label class="field"><span>{t("form.name")}</span>
        <input type="text" maxLength={200} autocomplete="off" value={draft.name} data-testid="answer-name" aria-invalid={shown && fault === "name"}
          onInput={(event) => set({ ...draft, name: event.currentTarget.value })} /></label>
      {vote && <VoteFields counts={draft.counts} most={most} set={(counts) => set({ ...draft, counts })} />}
      {!vote && <Choices question={question} draft={draft} choose={go} busy={send.pending.value} />}
      {!vote && draft.choice === "remarks" && (
        <label class="field"><span>{t("choice.remarks")}</span>
          <textarea rows={3} maxLength={200} value={draft.remarks} data-testid="answer-remarks" onInput={(event) => set({ ...draft, remarks: event.currentTarget.value })} /></label>
      )}
      {(vote || draft.choice === "remarks") && <Send action={send} />}
      {shown && fault !== null && <p class="error" role="alert" data-testid="answer-fault">{t(`form.fault.${fault}`)}</p>}
      <Said action={send} />
    </form>
  );
}

function Send({ action }: { action: Action }): JSX.Element {
  return <button type="submit" class="button huge primary" data-testid="answer-send" aria-busy={action.pending.value}><Icon name="check" size={30} /> {t("form.send")}</button>;
}

/** The card, or a bar once answered: the answer may change while the question is open. */
export function Question(): JSX.Element | null {
  const { room } = usePlace();
  const question = room.store.confirmation.value;
  const site = room.store.session.value?.site ?? "";
  const mine = question?.answers.find((one) => one.site === site);
  const [changing, change] = useState<number | null>(null);
  const title = useRef<HTMLHeadingElement>(null);
  const asked = question?.open === true && (mine !== undefined || question.pending.includes(site));
  const open = asked && (mine === undefined || changing === question.n);
  const reminded = question?.reminded[site];
  const paper = room.store.documents.value?.documents.find((one) => one.id === question?.document);
  useEffect(() => { if (open) title.current?.focus(); }, [open, question?.n]);
  if (!question || !asked) return null;
  if (!open && mine) {
    return (
      <p class="answered-bar" role="status" data-testid="answered">
        <Icon name="check" size={24} /> <span>{t("form.answered", { choice: t(`choice.${mine.choice}`) })} · {mine.name} <At at={mine.at} /></span>
        <button type="button" class="button dark" data-testid="answer-change" onClick={() => change(question.n)}>{t("form.change")}</button>
      </p>
    );
  }
  return (
    <section class={paper ? "card-full question reading" : "card-full question"} role="dialog" aria-modal="false" aria-labelledby="question-title" data-testid="question">
      <p class="card-kind"><Icon name="people" size={24} /> {t("form.title")} {reminded !== undefined && <b class="weak" role="status">{t("form.reminded")} <At at={reminded} /></b>}</p>
      <h2 id="question-title" tabIndex={-1} ref={title}>{question.question}</h2>
      {paper && <Reader key={paper.sha256} paper={paper} />}
      <Form key={question.n} question={question} site={site} done={() => change(null)} />
      {mine && <button type="button" class="button quiet" onClick={() => change(null)}>{t("form.keep")}</button>}
    </section>
  );
}
