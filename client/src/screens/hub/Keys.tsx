/** Keyboard shortcuts: one table, shown by `?`, each changeable, with a switch-off for all (WCAG 2.1.4). */
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { signal } from "@preact/signals";
import { t, type Key } from "../../i18n";
import { Dialog } from "../../ui/Dialog";
import { keymap, MAPPED, remap, reset, sign, unmap, type KeyFault, type Mapped } from "./keymap";

const KEPT = "diemcau.keys";

function kept(): boolean {
  try {
    return localStorage.getItem(KEPT) !== "off";
  } catch {
    return true;
  }
}

export const keysOn = signal(kept());

function set(on: boolean): void {
  keysOn.value = on;
  try {
    localStorage.setItem(KEPT, on ? "on" : "off");
  } catch {
    // on again after a reload
  }
}

export interface KeyActs {
  take(): void;
  cut(): void;
  preview(n: number, two: boolean): void;
  mute(): void;
  hold(): void;
  help(): void;
  undo(): void;
  notice(): void;
  incident(): void;
}

/** What a key means, or null. Digits by their place on the keyboard: Shift makes signs of them. */
export function meaning(event: KeyboardEvent, acts: KeyActs): (() => void) | null {
  if (event.ctrlKey && event.code === "KeyZ" && !event.repeat && !event.shiftKey) return acts.undo;
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return null;
  const digit = /^(?:Digit|Numpad)([0-9])$/.exec(event.code)?.[1];
  if (digit !== undefined) return () => acts.preview(Number(digit), event.shiftKey);
  const code = event.code === "NumpadEnter" ? "Enter" : event.code;
  const act = MAPPED.find((one) => code !== "" && keymap.peek()[one] === code);
  return act !== undefined ? acts[act] : event.key === "?" ? acts.help : null;
}

/** Keys belong to fields, dialogs and focused buttons first. */
export function taken(target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return false;
  if (document.querySelector("dialog[open]")) return true;
  return target.closest("input, textarea, select, button, a, summary, [contenteditable]") !== null;
}

/** Listen to the keyboard; after a pointer click focus returns to the page, so Space never repeats a button. */
export function useKeys(acts: KeyActs): void {
  const latest = useRef(acts);
  latest.current = acts;
  useEffect(() => {
    const down = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || taken(event.target)) return;
      const act = meaning(event, latest.current);
      if (act === null || (!keysOn.peek() && event.key !== "?")) return;
      event.preventDefault();
      act();
    };
    const up = (event: PointerEvent): void => {
      const button = event.target instanceof Element ? event.target.closest("button") : null;
      if (button && !button.closest("dialog")) setTimeout(() => button.blur());
    };
    document.addEventListener("keydown", down);
    document.addEventListener("click", up as EventListener);
    return () => {
      document.removeEventListener("keydown", down);
      document.removeEventListener("click", up as EventListener);
    };
  }, []);
}

const FIXED: readonly (readonly [string, Key])[] = [
  ["0–9", "keys.preview"], ["⇧ 1–9", "keys.two"], ["Ctrl Z", "keys.undo"], ["?", "keys.help"],
];

/** One key that may be changed: the next key pressed becomes it, Escape leaves it as it is. */
function Changed({ act }: { act: Mapped }): JSX.Element {
  const [listening, listen] = useState(false);
  const [fault, say] = useState<KeyFault | null>(null);
  const code = keymap.value[act];
  const hear = (event: KeyboardEvent): void => {
    if (!listening) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.code !== "Escape") say(remap(act, event.code));
    listen(false);
  };
  return (
    <div data-testid={`key-${act}`}>
      <dt><kbd>{code === "" ? "–" : sign(code)}</kbd></dt>
      <dd>
        {t(`keys.${act}`)}{" "}
        <button type="button" class="button quiet" aria-pressed={listening} data-testid={`remap-${act}`} onKeyDown={hear} onBlur={() => listen(false)}
          onClick={() => { say(null); listen(true); }}>{t(listening ? "keys.press" : "keys.change")}</button>
        {code !== "" && <button type="button" class="button quiet" data-testid={`unmap-${act}`} onClick={() => unmap(act)}>{t("keys.remove")}</button>}
        {fault && <span class="said" role="alert">{t(fault)}</span>}
      </dd>
    </div>
  );
}

export function KeysDialog({ close }: { close: () => void }): JSX.Element {
  return (
    <Dialog title={t("keys.title")} close={close}>
      <dl class="keys">
        {MAPPED.map((act) => <Changed key={act} act={act} />)}
        {FIXED.map(([key, text]) => <div key={key}><dt><kbd>{key}</kbd></dt><dd>{t(text)}</dd></div>)}
      </dl>
      <p class="row">
        <label class="check"><input type="checkbox" checked={keysOn.value} onChange={(event) => set(event.currentTarget.checked)} /> {t("keys.on")}</label>
        <button type="button" class="button" data-testid="keys-reset" onClick={reset}>{t("keys.reset")}</button>
      </p>
    </Dialog>
  );
}
