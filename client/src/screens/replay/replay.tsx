/** The replay: as broadcast, one site, or the grid; one timeline, many clips. CLIENT §5 /replay, RECORDING §6. */
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { duration, refusal, t, tx } from "../../i18n";
import { api, codeOf } from "../../net/api";
import { Playhead } from "../../replay/sync";
import { audibleAt, chapterAt, endOf, formatAt, parseAt, sceneAt, type Timeline } from "../../replay/timeline";
import { LangSwitch } from "../../ui/bits";
import { Slate } from "../../ui/picture";
import { ClipView } from "./clip";
import { Lanes } from "./lanes";

type View = { is: "broadcast" } | { is: "grid" } | { is: "site"; site: string };
type Box = { x: number; y: number; w: number; h: number };
const WHOLE: Box = { x: 0, y: 0, w: 1280, h: 720 };
const AHEAD_MS = 3000;
const RATES = [0.5, 1, 1.5, 2];

interface Shown {
  source: string;
  box: Box;
  visible: boolean;
  audible: boolean;
  main: boolean;
}

function grid(count: number): Box[] {
  const across = count <= 1 ? 1 : count <= 4 ? 2 : count <= 9 ? 3 : 4;
  const [w, h] = [Math.floor(1280 / across), Math.floor(720 / across)];
  const down = Math.ceil(count / across);
  const top = Math.max(0, Math.floor((720 - down * h) / 2));
  return Array.from({ length: count }, (_, i) => ({ x: (i % across) * w, y: top + Math.floor(i / across) * h, w, h }));
}

/** Which clips play now, where, and which are heard; the next scene's clips are made ready off stage. */
export function shownAt(line: Timeline, view: View, at: number): Shown[] {
  const sound = new Set(view.is === "site" ? [`${view.site}/camera`] : audibleAt(line, at));
  const out = new Map<string, Shown>();
  const put = (source: string, box: Box, visible: boolean) => {
    if (!out.has(source)) out.set(source, { source, box, visible, audible: sound.has(source), main: visible && out.size === 0 });
  };
  if (view.is === "site") put(`${view.site}/camera`, WHOLE, true);
  else if (view.is === "grid") {
    const sources = line.sites.map((one) => `${one.id}/camera`);
    const boxes = grid(sources.length);
    sources.forEach((source, i) => put(source, boxes[i]!, true));
  } else {
    for (const one of sceneAt(line, at)?.positions ?? []) if (!one.gone) put(one.source, one, true);
    for (const one of sceneAt(line, at + AHEAD_MS)?.positions ?? []) if (!one.gone) put(one.source, one, false);
  }
  for (const source of sound) put(source, WHOLE, false);
  return [...out.values()].sort((a, b) => (a.source < b.source ? -1 : 1));
}

export function Replay({ id, start, site }: { id: string; start: string | null; site: string | null }) {
  const [line, setLine] = useState<Timeline | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [view, setView] = useState<View>(site ? { is: "site", site } : { is: "broadcast" });
  const [at, setAt] = useState(0);
  const [jump, setJump] = useState(0);
  const [playing, setPlaying] = useState(false);
  const [rate, setRate] = useState(1);
  const [find, setFind] = useState("");
  const head = useMemo(() => new Playhead(() => performance.now()), []);
  const lineNow = useRef(line);
  lineNow.current = line;

  const load = () =>
    api<Timeline>("GET", `/api/sessions/${encodeURIComponent(id)}/replay/timeline`)
      .then(setLine)
      .catch((e: unknown) => setError(refusal(...codeOf(e))));
  const end = line ? endOf(line, Date.now() * 1000) : 0;

  const seek = (ms: number) => {
    head.seek(Math.min(Math.max(0, ms), end || ms));
    setAt(head.at());
    setJump((n) => n + 1);
  };
  const play = (on: boolean) => {
    if (on && end > 0 && head.at() >= end - 200) seek(0);
    if (on) head.play();
    else head.pause();
    setPlaying(on);
  };
  const speed = (to: number) => {
    head.setRate(to);
    setRate(to);
  };

  useEffect(() => {
    void load().then(() => {
      const asked = parseAt(start);
      if (asked !== null) seek(asked);
    });
    const timer = setInterval(() => {
      setAt(head.at());
      const last = lineNow.current;
      if (last && last.end_us !== null && head.playing && head.at() >= endOf(last, 0)) {
        head.pause();
        setPlaying(false);
      }
    }, 200);
    const fresh = setInterval(() => {
      if (lineNow.current?.end_us === null) void load();
    }, 5000);
    return () => {
      clearInterval(timer);
      clearInterval(fresh);
    };
  }, []);

  const keys = useRef<(event: KeyboardEvent) => void>(() => undefined);
  keys.current = (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if ((event.target as Element | null)?.closest?.("input:not([type=range]), select, button, a")) return;
    const acts: Record<string, () => void> = {
      " ": () => play(!playing),
      k: () => play(!playing),
      j: () => seek(head.at() - 10_000),
      l: () => seek(head.at() + 10_000),
      ",": () => seek(head.at() - 40),
      ".": () => seek(head.at() + 40),
    };
    const act = acts[event.key.toLowerCase()];
    if (act) {
      event.preventDefault();
      act();
    }
  };
  useEffect(() => {
    const listen = (event: KeyboardEvent) => keys.current(event);
    addEventListener("keydown", listen);
    return () => removeEventListener("keydown", listen);
  }, []);

  if (!line) {
    return (
      <main class="page">
        {error ? (
          <p class="alert" role="alert">
            {error} <a href="/">{t("gone.start")}</a>
          </p>
        ) : (
          <p class="quiet">{t("replay.loading")}</p>
        )}
      </main>
    );
  }
  const nameOf = (source: string) => tx(line.sites.find((one) => one.id === source.split("/")[0])?.name) || source;
  const scene = sceneAt(line, at);
  const shown = shownAt(line, view, at);
  const running = playing && !head.waiting;
  const chapter = chapterAt(line, at);
  const slate = view.is === "broadcast" && (!scene || scene.layout === "slate" || scene.layout === "hold");
  const folded = find.trim().toLocaleLowerCase();
  return (
    <div class="replay">
      <header class="bar">
        <h1>{tx(line.title)}</h1>
        {line.phase === "open" && <span class="tag air">{t("phase.open")}</span>}
        <span class="grow" />
        <a class="button" href="/">
          {t("gone.start")}
        </a>
        <LangSwitch />
      </header>
      <main>
        <div class="frame" data-testid="program" data-scene={scene?.scene ?? ""}>
          {slate && <Slate slate={scene?.slate ? { ...scene.slate, text: scene.slate.text ?? null } : null} hold={!scene || scene.layout === "hold"} title={tx(line.title)} />}
          {shown.map((one) => (
            <ClipView
              key={one.source}
              line={line}
              name={nameOf(one.source)}
              at={at}
              jump={jump}
              head={head}
              running={running}
              wanted={view.is === "grid" || one.box.w < 640 ? "lo" : "hi"}
              {...one}
            />
          ))}
          {view.is === "broadcast" &&
            scene?.positions
              .filter((one) => one.gone)
              .map((one) => (
                <div
                  key={`gone-${one.source}`}
                  class="position"
                  style={{ left: `${one.x / 12.8}%`, top: `${one.y / 7.2}%`, width: `${one.w / 12.8}%`, height: `${one.h / 7.2}%` }}
                >
                  <div class="picture without">
                    <div class="plate">
                      <strong>{nameOf(one.source)}</strong>
                      <span>{t("picture.plate")}</span>
                    </div>
                  </div>
                </div>
              ))}
        </div>
        <div class="controls bar">
          <button type="button" class="act" data-testid="replay-play" data-playing={playing ? "1" : "0"} onClick={() => play(!playing)}>
            {t(playing ? "replay.pause" : "replay.play")}
          </button>
          <span class="figures">
            {duration(at)} / {duration(end)}
          </span>
          <input
            type="range"
            data-testid="seek"
            aria-label={t("replay.seek")}
            aria-valuetext={duration(at)}
            min={0}
            max={Math.max(1, Math.round(end))}
            step={100}
            value={Math.round(at)}
            onInput={(event) => seek(Number(event.currentTarget.value))}
          />
          <select aria-label={t("replay.rate")} value={String(rate)} onChange={(event) => speed(Number(event.currentTarget.value))}>
            {RATES.map((one) => (
              <option key={one} value={String(one)}>
                {one}×
              </option>
            ))}
          </select>
          <a class="button" href={`?s=${encodeURIComponent(id)}&t=${formatAt(at)}${view.is === "site" ? `&site=${view.site}` : ""}`}>
            {t("replay.link")}
          </a>
        </div>
        <Lanes line={line} end={end} at={at} seek={seek} />
      </main>
      <aside class="side">
        <section class="panel">
          <h2>{t("replay.views")}</h2>
          <div class="row wrap">
            <button type="button" data-testid="view-broadcast" aria-pressed={view.is === "broadcast"} onClick={() => setView({ is: "broadcast" })}>
              {t("replay.broadcast")}
            </button>
            <button type="button" data-testid="view-grid" aria-pressed={view.is === "grid"} onClick={() => setView({ is: "grid" })}>
              {t("scene.grid")}
            </button>
            {line.sites.map((one) => (
              <button
                key={one.id}
                type="button"
                class="mini"
                data-testid={`view-site-${one.id}`}
                aria-pressed={view.is === "site" && view.site === one.id}
                onClick={() => setView({ is: "site", site: one.id })}
              >
                {tx(one.name)}
              </button>
            ))}
          </div>
        </section>
        <section class="panel chapters">
          <h2>{t("replay.chapters")}</h2>
          <input type="search" placeholder={t("replay.find")} aria-label={t("replay.find")} value={find} onInput={(event) => setFind(event.currentTarget.value)} />
          <ol>
            {line.chapters
              .filter((one) => tx(one.title).toLocaleLowerCase().includes(folded))
              .map((one) => (
                <li key={`${one.item}-${one.from_ms}`}>
                  <button
                    type="button"
                    class="plain line"
                    data-testid={`chapter-${one.item}`}
                    aria-current={chapter === one ? "step" : undefined}
                    onClick={() => seek(one.from_ms)}
                  >
                    <span class="figures">{duration(one.from_ms)}</span> {one.n}. {tx(one.title)}
                  </button>
                </li>
              ))}
          </ol>
        </section>
      </aside>
    </div>
  );
}
