/** Links of every seat, and the sheets to print for the halls. */
import type { JSX } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { lang, refusal, t } from "../../i18n";
import { ApiRefused } from "../../net/api";
import { LinksDesk } from "../../net/links";
import { prints } from "../../net/prepare";
import { LinkRows } from "../../ui/LinkRows";

export function SitesStep({ session }: { session: string }): JSX.Element {
  const desk = useMemo(() => new LinksDesk(session), [session]);
  const [refused, refuse] = useState<string | null>(null);
  useEffect(() => void desk.load(), [desk]);
  const print = (): void => {
    // the window is opened by the press itself: later the browser would block it
    const page = window.open("about:blank", "diemcau-prints");
    void prints(session, lang.value).then((made) => {
      if (page) page.location.href = made.url;
      void desk.load();
    }, (error: unknown) => {
      page?.close();
      refuse(error instanceof ApiRefused ? error.code : "internal");
    });
  };
  return (
    <section class="card step" data-testid="step-sites">
      <h2>{t("prepare.links")}</h2>
      <p class="soft">{t("links.explain")}</p>
      <p><button type="button" class="button primary" data-testid="print" onClick={print}>{t("prepare.print")}</button> <span class="soft">{t("prepare.print-explain")}</span></p>
      {(refused ?? desk.refused.value) && <p class="error" role="alert">{refusal(refused ?? desk.refused.value ?? "")}</p>}
      <LinkRows desk={desk} />
    </section>
  );
}
