/** Begins any page: language of the document, the root, and who sits here. */
import { render, type ComponentChild } from "preact";
import { effect } from "@preact/signals";
import { lang } from "../i18n";
import { address } from "../net/doors";
import type { Room } from "../net/room";

/** Put a page into the document. */
export function show(page: ComponentChild): void {
  document.documentElement.lang = lang.peek();
  const root = document.getElementById("app");
  if (root) render(page, root);
}

/** Go where the ceremony went, with the same seat: from rehearsal to ceremony by one link (RULINGS, Admission). */
export function followMoves(room: Room): void {
  effect(() => {
    const session = room.store.moved.value;
    if (session !== null && session !== room.session) location.replace(address(location.pathname, session, room.seat));
  });
}

/** Return a query parameter that looks like an identifier, else empty. */
export function parameter(name: string): string {
  const value = new URLSearchParams(location.search).get(name) ?? "";
  return /^[a-z0-9-]{1,64}$/.test(value) ? value : "";
}
