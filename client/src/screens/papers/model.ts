/** Small answers about documents and who acts on them. Pure (CEREMONY §10). */
import type { DocumentsView, DocumentView, SessionView, SlotView } from "../../proto/types";

const LIVE: readonly DocumentView["state"][] = ["signing", "interrupted", "published", "draft", "completed"];

/** The document the desk looks at: what is being signed, else what is nearest to it. */
export function nearest(view: DocumentsView | null, chosen: string | null): DocumentView | null {
  const all = view?.documents ?? [];
  const found = all.find((one) => one.id === chosen);
  return found ?? LIVE.map((state) => all.find((one) => one.state === state)).find((one) => one !== undefined) ?? all[0] ?? null;
}

export function turnOf(paper: DocumentView): SlotView | null {
  return paper.slots?.find((slot) => slot.slot === paper.turn) ?? null;
}

/** Who may witness a pen: anyone of the desk but the one who keeps it. */
export function mayWitness(session: SessionView | null, slot: SlotView): boolean {
  const role = session?.role;
  return (role === "co-operator" || role === "secretary") && slot.up != null;
}

/** Tell whether the one slot that signs next is signed by hand at the table. */
export function inked(paper: DocumentView, slot: SlotView): boolean {
  return paper.mode !== "digital" && slot.kind !== "seal";
}
