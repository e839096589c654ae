/** What every page of a room tells about itself: gone seat, lost socket, a newer build; and the polite live region. */
import type { JSX } from "preact";
import { refusal, t } from "../i18n";
import { usePlace } from "./context";

export function Notices({ onAir }: { onAir: boolean }): JSX.Element {
  const { store } = usePlace().room;
  const up = store.up.value;
  return (
    <>
      <p class="hear" aria-live="polite">{store.notice.value}</p>
      {store.outdated.value && !onAir && (
        <p class="strip" role="status">
          {t("page.outdated")} <button type="button" class="button primary" onClick={() => location.reload()}>{t("page.reload")}</button>
        </p>
      )}
      {up.state === "stopped" && up.code !== null && (
        <div class="stopped" role="alert">
          <div>
            <h2>{refusal(up.code)}</h2>
            <p>{t(up.code === "seat-revoked" ? "page.revoked" : "page.sign-in")}</p>
            <a class="button primary" href="/">{t("page.start")}</a>
          </div>
        </div>
      )}
    </>
  );
}

/** A small mark, nothing more: losing the socket blanks and mutes nothing (CLIENT §2). */
export function SocketMark(): JSX.Element | null {
  const { state } = usePlace().room.store.up.value;
  if (state === "up") return null;
  return <span class="socket-mark" role="status">{t(state === "connecting" ? "page.connecting" : "page.reconnecting")}</span>;
}
