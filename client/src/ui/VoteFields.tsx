import type { JSX } from "preact";
import { t } from "../i18n";
import { countOf, VOTES, votes, type AnswerDraft } from "./answer";

/** Three counts and their sum against how many are present. */
export function VoteFields({ counts, most, set }: {
  counts: AnswerDraft["counts"]; most: number | null; set: (counts: AnswerDraft["counts"]) => void;
}): JSX.Element {
  const sum = votes(counts);
  return (
    <fieldset class="votes">
      <legend>{t("form.votes")}</legend>
      {VOTES.map((one) => (
        <label key={one} class="field"><span>{t(`choice.${one}`)}</span>
          <input type="number" inputMode="numeric" min={0} max={most ?? 100_000} value={counts[one]} data-testid={`votes-${one}`}
            onInput={(event) => set({ ...counts, [one]: countOf(event.currentTarget.valueAsNumber) })} /></label>
      ))}
      <p class={most !== null && sum > most ? "bad" : "soft"} aria-live="polite">
        {most === null ? t("form.sum", { n: sum }) : t(sum > most ? "form.sum-over" : "form.sum-of", { n: sum, most })}
      </p>
    </fieldset>
  );
}
