/** The agency's digital seal on the scan of a document signed by hand: optional, outside the slots, never a leader's signature. */
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { say, t } from "../../i18n";
import { fileUrl, type SigningMeans } from "../../net/papers";
import type { DocumentView, SlotView } from "../../proto/types";
import { scanErrand } from "../../sign/errand";
import { usePlace } from "../../ui/context";
import { Icon } from "../../ui/Icon";
import { CheckCode, Sheet } from "../../ui/Sheet";
import { ByFile } from "./ByFile";
import { ByToken } from "./ByToken";

export function ScanSeal({ paper, slot, means }: { paper: DocumentView; slot: SlotView; means: SigningMeans | null }): JSX.Element | null {
  const { room } = usePlace();
  const { id, scan, stamped } = paper;
  const person = slot.person || say(slot.office);
  const errand = useMemo(() => scanErrand(room.session, id, { seat: room.seat, person }, scan ?? ""), [room, id, scan, person]);
  if (scan == null || paper.mode === "digital") return null;
  const shown = stamped ?? scan;
  return (
    <section class="card scan-seal" data-testid={`scan-seal-${id}`} data-state={stamped == null ? "open" : "sealed"} aria-label={t("stamp.title")}>
      <h2>{t("stamp.title")}</h2>
      <p class="soft">{t("stamp.explain")}</p>
      <div class="reader"><Sheet document={id} sha256={shown} page={1} title={t("stamp.scan-of", { title: say(paper.title) })} /></div>
      <CheckCode sha256={shown} testid="scan-code" />
      <p class="row"><a class="button quiet small" href={fileUrl(room.session, id, shown)} download data-testid="scan-file">{t("stamp.download")}</a></p>
      {stamped != null && <p class="good" role="status" data-testid="scan-sealed"><Icon name="check" size={18} /> {t("stamp.done")}</p>}
      {stamped == null && means && (
        <>
          <ByToken errand={errand} label={t("stamp.seal")} code />
          {means.p12 && <ByFile errand={errand} label={t("stamp.seal")} />}
        </>
      )}
    </section>
  );
}
