/** Asking for something: pending until answered, the refusal's sentence beside the button, a reason where one is due. */
import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { refusal, t, type TranslationKey } from "../i18n";
import { ask } from "../net/store";
import type { Command } from "../net/socket";

interface Act {
  pending: boolean;
  note: string | null;
  again: (() => void) | null;
}

const acts = signal<Readonly<Record<string, Act>>>({});
/** Said once to screen readers: what a key or a button led to. */
export const spoken = signal("");
export const reasonAsked = signal<{ title: string; text: string; ok: (reason: string) => void } | null>(null);

const WANT_REASON = new Set(["reason-required", "sites-missing", "required-items-left"]);

function set(name: string, act: Partial<Act>): void {
  const before = acts.peek()[name] ?? { pending: false, note: null, again: null };
  acts.value = { ...acts.peek(), [name]: { ...before, ...act } };
}

/** Ask; `make` is called again with a reason when the server wants one. */
export async function perform(name: string, title: string, make: (reason?: string) => Command | null): Promise<boolean> {
  if (acts.peek()[name]?.pending) return false;
  return send(name, title, make, undefined);
}

async function send(
  name: string,
  title: string,
  make: (reason?: string) => Command | null,
  reason: string | undefined,
): Promise<boolean> {
  const command = make(reason);
  if (!command) return false;
  set(name, { pending: true, note: null, again: null });
  const outcome = await ask(command);
  set(name, { pending: false });
  if (outcome.is === "done") {
    spoken.value = t("said.done", { what: title });
    return true;
  }
  if (outcome.is === "unsent") {
    set(name, { note: t("command.unsent"), again: () => void send(name, title, make, reason) });
    return false;
  }
  const sentence = refusal(outcome.code, outcome.detail);
  if (WANT_REASON.has(outcome.code) && reason === undefined) {
    reasonAsked.value = { title, text: sentence, ok: (given) => void send(name, title, make, given) };
    return false;
  }
  set(name, { note: sentence });
  spoken.value = sentence;
  setTimeout(() => {
    if (acts.peek()[name]?.note === sentence) set(name, { note: null });
  }, 6000);
  return false;
}

export interface DoProps {
  name: string;
  label: TranslationKey;
  make: (reason?: string) => Command | null;
  class?: string;
  testid?: string;
  disabled?: boolean;
  /** Ask for a reason at once, not only when refused. */
  reason?: boolean;
  hint?: string;
  hold?: boolean;
  onDone?: () => void;
  children?: ComponentChildren;
}

export function Do(props: DoProps) {
  const act = acts.value[props.name];
  const title = t(props.label);
  const run = () => {
    const go = (reason?: string) =>
      void perform(props.name, title, (later) => props.make(later ?? reason)).then((well) => well && props.onDone?.());
    if (props.reason) reasonAsked.value = { title, text: "", ok: go };
    else go();
  };
  const common = {
    class: `${props.class ?? ""}${act?.pending ? " pending" : ""}`,
    "data-testid": props.testid,
    disabled: props.disabled,
    title: props.hint,
  };
  const content = props.children ?? title;
  return (
    <span class="do">
      {props.hold ? (
        <HoldButton {...common} run={run}>
          {content}
        </HoldButton>
      ) : (
        <button type="button" {...common} onClick={run}>
          {content}
        </button>
      )}
      {act?.note && (
        <span class="note" role="alert">
          {act.note}
          {act.again && (
            <button type="button" onClick={act.again}>
              {t("command.again")}
            </button>
          )}
          <button type="button" class="plain" aria-label={t("close")} onClick={() => set(props.name, { note: null, again: null })}>
            ×
          </button>
        </span>
      )}
    </span>
  );
}

const HOLD_MS = 1000;

/** Irreversible acts: press and hold for one second, by pointer or by key. */
export function HoldButton(props: {
  run: () => void;
  class?: string;
  disabled?: boolean | undefined;
  title?: string | undefined;
  "data-testid"?: string | undefined;
  children: ComponentChildren;
}) {
  const [held, setHeld] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  const stop = () => {
    if (timer.current) clearTimeout(timer.current);
    timer.current = null;
    setHeld(false);
  };
  const start = () => {
    if (timer.current || props.disabled) return;
    setHeld(true);
    timer.current = setTimeout(() => {
      stop();
      props.run();
    }, HOLD_MS);
  };
  useEffect(() => stop, []);
  return (
    <button
      type="button"
      class={`hold ${props.class ?? ""}${held ? " held" : ""}`}
      disabled={props.disabled}
      title={props.title ?? t("hold.hint")}
      data-testid={props["data-testid"]}
      onPointerDown={start}
      onPointerUp={stop}
      onPointerLeave={stop}
      onPointerCancel={stop}
      onKeyDown={(event) => {
        if (event.key === "Enter" || event.key === " ") {
          event.preventDefault();
          if (!event.repeat) start();
        }
      }}
      onKeyUp={stop}
      onBlur={stop}
    >
      {props.children}
    </button>
  );
}

export function ReasonDialog() {
  const asked = reasonAsked.value;
  const box = useRef<HTMLDialogElement>(null);
  const [text, setText] = useState("");
  useEffect(() => {
    setText("");
    if (asked && box.current && !box.current.open) box.current.showModal();
  }, [asked]);
  if (!asked) return null;
  const close = () => {
    reasonAsked.value = null;
  };
  return (
    <dialog ref={box} onClose={close} aria-labelledby="reason-title">
      <form
        method="dialog"
        onSubmit={(event) => {
          event.preventDefault();
          if (!text.trim()) return;
          close();
          asked.ok(text.trim());
        }}
      >
        <h2 id="reason-title">{asked.title}</h2>
        {asked.text && <p>{asked.text}</p>}
        <label>
          {t("reason.label")}
          <input
            data-testid="reason-input"
            maxLength={200}
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
            autofocus
          />
        </label>
        <p class="row end">
          <button type="button" onClick={close}>
            {t("cancel")}
          </button>
          <button type="submit" class="act" data-testid="reason-ok" disabled={!text.trim()}>
            {t("reason.ok")}
          </button>
        </p>
      </form>
    </dialog>
  );
}
