/** The secretary's desk: roll call, confirmations, proceedings, incidents, notices on one page (CEREMONY §1). */
import type { JSX } from "preact";
import { say, t } from "../../i18n";
import { Alerts } from "../../ui/Alerts";
import { TimeOfDay } from "../../ui/Clock";
import { usePlace } from "../../ui/context";
import { SocketMark } from "../../ui/Notices";
import { Ribbon } from "../../ui/Ribbon";
import { AskDesk } from "./AskDesk";
import { Signing } from "../papers/Signing";
import { MinutesDesk } from "./MinutesDesk";
import { IncidentDesk, NoticeDesk } from "./News";
import { Proceedings } from "./Proceedings";
import { RollDesk } from "./RollDesk";

/** Title, phase, clock: the head of a desk. */
export function DeskHead(): JSX.Element {
  const session = usePlace().room.store.session.value;
  return (
    <header class="desk-head">
      <h1>{say(session?.title)}</h1>
      {session && <strong class={`desk-phase ${session.phase}`}>{t(`phase.${session.phase}`)}</strong>}
      <Ribbon /><SocketMark /><TimeOfDay />
    </header>
  );
}

export function SecretaryDesk(): JSX.Element {
  return (
    <main class="desk" data-testid="secretary-desk">
      <DeskHead />
      <Alerts />
      <div class="desk-parts">
        <RollDesk />
        <AskDesk />
        <div class="desk-part papers-desk"><Signing kind="ceremony" /></div>
        <Proceedings />
        <MinutesDesk />
        <IncidentDesk />
        <NoticeDesk />
      </div>
    </main>
  );
}
