import type { JSX } from "preact";
import { t } from "../i18n";
import type { Tally } from "../proto/types";

/** Word, glyph and colour together: never colour alone. */
export function TallyMark({ tally, testid }: { tally: Tally; testid?: string }): JSX.Element {
  return <strong class={`tally ${tally}`} data-testid={testid} data-tally={tally}><i aria-hidden="true" />{t(`tally.${tally}`)}</strong>;
}
