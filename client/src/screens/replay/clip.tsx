/** One source in the replay: its clip's element, kept on the timeline. */
import { useEffect, useRef } from "preact/hooks";
import { t, has } from "../../i18n";
import { ClipSync, type Playhead } from "../../replay/sync";
import { clipAt, gapAt, type Timeline } from "../../replay/timeline";

export interface ClipProps {
  line: Timeline;
  source: string;
  name: string;
  /** Timeline position, moved five times a second. */
  at: number;
  /** Changes at every jump of the timeline. */
  jump: number;
  head: Playhead;
  running: boolean;
  main: boolean;
  audible: boolean;
  visible: boolean;
  wanted: "hi" | "lo";
  box: { x: number; y: number; w: number; h: number };
}

const percent = (part: number, of: number) => `${(part / of) * 100}%`;

export function reasonText(reason: string): string {
  const key = `gap.${reason}`;
  return has(key) ? t(key) : t("gap.other", { reason });
}

export function ClipView(props: ClipProps) {
  const { line, source, at, head, running, main, audible, visible } = props;
  const box = useRef<HTMLVideoElement>(null);
  const sync = useRef(new ClipSync());
  const state = useRef({ jump: -1, reloaded: -Infinity, stalledAt: -1 });
  const clip = clipAt(line, source, at, props.wanted);
  const url = clip ? `/api/sessions/${encodeURIComponent(line.session)}/replay/media/${encodeURIComponent(clip.clip)}` : null;

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    sync.current = new ClipSync();
    if (url === null) element.removeAttribute("src");
    else element.src = url;
    element.load();
  }, [url]);

  useEffect(() => {
    const element = box.current;
    if (!element || !clip) {
      if (main) head.stall(false);
      return;
    }
    const now = performance.now();
    const want = (head.at() - clip.from_ms) / 1000;
    element.muted = !audible;
    if (state.current.jump !== props.jump) {
      state.current.jump = props.jump;
      sync.current.jumped();
    }
    // a clip that is still written is read up to a pin; past it, ask for a newer one
    if (clip.to_ms === null && (element.ended || element.error) && now - state.current.reloaded > 3000) {
      state.current.reloaded = now;
      element.load();
      sync.current.jumped();
    }
    const ready = element.readyState >= 1;
    if (main) {
      const waits = head.playing && !element.error && !element.ended && (element.seeking || element.readyState < 3);
      if (!waits) state.current.stalledAt = -1;
      else if (state.current.stalledAt < 0) state.current.stalledAt = now;
      // nothing may hold the timeline for ever
      head.stall(waits && now - state.current.stalledAt < 6000);
    }
    if (!ready || element.seeking) return;
    if (!running) {
      if (!element.paused) element.pause();
      if (!head.playing && Math.abs(want - element.currentTime) > 0.02) element.currentTime = Math.max(0, want);
      return;
    }
    const act = sync.current.decide({ want, is: element.currentTime, rate: head.rate, audible, now });
    if (act.do === "seek") element.currentTime = act.to;
    else if (Math.abs(element.playbackRate - act.rate) > 0.001) element.playbackRate = act.rate;
    if (element.paused && !element.ended) void element.play().catch(() => undefined);
  }, [at, running, audible, props.jump, url]);

  useEffect(
    () => () => {
      const element = box.current;
      element?.pause();
      element?.removeAttribute("src");
      element?.load();
    },
    [],
  );

  const gap = gapAt(line, source, at);
  const { x, y, w, h } = props.box;
  const style = { left: percent(x, 1280), top: percent(y, 720), width: percent(w, 1280), height: percent(h, 720) };
  return (
    <div class={`position${visible ? "" : " offstage"}`} style={style}>
      <div class={`picture${gap ? " without" : ""}`}>
        <video
          ref={box}
          data-source={source}
          data-visible={visible ? "1" : "0"}
          data-clip={clip?.clip ?? ""}
          playsInline
          preload="auto"
          onSeeked={() => sync.current.arrived(performance.now())}
        />
        {gap && (
          <div class="plate">
            <strong>{props.name}</strong>
            <span>{reasonText(gap)}</span>
          </div>
        )}
      </div>
    </div>
  );
}
