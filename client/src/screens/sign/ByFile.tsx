/** Signing with a PKCS#12 file. The library is loaded only here; the key is used once and forgotten. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { t } from "../../i18n";
import type { Errand } from "../../sign/errand";
import { checkTicket } from "../../sign/ticket";
import { Act } from "../../ui/Act";
import { useRequest } from "../../ui/request";

export async function signByFile(errand: Errand, file: File, password: string): Promise<void> {
  const { openP12 } = await import("../../sign/p12");
  const opened = await openP12(await file.arrayBuffer(), password);
  const asked = await errand.open(opened.certificate, opened.chain);
  const attributes = checkTicket(asked.made.ticket, asked.pdf, asked.read, new Uint8Array(opened.certificate));
  await errand.finish(asked, await opened.sign(attributes));
}

export function ByFile({ errand, label }: { errand: Errand; label: string }): JSX.Element {
  const [file, choose] = useState<File | null>(null);
  const [password, write] = useState("");
  const sign = useRequest(() => (file ? signByFile(errand, file, password).finally(() => write("")) : null));
  return (
    <details class="by-file">
      <summary>{t("sign.file-title")}</summary>
      <p class="soft">{t("sign.file-explain")}</p>
      <label class="field"><span>{t("sign.file")}</span><input type="file" accept=".p12,.pfx" data-testid="p12-file" onChange={(event) => choose(event.currentTarget.files?.[0] ?? null)} /></label>
      <label class="field"><span>{t("sign.password")}</span><input type="password" autocomplete="off" maxLength={200} value={password} data-testid="p12-password" onInput={(event) => write(event.currentTarget.value)} /></label>
      <Act action={sign} look="primary" testid="p12-sign" disabled={file === null}>{label}</Act>
    </details>
  );
}
