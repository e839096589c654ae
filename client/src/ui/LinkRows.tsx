/** Every seat's link: its state, issue, revoke; a fresh one shown once with its QR and its spoken code. */
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { say, t } from "../i18n";
import type { SiteLink } from "../net/api";
import type { LinksDesk } from "../net/links";
import { Copy } from "./Copy";

function nameOf(link: SiteLink): string {
  return link.name ? say(link.name) : t(`role.${link.role}` as "role.chair");
}

function Row({ link, desk }: { link: SiteLink; desk: LinksDesk }): JSX.Element {
  const fresh = desk.fresh.value[link.site];
  const live = link.state === "unused" || link.state === "bound";
  const busy = desk.busy.value !== null;
  const made = useRef<HTMLTableRowElement>(null);
  useEffect(() => made.current?.scrollIntoView?.({ block: "nearest" }), [fresh]);
  return (
    <>
      <tr data-testid={`link-${link.site}`}>
        <th scope="row">{nameOf(link)}</th>
        <td><span class={`link-state ${link.state}`}>{t(`links.${link.state}`)}</span></td>
        <td class="row end">
          <button type="button" class="button" disabled={busy} data-testid={`issue-${link.site}`} onClick={() => void desk.issue(link)}>{t(live ? "links.reissue" : "links.issue")}</button>
          <button type="button" class="button quiet" disabled={busy || !live} data-testid={`revoke-${link.site}`} onClick={() => void desk.revoke(link.site)}>{t("links.revoke")}</button>
        </td>
      </tr>
      {fresh && (
        <tr class="fresh" ref={made}>
          <td colSpan={3}>
            {fresh.qr && <img src={fresh.qr} alt={t("links.qr", { name: nameOf(link) })} width={132} height={132} />}
            <div>
              <p class="soft">{t("links.once")}</p>
              <code data-testid={`url-${link.site}`}>{fresh.url}</code>
              <Copy text={fresh.url} />
              {fresh.code && <p>{t("links.code")} <b class="figures" data-testid={`code-${link.site}`}>{fresh.code}</b></p>}
            </div>
          </td>
        </tr>
      )}
    </>
  );
}

export function LinkRows({ desk }: { desk: LinksDesk }): JSX.Element {
  return <table class="links"><tbody>{desk.list.value.map((link) => <Row key={link.seat} link={link} desk={desk} />)}</tbody></table>;
}
