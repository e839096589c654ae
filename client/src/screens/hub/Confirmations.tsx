/** Questions to the sites: the main list is who has not answered (CEREMONY §7). */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { say, t } from "../../i18n";
import type { AnswerView, ConfirmationView } from "../../proto/types";
import { Act } from "../../ui/Act";
import { andThen, useAction } from "../../ui/action";
import { At, Since } from "../../ui/Clock";
import { shortName, siteOf, usePlace } from "../../ui/context";
import { Dialog } from "../../ui/Dialog";
import { Icon } from "../../ui/Icon";
import { mayAsk, mayRollcall } from "./model";

type Kind = ConfirmationView["choices"];
type Choice = AnswerView["choice"];
const KINDS: readonly Kind[] = ["agree", "ack", "vote"];
const VOTES = ["for", "against", "abstain"] as const;

function NewQuestion(): JSX.Element {
  const { room } = usePlace();
  const [question, write] = useState("");
  const [kind, choose] = useState<Kind>("agree");
  const live = room.store.agenda.value?.items.find((item) => item.state === "live");
  const asked = question.trim() || say(live?.title);
  const open = andThen(useAction(() => (asked ? { do: "confirmation.open", question: asked, choices: kind } : null)), () => write(""));
  return (
    <form class="leaf-form" onSubmit={(event) => { event.preventDefault(); void open.run(); }}>
      <label class="field"><span>{t("ask.question")}</span>
        <textarea rows={2} maxLength={200} value={question} placeholder={say(live?.title)} data-testid="ask-question" onInput={(event) => write(event.currentTarget.value)} /></label>
      <label class="field"><span>{t("ask.kind")}</span>
        <select value={kind} data-testid="ask-kind" onChange={(event) => choose(event.currentTarget.value as Kind)}>
          {KINDS.map((one) => <option key={one} value={one}>{t(`ask.kind-${one}`)}</option>)}
        </select></label>
      <Act action={open} look="primary" testid="ask-open" disabled={!asked}>{t("ask.open")}</Act>
    </form>
  );
}

/** A site's answer, given by telephone. */
function ByPhone({ site, question, close }: { site: string; question: ConfirmationView; close: () => void }): JSX.Element {
  const { room } = usePlace();
  const found = siteOf(room, site);
  const [name, write] = useState(found?.attendance?.head ?? "");
  const [choice, choose] = useState<Choice>(question.options[0] ?? "ack");
  const [remarks, remark] = useState("");
  const [counts, count] = useState<Record<string, number>>({ for: 0, against: 0, abstain: 0 });
  const vote = question.choices === "vote";
  const answer = andThen(useAction(() => (name.trim() === "" ? null : {
    do: "confirmation.answer", site, choice, name: name.trim(), by_phone: true, remarks: remarks.trim() || null, counts: vote ? counts : null, sha256: question.sha256 ?? null,
  })), close);
  return (
    <Dialog title={t("ask.phone-title", { name: say(found?.name) })} close={close} testid="phone-answer">
      <p>{question.question}</p>
      <p class="soft figures"><Icon name="phone" size={14} /> {found?.phone ?? "–"}</p>
      <label class="field"><span>{t("ask.who")}</span><input type="text" maxLength={200} value={name} data-testid="phone-name" onInput={(event) => write(event.currentTarget.value)} /></label>
      <fieldset class="choices"><legend>{t("ask.answer")}</legend>
        {question.options.map((one) => (
          <label key={one} class="check"><input type="radio" name="choice" checked={choice === one} onChange={() => choose(one)} /> {t(`choice.${one}`)}</label>
        ))}
      </fieldset>
      {vote && <div class="row">{VOTES.map((one) => (
        <label key={one} class="field short"><span>{t(`choice.${one}`)}</span>
          <input type="number" min={0} value={counts[one] ?? 0} onInput={(event) => { const n = event.currentTarget.valueAsNumber || 0; count((all) => ({ ...all, [one]: n })); }} /></label>
      ))}</div>}
      {choice === "remarks" && <label class="field"><span>{t("ask.remarks")}</span><textarea rows={2} maxLength={200} value={remarks} onInput={(event) => remark(event.currentTarget.value)} /></label>}
      <footer><Act action={answer} look="primary" testid="phone-save" disabled={name.trim() === ""}>{t("ask.phone-save")}</Act></footer>
    </Dialog>
  );
}

function Pending({ site, question, may }: { site: string; question: ConfirmationView; may: boolean }): JSX.Element {
  const { room } = usePlace();
  const [phone, ring] = useState(false);
  const remind = useAction(() => ({ do: "confirmation.remind", site }));
  const at = question.reminded[site];
  return (
    <li class="answer pending" data-testid={`pending-${site}`}>
      <span>{shortName(siteOf(room, site))}{at !== undefined && <small class="soft"> {t("ask.reminded")} <At at={at} /></small>}</span>
      {may && question.open && (
        <span class="row">
          <Act action={remind} look="quiet" class="small" testid={`remind-${site}`}>{t("ask.remind")}</Act>
          <button type="button" class="button quiet small" data-testid={`phone-${site}`} title={t("ask.phone")} onClick={() => ring(true)}><Icon name="phone" size={13} label={t("ask.phone")} /></button>
        </span>
      )}
      {phone && <ByPhone site={site} question={question} close={() => ring(false)} />}
    </li>
  );
}

function Answered({ answer, vote }: { answer: AnswerView; vote: boolean }): JSX.Element {
  const { room } = usePlace();
  return (
    <li class={`answer ${answer.choice}`} data-testid={`answer-${answer.site}`}>
      <span>{shortName(siteOf(room, answer.site))} <small class="soft">{answer.name}{answer.by_phone && <> · {t("ask.by-phone")}</>}</small></span>
      <b>{vote && answer.counts ? <span class="figures">{VOTES.map((one) => answer.counts?.[one] ?? 0).join(" / ")}</span> : t(`choice.${answer.choice}`)}</b>
      {answer.remarks && <q>{answer.remarks}</q>}
    </li>
  );
}

function Question({ question, may }: { question: ConfirmationView; may: boolean }): JSX.Element {
  const close = useAction(() => ({ do: "confirmation.close" }));
  const vote = question.choices === "vote";
  return (
    <div class="question" data-testid="question" data-open={question.open}>
      <p><strong>{question.question}</strong> {question.open ? <Since at={question.opened_at} /> : <span class="soft">{t("ask.closed")} <At at={question.closed_at} /></span>}</p>
      <p class="totals">{question.options.map((one) => <span key={one}>{t(`choice.${one}`)} <b class="figures">{question.totals[one] ?? 0}</b></span>)}</p>
      {question.pending.length > 0 && <h3>{t("ask.pending", { n: question.pending.length })}</h3>}
      <ul>{question.pending.map((site) => <Pending key={site} site={site} question={question} may={may} />)}</ul>
      {question.answers.length > 0 && <h3>{t("ask.answered", { n: question.answers.length })}</h3>}
      <ul>{question.answers.map((answer) => <Answered key={answer.site} answer={answer} vote={vote} />)}</ul>
      {question.open && may && <Act action={close} testid="ask-close">{t("ask.close")}</Act>}
    </div>
  );
}

export function Confirmations(): JSX.Element {
  const { store } = usePlace().room;
  const question = store.confirmation.value;
  const session = store.session.value;
  const open = session?.phase === "open" && mayAsk(session) && !question?.open;
  return (
    <section class="panel confirmations" aria-label={t("ask.title")}>
      <h2>{t("ask.title")}</h2>
      <div class="scroll">
        {open && <NewQuestion />}
        {question ? <Question question={question} may={mayRollcall(session)} /> : !open && <p class="soft">{t("ask.none")}</p>}
      </div>
    </section>
  );
}
