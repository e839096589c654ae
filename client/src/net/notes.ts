/** The clerk's notes over HTTP (server/web/notes.py). The list itself is in the timeline. */
import { signal, type Signal } from "@preact/signals";
import { ask } from "./api";
import { refusalOf, type Refusal } from "./exports";

export const MOST_TEXT = 1000;

export class Notes {
  readonly refused: Signal<Refusal | null> = signal(null);
  readonly busy: Signal<boolean> = signal(false);
  private readonly root: string;

  /** `changed`: the timeline is to be read again. */
  constructor(session: string, private readonly changed: () => Promise<void>, private readonly call: typeof ask = ask) {
    this.root = `/api/sessions/${encodeURIComponent(session)}/replay/notes`;
  }

  /** Put a note at a moment of the timeline. True when it is written. */
  add(ms: number, text: string): Promise<boolean> {
    return this.guard(() => this.call("POST", this.root, { at_ms: Math.round(ms), text }));
  }

  /** Take a note back. */
  remove(id: number): Promise<boolean> {
    return this.guard(() => this.call("DELETE", `${this.root}/${id}`));
  }

  private async guard(act: () => Promise<unknown>): Promise<boolean> {
    if (this.busy.peek()) return false;
    this.busy.value = true;
    this.refused.value = null;
    try {
      await act();
      await this.changed();
      return true;
    } catch (error) {
      this.refused.value = refusalOf(error);
      return false;
    } finally {
      this.busy.value = false;
    }
  }
}
