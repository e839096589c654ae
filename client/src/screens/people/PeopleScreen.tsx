/** Who may sign in: a new person and the link to hand over, closing an account (TRUST §3). */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { refusal, t } from "../../i18n";
import { calendarDate, clockTime } from "../../i18n/times";
import type { Doors } from "../../net/doors";
import { MADE, type Account, type Made, type People } from "../../net/people";
import { Copy } from "../../ui/Copy";
import { Frame } from "../../ui/Frame";

const ZONE_S = -new Date().getTimezoneOffset() * 60;

function New({ people }: { people: People }): JSX.Element {
  const [name, setName] = useState("");
  const [role, setRole] = useState<Made>("secretary");
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    await people.add(name, role);
    if (people.refused.peek() === null) setName("");
  };
  return (
    <form class="row person-new" onSubmit={(event) => void submit(event)}>
      <label class="field"><span>{t("start.name")}</span><input type="text" data-testid="person-name" required maxLength={80} value={name} onInput={(event) => setName(event.currentTarget.value)} /></label>
      <label class="field"><span>{t("people.role")}</span>
        <select data-testid="person-role" value={role} onChange={(event) => setRole(event.currentTarget.value as Made)}>
          {MADE.map((one) => <option key={one} value={one}>{t(`role.${one}`)}</option>)}
        </select>
      </label>
      <button type="submit" class="button primary" data-testid="person-add" disabled={people.busy.value}>{t("people.add")}</button>
    </form>
  );
}

function Row({ one, people, own }: { one: Account; people: People; own: boolean }): JSX.Element {
  const fresh = people.fresh.value;
  const busy = people.busy.value;
  return (
    <>
      <tr data-testid={`person-${one.id}`} class={one.closed ? "soft" : ""}>
        <th scope="row">{one.name}{own && <small class="soft"> {t("people.you")}</small>}</th>
        <td>{t(`role.${one.role}`)}</td>
        <td>{one.closed ? t("people.closed") : one.has_password ? t("people.password-set") : t("people.no-password")}</td>
        <td class="figures soft">{one.seen_at === null ? t("people.never") : `${calendarDate(one.seen_at / 1000, ZONE_S)} ${clockTime(one.seen_at / 1000, ZONE_S)}`}</td>
        <td class="row end">
          {one.closed
            ? <button type="button" class="button" disabled={busy} onClick={() => void people.reopen(one.id)}>{t("people.reopen")}</button>
            : <button type="button" class="button" disabled={busy} data-testid={`person-link-${one.id}`} onClick={() => void people.link(one.id)}>{t("people.link")}</button>}
          {!one.closed && !own && <button type="button" class="button quiet" disabled={busy} data-testid={`person-close-${one.id}`} onClick={() => void people.close(one.id)}>{t("people.close")}</button>}
        </td>
      </tr>
      {fresh?.id === one.id && (
        <tr class="fresh"><td colSpan={5}>
          <p class="soft">{t("people.link-once", { name: one.name })}</p>
          <code data-testid="person-url">{fresh.url}</code> <Copy text={fresh.url} />
        </td></tr>
      )}
    </>
  );
}

export function PeopleScreen({ doors, people }: { doors: Doors; people: People }): JSX.Element {
  const own = doors.me.value?.person?.name;
  const refused = people.refused.value;
  return (
    <Frame wide>
      <h1>{t("people.title")}</h1>
      <p class="soft">{t("people.explain")}</p>
      {refused !== null && <p class="error" role="alert" data-testid="refused" data-code={refused}>{refusal(refused)}</p>}
      <section class="card">
        <New people={people} />
        <table class="rows">
          <thead><tr><th>{t("start.name")}</th><th>{t("people.role")}</th><th>{t("start.password")}</th><th>{t("people.seen")}</th><th aria-label={t("people.acts")} /></tr></thead>
          <tbody>{people.list.value.map((one) => <Row key={one.id} one={one} people={people} own={one.name === own} />)}</tbody>
        </table>
      </section>
    </Frame>
  );
}
