/** What this browser may open, or the way to sign in. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { say, t } from "../../i18n";
import { calendarDate, clockTime } from "../../i18n/times";
import type { Ceremony, Me } from "../../net/api";
import { address, type Doors } from "../../net/doors";
import { DoorSaid, Frame } from "../../ui/Frame";
import { Icon } from "../../ui/Icon";
import { Password } from "./Password";

const LIBRARY = ["operator", "admin", "co-operator", "secretary", "staff", "auditor"];

function Card({ one, me }: { one: Ceremony; me: Me }): JSX.Element {
  const seats = me.seats.filter((seat) => seat.session === one.id);
  const at = one.start / 1000;
  return (
    <li class="card" data-testid={`session-${one.id}`}>
      <p class="figures soft">{calendarDate(at, one.utc_offset_s)} · {clockTime(at, one.utc_offset_s)} <span class={`phase ${one.phase}`}>{t(`phase.${one.phase}`)}</span></p>
      <h2>{say(one.title)}</h2>
      <p class="row">
        {me.person && <a class="button primary" data-testid="open-hub" href={address("/hub", one.id)}>{t("start.console")}</a>}
        {me.person?.role === "operator" && one.phase === "setup" && <a class="button" data-testid="open-setup" href={address("/setup", one.id)}>{t("start.prepare")}</a>}
        {me.person && one.opened_at !== null && <a class="button" data-testid="open-replay" href={address("/replay", one.id)}><Icon name="play" size={14} /> {t("start.replay")}</a>}
        {seats.map((seat) => <a key={seat.seat} class="button" href={address(seat.page, one.id, seat.seat)}>{seat.name ? t("start.site", { name: say(seat.name) }) : t(`role.${seat.role}` as "role.chair")}</a>)}
      </p>
    </li>
  );
}

function SignIn({ doors }: { doors: Doors }): JSX.Element {
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const submit = (event: Event): void => {
    event.preventDefault();
    void doors.login(name, password);
  };
  return (
    <form class="card" onSubmit={submit}>
      <h2>{t("start.sign-in")}</h2>
      <label class="field"><span>{t("start.name")}</span><input type="text" name="name" autocomplete="username" required maxLength={80} value={name} onInput={(event) => setName(event.currentTarget.value)} /></label>
      <label class="field"><span>{t("start.password")}</span><input type="password" name="password" autocomplete="current-password" required maxLength={200} value={password} onInput={(event) => setPassword(event.currentTarget.value)} /></label>
      <DoorSaid doors={doors} />
      <button type="submit" class="button primary" data-testid="sign-in" disabled={doors.busy.value}>{t("start.sign-in")}</button>
      <p class="soft">{t("start.hint")}</p>
    </form>
  );
}

export function StartScreen({ doors }: { doors: Doors }): JSX.Element {
  const me = doors.me.value;
  return (
    <Frame>
      {me === null && (doors.refused.value ? <><DoorSaid doors={doors} /><a class="button" href="/">{t("page.start")}</a></> : <p class="soft">{t("page.connecting")}</p>)}
      {me?.person && (
        <p class="row who"><span>{t("start.who", { name: me.person.name })} · {t(`role.${me.person.role}` as "role.operator")}</span>
          <button type="button" class="button quiet" data-testid="sign-out" onClick={() => void doors.logout()}>{t("start.sign-out")}</button></p>
      )}
      {me !== null && me.sessions.length > 0 && <><h1>{t("start.sessions")}</h1><ul class="cards">{me.sessions.map((one) => <Card key={one.id} one={one} me={me} />)}</ul></>}
      {me?.person?.role === "operator" && <p class="row new"><a class="button" data-testid="new-session" href="/setup">{t("start.new")}</a> <a class="button" data-testid="people" href="/people">{t("people.title")}</a></p>}
      {me?.person && LIBRARY.includes(me.person.role) && <p class="row"><a class="button" data-testid="library" href="/library">{t("library.title")}</a></p>}
      {me?.person && <Password />}
      {me?.person && me.sessions.length === 0 && <p class="soft">{t("start.none")}</p>}
      {me !== null && me.person === null && <SignIn doors={doors} />}
      <p class="row"><a class="button quiet" data-testid="verify" href="/verify"><Icon name="check" size={14} /> {t("verify.title")}</a></p>
    </Frame>
  );
}
