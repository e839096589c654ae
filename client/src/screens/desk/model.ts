/** Small answers the desks share. Pure. */
import type { ItemView, ProceedingView, SessionView, SiteView } from "../../proto/types";

/** An unfinished text: what it replaces (`base`), and whether the server has taken it already. */
export interface Draft {
  readonly text: string;
  readonly base: number;
  readonly saved: boolean;
}

export type Writing =
  | { readonly kind: "clean"; readonly text: string; readonly base: number }
  | { readonly kind: "dirty"; readonly text: string; readonly base: number }
  /** Somebody else wrote in between: theirs stands beside ours until one is chosen. */
  | { readonly kind: "moved"; readonly text: string; readonly base: number; readonly theirs: string }
  /** Too long ago to be sent along: it cannot be changed here unseen. */
  | { readonly kind: "unseen"; readonly text: ""; readonly base: number };

/** Return how an item's text stands between what is being written and what the server has. */
export function writing(draft: Draft | undefined, there: ProceedingView | undefined): Writing {
  const rev = there?.rev ?? 0;
  const text = there === undefined ? "" : there.text;
  if (text === null) return { kind: "unseen", text: "", base: rev };
  // a saved text is the server's as soon as its revision has moved on; until then ours is the newer one
  if (draft === undefined || (draft.saved && rev !== draft.base) || draft.text === text) return { kind: "clean", text, base: rev };
  if (draft.saved) return { kind: "clean", text: draft.text, base: draft.base };
  if (draft.base === rev) return { kind: "dirty", text: draft.text, base: rev };
  return { kind: "moved", text: draft.text, base: draft.base, theirs: text };
}

/** Items one writes about: those that ran or run, the live one first, then the latest. */
export function written(items: readonly ItemView[]): readonly ItemView[] {
  const ran = items.filter((item) => item.started != null);
  return [...ran].sort((a, b) => Number(b.state === "live") - Number(a.state === "live") || (b.started ?? 0) - (a.started ?? 0));
}

export const districts = (sites: readonly SiteView[]): readonly SiteView[] => sites.filter((site) => site.role !== "hub");

/** Interruptions are for a running ceremony; going on, for an interrupted one. */
export function mayInterrupt(session: SessionView | null): boolean {
  return session?.phase === "open" && ["operator", "chair"].includes(session.role);
}

export function mayResume(session: SessionView | null): boolean {
  return session?.phase === "suspended" && ["operator", "chair"].includes(session.role);
}
