/** Above the lanes: jump between moments, zoom, and the strip that moves the window over a long record. */
import type { Signal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { t } from "../../i18n";
import { length } from "../../i18n/times";
import { holes, nearest, pan, zoom, type Window } from "../../replay/lanes";
import type { Player } from "../../replay/player";
import { moments } from "../../replay/search";
import { Icon } from "../../ui/Icon";

const STEP = 2;

export function LaneTools({ player, window, whole, children }: { player: Player; window: Signal<Window>; whole: number; children: ComponentChildren }): JSX.Element {
  const { from, to } = window.value;
  const zoomed = to - from < whole - 1;
  const jump = (way: 1 | -1): void => {
    const line = player.line.peek();
    const at = line && nearest([...moments(line), ...holes(line)].map((one) => one.ms), player.position.peek(), way);
    if (at !== null) player.seek(at);
  };
  const scale = (factor: number): void => void (window.value = zoom(window.peek(), factor, player.position.peek(), whole));
  return (
    <div class="lane-tools" role="group" aria-label={t("replay.zoom")}>
      <button type="button" class="button small quiet flip" aria-keyshortcuts="[" title={t("replay.previous")} aria-label={t("replay.previous")} onClick={() => jump(-1)}><Icon name="skip" size={14} /></button>
      <button type="button" class="button small quiet" aria-keyshortcuts="]" title={t("replay.next")} aria-label={t("replay.next")} onClick={() => jump(1)}><Icon name="skip" size={14} /></button>
      <button type="button" class="button small quiet" aria-keyshortcuts="-" disabled={!zoomed} aria-label={t("replay.zoom-out")} title={t("replay.zoom-out")} data-testid="zoom-out" onClick={() => scale(STEP)}>−</button>
      <button type="button" class="button small quiet" aria-keyshortcuts="+" aria-label={t("replay.zoom-in")} title={t("replay.zoom-in")} data-testid="zoom-in" onClick={() => scale(1 / STEP)}>+</button>
      {zoomed && (
        <>
          <button type="button" class="button small quiet" aria-keyshortcuts="0" data-testid="zoom-all" onClick={() => (window.value = { from: 0, to: whole })}>{t("replay.zoom-all")}</button>
          <input class="strip-window" type="range" min={0} max={Math.max(1, whole - (to - from))} step={1000} value={from} aria-label={t("replay.zoom")} data-testid="zoom-strip"
            onInput={(event) => (window.value = pan(window.peek(), event.currentTarget.valueAsNumber - window.peek().from, whole))} />
          <span class="figures soft" data-testid="zoom-window">{length(from)} – {length(to)}</span>
        </>
      )}
      {children}
    </div>
  );
}
