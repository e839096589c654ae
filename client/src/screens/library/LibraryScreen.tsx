/** Every record: found by words, kept by class, held, and ended by two people (CLIENT §5 /replay 1, RECORDING §8). */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { refusal, say, t, type Key } from "../../i18n";
import { calendarDate, clockTime, length } from "../../i18n/times";
import type { Doors } from "../../net/doors";
import type { Hit, Kept, Library, Remains } from "../../net/library";
import { Frame } from "../../ui/Frame";
import { Icon } from "../../ui/Icon";

const KEEPERS = ["operator", "admin", "staff"];

function at(us: number, offset: number): string {
  return `${calendarDate(us / 1000, offset)} ${clockTime(us / 1000, offset)}`;
}

function Found({ one, hit }: { one: Kept; hit: Hit }): JSX.Element {
  if (hit.ms === null) return <li class="soft">{hit.text}</li>;
  const query = new URLSearchParams({ s: one.id, t: `${Math.floor(hit.ms / 1000)}s` });
  return <li><a href={`/replay?${query}`}><span class="figures">{length(hit.ms)}</span> {hit.text}</a></li>;
}

/** Something that wants a reason: a button that opens one field. */
function Reasoned({ label, send, testid, danger }: { label: Key; send: (reason: string) => Promise<void>; testid: string; danger?: boolean }): JSX.Element {
  const [open, show] = useState(false);
  const [text, write] = useState("");
  if (!open) return <button type="button" class={danger ? "button danger" : "button"} data-testid={testid} onClick={() => show(true)}>{t(label)}</button>;
  return (
    <form class="row" onSubmit={(event) => { event.preventDefault(); void send(text).then(() => show(false)); }}>
      <input type="text" required maxLength={500} value={text} placeholder={t("library.reason")} aria-label={t("library.reason")} data-testid={`${testid}-reason`} onInput={(event) => write(event.currentTarget.value)} />
      <button type="submit" class="button primary" data-testid={`${testid}-send`}>{t(label)}</button>
    </form>
  );
}

function Decisions({ one, library, classes }: { one: Kept; library: Library; classes: readonly string[] }): JSX.Element {
  const ended = ["closed", "cancelled", "sealed"].includes(one.phase);
  return (
    <div class="row decisions">
      <label class="field"><span>{t("library.class")}</span>
        <select value={one.kind ?? ""} data-testid={`class-${one.id}`} onChange={(event) => void library.classify(one.id, event.currentTarget.value)}>
          <option value="" disabled>{t("library.no-class")}</option>
          {classes.map((kind) => <option key={kind} value={kind}>{t(`library.kind.${kind}` as Key)}</option>)}
        </select>
      </label>
      {one.hold === null
        ? <Reasoned label="library.hold" testid={`hold-${one.id}`} send={(reason) => library.hold(one.id, reason)} />
        : <button type="button" class="button" data-testid={`release-${one.id}`} onClick={() => void library.hold(one.id, null)}>{t("library.release")}</button>}
      {ended && one.hold === null && one.asked_name === null && one.due !== null
        && <Reasoned danger label="library.destroy" testid={`destroy-${one.id}`} send={(reason) => library.ask(one.id, reason)} />}
      {one.asked_name !== null && (
        <>
          <button type="button" class="button danger" data-testid={`confirm-${one.id}`} onClick={() => void library.confirm(one.id)}>{t("library.confirm")}</button>
          <button type="button" class="button" data-testid={`withdraw-${one.id}`} onClick={() => void library.ask(one.id, null)}>{t("library.withdraw")}</button>
        </>
      )}
    </div>
  );
}

function Card({ one, library, classes, keeper }: { one: Kept; library: Library; classes: readonly string[]; keeper: boolean }): JSX.Element {
  const lasted = one.opened_at !== null && one.closed_at !== null ? length((one.closed_at - one.opened_at) / 1000) : null;
  return (
    <li class="card" data-testid={`record-${one.id}`}>
      <p class="figures soft">
        {at(one.opened_at ?? one.start, one.utc_offset_s)}{lasted && ` · ${lasted}`} · {t("library.sites", { n: one.sites })}
        <span class={`phase ${one.phase}`}>{t(`phase.${one.phase}` as Key)}</span>
      </p>
      <h2>{say(one.title)}</h2>
      {one.hits.length > 0 && <ul class="hits">{one.hits.map((hit, n) => <Found key={n} one={one} hit={hit} />)}</ul>}
      {one.hold !== null && <p class="bad"><Icon name="warn" size={15} /> {t("library.held", { name: one.hold_by ?? "", reason: one.hold })}</p>}
      {one.asked_name !== null && <p class="bad"><Icon name="warn" size={15} /> {t("library.asked", { name: one.asked_name, reason: one.asked_reason ?? "" })}</p>}
      <p class="soft">{one.due !== null ? t("library.due", { date: calendarDate(one.due / 1000, one.utc_offset_s) }) : t(one.kind === null ? "library.undecided" : "library.for-ever")}</p>
      {one.opened_at !== null && <p class="row"><a class="button primary" href={`/replay?s=${encodeURIComponent(one.id)}`}><Icon name="play" size={14} /> {t("start.replay")}</a></p>}
      {keeper && <Decisions one={one} library={library} classes={classes} />}
    </li>
  );
}

function Gone({ one }: { one: Remains }): JSX.Element {
  return (
    <li><strong>{say(one.title)}</strong> · <span class="figures">{at(one.at, -new Date().getTimezoneOffset() * 60)}</span> · {t("library.destroyed-by", { one: one.asked_by, two: one.confirmed_by, reason: one.reason })}
      <br /><small class="soft">SHA-256 <code>{one.manifest}</code></small></li>
  );
}

export function LibraryScreen({ doors, library }: { doors: Doors; library: Library }): JSX.Element {
  const told = library.told.value;
  const refused = library.refused.value;
  const keeper = KEEPERS.includes(doors.me.value?.person?.role ?? "");
  return (
    <Frame wide>
      <h1>{t("library.title")}</h1>
      <p><input class="library-search" type="search" data-testid="library-search" value={library.words.value} placeholder={t("library.search")} aria-label={t("library.search")} onInput={(event) => void library.load(event.currentTarget.value)} /></p>
      {refused !== null && <p class="error" role="alert" data-testid="refused" data-code={refused}>{refusal(refused)}</p>}
      {told !== null && told.records.length === 0 && <p class="soft">{t("library.none")}</p>}
      <ul class="cards">{told?.records.map((one) => <Card key={one.id} one={one} library={library} classes={told.classes} keeper={keeper} />)}</ul>
      {told !== null && told.destroyed.length > 0 && <section><h2>{t("library.destroyed")}</h2><ul class="gone">{told.destroyed.map((one) => <Gone key={one.id} one={one} />)}</ul></section>}
    </Frame>
  );
}
