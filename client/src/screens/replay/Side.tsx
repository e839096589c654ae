/** Beside the picture: chapters and search, notes, and what the desk may take away. */
import type { Signal } from "@preact/signals";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { t } from "../../i18n";
import type { Exports } from "../../net/exports";
import type { Notes } from "../../net/notes";
import type { Player } from "../../replay/player";
import { ExportsPanel } from "./Exports";
import { Find } from "./Find";
import { NotesPanel } from "./Notes";

/** What of the page depends on who reads. */
export interface Desk {
  readonly exports: Exports;
  readonly notes: Notes;
  /** May export and write notes. */
  readonly may: Signal<boolean>;
  /** Where the ceremony is seen as it happens; null for who has no place there. */
  readonly live: Signal<string | null>;
}

const TABS = ["chapters", "notes", "exports"] as const;
type Tab = (typeof TABS)[number];

export function Side({ player, desk }: { player: Player; desk: Desk }): JSX.Element {
  const [tab, show] = useState<Tab>("chapters");
  const may = desk.may.value;
  return (
    <aside class="panel side" aria-label={t("replay.side")}>
      <div class="tabs" role="group" aria-label={t("replay.side")}>
        {TABS.filter((one) => may || one !== "exports").map((one) => (
          <button key={one} type="button" aria-pressed={one === tab} data-testid={`side-${one}`} onClick={() => show(one)}>{t(`replay.tab-${one}`)}</button>
        ))}
      </div>
      {tab === "chapters" && <Find player={player} />}
      {tab === "notes" && <NotesPanel player={player} notes={desk.notes} may={may} />}
      {tab === "exports" && <ExportsPanel player={player} exports={desk.exports} />}
    </aside>
  );
}
