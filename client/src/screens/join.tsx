/** A site's link: the fragment is read once and removed; the recording is announced; one button. CLIENT §5 /site 1. */
import { useState } from "preact/hooks";
import { refusal, t } from "../i18n";
import { api, codeOf } from "../net/api";
import { deviceKey } from "../net/key";
import { LangSwitch } from "../ui/bits";

export function Join({ token }: { token: string | null }) {
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const enter = async () => {
    setBusy(true);
    setError(null);
    try {
      const key = await deviceKey("device");
      type Told = { seat: string; session: string; page: string };
      const told = await api<Told>("POST", "/api/join", { token, key: key?.spki ?? null });
      const query = new URLSearchParams({ s: told.session, seat: told.seat });
      location.assign(`${told.page}?${query}`);
    } catch (e) {
      setError(refusal(...codeOf(e)));
      setBusy(false);
    }
  };
  return (
    <main class="page narrow">
      <header class="row">
        <h1>{t("join.title")}</h1>
        <LangSwitch />
      </header>
      <p class="notice">{t("notice.recorded")}</p>
      {token === null ? (
        <p role="alert" class="alert">
          {t("join.none")}
        </p>
      ) : (
        <>
          <p>{t("join.text")}</p>
          <button type="button" class="act big" data-testid="join" disabled={busy} onClick={() => void enter()}>
            {t("join.go")}
          </button>
        </>
      )}
      {error && (
        <p class="alert" role="alert">
          {error}
        </p>
      )}
    </main>
  );
}
