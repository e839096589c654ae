/** What the page would answer, for the tests of `recordings/`: five states of a bundle, or the report on one document. */
import { checkBundle } from "../src/proof/bundle";
import type { Verdict } from "../src/proof/findings";
import { judgeDocument, rootsOf, type Plan, type Report } from "../src/proof/papers/document";

/** Certificates are base64 of DER; `now` is UTC ms. */
export interface Ask {
  readonly plan?: Plan;
  readonly roots?: readonly string[];
  readonly keys?: readonly string[];
  readonly checkpoints?: readonly string[];
  readonly now?: number;
}

/** With a plan the file is a document, else a bundle. */
export async function answer(ask: Ask, file: Blob): Promise<Report | Verdict["answers"]> {
  const roots = (ask.roots ?? []).map((one) => Uint8Array.from(atob(one), (char) => char.charCodeAt(0)));
  if (ask.plan !== undefined) return judgeDocument(new Uint8Array(await file.arrayBuffer()), ask.plan, rootsOf(roots), ask.now ?? Date.now());
  return (await checkBundle(file, () => undefined, { roots, keys: ask.keys ?? [], checkpoints: ask.checkpoints ?? [] })).answers;
}
