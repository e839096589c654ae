/** The sites' links as signals: listed, issued, revoked. */
import { signal, type Signal } from "@preact/signals";
import { ApiRefused, issueLink, revokeLink, siteLinks, type SiteLink } from "./api";

export class LinksDesk {
  readonly list: Signal<readonly SiteLink[]> = signal([]);
  /** The links issued since this dialog opened: shown once, never again. */
  readonly fresh: Signal<Readonly<Record<string, { url: string; qr: string | null; code: string | null }>>> = signal({});
  readonly refused: Signal<string | null> = signal(null);
  readonly busy: Signal<string | null> = signal(null);

  constructor(private readonly session: string) {}

  load(): Promise<void> {
    return this.guard("", async () => {
      this.list.value = (await siteLinks(this.session)).links;
    });
  }

  issue(link: SiteLink): Promise<void> {
    const { site } = link;
    return this.guard(site, async () => {
      const made = await issueLink(this.session, link);
      const qr = made.qr ? URL.createObjectURL(new Blob([made.qr], { type: "image/svg+xml" })) : null;
      this.fresh.value = { ...this.fresh.peek(), [site]: { url: made.url, qr, code: made.code ?? null } };
      this.list.value = (await siteLinks(this.session)).links;
    });
  }

  revoke(site: string): Promise<void> {
    return this.guard(site, async () => {
      await revokeLink(this.session, site);
      const { [site]: _gone, ...rest } = this.fresh.peek();
      this.fresh.value = rest;
      this.list.value = (await siteLinks(this.session)).links;
    });
  }

  private async guard(site: string, act: () => Promise<void>): Promise<void> {
    this.busy.value = site;
    this.refused.value = null;
    try {
      await act();
    } catch (error) {
      this.refused.value = error instanceof ApiRefused ? error.code : "internal";
    } finally {
      this.busy.value = null;
    }
  }
}
