/** The lanes: agenda, cuts, each site's presence, hands on the floor, holes (CLIENT §5 /replay 3). */
import type { JSX } from "preact";
import { useMemo, useRef } from "preact/hooks";
import { say, t } from "../../i18n";
import { length } from "../../i18n/times";
import type { Player } from "../../replay/player";
import { presentSpans, type Timeline } from "../../replay/timeline";

const percent = (ms: number, whole: number): string => `${Math.max(0, Math.min(100, (ms / whole) * 100))}%`;

function Span({ from, to, whole, kind, title }: { from: number; to: number; whole: number; kind: string; title: string }): JSX.Element {
  const width = `${Math.max(0.12, ((Math.min(to, whole) - from) / whole) * 100)}%`;
  return <i class={`span ${kind}`} title={title} style={{ left: percent(from, whole), width }} />;
}

function Agenda({ line, whole }: { line: Timeline; whole: number }): JSX.Element {
  return (
    <div class="lane agenda"><span class="lane-name">{t("replay.lane.agenda")}</span><span class="lane-track">
      {line.chapters.map((one) => <Span key={`${one.item}-${one.from_ms}`} from={one.from_ms} to={one.to_ms ?? whole} whole={whole} kind="item" title={`${one.n}. ${say(one.title)} · ${length(one.from_ms)}`} />)}
    </span></div>
  );
}

function Cuts({ line, whole }: { line: Timeline; whole: number }): JSX.Element {
  return (
    <div class="lane"><span class="lane-name">{t("replay.lane.cuts")}</span><span class="lane-track">
      {line.scenes.map((one, i) => <Span key={one.from_ms} from={one.from_ms} to={line.scenes[i + 1]?.from_ms ?? whole} whole={whole} kind={`scene ${one.layout}`} title={length(one.from_ms)} />)}
    </span></div>
  );
}

function Site({ line, site, whole, chosen, choose }: { line: Timeline; site: Timeline["sites"][number]; whole: number; chosen: boolean; choose: () => void }): JSX.Element {
  const clips = line.sources.find((one) => one.source === `${site.id}/camera`)?.clips.filter((clip) => clip.class === "hi") ?? [];
  return (
    <div class={chosen ? "lane chosen" : "lane"}>
      <button type="button" class="lane-name" onClick={choose} data-testid={`lane-${site.id}`}>{say(site.name)}</button>
      <span class="lane-track">
        {presentSpans(line, site.id).map(([from, to]) => <Span key={from} from={from} to={to} whole={whole} kind="there" title={t("replay.there")} />)}
        {clips.map((clip) => <Span key={clip.clip} from={Math.max(0, clip.from_ms)} to={clip.to_ms ?? whole} whole={whole} kind="clip" title={clip.clip} />)}
        {clips.flatMap((clip) => clip.gaps.filter(([, , , kind]) => kind === "v").map(([from, to, reason]) => (
          <Span key={`${clip.clip}-${from}`} from={clip.from_ms + from} to={clip.from_ms + to} whole={whole} kind="hole" title={`${t(`gap.${reason}` as "gap.loss")} · ${length(to - from)}`} />
        )))}
        {line.floor.filter((one) => one.site === site.id).map((one) => <Span key={one.from_ms} from={one.from_ms} to={one.to_ms ?? whole} whole={whole} kind="spoke" title={t("replay.spoke")} />)}
      </span>
    </div>
  );
}

/** Everything but the cursor: drawn again only when the record or the view changes. */
function Rows({ player, line, whole }: { player: Player; line: Timeline; whole: number }): JSX.Element {
  const view = player.view.value;
  return (
    <>
      <Agenda line={line} whole={whole} />
      <Cuts line={line} whole={whole} />
      {line.sites.map((site) => (
        <Site key={site.id} line={line} site={site} whole={whole} chosen={view.kind === "site" && view.site === site.id}
          choose={() => player.look({ kind: "site", site: site.id })} />
      ))}
    </>
  );
}

/** What lies between in and out. */
function Selected({ player, whole }: { player: Player; whole: number }): JSX.Element | null {
  const { from, to } = player.selection.value;
  if (from === null && to === null) return null;
  return <i class="selected" style={{ left: percent(from ?? 0, whole), width: `${(((to ?? whole) - (from ?? 0)) / whole) * 100}%` }} />;
}

export function Lanes({ player }: { player: Player }): JSX.Element | null {
  const line = player.line.value;
  const area = useRef<HTMLDivElement>(null);
  const whole = Math.max(1, player.duration);
  const view = player.view.value;
  const rows = useMemo(() => line && <Rows player={player} line={line} whole={whole} />, [line, whole, view, player]);
  if (line === null) return null;
  const seek = (event: PointerEvent): void => {
    const track = area.current?.querySelector(".lane-track")?.getBoundingClientRect();
    if (!track || event.clientX < track.left || (event.type === "pointermove" && event.buttons === 0)) return;
    player.seek(((event.clientX - track.left) / track.width) * whole);
  };
  return (
    <div class="lanes" ref={area} onPointerDown={seek} onPointerMove={seek}>
      {rows}
      <span class="cursor-track" aria-hidden="true"><Selected player={player} whole={whole} /><i class="cursor" style={{ left: percent(player.position.value, whole) }} /></span>
    </div>
  );
}
