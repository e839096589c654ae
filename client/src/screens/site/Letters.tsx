/** What the hub tells this hall, unread first; and one line back (CEREMONY §9). */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { t } from "../../i18n";
import type { NoticeView } from "../../proto/types";
import { Act } from "../../ui/Act";
import { andThen, useAction } from "../../ui/action";
import { At } from "../../ui/Clock";
import { usePlace } from "../../ui/context";
import { Icon } from "../../ui/Icon";

/** Unread ones first, each part as it came: newest first. Only what asks for it can be unread. */
export function ordered(notices: readonly NoticeView[]): readonly NoticeView[] {
  const unread = (one: NoticeView): boolean => one.must_ack === true && one.acked !== true;
  return [...notices.filter(unread), ...notices.filter((one) => !unread(one))];
}

export const unreadOf = (notices: readonly NoticeView[]): number => notices.filter((one) => one.must_ack && !one.acked).length;

function Notice({ notice }: { notice: NoticeView }): JSX.Element {
  const ack = useAction(() => ({ do: "notice.ack", notice: notice.notice }));
  const unread = notice.must_ack && !notice.acked;
  return (
    <li class={unread ? "letter unread" : "letter"} data-testid={`notice-${notice.notice}`}>
      <p><Icon name={unread ? "warn" : "document"} size={22} /> {notice.text}</p>
      <p class="row soft"><At at={notice.at} /> {notice.acked && <span><Icon name="check" size={16} /> {t("letters.read")}</span>}
        {unread && <Act action={ack} look="primary" testid={`ack-${notice.notice}`}><Icon name="check" size={20} /> {t("letters.ack")}</Act>}</p>
    </li>
  );
}

/** Over the picture: the unread ones stay until somebody has read them, the newest other one for a while. */
export function Unread(): JSX.Element {
  const notices = usePlace().room.store.notices.value?.notices ?? [];
  const unread = ordered(notices).slice(0, unreadOf(notices));
  return (
    <div class="letters-over" role="region" aria-label={t("letters.title")} aria-live="assertive">
      {unread.length > 0 && <ul>{unread.slice(0, 3).map((one) => <Notice key={one.notice} notice={one} />)}</ul>}
      {unread.length > 3 && <p class="letter">{t("letters.more", { n: unread.length - 3 })}</p>}
    </div>
  );
}

/** One line to the operators. */
function Write(): JSX.Element {
  const [text, write] = useState("");
  const [sent, tell] = useState("");
  const send = andThen(useAction(() => (text.trim() ? { do: "message.send", text: text.trim() } : null)), () => {
    tell(text.trim());
    write("");
  });
  return (
    <form class="write" onSubmit={(event) => { event.preventDefault(); void send.run(); }}>
      <label class="field"><span>{t("letters.write")}</span>
        <input type="text" maxLength={200} value={text} data-testid="message" onInput={(event) => { write(event.currentTarget.value); tell(""); }} /></label>
      <Act action={send} look="primary" disabled={text.trim() === ""} testid="message-send">{t("letters.send")}</Act>
      <p class="good" role="status">{sent && <><Icon name="check" size={16} /> {t("letters.sent", { text: sent })}</>}</p>
    </form>
  );
}

/** All notices and the line to the hub, in a panel. */
export function Letters(): JSX.Element {
  const { store } = usePlace().room;
  const notices = store.notices.value?.notices ?? [];
  const phone = store.cue.value?.hub_phone;
  return (
    <div class="letters">
      <Write />
      {phone && <p class="soft"><Icon name="phone" size={16} /> {t("site.hub-phone", { phone })}</p>}
      <h3>{t("letters.title")}</h3>
      {notices.length === 0 && <p class="soft">{t("letters.none")}</p>}
      <ul>{ordered(notices).map((one) => <Notice key={one.notice} notice={one} />)}</ul>
    </div>
  );
}
