/** Pages of a document as images the server made of them: a PDF itself is never shown by the browser (CLIENT §5 /site 9). */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { say, t } from "../i18n";
import { pageUrl } from "../net/pages";
import type { DocumentView } from "../proto/types";
import { usePlace } from "./context";
import { grouped } from "./hash";
import { Icon } from "./Icon";

/** Widths that are asked for: few, so that pages are drawn once for many viewers. */
const WIDTHS = [480, 960, 1600] as const;

export function Sheet({ document, sha256, page, width = 960, title }: {
  document: string; sha256: string; page: number; width?: (typeof WIDTHS)[number]; title: string;
}): JSX.Element {
  const { room } = usePlace();
  const url = pageUrl(room.session, document, sha256, page, width);
  const [failed, fail] = useState<string | null>(null);
  if (failed === url) {
    return <p class="sheet-failed" role="alert"><Icon name="warn" size={18} /> {t("sheet.failed")} <button type="button" class="button" onClick={() => fail(null)}>{t("sheet.again")}</button></p>;
  }
  return <img class="sheet" src={url} alt={t("sheet.alt", { title, n: page })} data-testid={`sheet-${document}`} data-page={page} onError={() => fail(url)} />;
}

/** The check code: everybody reads the same one. */
export function CheckCode({ sha256, testid }: { sha256: string; testid?: string }): JSX.Element {
  return <p class="check-code"><span>{t("papers.hash")}</span> <code data-testid={testid}>{grouped(sha256)}</code></p>;
}

/** A document to be read at one's own pace: pages, arrows, check code. `follow`: start at the page the hub shows. */
export function Reader({ paper, width }: { paper: DocumentView; width?: (typeof WIDTHS)[number] }): JSX.Element | null {
  const [own, turn] = useState<number | null>(null);
  const shown = paper.sha256;
  if (shown == null) return null;
  const page = Math.min(paper.pages ?? 1, own ?? paper.page ?? 1);
  return (
    <section class="reader" aria-label={say(paper.title)}>
      <Sheet document={paper.id} sha256={shown} page={page} width={width} title={say(paper.title)} />
      <p class="row reader-turn">
        <button type="button" class="button" disabled={page <= 1} data-testid="page-back" aria-label={t("papers.page-back")} onClick={() => turn(page - 1)}><Icon name="back" size={16} /></button>
        <span class="figures">{t("papers.page", { n: page, total: paper.pages ?? 1 })}</span>
        <button type="button" class="button" disabled={page >= (paper.pages ?? 1)} data-testid="page-next" aria-label={t("papers.page-next")} onClick={() => turn(page + 1)}><Icon name="next" size={16} /></button>
        {own !== null && own !== paper.page && <button type="button" class="button quiet" onClick={() => turn(null)}>{t("papers.follow")}</button>}
      </p>
      <CheckCode sha256={shown} testid="check-code" />
    </section>
  );
}
