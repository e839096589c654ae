/** Beside the picture: chapters and search, notes, and what the desk may take away. */
import type { Signal } from "@preact/signals";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { t } from "../../i18n";
import type { Exports } from "../../net/exports";
import type { Notes } from "../../net/notes";
import type { KeptRecord } from "../../replay/kept";
import type { Player } from "../../replay/player";
import { ExportsPanel } from "./Exports";
import { FactsPanel } from "./Facts";
import { Find } from "./Find";
import { NotesPanel } from "./Notes";
import { PapersPanel } from "./Papers";

/** What of the page depends on who reads. */
export interface Desk {
  readonly exports: Exports;
  readonly notes: Notes;
  /** May export and write notes. */
  readonly may: Signal<boolean>;
  /** What a page opened from disk knows besides the timeline; there is nobody to ask. */
  readonly record?: KeptRecord;
  /** Where the ceremony is seen as it happens; null for who has no place there. */
  readonly live: Signal<string | null>;
}

type Tab = "chapters" | "papers" | "facts" | "notes" | "exports";

function tabs({ may, record }: Desk): readonly Tab[] {
  if (record !== undefined) return ["chapters", "papers", "facts", "notes"];
  return may.value ? ["chapters", "notes", "exports"] : ["chapters", "notes"];
}

export function Side({ player, desk }: { player: Player; desk: Desk }): JSX.Element {
  const [tab, show] = useState<Tab>("chapters");
  const may = desk.may.value;
  return (
    <aside class="panel side" aria-label={t("replay.side")}>
      <div class="tabs" role="group" aria-label={t("replay.side")}>
        {tabs(desk).map((one) => (
          <button key={one} type="button" aria-pressed={one === tab} data-testid={`side-${one}`} onClick={() => show(one)}>{t(one === "papers" || one === "facts" ? `viewer.tab-${one}` : `replay.tab-${one}`)}</button>
        ))}
      </div>
      {tab === "chapters" && <Find player={player} />}
      {tab === "notes" && <NotesPanel player={player} notes={desk.notes} may={may} />}
      {tab === "papers" && desk.record && <PapersPanel player={player} record={desk.record} />}
      {tab === "facts" && desk.record && <FactsPanel player={player} record={desk.record} />}
      {tab === "exports" && <ExportsPanel player={player} exports={desk.exports} />}
    </aside>
  );
}
