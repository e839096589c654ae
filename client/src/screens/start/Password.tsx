/** One's own password: set after the first link, changed later. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { refusal, t } from "../../i18n";
import { ApiRefused } from "../../net/api";
import { setPassword } from "../../net/people";

export function Password(): JSX.Element {
  const [before, setBefore] = useState("");
  const [text, setText] = useState("");
  const [said, say] = useState<{ good: boolean; text: string } | null>(null);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    try {
      await setPassword(before, text);
      say({ good: true, text: t("start.password-kept") });
      setBefore("");
      setText("");
    } catch (error) {
      say({ good: false, text: refusal(error instanceof ApiRefused ? error.code : "internal") });
    }
  };
  return (
    <details class="password" data-testid="own-password">
      <summary>{t("start.password-change")}</summary>
      <form onSubmit={(event) => void submit(event)}>
        <label class="field"><span>{t("start.password-before")}</span><input type="password" autocomplete="current-password" maxLength={200} value={before} onInput={(event) => setBefore(event.currentTarget.value)} /></label>
        <label class="field"><span>{t("start.password-new")}</span><input type="password" autocomplete="new-password" required minLength={12} maxLength={200} value={text} onInput={(event) => setText(event.currentTarget.value)} /></label>
        {said && <p class={said.good ? "good" : "error"} role="alert">{said.text}</p>}
        <button type="submit" class="button">{t("start.password-keep")}</button>
      </form>
    </details>
  );
}
