/** The answer to the roll call, used by the site itself and by the desk for it. */
import { t } from "../i18n";

export interface Flags {
  quorum: boolean;
  hears: boolean;
  sees: boolean;
}

export function AnswerFields(props: {
  present: string;
  setPresent: (to: string) => void;
  head: string;
  setHead: (to: string) => void;
  flags: Flags;
  setFlags: (to: Flags) => void;
}) {
  return (
    <div class="fields">
      <label>
        {t("roll.present")}
        <input type="number" min={0} max={100000} data-testid="roll-present" value={props.present} onInput={(e) => props.setPresent(e.currentTarget.value)} />
      </label>
      <label>
        {t("roll.head")}
        <input maxLength={200} data-testid="roll-head" value={props.head} onInput={(e) => props.setHead(e.currentTarget.value)} />
      </label>
      {(["quorum", "hears", "sees"] as const).map((flag) => (
        <label key={flag} class="check">
          <input type="checkbox" checked={props.flags[flag]} onChange={(e) => props.setFlags({ ...props.flags, [flag]: e.currentTarget.checked })} />
          {t(`roll.${flag}`)}
        </label>
      ))}
    </div>
  );
}
