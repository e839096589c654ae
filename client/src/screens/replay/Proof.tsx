/** A page from disk shows a record and proves nothing: it lies beside what it shows, and whoever changed one could change both. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { t } from "../../i18n";
import { Dialog } from "../../ui/Dialog";
import { Icon } from "../../ui/Icon";

const WAYS = ["viewer.way-page", "viewer.way-command", "viewer.way-single"] as const;

export function Proof(): JSX.Element {
  const [open, show] = useState(false);
  return (
    <>
      <span class="shows-only" data-testid="shows-only"><Icon name="warn" size={14} /> {t("viewer.shows-only")}</span>
      <button type="button" class="button quiet" data-testid="how-to-prove" onClick={() => show(true)}><Icon name="check" size={14} /> {t("viewer.how")}</button>
      {open && (
        <Dialog title={t("viewer.how")} close={() => show(false)} testid="proof-dialog">
          <p>{t("viewer.why")}</p>
          <ol class="ways">{WAYS.map((way) => <li key={way}>{t(way)}</li>)}</ol>
          <p>{t("viewer.compare")}</p>
        </Dialog>
      )}
    </>
  );
}
