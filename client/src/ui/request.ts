/** A press of a button that asks over HTTP: pending until answered, its refusal beside it. */
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { Action } from "./action";

/** Make an action of a request; `make` returns null when there is nothing to do. What it throws is shown, whatever it is. */
export function useRequest(make: (reason?: string) => Promise<unknown> | null, then: () => void = () => undefined): Action {
  const latest = useRef(make);
  latest.current = make;
  const pending = useSignal(false);
  const refused = useSignal<Action["refused"]["value"]>(null);
  const asking = useSignal<string | null>(null);
  const run = async (reason?: string): Promise<boolean> => {
    if (pending.peek()) return false;
    const work = latest.current(reason);
    if (work === null) return false;
    pending.value = true;
    refused.value = null;
    try {
      await work;
      asking.value = null;
      then();
      return true;
    } catch (error) {
      const told = error as { code?: unknown; detail?: Readonly<Record<string, string | number>> };
      refused.value = { code: typeof told.code === "string" ? told.code : "internal", detail: told.detail ?? {} };
      return false;
    } finally {
      pending.value = false;
    }
  };
  return { pending, refused, asking, run };
}
