import { useEffect, useState } from "preact/hooks";
import { dateTime, refusal, t, tx } from "../../i18n";
import { api, codeOf, type LinkRow } from "../../net/api";
import { Modal } from "../../ui/bits";

interface Issued {
  site: string;
  url: string;
  image: string;
}

/** Links of the sites: issue, show once with its QR, revoke. */
export function LinksDialog({ session, close }: { session: string; close: () => void }) {
  const [rows, setRows] = useState<LinkRow[]>([]);
  const [error, setError] = useState<string | null>(null);
  const [issued, setIssued] = useState<Issued | null>(null);
  const base = `/api/sessions/${encodeURIComponent(session)}/links`;
  const fail = (e: unknown) => setError(refusal(...codeOf(e)));
  const load = () =>
    api<{ links: LinkRow[] }>("GET", base)
      .then((told) => setRows(told.links))
      .catch(fail);
  useEffect(() => void load(), []);
  useEffect(() => () => (issued ? URL.revokeObjectURL(issued.image) : undefined), [issued]);
  const issue = (site: string) =>
    api<{ url: string; qr: string }>("POST", base, { site })
      .then((told) => {
        // the QR is shown as an image of its own: no markup enters this document
        const image = URL.createObjectURL(new Blob([told.qr], { type: "image/svg+xml" }));
        setIssued({ site, url: told.url, image });
        return load();
      })
      .catch(fail);
  return (
    <Modal title={t("links.title")} close={close} wide>
      {error && (
        <p class="alert" role="alert">
          {error}
        </p>
      )}
      {issued && (
        <div class="issued">
          <img src={issued.image} alt={t("links.qr")} width={220} height={220} />
          <div>
            <h3>{tx(rows.find((one) => one.site === issued.site)?.name)}</h3>
            <p>{t("links.once")}</p>
            <input readOnly value={issued.url} data-testid="link-url" aria-label={t("links.url")} onFocus={(e) => e.currentTarget.select()} />
            <button type="button" onClick={() => void navigator.clipboard?.writeText(issued.url)}>
              {t("links.copy")}
            </button>
          </div>
        </div>
      )}
      <table>
        <tbody>
          {rows.map((row) => (
            <tr key={row.site}>
              <th scope="row">{tx(row.name)}</th>
              <td>
                {t(`links.${row.state}`)} {row.issued_at && <span class="quiet">{dateTime(row.issued_at)}</span>}
              </td>
              <td class="row end">
                <button type="button" class="mini" data-testid={`issue-${row.site}`} onClick={() => void issue(row.site)}>
                  {t(row.state === "none" ? "links.issue" : "links.again")}
                </button>
                {(row.state === "unused" || row.state === "bound") && (
                  <button type="button" class="mini" onClick={() => void api("DELETE", `${base}/${row.site}`).then(load).catch(fail)}>
                    {t("links.revoke")}
                  </button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Modal>
  );
}
