/** Signing with a PKCS#12 file. The library is loaded only here; the key is used once and forgotten. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { t } from "../../i18n";
import { bytesOf, fileUrl, finishTicket, issueTicket } from "../../net/papers";
import type { DocumentView, SlotView } from "../../proto/types";
import { checkTicket, TicketRefused } from "../../sign/ticket";
import { Act } from "../../ui/Act";
import { usePlace } from "../../ui/context";
import { useRequest } from "../../ui/request";

export async function signByFile(session: string, paper: DocumentView, slot: string, file: File, password: string): Promise<void> {
  const { openP12 } = await import("../../sign/p12");
  const opened = await openP12(await file.arrayBuffer(), password);
  // what was read comes first, and by its hash: the ticket is checked against it, not against what the ticket says
  const read = await bytesOf(fileUrl(session, paper.id, paper.sha256 ?? ""));
  const made = await issueTicket(session, paper.id, slot, opened.certificate, opened.chain);
  if (made.ticket.reviewed_sha256 !== paper.sha256) throw new TicketRefused("a");
  const attributes = checkTicket(made.ticket, await bytesOf(made.pdf), read, new Uint8Array(opened.certificate));
  await finishTicket(made.finish, await opened.sign(attributes));
}

export function ByFile({ paper, slot }: { paper: DocumentView; slot: SlotView }): JSX.Element {
  const { room } = usePlace();
  const [file, choose] = useState<File | null>(null);
  const [password, write] = useState("");
  const sign = useRequest(() => (file ? signByFile(room.session, paper, slot.slot, file, password).finally(() => write("")) : null));
  return (
    <details class="by-file">
      <summary>{t("sign.file-title")}</summary>
      <p class="soft">{t("sign.file-explain")}</p>
      <label class="field"><span>{t("sign.file")}</span><input type="file" accept=".p12,.pfx" data-testid="p12-file" onChange={(event) => choose(event.currentTarget.files?.[0] ?? null)} /></label>
      <label class="field"><span>{t("sign.password")}</span><input type="password" autocomplete="off" maxLength={200} value={password} data-testid="p12-password" onInput={(event) => write(event.currentTarget.value)} /></label>
      <Act action={sign} look="primary" testid="p12-sign" disabled={file === null}>{t("sign.sign")}</Act>
    </details>
  );
}
