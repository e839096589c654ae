import type { JSX } from "preact";
import { lang, speak, t } from "../i18n";

/** Vietnamese or English, on every page. */
export function LangSwitch(): JSX.Element {
  return (
    <span class="langs" role="group" aria-label={t("lang.choose")}>
      <button type="button" data-testid="lang-vi" lang="vi" aria-pressed={lang.value === "vi"} onClick={() => speak("vi")}>VI</button>
      <button type="button" data-testid="lang-en" lang="en" aria-pressed={lang.value === "en"} onClick={() => speak("en")}>EN</button>
    </span>
  );
}
