/** What the desk tells the sites, who has not read it, and what sites wrote (CEREMONY §9). */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { t, type Key } from "../../i18n";
import type { NoticeView } from "../../proto/types";
import { Act } from "../../ui/Act";
import { andThen, useAction } from "../../ui/action";
import { At } from "../../ui/Clock";
import { shortName, siteOf, usePlace } from "../../ui/context";
import { mayRollcall } from "./model";

const CANNED: readonly Key[] = ["tell.canned-soon", "tell.canned-quiet", "tell.canned-mic", "tell.canned-camera", "tell.canned-call"];

function NewNotice(): JSX.Element {
  const { room } = usePlace();
  const [text, write] = useState("");
  const [to, address] = useState("");
  const [ack, must] = useState(true);
  const sites = room.store.sites.value?.sites.filter((site) => site.role !== "hub") ?? [];
  const send = andThen(useAction(() => (text.trim() ? { do: "notice.send", text: text.trim(), to: to ? [to] : [], must_ack: ack } : null)), () => write(""));
  return (
    <form class="leaf-form" onSubmit={(event) => { event.preventDefault(); void send.run(); }}>
      <label class="field"><span>{t("tell.canned")}</span>
        <select value="" data-testid="notice-canned" onChange={(event) => { if (event.currentTarget.value) write(t(event.currentTarget.value as Key)); }}>
          <option value="">{t("tell.own")}</option>
          {CANNED.map((key) => <option key={key} value={key}>{t(key)}</option>)}
        </select></label>
      <label class="field"><span>{t("tell.text")}</span>
        <textarea rows={2} maxLength={200} value={text} data-testid="notice-text" onInput={(event) => write(event.currentTarget.value)} /></label>
      <label class="field"><span>{t("tell.to")}</span>
        <select value={to} onChange={(event) => address(event.currentTarget.value)}>
          <option value="">{t("tell.all")}</option>
          {sites.map((site) => <option key={site.id} value={site.id}>{shortName(site)}</option>)}
        </select></label>
      <label class="check"><input type="checkbox" checked={ack} onChange={(event) => must(event.currentTarget.checked)} /> {t("tell.must-ack")}</label>
      <Act action={send} look="primary" testid="notice-send" disabled={!text.trim()}>{t("tell.send")}</Act>
    </form>
  );
}

function Sent({ notice }: { notice: NoticeView }): JSX.Element {
  const { room } = usePlace();
  const unread = notice.unread ?? [];
  return (
    <li class="notice" data-testid={`notice-${notice.notice}`}>
      <p><At at={notice.at} /> {notice.text}</p>
      {notice.must_ack && (
        <p class={unread.length ? "weak" : "good"}>
          {unread.length ? t("tell.unread", { names: unread.map((site) => shortName(siteOf(room, site))).join(", ") }) : t("tell.all-read")}
        </p>
      )}
    </li>
  );
}

export function NoticesPanel(): JSX.Element {
  const { store } = usePlace().room;
  const { room } = usePlace();
  const notices = store.notices.value;
  const letters = notices?.letters ?? [];
  return (
    <section class="panel notices" aria-label={t("tell.title")}>
      <h2>{t("tell.title")}</h2>
      <div class="scroll">
        {letters.length > 0 && <h3>{t("tell.letters")}</h3>}
        <ul>{letters.map((letter) => <li key={`${letter.site}-${letter.at}`} class="letter"><At at={letter.at} /> <b>{shortName(siteOf(room, letter.site))}:</b> {letter.text}</li>)}</ul>
        {mayRollcall(store.session.value) && <NewNotice />}
        <ul>{notices?.notices.map((notice) => <Sent key={notice.notice} notice={notice} />)}</ul>
      </div>
    </section>
  );
}
