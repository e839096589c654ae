/** Which words a page needs, where its size counts: it stays small however long the catalogues get. Read by `vite.config.ts`. */

const STAGE = ["stage.", "phase.", "page.", "word."];
const STAGE_KEYS = new Set(["tally.air", "site.next", "refused.other", "refused.seat-revoked", "refused.not-signed-in"]);
/** Words of other pages. What is not named here a site knows: forgetting a line costs bytes, never words. */
const NOT_SITE = /^(alert|ask|chair|control|desk|doc|drawer|edit|floor|gap|hub|incident|join|keys|library|links|machines|minutes|people|prepare|prompter|replay|settings|setup|start|suspend|tell|unready|tally-short|verify|viewer|stamp|proof|sign|record)\./;

/** What the replay opened from disk says: it exports, signs and asks nothing. */
const VIEWER = /^(?:(?:act|choice|gap|lang|papers|picture|quality|sheet|viewer|voice)\.|(?:links\.copied|page\.start|verify\.title|refused\.(?:internal|malformed|other))$|replay\.(?!export|job|captions-(?:bring|make|replace)))/;

export const PARTS: Readonly<Record<"all" | "stage" | "site" | "viewer", (key: string) => boolean>> = {
  // what only papers made by the hub say is Python's; of proofs, rows and verdicts both speak
  all: (key) => !key.startsWith("doc.") || /^doc\.(proof|row|verdict)\./.test(key),
  stage: (key) => STAGE_KEYS.has(key) || STAGE.some((part) => key.startsWith(part)),
  site: (key) => !NOT_SITE.test(key),
  viewer: (key) => VIEWER.test(key),
};
