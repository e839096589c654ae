/** The start page: who am I, which ceremonies; sign-in. */
import { useEffect, useState } from "preact/hooks";
import { dateTime, refusal, t, tx, type TranslationKey } from "../i18n";
import { api, codeOf, takeFragment, type Me } from "../net/api";
import { LangSwitch } from "../ui/bits";

const go = (page: string, session: string | null) => {
  location.assign(session && page !== "/" ? `${page}?s=${encodeURIComponent(session)}` : page);
};

const PHASES = ["none", "setup", "open", "closed"];
const phaseKey = (phase: string): TranslationKey => (PHASES.includes(phase) ? `phase.${phase}` : "phase.none") as TranslationKey;

export function Index() {
  const [me, setMe] = useState<Me | null>(null);
  const [error, setError] = useState<string | null>(null);
  const load = () =>
    api<Me>("GET", "/api/me")
      .then(setMe)
      .catch((e: unknown) => setError(refusal(...codeOf(e))));
  useEffect(() => {
    const token = takeFragment("enter");
    if (token === null) void load();
    else {
      api<{ page: string; session: string | null }>("POST", "/api/enter", { token })
        .then((told) => go(told.page, told.session))
        .catch((e: unknown) => {
          setError(refusal(...codeOf(e)));
          void load();
        });
    }
  }, []);
  return (
    <main class="page">
      <header class="row">
        <h1>{t("app")}</h1>
        <LangSwitch />
      </header>
      {error && (
        <p class="alert" role="alert">
          {error}
        </p>
      )}
      {me?.person && (
        <p class="row">
          <span>
            {t("index.signed", { name: me.person.name })} · {t(roleKey(me.person.role))}
          </span>
          <button type="button" onClick={() => void api("POST", "/api/logout", {}).then(load)}>
            {t("index.logout")}
          </button>
        </p>
      )}
      {me && me.sessions.length > 0 && (
        <section aria-labelledby="list">
          <h2 id="list">{t("index.ceremonies")}</h2>
          <ul class="cards">
            {me.sessions.map((one) => (
              <li key={one.id} class="card">
                <div>
                  <strong>{tx(one.title)}</strong>
                  <p class="quiet">
                    <span class={one.phase === "open" ? "tag air" : "tag"}>{t(phaseKey(one.phase))}</span> {dateTime(one.start)}
                  </p>
                </div>
                <div class="row">
                  {me.seats
                    .filter((seat) => seat.session === one.id)
                    .map((seat) => (
                      <a key={seat.seat} class="button act" href={`/site?s=${one.id}&seat=${seat.seat}`}>
                        {t("index.site", { name: tx(seat.name) })}
                      </a>
                    ))}
                  {me.person && (
                    <a class="button act" href={`/hub?s=${one.id}`}>
                      {t("index.console")}
                    </a>
                  )}
                  {me.person && (
                    <a class="button" href={`/replay?s=${one.id}`}>
                      {t("index.replay")}
                    </a>
                  )}
                </div>
              </li>
            ))}
          </ul>
        </section>
      )}
      {me && me.sessions.length === 0 && <p class="quiet">{t(me.person ? "index.empty" : "index.who")}</p>}
      {me && !me.person && <SignIn done={go} />}
    </main>
  );
}

export function roleKey(role: string): TranslationKey {
  const known = ["admin", "operator", "co-operator", "secretary", "chair", "mc", "site", "viewer", "staff", "system"];
  return `role.${known.includes(role) ? role : "viewer"}` as TranslationKey;
}

function SignIn({ done }: { done: (page: string, session: string | null) => void }) {
  const [error, setError] = useState<string | null>(null);
  return (
    <section aria-labelledby="signin" class="card">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const form = new FormData(event.currentTarget);
          api<{ page: string; session: string | null }>("POST", "/api/login", {
            name: form.get("name"),
            password: form.get("password"),
          })
            .then((told) => done(told.page, told.session))
            .catch((e: unknown) => setError(refusal(...codeOf(e))));
        }}
      >
        <h2 id="signin">{t("login.title")}</h2>
        <label>
          {t("login.name")}
          <input name="name" autocomplete="username" required maxLength={80} />
        </label>
        <label>
          {t("login.password")}
          <input name="password" type="password" autocomplete="current-password" required maxLength={500} />
        </label>
        {error && (
          <p class="alert" role="alert">
            {error}
          </p>
        )}
        <button type="submit" class="act">
          {t("login.go")}
        </button>
      </form>
    </section>
  );
}
