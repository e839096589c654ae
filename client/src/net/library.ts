/** The library over HTTP: what records there are, what is decided about each. */
import { signal, type Signal } from "@preact/signals";
import type { Text } from "../proto/types";
import { ApiRefused, ask } from "./api";

export interface Hit {
  readonly kind: string;
  readonly text: string;
  /** Where in the record, ms from its opening; null for what is not a moment. */
  readonly ms: number | null;
}

export interface Kept {
  readonly id: string;
  readonly title: Text;
  readonly start: number;
  readonly utc_offset_s: number;
  readonly phase: string;
  readonly opened_at: number | null;
  readonly closed_at: number | null;
  readonly sites: number;
  readonly kind: string | null;
  readonly due: number | null;
  readonly hold: string | null;
  readonly hold_by: string | null;
  readonly asked_name: string | null;
  readonly asked_reason: string | null;
  readonly hits: readonly Hit[];
}

export interface Remains {
  readonly id: string;
  readonly title: Text;
  readonly at: number;
  readonly asked_by: string;
  readonly confirmed_by: string;
  readonly reason: string;
  readonly manifest: string;
}

interface Told {
  readonly records: readonly Kept[];
  readonly destroyed: readonly Remains[];
  readonly classes: readonly string[];
}

const root = (id: string): string => `/api/sessions/${encodeURIComponent(id)}`;

export class Library {
  readonly told: Signal<Told | null> = signal(null);
  readonly refused: Signal<string | null> = signal(null);
  readonly words: Signal<string> = signal("");
  private turn = 0;

  async load(words = this.words.peek()): Promise<void> {
    this.words.value = words;
    const turn = (this.turn += 1);
    await this.guard(async () => {
      const told = await ask<Told>("GET", `/api/library?q=${encodeURIComponent(words)}`);
      if (turn === this.turn) this.told.value = told; // a later question was asked meanwhile
    });
  }

  classify(id: string, kind: string): Promise<void> {
    return this.after("PUT", `${root(id)}/retention`, { kind });
  }

  hold(id: string, reason: string | null): Promise<void> {
    return reason === null ? this.after("DELETE", `${root(id)}/hold`) : this.after("PUT", `${root(id)}/hold`, { reason });
  }

  ask(id: string, reason: string | null): Promise<void> {
    return reason === null ? this.after("DELETE", `${root(id)}/destruction`) : this.after("PUT", `${root(id)}/destruction`, { reason });
  }

  confirm(id: string): Promise<void> {
    return this.after("POST", `${root(id)}/destruction`, {});
  }

  private async after(method: string, path: string, body?: unknown): Promise<void> {
    await this.guard(() => ask(method, path, body));
    if (this.refused.peek() === null) await this.load();
  }

  private async guard(act: () => Promise<unknown>): Promise<void> {
    this.refused.value = null;
    try {
      await act();
    } catch (error) {
      this.refused.value = error instanceof ApiRefused ? error.code : "internal";
    }
  }
}
