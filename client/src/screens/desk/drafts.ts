/** Unfinished proceedings, kept in this tab: a reload must not cost what was being written. */
import { signal, type Signal } from "@preact/signals";
import type { Draft } from "./model";

type Drafts = Readonly<Record<string, Draft>>;
const place = (session: string): string => `diemcau.proceedings.${session}`;

function load(session: string): Drafts {
  try {
    return JSON.parse(sessionStorage.getItem(place(session)) ?? "{}") as Drafts;
  } catch {
    return {};
  }
}

const open = new Map<string, Signal<Drafts>>();

/** The drafts of a ceremony. */
export function draftsOf(session: string): Signal<Drafts> {
  let found = open.get(session);
  if (found === undefined) open.set(session, found = signal(load(session)));
  return found;
}

/** Put a draft in place of the one before; null takes it away. */
export function putDraft(session: string, item: string, draft: Draft | null): void {
  const drafts = draftsOf(session);
  const { [item]: _, ...others } = drafts.peek();
  drafts.value = draft === null ? others : { ...others, [item]: draft };
  try {
    sessionStorage.setItem(place(session), JSON.stringify(drafts.value));
  } catch {
    // then it lives as long as the page
  }
}
