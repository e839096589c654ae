/** Begins any page: language of the document, the root, and who sits here. */
import { render, type ComponentChild } from "preact";
import { lang } from "../i18n";

/** Put a page into the document. */
export function show(page: ComponentChild): void {
  document.documentElement.lang = lang.peek();
  const root = document.getElementById("app");
  if (root) render(page, root);
}

/** Return a query parameter that looks like an identifier, else empty. */
export function parameter(name: string): string {
  const value = new URLSearchParams(location.search).get(name) ?? "";
  return /^[a-z0-9-]{1,64}$/.test(value) ? value : "";
}
