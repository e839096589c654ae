/** KÝ KẾT: the document, its check code, who has reviewed it, its slots in order (CLIENT §5 /hub 7). */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { say, t } from "../../i18n";
import type { DocumentView } from "../../proto/types";
import { Act } from "../../ui/Act";
import { useAction, type Action } from "../../ui/action";
import { At } from "../../ui/Clock";
import { shortName, siteOf, usePlace } from "../../ui/context";
import { ReasonDialog } from "../../ui/Dialog";
import { Icon } from "../../ui/Icon";
import { CheckCode } from "../../ui/Sheet";
import { mayAsk, mayLead } from "../hub/model";
import { nearest } from "./model";
import { PaperFile } from "./PaperFile";
import { SlotRow } from "./SlotRow";

/** A button that wants a reason before anything is asked. */
function Reasoned({ action, label, explain, testid }: { action: Action; label: string; explain: string; testid: string }): JSX.Element {
  return (
    <>
      <button type="button" class="button quiet" data-testid={testid} onClick={() => (action.asking.value = "reason-required")}>{label}</button>
      <ReasonDialog action={action} title={label} confirm={label}><p>{explain}</p></ReasonDialog>
    </>
  );
}

function Pages({ paper }: { paper: DocumentView }): JSX.Element | null {
  const page = paper.page ?? 1;
  const total = paper.pages ?? 1;
  const back = useAction(() => (page > 1 ? { do: "document.page", document: paper.id, page: page - 1 } : null));
  const next = useAction(() => (page < total ? { do: "document.page", document: paper.id, page: page + 1 } : null));
  if (paper.sha256 == null) return null;
  return (
    <p class="row">
      <Act action={back} look="quiet" testid="paper-back" disabled={page <= 1} title={t("papers.page-back")}><Icon name="back" size={14} label={t("papers.page-back")} /></Act>
      <span class="figures" data-testid="paper-page">{t("papers.page", { n: page, total })}</span>
      <Act action={next} look="quiet" testid="paper-next" disabled={page >= total} title={t("papers.page-next")}><Icon name="next" size={14} label={t("papers.page-next")} /></Act>
      <span class="soft">{t("papers.page-everywhere")}</span>
    </p>
  );
}

function Review({ paper }: { paper: DocumentView }): JSX.Element | null {
  const { room } = usePlace();
  const open = useAction(() => ({ do: "confirmation.open", question: t("papers.review-question", { title: say(paper.title) }), choices: "agree", document: paper.id }));
  const review = paper.review;
  if (!review) return null;
  const total = review.agreed.length + review.missing.length;
  const asking = room.store.confirmation.value?.open === true;
  return (
    <div class="review" data-testid="review">
      <p class={review.missing.length === 0 ? "good" : "weak"}><Icon name={review.missing.length === 0 ? "check" : "clock"} size={14} /> {t("papers.reviewed", { n: review.agreed.length, total })}</p>
      {review.missing.length > 0 && review.agreed.length > 0 && <p class="soft">{t("papers.missing")} {review.missing.map((site) => shortName(siteOf(room, site))).join(", ")}</p>}
      {review.missing.length > 0 && paper.state === "published" && mayAsk(room.store.session.value) && (
        <Act action={open} look="quiet" testid="review-open" disabled={asking}>{t("papers.review-open")}</Act>
      )}
    </div>
  );
}

function Acts({ paper }: { paper: DocumentView }): JSX.Element {
  const { store } = usePlace().room;
  const session = store.session.value;
  const id = paper.id;
  const begin = useAction((reason) => ({ do: "signing.begin", document: id, after: paper.rev ?? 0, reason: reason ?? null }), ["reviews-missing"]);
  const interrupt = useAction((reason) => (reason ? { do: "signing.interrupt", document: id, reason } : null));
  const withdraw = useAction((reason) => (reason ? { do: "document.withdraw", document: id, reason } : null));
  const leave = useAction((reason) => (reason ? { do: "document.leave", document: id, reason } : null));
  const exchange = useAction(() => ({ do: "document.exchange", document: id }));
  const { state } = paper;
  const leads = mayLead(session);
  const may = leads || session?.role === "chair";
  return (
    <div class="row paper-acts">
      {leads && (state === "published" || state === "interrupted") && <Act action={begin} look="primary" testid="signing-begin">{t(state === "interrupted" ? "papers.go-on" : "papers.begin")}</Act>}
      {leads && paper.rite === true && paper.exchanged_at == null && paper.kind !== "minutes" && <Act action={exchange} look="primary" testid="document-exchange">{t("papers.exchange")}</Act>}
      {may && state === "signing" && <Reasoned action={interrupt} label={t("papers.interrupt")} explain={t("papers.interrupt-explain")} testid="signing-interrupt" />}
      {may && ["published", "signing", "interrupted"].includes(state) && <Reasoned action={withdraw} label={t("papers.withdraw")} explain={t("papers.withdraw-explain")} testid="document-withdraw" />}
      {(session?.role === "secretary" || session?.role === "chair") && ["draft", "published", "interrupted"].includes(state) && paper.kind !== "minutes" && (
        <Reasoned action={leave} label={t("papers.leave")} explain={t("papers.leave-explain")} testid="document-leave" />
      )}
      <ReasonDialog action={begin} title={t("papers.begin")} confirm={t("papers.begin-anyway")} />
    </div>
  );
}

export function Paper({ paper }: { paper: DocumentView }): JSX.Element {
  const session = usePlace().room.store.session.value;
  return (
    <article class="paper" data-testid={`paper-${paper.id}`} data-state={paper.state}>
      <h3>{say(paper.title)}</h3>
      <p class={`paper-state ${paper.state}`}>{t(`papers.state-${paper.state}`)}{(paper.version ?? 0) > 1 && <> · {t("papers.version", { n: paper.version ?? 1 })}</>} · {t(`papers.mode-${paper.mode ?? "wet_ink"}`)}
        {paper.completed_at != null && <> · <At at={paper.completed_at} /></>}{paper.exchanged_at != null && <> · {t("papers.exchanged")} <At at={paper.exchanged_at} /></>}</p>
      {paper.reason && ["interrupted", "withdrawn", "left"].includes(paper.state) && <p class="weak">{t("papers.because", { reason: paper.reason })}</p>}
      {paper.sha256 != null && <CheckCode sha256={paper.sha256} testid="paper-hash" />}
      <Pages paper={paper} />
      <Review paper={paper} />
      {(paper.slots?.length ?? 0) > 0 && <ol class="slots">{paper.slots?.map((slot) => <SlotRow key={slot.slot} paper={paper} slot={slot} />)}</ol>}
      {mayAsk(session) && <PaperFile paper={paper} />}
      <Acts paper={paper} />
    </article>
  );
}

/** `kind`: only documents of the ceremony, where the minutes have a place of their own. */
export function Signing({ kind }: { kind?: "ceremony" }): JSX.Element {
  const { store } = usePlace().room;
  const [chosen, choose] = useState<string | null>(null);
  const all = store.documents.value;
  const view = all && kind ? { ...all, documents: all.documents.filter((one) => one.kind !== "minutes") } : all;
  const paper = nearest(view, chosen);
  return (
    <section class="panel signing" aria-label={t("papers.title")}>
      <h2>{t("papers.title")} {paper && (paper.persons ?? 0) > 0 && <small class="figures">{paper.signed ?? 0}/{paper.persons}</small>}</h2>
      <div class="scroll">
        {view === null || view.documents.length === 0 ? <p class="soft">{t("papers.none")}</p> : view.documents.length > 1 && (
          <label class="field"><span class="hidden">{t("papers.which")}</span>
            <select aria-label={t("papers.which")} value={paper?.id} data-testid="paper-choose" onChange={(event) => choose(event.currentTarget.value)}>
              {view.documents.map((one) => <option key={one.id} value={one.id}>{say(one.title)}</option>)}
            </select></label>
        )}
        {paper && <Paper key={paper.id} paper={paper} />}
      </div>
    </section>
  );
}
