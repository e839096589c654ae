/** Small answers the console's components share. Pure. */
import type { AgendaView, Item, ItemView, PictureView, SessionView, SitesView, SiteView } from "../../proto/types";

/** Which roles may press what; the server decides, this only spares useless buttons (CEREMONY §3). */
export function mayLead(session: SessionView | null): boolean {
  return session?.role === "operator";
}

/** Who sits at a console that could lead, whether or not they are in control. */
export function operates(session: SessionView | null): boolean {
  return session?.role === "operator" || session?.role === "co-operator";
}

export function mayAsk(session: SessionView | null): boolean {
  return session?.role === "operator" || session?.role === "secretary";
}

/** Tell whether a line of the run sheet may still be changed. */
export function editable(item: ItemView): boolean {
  return ["planned", "next", "held", "skipped"].includes(item.state);
}

/** The plan behind a line, to be sent back changed. */
export function itemOf(view: ItemView): Item {
  return {
    id: view.id, kind: view.kind as Item["kind"], title: view.title, duration_s: view.duration_s, scene: view.scene, at: view.at ?? null,
    until: view.until ?? null, by: view.by ?? null, site: view.site ?? null, audio: view.audio ?? "speech", script: view.script ?? null,
    sites_do: view.sites_do ?? null, documents: [...(view.documents ?? [])], step: view.step ?? null, required: view.required ?? false,
    optional: view.optional ?? false, open_floor: view.open_floor ?? false, stills: view.stills ?? false, warn_s: view.warn_s ?? 120,
    danger_s: view.danger_s ?? 30,
  };
}

/** A fresh item with a name nobody has. */
export function newItem(taken: readonly string[]): Item {
  let n = 1;
  while (taken.includes(`them-${n}`)) n += 1;
  return { id: `them-${n}`, kind: "generic", title: { vi: "", en: "" }, duration_s: 300, scene: "solo:hub" };
}

export function mayFloor(session: SessionView | null): boolean {
  return session?.role === "operator" || session?.role === "chair";
}

export function mayRollcall(session: SessionView | null): boolean {
  return session !== null && ["operator", "co-operator", "secretary"].includes(session.role);
}

export function mayDeclare(session: SessionView | null): boolean {
  return session !== null && ["operator", "secretary", "chair"].includes(session.role);
}

/** Districts without a link, in the order of the sheet. */
export function missing(sites: SitesView | null): readonly SiteView[] {
  return (sites?.sites ?? []).filter((site) => site.role !== "hub" && site.presence !== "present");
}

export function present(sites: SitesView | null): number {
  return (sites?.sites ?? []).filter((site) => site.presence === "present").length;
}

/** Required items nobody has held yet. */
export function requiredLeft(agenda: AgendaView | null): readonly ItemView[] {
  return (agenda?.items ?? []).filter((item) => item.required && !["done", "skipped", "live"].includes(item.state));
}

/** The scene a tile's click prepares. */
export function sceneOf(site: string, two: boolean): string {
  return two && site !== "hub" ? `two_shot:hub+${site}` : `solo:${site}`;
}

/** Tell whether a scene shows a site. */
export function shows(view: PictureView | null | undefined, site: string): boolean {
  return view?.positions.some((at) => at.source.startsWith(`${site}/`)) ?? false;
}

/** What a microphone becomes when its button is pressed; null when the policy leaves nothing to press. */
export function micAfter(site: SiteView, holder: string | null, policy: string): "closed" | "open" | null {
  if (site.mic !== "closed") return "closed";
  return policy === "always_on" || site.id === "hub" || site.id === holder ? "open" : null;
}

/** How an item stands in time: `over` when past its end, `danger`, `warn` when near it. */
export function urgency(item: ItemView, now: number): "calm" | "warn" | "danger" | "over" {
  if (item.state !== "live" || item.due == null) return "calm";
  const left = item.due / 1000 - now;
  if (left < 0) return "over";
  if (left < (item.danger_s ?? 30) * 1000) return "danger";
  return left < (item.warn_s ?? 120) * 1000 ? "warn" : "calm";
}
