/** The frame of the quiet pages: mark, language, one column. */
import type { ComponentChildren, JSX } from "preact";
import { refusal, t } from "../i18n";
import type { Doors } from "../net/doors";
import { LangSwitch } from "./LangSwitch";

export function Mark(): JSX.Element {
  return (
    <svg class="mark" viewBox="0 0 32 32" width="40" height="40" aria-hidden="true">
      <circle cx="16" cy="16" r="5" fill="var(--air)" />
      <path fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" d="M16 3v6M16 23v6M3 16h6M23 16h6M6.800 6.800l4.300 4.300M20.900 20.900l4.300 4.300M25.200 6.800l-4.300 4.300M11.100 20.900l-4.300 4.300" />
    </svg>
  );
}

export function Frame({ children, wide }: { children: ComponentChildren; wide?: boolean }): JSX.Element {
  return (
    <div class={wide ? "frame wide" : "frame"}>
      <header class="frame-head"><a href="/" class="home" title={t("page.start")}><Mark /></a><span><strong>{t("app.name")}</strong><span class="soft">{t("app.what")}</span></span><LangSwitch /></header>
      <main>{children}</main>
      <footer class="frame-foot soft">{t("rec.notice")}</footer>
    </div>
  );
}

/** The refusal of a door, in words. */
export function DoorSaid({ doors }: { doors: Doors }): JSX.Element | null {
  const refused = doors.refused.value;
  return refused === null ? null : <p class="error" role="alert" data-testid="refused" data-code={refused.code}>{refusal(refused.code, refused.detail)}</p>;
}
