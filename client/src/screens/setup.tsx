/** First run: the hub is claimed by the first person who holds the start-up link. */
import { useState } from "preact/hooks";
import { refusal, t } from "../i18n";
import { api, codeOf } from "../net/api";
import { LangSwitch } from "../ui/bits";

export function Setup({ token }: { token: string | null }) {
  const [error, setError] = useState<string | null>(null);
  return (
    <main class="page narrow">
      <header class="row">
        <h1>{t("setup.title")}</h1>
        <LangSwitch />
      </header>
      {token === null && (
        <p role="alert" class="alert">
          {t("setup.none")}
        </p>
      )}
      <form
        class="card"
        onSubmit={(event) => {
          event.preventDefault();
          const form = new FormData(event.currentTarget);
          if (form.get("password") !== form.get("again")) {
            setError(t("setup.differ"));
            return;
          }
          const asked = { token: token ?? "", name: form.get("name"), password: form.get("password") };
          api<{ page: string; session: string | null }>("POST", "/api/setup", asked)
            .then((told) => location.assign(told.session ? `${told.page}?s=${encodeURIComponent(told.session)}` : told.page))
            .catch((e: unknown) => setError(refusal(...codeOf(e))));
        }}
      >
        <p>{t("setup.text")}</p>
        <label>
          {t("login.name")}
          <input name="name" autocomplete="username" required maxLength={80} />
        </label>
        <label>
          {t("login.password")}
          <input name="password" type="password" autocomplete="new-password" required minLength={12} maxLength={500} />
        </label>
        <label>
          {t("setup.again")}
          <input name="again" type="password" autocomplete="new-password" required maxLength={500} />
        </label>
        {error && (
          <p class="alert" role="alert">
            {error}
          </p>
        )}
        <button type="submit" class="act" disabled={token === null}>
          {t("setup.go")}
        </button>
      </form>
    </main>
  );
}
