/** Incidents with a note of one's own, and notices to the halls (CEREMONY §9). */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { say, t } from "../../i18n";
import type { IncidentView, NoticeView } from "../../proto/types";
import { Act } from "../../ui/Act";
import { andThen, useAction } from "../../ui/action";
import { At } from "../../ui/Clock";
import { ownerOf, shortName, siteOf, usePlace } from "../../ui/context";
import { Icon } from "../../ui/Icon";
import { districts } from "./model";

function Incident({ one }: { one: IncidentView }): JSX.Element {
  const { room } = usePlace();
  const site = siteOf(room, one.site ?? ownerOf(one.source ?? ""));
  const s = Math.round((one.amount_ms ?? 0) / 1000);
  const open = one.closed == null && one.kind !== "noted";
  return (
    <li class={open ? "open" : ""} data-testid={`incident-${one.n}`}>
      <Icon name={open ? "warn" : "check"} size={14} label={t(open ? "incident.is-open" : "incident.is-over")} />
      <span class="figures"><At at={one.opened} />{one.closed != null && <>–<At at={one.closed} /></>}</span>
      <span>{t(`desk.incident.${one.kind}`, { name: shortName(site), s, text: one.text ?? "" })}{one.kind !== "noted" && one.text ? ` ${one.text}` : ""}</span>
    </li>
  );
}

function Note(): JSX.Element {
  const { store } = usePlace().room;
  const [text, write] = useState("");
  const [site, choose] = useState("");
  const note = andThen(useAction(() => (text.trim() ? { do: "incident.note", text: text.trim(), site: site || null } : null)), () => write(""));
  return (
    <form class="note" onSubmit={(event) => { event.preventDefault(); void note.run(); }}>
      <label class="field"><span>{t("desk.note")}</span><input type="text" maxLength={200} value={text} data-testid="desk-note" onInput={(event) => write(event.currentTarget.value)} /></label>
      <label class="field"><span>{t("roll.site")}</span>
        <select value={site} onChange={(event) => choose(event.currentTarget.value)}><option value="">–</option>{(store.sites.value?.sites ?? []).map((one) => <option key={one.id} value={one.id}>{shortName(one)}</option>)}</select></label>
      <Act action={note} disabled={!text.trim()} testid="desk-note-save">{t("incident.write")}</Act>
    </form>
  );
}

export function IncidentDesk(): JSX.Element {
  const incidents = usePlace().room.store.incidents.value;
  return (
    <section class="desk-part incidents" aria-label={t("incident.title")}>
      <h2>{t("incident.title")} {incidents && incidents.open > 0 && <span class="bad figures">{incidents.open}</span>}</h2>
      <Note />
      <ul aria-live="polite">{(incidents?.incidents ?? []).map((one) => <Incident key={one.n} one={one} />)}</ul>
      {!incidents?.incidents.length && <p class="soft">{t("incident.none")}</p>}
      {incidents && incidents.more > 0 && <p class="soft">{t("incident.more", { n: incidents.more })}</p>}
    </section>
  );
}

function Sent({ notice }: { notice: NoticeView }): JSX.Element {
  const { room } = usePlace();
  const unread = (notice.unread ?? []).map((site) => shortName(siteOf(room, site)));
  return (
    <li>
      <span class="figures"><At at={notice.at} /></span>
      <span>{notice.text}{notice.must_ack && (unread.length > 0
        ? <small class="weak"><Icon name="clock" size={13} /> {t("tell.unread", { names: unread.join(", ") })}</small>
        : <small class="good"><Icon name="check" size={13} /> {t("tell.all-read")}</small>)}</span>
    </li>
  );
}

export function NoticeDesk(): JSX.Element {
  const { store } = usePlace().room;
  const [text, write] = useState("");
  const [to, choose] = useState("");
  const [must, want] = useState(true);
  const send = andThen(useAction(() => (text.trim() ? { do: "notice.send", text: text.trim(), to: to ? [to] : [], must_ack: must } : null)), () => write(""));
  const notices = store.notices.value?.notices ?? [];
  return (
    <section class="desk-part tell" aria-label={t("tell.title")}>
      <h2>{t("tell.title")}</h2>
      <form onSubmit={(event) => { event.preventDefault(); void send.run(); }}>
        <label class="field"><span>{t("tell.text")}</span><textarea rows={2} maxLength={200} value={text} data-testid="desk-notice" onInput={(event) => write(event.currentTarget.value)} /></label>
        <label class="field"><span>{t("tell.to")}</span>
          <select value={to} onChange={(event) => choose(event.currentTarget.value)}><option value="">{t("tell.all")}</option>{districts(store.sites.value?.sites ?? []).map((one) => <option key={one.id} value={one.id}>{say(one.name)}</option>)}</select></label>
        <p class="row"><label class="check"><input type="checkbox" checked={must} onChange={(event) => want(event.currentTarget.checked)} /> {t("tell.must-ack")}</label>
          <Act action={send} look="primary" disabled={!text.trim()} testid="desk-notice-send">{t("tell.send")}</Act></p>
      </form>
      <ul aria-live="polite">{notices.map((one) => <Sent key={one.notice} notice={one} />)}</ul>
    </section>
  );
}
