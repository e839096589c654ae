/** The clerk's notes: one more at this moment, or one taken back. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { refusal, t } from "../../i18n";
import { length } from "../../i18n/times";
import { MOST_TEXT, type Notes } from "../../net/notes";
import type { Player } from "../../replay/player";

/** The moment is that of the first letter: the record plays on while one writes. */
function Form({ player, notes }: { player: Player; notes: Notes }): JSX.Element {
  const [text, write] = useState("");
  const [at, keep] = useState<number | null>(null);
  const change = (value: string): void => {
    write(value);
    keep(value === "" ? null : (at ?? player.position.peek()));
  };
  const send = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (text.trim() !== "" && (await notes.add(at ?? player.position.peek(), text.trim()))) change("");
  };
  return (
    <form onSubmit={(event) => void send(event)}>
      <label class="field"><span class="figures">{t("replay.note-at", { at: length(at ?? player.position.value) })}</span>
        <textarea rows={3} maxLength={MOST_TEXT} value={text} data-testid="note-text" onInput={(event) => change(event.currentTarget.value)} /></label>
      <button type="submit" class="button primary" disabled={text.trim() === "" || notes.busy.value} data-testid="note-add">{t("replay.note-add")}</button>
    </form>
  );
}

export function NotesPanel({ player, notes, may }: { player: Player; notes: Notes; may: boolean }): JSX.Element {
  const list = player.line.value?.notes ?? [];
  const refused = notes.refused.value;
  return (
    <div class="side-body notes">
      {may && <Form player={player} notes={notes} />}
      {refused && <p class="error" role="alert" data-testid="note-refused" data-code={refused.code}>{refusal(refused.code, refused.detail)}</p>}
      <ul>
        {list.map((one) => (
          <li key={one.id} data-testid="note">
            <button type="button" class="button small quiet figures" onClick={() => player.seek(one.ms)}>{length(one.ms)}</button>
            <p>{one.text}</p>
            <span class="soft">{one.by}</span>
            {may && <button type="button" class="button small quiet" disabled={notes.busy.value} data-testid={`note-remove-${one.id}`} onClick={() => void notes.remove(one.id)}>{t("replay.note-remove")}</button>}
          </li>
        ))}
        {list.length === 0 && <li class="soft">{t("replay.no-notes")}</li>}
      </ul>
    </div>
  );
}
