/** Signing with a token, through the program on this computer: it checks, shows, asks the PIN (CEREMONY §10). */
import type { JSX } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { t } from "../../i18n";
import type { Errand, Opened } from "../../sign/errand";
import { SignerLink, type HeldCertificate } from "../../sign/signer";
import { unbase64 } from "../../sign/ticket";
import { Act } from "../../ui/Act";
import { At } from "../../ui/Clock";
import { useRequest } from "../../ui/request";
import { CheckCode } from "../../ui/Sheet";

type Step = "off" | "pairing" | "ready";

async function signByToken(link: SignerLink, errand: Errand, held: HeldCertificate, told: (opened: Opened) => void): Promise<void> {
  const opened = await errand.open(unbase64(held.der).buffer as ArrayBuffer, []);
  told(opened);
  try {
    await errand.finish(opened, await link.sign(opened.made.ticket, held.id, opened.pdf, opened.read));
  } catch (error) {
    await errand.giveUp(opened);
    throw error;
  }
}

/** `code`: show the check code of what the program shows, where it is not that of the page. */
export function ByToken({ errand, label, code: coded = false }: { errand: Errand; label: string; code?: boolean }): JSX.Element {
  const link = useMemo(() => new SignerLink(), []);
  const [step, go] = useState<Step>("off");
  const [code, write] = useState("");
  const [held, list] = useState<readonly HeldCertificate[]>([]);
  const [chosen, choose] = useState("");
  useEffect(() => () => link.close(), [link]);
  const ready = async (): Promise<void> => {
    const found = await link.certificates();
    list(found);
    choose(found[0]?.id ?? "");
    go("ready");
  };
  const connect = useRequest(async () => ((await link.connect()) ? ready() : go("pairing")));
  const pair = useRequest(async () => { await link.pair(code); await ready(); });
  const certificate = held.find((one) => one.id === chosen);
  const [asked, tell] = useState<Opened | null>(null);
  const sign = useRequest(() => (certificate ? signByToken(link, errand, certificate, tell) : null));
  return (
    <section class="by-token" aria-label={t("sign.token-title")}>
      <h3>{t("sign.token-title")}</h3>
      {step === "off" && <><p class="soft">{t("sign.token-explain")}</p><Act action={connect} look="primary" testid="signer-connect">{t("sign.connect")}</Act></>}
      {step === "pairing" && (
        <form onSubmit={(event) => { event.preventDefault(); void pair.run(); }}>
          <label class="field"><span>{t("sign.code")}</span><input type="text" inputMode="numeric" maxLength={12} autocomplete="off" value={code} data-testid="signer-code" onInput={(event) => write(event.currentTarget.value)} /></label>
          <Act action={pair} look="primary" testid="signer-pair" disabled={code.replace(/\D/g, "").length !== 6}>{t("sign.pair")}</Act>
        </form>
      )}
      {step === "ready" && held.length === 0 && <p class="weak" role="status">{t("sign.no-certificate")} <button type="button" class="button" onClick={() => void ready()}>{t("sheet.again")}</button></p>}
      {step === "ready" && held.length > 0 && (
        <>
          <label class="field"><span>{t("sign.certificate")}</span>
            <select value={chosen} data-testid="signer-certificate" onChange={(event) => choose(event.currentTarget.value)}>
              {held.map((one) => <option key={one.id} value={one.id}>{one.subject} · {one.token}</option>)}
            </select></label>
          {certificate && <p class="soft">{certificate.issuer} · <At at={certificate.until_us} /></p>}
          <Act action={sign} look="primary" class="big" testid="signer-sign">{label}</Act>
          {sign.pending.value && <p role="status">{t("sign.look-there")}</p>}
          {coded && sign.pending.value && asked !== null && <CheckCode sha256={asked.made.ticket.reviewed_sha256} testid="asked-code" />}
        </>
      )}
    </section>
  );
}
