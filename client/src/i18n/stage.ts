/** Which words the stage display needs: its page stays small however long the catalogues get. Read by `vite.config.ts`. */

const PARTS = ["stage.", "phase.", "page.", "word."];
const KEYS = new Set(["tally.air", "site.next", "refused.other", "refused.seat-revoked", "refused.not-signed-in"]);

export function onStage(key: string): boolean {
  return KEYS.has(key) || PARTS.some((part) => key.startsWith(part));
}
