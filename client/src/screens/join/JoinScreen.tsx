/** A seat's link, posted once; or the spoken code. Whoever is not let in by the link waits for the operator. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { say, t } from "../../i18n";
import type { Doors } from "../../net/doors";
import { DoorSaid, Frame } from "../../ui/Frame";
import { Still } from "./Still";

function Code({ doors, session }: { doors: Doors; session: string }): JSX.Element {
  const [code, setCode] = useState("");
  const [name, setName] = useState("");
  return (
    <form onSubmit={(event) => { event.preventDefault(); void doors.knock(session, code, name); }}>
      <label class="field"><span>{t("join.code")}</span>
        <input type="text" autocomplete="off" maxLength={12} required value={code} data-testid="code" onInput={(event) => setCode(event.currentTarget.value)} /></label>
      <label class="field"><span>{t("join.name")}</span>
        <input type="text" autocomplete="name" maxLength={80} required value={name} data-testid="name" onInput={(event) => setName(event.currentTarget.value)} /></label>
      <button type="submit" class="button primary" data-testid="knock" disabled={doors.busy.value}>{t("join.knock")}</button>
    </form>
  );
}

export function JoinScreen({ doors, empty, session = "" }: { doors: Doors; empty: boolean; session?: string }): JSX.Element {
  const waiting = doors.waiting.value;
  if (waiting) {
    return (
      <Frame>
        <div class="card" data-testid="lobby">
          <h1>{say(waiting.title)}</h1>
          <p role="status">{t(waiting.refused ? "join.refused" : "join.lobby")}</p>
          {!waiting.refused && <Still secret={waiting.secret} />}
          <p class="soft">{t("join.help")}</p>
        </div>
      </Frame>
    );
  }
  const help = empty || doors.refused.value !== null;
  return (
    <Frame>
      <div class="card">
        <h1>{t("join.title")}</h1>
        {empty ? <p>{t("join.empty")}</p> : doors.refused.value === null && <p role="status">{t("join.wait")}</p>}
        <DoorSaid doors={doors} />
        {help && session !== "" && <Code doors={doors} session={session} />}
        {help && <p class="soft">{t("join.help")}</p>}
      </div>
    </Frame>
  );
}
