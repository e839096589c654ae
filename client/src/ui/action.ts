/** A press of a button: pending until it is in force, refused with its sentence beside the button (CLIENT §5). */
import { useSignal, type Signal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { refusal } from "../i18n";
import type { Command } from "../proto/types";
import { usePlace } from "./context";

export interface Action {
  readonly pending: Signal<boolean>;
  readonly refused: Signal<{ code: string; detail: Readonly<Record<string, string | number>> } | null>;
  /** A reason is wanted, because of this code. */
  readonly asking: Signal<string | null>;
  /** Do it. True when it is in force. */
  run(reason?: string): Promise<boolean>;
}

/** The same action, and what follows once it is in force. */
export function andThen(action: Action, follow: () => void): Action {
  const run = async (reason?: string): Promise<boolean> => {
    const done = await action.run(reason);
    if (done) follow();
    return done;
  };
  return { ...action, run };
}

const SHOWN_MS = 8000;

/** Make an action; `make` is asked afresh at each press, null means there is nothing to do. `reasonOn`: refusals that a
 * reason overcomes. */
export function useAction(make: (reason?: string) => Command | null, reasonOn: readonly string[] = []): Action {
  const { room } = usePlace();
  const latest = useRef(make);
  latest.current = make;
  const pending = useSignal(false);
  const refused = useSignal<Action["refused"]["value"]>(null);
  const asking = useSignal<string | null>(null);
  const run = async (reason?: string): Promise<boolean> => {
    const command = latest.current(reason);
    if (command === null || pending.peek()) return false;
    pending.value = true;
    refused.value = null;
    const answer = await room.ask(command);
    pending.value = false;
    if (answer.ok) {
      asking.value = null;
      return true;
    }
    if (reason === undefined && reasonOn.includes(answer.code)) asking.value = answer.code;
    else refused.value = { code: answer.code, detail: answer.detail };
    room.store.notice.value = refusal(answer.code, answer.detail);
    const shown = refused.peek();
    if (answer.code !== "unsent" && answer.code !== "unanswered") setTimeout(() => refused.peek() === shown && (refused.value = null), SHOWN_MS);
    return false;
  };
  return { pending, refused, asking, run };
}
