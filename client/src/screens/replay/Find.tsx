/** One search over everything in the record; without a query, its chapters. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { say, t, type Key } from "../../i18n";
import { length } from "../../i18n/times";
import type { Player } from "../../replay/player";
import { search, type Hit } from "../../replay/search";
import { chapterAt } from "../../replay/timeline";

/** What kind of thing was found, in a word. */
export function kindOf(kind: string): string {
  return t(`replay.mark.${kind.replace(".", "-")}` as Key);
}

function Chapters({ player }: { player: Player }): JSX.Element {
  const line = player.line.value;
  const current = line && chapterAt(line, player.position.value);
  return (
    <ol>
      {line?.chapters.map((one) => (
        <li key={`${one.item}-${one.from_ms}`} class={one === current ? "now" : ""}>
          <button type="button" data-testid={`chapter-${one.item}`} onClick={() => player.seek(one.from_ms)}>
            <span class="figures">{length(one.from_ms)}</span>
            <span>{one.n}. {say(one.title)}</span>
          </button>
        </li>
      ))}
      {line && line.chapters.length === 0 && <li class="soft">{t("replay.no-chapters")}</li>}
    </ol>
  );
}

function Hits({ player, hits }: { player: Player; hits: readonly Hit[] }): JSX.Element {
  const go = (hit: Hit): void => {
    if (hit.kind === "site" && hit.site !== null) player.look({ kind: "site", site: hit.site });
    player.seek(hit.ms);
  };
  return (
    <ol aria-live="polite">
      {hits.map((hit, i) => (
        <li key={`${hit.kind}-${hit.ms}-${i}`}>
          <button type="button" data-testid="hit" onClick={() => go(hit)}>
            <span class="figures">{length(hit.ms)}</span>
            <span><em>{kindOf(hit.kind)}</em> {say(hit.text)}</span>
          </button>
        </li>
      ))}
      {hits.length === 0 && <li class="soft">{t("replay.nothing-found")}</li>}
    </ol>
  );
}

export function Find({ player }: { player: Player }): JSX.Element {
  const [query, write] = useState("");
  const line = player.line.value;
  return (
    <div class="side-body chapters">
      <input type="search" value={query} placeholder={t("replay.search")} aria-label={t("replay.search")} data-testid="replay-search"
        onInput={(event) => write(event.currentTarget.value)} />
      {line && query.trim() !== "" ? <Hits player={player} hits={search(line, query)} /> : <Chapters player={player} />}
    </div>
  );
}
