/** Preparing a ceremony in four steps: the ceremony, its run sheet, its sites, its checks (CLIENT §5 /setup). */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { refusal, say, t, type Key } from "../../i18n";
import { calendarDate, clockTime } from "../../i18n/times";
import { ApiRefused } from "../../net/api";
import { address, type Doors } from "../../net/doors";
import { clone } from "../../net/prepare";
import { DoorSaid, Frame } from "../../ui/Frame";
import { ImportStep } from "./ImportStep";
import { SettingsStep } from "./SettingsStep";
import { ReadyStep } from "./ReadyStep";
import { SitesStep } from "./SitesStep";

const STEPS = ["ceremony", "sheet", "sites", "ready"] as const;
type Step = (typeof STEPS)[number];

function CeremonyStep({ doors, session, choose }: { doors: Doors; session: string; choose: (session: string) => void }): JSX.Element {
  const [refused, refuse] = useState<string | null>(null);
  const copy = (id: string): void => void clone(id).then((made) => {
    void doors.load();
    choose(made.session);
  }, (error: unknown) => refuse(error instanceof ApiRefused ? error.code : "internal"));
  return (
    <section class="card step" data-testid="step-ceremony">
      <h2>{t("prepare.which")}</h2>
      {refused && <p class="error" role="alert">{refusal(refused)}</p>}
      <ul class="sessions">
        {doors.me.value?.sessions.map((one) => (
          <li key={one.id} class={one.id === session ? "chosen" : ""}>
            <span><strong>{say(one.title)}</strong><br /><span class="soft figures">{calendarDate(one.start / 1000, one.utc_offset_s)} · {clockTime(one.start / 1000, one.utc_offset_s)}</span> <span class={`phase ${one.phase}`}>{t(`phase.${one.phase}`)}</span></span>
            <span class="row">
              <button type="button" class="button" data-testid={`choose-${one.id}`} aria-pressed={one.id === session} onClick={() => choose(one.id)}>{t("prepare.prepare")}</button>
              <button type="button" class="button quiet" data-testid={`clone-${one.id}`} onClick={() => copy(one.id)}>{t("prepare.clone")}</button>
            </span>
          </li>
        ))}
      </ul>
      <button type="button" class="button" data-testid="new" onClick={() => choose("")}>{t("prepare.new")}</button>
    </section>
  );
}

export function PrepareScreen({ doors, first }: { doors: Doors; first: string }): JSX.Element {
  const [session, open] = useState(first);
  const [step, go] = useState<Step>(first ? "sheet" : "ceremony");
  const me = doors.me.value;
  const choose = (id: string): void => {
    open(id);
    history.replaceState(null, "", address("/setup", id || null));
    go("sheet");
  };
  if (me === null || me.person === null) {
    return <Frame>{me === null ? <p class="soft">{t("page.connecting")}</p> : <><DoorSaid doors={doors} /><a class="button primary" href="/">{t("start.sign-in")}</a></>}</Frame>;
  }
  return (
    <Frame wide>
      <nav class="steps" aria-label={t("prepare.title")}>
        {STEPS.map((one, i) => (
          <button key={one} type="button" class="button" data-testid={`go-${one}`} aria-current={one === step ? "step" : undefined}
            disabled={session === "" && i > 1} onClick={() => go(one)}><b class="figures">{i + 1}</b> {t(`prepare.step-${one}` as Key)}</button>
        ))}
        {session !== "" && <a class="button primary" href={address("/hub", session)}>{t("start.console")}</a>}
      </nav>
      {step === "ceremony" && <CeremonyStep doors={doors} session={session} choose={choose} />}
      {step === "sheet" && <ImportStep session={session} done={(id) => { void doors.load(); open(id); history.replaceState(null, "", address("/setup", id)); go("sites"); }} />}
      {step === "sheet" && session !== "" && <SettingsStep key={session} session={session} />}
      {step === "sites" && session !== "" && <SitesStep session={session} />}
      {step === "ready" && session !== "" && <ReadyStep session={session} offset={me.sessions.find((one) => one.id === session)?.utc_offset_s ?? 0} />}
    </Frame>
  );
}
