/** The lanes: moments, agenda, cuts, and of each site presence, recording, speech, the floor, hands, holes and weak lines (CLIENT §5
 * /replay 3). */
import { useSignal, type Signal } from "@preact/signals";
import { Fragment, type JSX } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { say, t, type Key } from "../../i18n";
import { length } from "../../i18n/times";
import { holes, nearest, pan, seen, showing, siteSpans, weakAt, zoom, type Span, type Window } from "../../replay/lanes";
import type { Player } from "../../replay/player";
import { moments, type Hit } from "../../replay/search";
import type { Timeline } from "../../replay/timeline";
import { Bar, percent } from "./Bar";
import { kindOf } from "./Find";
import { LaneTools } from "./LaneTools";
import { LineLanes, weakSentence } from "./LineLanes";
import { Voice } from "./Voice";

const IN = 1.6;

/** A moment: a dot that can be pressed; from the keyboard the search and `[` `]` reach it. */
function Dot({ hit, window, player }: { hit: Hit; window: Window; player: Player }): JSX.Element {
  const title = `${kindOf(hit.kind)}: ${say(hit.text)} · ${length(hit.ms)}`;
  return (
    <button type="button" tabIndex={-1} class={`dot ${hit.kind.replace(".", "-")}`} title={title} aria-label={title} data-testid={`dot-${hit.kind}`}
      style={{ left: percent(hit.ms, window) }} onPointerDown={(event) => event.stopPropagation()} onClick={() => player.seek(hit.ms)} />
  );
}

interface Shown {
  readonly player: Player;
  readonly line: Timeline;
  readonly whole: number;
  readonly window: Window;
}

/** What the lanes of items and sites already draw as stretches gets no dot. */
const STRETCHES = new Set(["chapter", "spoke", "hand"]);

function Moments({ player, line, window }: Shown): JSX.Element {
  const all = useMemo(() => moments(line).filter((hit) => !STRETCHES.has(hit.kind)), [line]);
  return (
    <div class="lane"><span class="lane-name">{t("replay.lane.moments")}</span><span class="lane-track dots">
      {all.filter((hit) => hit.ms >= window.from && hit.ms <= window.to).map((hit, i) => <Dot key={`${hit.kind}-${hit.ms}-${i}`} hit={hit} window={window} player={player} />)}
    </span></div>
  );
}

function Agenda({ line, whole, window }: Shown): JSX.Element {
  return (
    <div class="lane agenda"><span class="lane-name">{t("replay.lane.agenda")}</span><span class="lane-track">
      {line.chapters.filter((one) => (one.to_ms ?? whole) >= window.from && one.from_ms <= window.to).map((one) => (
        <Bar key={`${one.item}-${one.from_ms}`} span={{ from: one.from_ms, to: one.to_ms ?? whole, kind: "item" }} window={window} kind={one.n % 2 ? "item" : "item even"} title={`${one.n}. ${say(one.title)} · ${length(one.from_ms)}`} />
      ))}
    </span></div>
  );
}

function Cuts({ line, whole, window }: Shown): JSX.Element {
  const spans = useMemo(() => line.scenes.map((one, i) => ({ from: one.from_ms, to: line.scenes[i + 1]?.from_ms ?? whole, kind: one.layout })), [line, whole]);
  return (
    <div class="lane"><span class="lane-name">{t("replay.lane.cuts")}</span><span class="lane-track">
      {spans.filter((one) => one.to >= window.from && one.from <= window.to).map((one) => <Bar key={one.from} span={one} window={window} kind={`scene ${one.kind}`} title={length(one.from)} />)}
    </span></div>
  );
}

function told(span: Span): string {
  switch (span.kind) {
    case "hole": return `${t(`gap.${span.reason}` as Key)} · ${length(span.to - span.from)}`;
    case "there": return t("replay.there");
    case "speech": return t("replay.spoken");
    case "clip": return t("replay.recorded");
    default: return `${kindOf(span.kind)} · ${length(span.from)}`;
  }
}

function Site({ player, line, whole, window, site }: Shown & { site: Timeline["sites"][number] }): JSX.Element {
  const spans = useMemo(() => siteSpans(line, site.id, whole), [line, site.id, whole]);
  const view = player.view.value;
  const chosen = view.kind === "site" && view.site === site.id;
  return (
    <div class={chosen ? "lane site chosen" : "lane site"}>
      <span class="lane-head">
        <button type="button" class="lane-name" aria-pressed={chosen} onClick={() => player.look({ kind: "site", site: site.id })} data-testid={`lane-${site.id}`}>{say(site.name)}</button>
        <Voice player={player} site={site} />
      </span>
      <span class="lane-track">
        {seen(spans, window).map((span, i) => <Bar key={`${span.kind}-${span.from}-${i}`} span={span} window={window} kind={span.kind} title={told(span)} />)}
      </span>
    </div>
  );
}

/** Everything but the cursor: drawn again only when the record, the window or the view changes. */
function Rows(shown: Shown): JSX.Element {
  return (
    <>
      <Moments {...shown} />
      <Agenda {...shown} />
      <Cuts {...shown} />
      {shown.line.sites.map((site) => (
        <Fragment key={site.id}>
          <Site {...shown} site={site} />
          <LineLanes {...shown} site={site} />
        </Fragment>
      ))}
    </>
  );
}

/** What lies between in and out. */
function Selected({ player, window, whole }: { player: Player; window: Window; whole: number }): JSX.Element | null {
  const { from, to } = player.selection.value;
  if (from === null && to === null) return null;
  const [begin, end] = [Math.max(from ?? 0, window.from), Math.min(to ?? whole, window.to)];
  if (begin >= end) return null;
  return <i class="selected" style={{ left: percent(begin, window), width: `${((end - begin) / (window.to - window.from)) * 100}%` }} />;
}

function Cursor({ player, window }: { player: Player; window: Window }): JSX.Element | null {
  const at = player.position.value;
  return at < window.from || at > window.to ? null : <i class="cursor" style={{ left: percent(at, window) }} />;
}

/** What is at the cursor, in words: holes and weak lines of any site and the moment last passed. For those who do not point. */
function Here({ player, line }: { player: Player; line: Timeline }): JSX.Element {
  const at = player.position.value;
  const stops = useMemo(() => ({ holes: holes(line), moments: moments(line) }), [line]);
  const open = stops.holes.filter((one) => one.ms <= at && at < one.ms + one.length)
    .map((one) => t("replay.hole", { site: say(line.sites.find((site) => site.id === one.site)?.name), reason: t(`gap.${one.reason}` as Key), length: length(one.length) }));
  const passed = stops.moments.filter((one) => one.ms <= at + 200 && at < one.ms + 4000).slice(-2).map((one) => `${kindOf(one.kind)}: ${say(one.text)}`);
  const weak = weakAt(line, at).map((one) => weakSentence(line, one));
  const words = [...passed, ...open, ...weak].join(" · ");
  return <p class="here" role="status" data-testid="here" title={words}>{words}</p>;
}

/** `[` and `]` go to the moment or hole before and after; + − 0 zoom. */
function useKeys(player: Player, window: Signal<Window>, whole: () => number): void {
  useEffect(() => {
    const down = (event: KeyboardEvent): void => {
      const line = player.line.peek();
      if (line === null || event.ctrlKey || event.metaKey || event.altKey || (event.target instanceof Element && event.target.closest("input, select, textarea"))) return;
      const at = player.position.peek();
      if (event.key === "+" || event.key === "=") window.value = zoom(window.peek(), 1 / IN, at, whole());
      else if (event.key === "-") window.value = zoom(window.peek(), IN, at, whole());
      else if (event.key === "0") window.value = { from: 0, to: whole() };
      else if (event.key === "[" || event.key === "]") {
        const to = nearest([...moments(line), ...holes(line)].map((one) => one.ms), at, event.key === "]" ? 1 : -1);
        if (to !== null) player.seek(to);
      } else return;
      event.preventDefault();
    };
    document.addEventListener("keydown", down);
    return () => document.removeEventListener("keydown", down);
  }, [player]);
}

/** The window the lanes show. It grows with a record that grows while it shows all of it, and follows the cursor out. */
function useWindow(player: Player, whole: number): Signal<Window> {
  const window = useSignal<Window>({ from: 0, to: whole });
  const before = useRef(whole);
  useEffect(() => {
    const shown = window.peek();
    if (shown.from === 0 && shown.to >= before.current) window.value = { from: 0, to: whole };
    before.current = whole;
  }, [whole]);
  useEffect(() => player.position.subscribe((at) => {
    const next = showing(window.peek(), at, before.current);
    if (next !== window.peek()) window.value = next;
  }), [player]);
  return window;
}

function useWheel(area: { current: HTMLDivElement | null }, window: Signal<Window>, place: (x: number) => number | null, whole: () => number, there: boolean): void {
  useEffect(() => {
    const wheel = (event: WheelEvent): void => {
      const at = place(event.clientX);
      const width = window.peek().to - window.peek().from;
      if (at === null || !(event.ctrlKey || event.altKey || event.shiftKey || event.deltaX !== 0)) return; // a plain wheel scrolls the sites
      event.preventDefault();
      if (event.ctrlKey || event.altKey) window.value = zoom(window.peek(), event.deltaY < 0 ? 1 / IN : IN, at, whole());
      else window.value = pan(window.peek(), (Math.sign(event.deltaX || event.deltaY) * width) / 10, whole());
    };
    const element = area.current;
    element?.addEventListener("wheel", wheel, { passive: false });
    return () => element?.removeEventListener("wheel", wheel);
  }, [there]);
}

export function Lanes({ player }: { player: Player }): JSX.Element | null {
  const line = player.line.value;
  const area = useRef<HTMLDivElement>(null);
  const whole = Math.max(1, player.duration);
  const latest = useRef(whole);
  latest.current = whole;
  const window = useWindow(player, whole);
  const place = (x: number): number | null => {
    const track = area.current?.querySelector(".lane-track")?.getBoundingClientRect();
    if (!track || x < track.left) return null;
    const { from, to } = window.peek();
    return from + ((x - track.left) / track.width) * (to - from);
  };
  useKeys(player, window, () => latest.current);
  useWheel(area, window, place, () => latest.current, line !== null);
  const shown = window.value;
  const view = player.view.value;
  const rows = useMemo(() => line && <Rows player={player} line={line} whole={whole} window={shown} />, [line, whole, view, shown, player]);
  if (line === null) return null;
  const seek = (event: PointerEvent): void => {
    if (event.type === "pointermove" && event.buttons === 0) return;
    const at = place(event.clientX);
    if (at !== null) player.seek(at);
  };
  return (
    <>
      <LaneTools player={player} window={window} whole={whole}><Here player={player} line={line} /></LaneTools>
      <div class="lanes" ref={area} onPointerDown={seek} onPointerMove={seek}>
        <div class="lane-rows">
          {rows}
          <span class="cursor-track" aria-hidden="true"><Selected player={player} window={shown} whole={whole} /><Cursor player={player} window={shown} /></span>
        </div>
      </div>
    </>
  );
}
