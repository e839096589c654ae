/** First run: the first person claims the hub. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { t } from "../../i18n";
import type { Doors } from "../../net/doors";
import { DoorSaid, Frame } from "../../ui/Frame";

export function SetupScreen({ doors, token }: { doors: Doors; token: string }): JSX.Element {
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [again, setAgain] = useState("");
  const differ = again !== "" && again !== password;
  const submit = (event: Event): void => {
    event.preventDefault();
    if (!differ) void doors.setup(token, name, password);
  };
  return (
    <Frame>
      <form class="card" onSubmit={submit}>
        <h1>{t("setup.title")}</h1>
        <p>{t(token === "" ? "setup.no-token" : "setup.explain")}</p>
        <label class="field"><span>{t("start.name")}</span><input type="text" autocomplete="username" required maxLength={80} value={name} onInput={(event) => setName(event.currentTarget.value)} /></label>
        <label class="field"><span>{t("setup.password")}</span><input type="password" autocomplete="new-password" required minLength={10} maxLength={200} value={password} onInput={(event) => setPassword(event.currentTarget.value)} /></label>
        <label class="field"><span>{t("setup.again")}</span><input type="password" autocomplete="new-password" required value={again} onInput={(event) => setAgain(event.currentTarget.value)} /></label>
        {differ && <p class="error" role="alert">{t("setup.differ")}</p>}
        <DoorSaid doors={doors} />
        <button type="submit" class="button primary" data-testid="claim" disabled={doors.busy.value || token === "" || differ}>{t("setup.claim")}</button>
      </form>
    </Frame>
  );
}
