/** A press of a button that asks over HTTP: pending until answered, its refusal beside it. */
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { ApiRefused } from "../net/api";
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
      const code = (error as { code?: unknown }).code;
      refused.value = error instanceof ApiRefused ? { code: error.code, detail: error.detail } : { code: typeof code === "string" ? code : "internal", detail: {} };
      return false;
    } finally {
      pending.value = false;
    }
  };
  return { pending, refused, asking, run };
}
