/** A signatory's page: the document, its check code, the own place, and the signature by whichever key there is (CEREMONY §10). */
import type { JSX } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { say, t } from "../../i18n";
import type { DocumentView, SlotView } from "../../proto/types";
import { useAction } from "../../ui/action";
import { At } from "../../ui/Clock";
import { usePlace } from "../../ui/context";
import { ReasonDialog } from "../../ui/Dialog";
import { Icon } from "../../ui/Icon";
import { LangSwitch } from "../../ui/LangSwitch";
import { Notices, SocketMark } from "../../ui/Notices";
import { Ribbon } from "../../ui/Ribbon";
import { Reader } from "../../ui/Sheet";
import { signingMeans, type SigningMeans } from "../../net/papers";
import { slotErrand } from "../../sign/errand";
import { ByFile } from "./ByFile";
import { ByToken } from "./ByToken";
import { ScanSeal } from "./ScanSeal";

function Decline({ paper, slot }: { paper: DocumentView; slot: SlotView }): JSX.Element {
  const decline = useAction((reason) => (reason ? { do: "slot.decline", document: paper.id, slot: slot.slot, reason } : null));
  return (
    <>
      <button type="button" class="button quiet" data-testid="sign-decline" onClick={() => (decline.asking.value = "reason-required")}>{t("sign.decline")}</button>
      <ReasonDialog action={decline} title={t("sign.decline")} confirm={t("sign.decline")}><p>{t("papers.decline-explain")}</p></ReasonDialog>
    </>
  );
}

function Own({ paper, slot, means }: { paper: DocumentView; slot: SlotView; means: SigningMeans | null }): JSX.Element {
  const who = [slot.authority, slot.person].filter(Boolean).join(" ");
  const turn = paper.turn === slot.slot;
  const { room } = usePlace();
  const errand = useMemo(() => slotErrand(room.session, paper.id, slot.slot, paper.sha256 ?? ""), [room.session, paper.id, slot.slot, paper.sha256]);
  return (
    <section class="card own-slot" data-testid={`own-${slot.slot}`} data-state={slot.state}>
      <h2>{say(slot.office)}</h2>
      <p>{who || t("papers.unassigned")}</p>
      {slot.state === "landed" && <p class="good" role="status"><Icon name="check" size={18} /> {t(`papers.how-${slot.how ?? "digital"}`)}{slot.level != null && ` · ${slot.level}`} <At at={slot.at ?? null} /></p>}
      {slot.state !== "landed" && paper.mode !== "digital" && <p>{t("sign.by-hand")}</p>}
      {slot.state !== "landed" && paper.mode === "digital" && !turn && <p class="soft" role="status">{t(paper.state === "published" ? "sign.not-yet" : "sign.wait")}</p>}
      {slot.state !== "landed" && paper.mode === "digital" && turn && means && (
        <>
          <ByToken errand={errand} label={t("sign.sign")} />
          {means.p12 && <ByFile errand={errand} label={t("sign.sign")} />}
          <p class="row"><Decline paper={paper} slot={slot} /></p>
        </>
      )}
    </section>
  );
}

export function SignScreen(): JSX.Element {
  const { room } = usePlace();
  const { store } = room;
  const [means, tell] = useState<SigningMeans | null>(null);
  useEffect(() => void signingMeans(room.session).then(tell, () => tell({ p12: false })), [room.session]);
  const papers = store.documents.value?.documents ?? [];
  return (
    <main class="frame wide sign-page">
      <header class="frame-head"><div><h1>{t("sign.title")}</h1><p class="soft">{say(store.session.value?.title)}</p></div><Ribbon /><SocketMark /><LangSwitch /></header>
      <div>
        {papers.length === 0 && <p class="card" data-testid="sign-none">{t("sign.none")}</p>}
        {papers.map((paper) => (
          <article key={paper.id} class="sign-paper" data-testid={`sign-${paper.id}`} data-state={paper.state}>
            <h2>{say(paper.title)}</h2>
            <p class="soft">{t(`papers.state-${paper.state}`)} · {t(`papers.mode-${paper.mode ?? "wet_ink"}`)}</p>
            <Reader key={paper.sha256} paper={paper} />
            {paper.slots?.map((slot) => <Own key={slot.slot} paper={paper} slot={slot} means={means} />)}
            {paper.slots?.filter((slot) => slot.kind === "seal").slice(0, 1).map((slot) => <ScanSeal key={`scan-${paper.scan}`} paper={paper} slot={slot} means={means} />)}
          </article>
        ))}
      </div>
      <Notices onAir={false} />
    </main>
  );
}
