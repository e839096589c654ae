/** Buttons that ask for something. */
import type { ComponentChildren, JSX } from "preact";
import { useRef } from "preact/hooks";
import { refusal, t } from "../i18n";
import type { Action } from "./action";

export type Look = "plain" | "primary" | "air" | "ready" | "quiet" | "danger";

interface Props {
  readonly action: Action;
  readonly children: ComponentChildren;
  readonly look?: Look;
  readonly testid?: string;
  readonly keys?: string;
  readonly disabled?: boolean;
  readonly title?: string;
  readonly class?: string;
}

/** The sentence of a refusal, beside the button that was pressed. */
export function Said({ action }: { action: Action }): JSX.Element | null {
  const refused = action.refused.value;
  if (refused === null) return null;
  return (
    <span class="said" role="alert">
      {refusal(refused.code, refused.detail)}
      {(refused.code === "unsent" || refused.code === "unanswered") && (
        <button type="button" class="said-again" onClick={() => void action.run()}>{t("act.again")}</button>
      )}
      <button type="button" class="said-close" aria-label={t("act.dismiss")} onClick={() => (action.refused.value = null)}>×</button>
    </span>
  );
}

function classes(look: Look | undefined, more: string | undefined, pending: boolean): string {
  return `button ${look ?? "plain"}${more ? ` ${more}` : ""}${pending ? " pending" : ""}`;
}

/** A button that asks once per press. */
export function Act({ action, children, look, testid, keys, disabled, title, class: more }: Props): JSX.Element {
  const pending = action.pending.value;
  return (
    <span class="act">
      <button type="button" class={classes(look, more, pending)} data-testid={testid} disabled={disabled} title={title}
        aria-busy={pending} aria-keyshortcuts={keys} onClick={() => void action.run()}>
        <span class="label">{children}</span>
        {keys && <kbd>{keys}</kbd>}
      </button>
      <Said action={action} />
    </span>
  );
}

const HOLD_MS = 1000;

/** A button for what cannot be taken back: held down for one second, by pointer or by key. */
export function HoldAct({ action, children, look = "danger", testid, disabled, title }: Props): JSX.Element {
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  const since = useRef(0);
  const button = useRef<HTMLButtonElement>(null);
  const stop = (): void => {
    if (timer.current !== null) clearTimeout(timer.current);
    timer.current = null;
    button.current?.classList.remove("holding");
  };
  const done = (): void => {
    stop();
    void action.run();
  };
  const start = (event: Event): void => {
    if (timer.current !== null || disabled) return;
    button.current?.classList.add("holding");
    since.current = event.timeStamp;
    timer.current = setTimeout(done, HOLD_MS);
  };
  // on a busy PC the release may be handled before the timer that was due earlier: the hand's own times decide
  const release = (event: Event): void => {
    if (timer.current !== null && event.timeStamp - since.current >= HOLD_MS) done();
    else stop();
  };
  const key = (event: KeyboardEvent): void => {
    if (event.key !== " " && event.key !== "Enter") return;
    event.preventDefault();
    if (!event.repeat) start(event);
  };
  return (
    <span class="act">
      <button type="button" ref={button} class={classes(look, "hold", action.pending.value)} data-testid={testid} disabled={disabled}
        title={title ?? t("act.hold")} onPointerDown={start} onPointerUp={release} onPointerLeave={stop} onPointerCancel={stop}
        onKeyDown={key} onKeyUp={release} onBlur={stop} onContextMenu={(event) => event.preventDefault()}>
        <span class="label">{children}</span>
      </button>
      <Said action={action} />
    </span>
  );
}
