/** The accounts of people over HTTP, and what of them the page shows. */
import { signal, type Signal } from "@preact/signals";
import { ApiRefused, ask } from "./api";

export const MADE = ["operator", "co-operator", "secretary", "staff", "auditor"] as const;
export type Made = (typeof MADE)[number];

export interface Account {
  readonly id: number;
  readonly name: string;
  readonly role: Made | "admin";
  readonly has_password: boolean;
  readonly seen_at: number | null;
  readonly closed: boolean;
}

export const setPassword = (before: string, password: string): Promise<unknown> => ask("POST", "/api/me/password", { before, password });

export class People {
  readonly list: Signal<readonly Account[]> = signal([]);
  readonly refused: Signal<string | null> = signal(null);
  readonly busy: Signal<boolean> = signal(false);
  /** The link that was made last: shown once, kept nowhere. */
  readonly fresh: Signal<{ id: number; url: string } | null> = signal(null);

  load(): Promise<void> {
    return this.guard(async () => {
      this.list.value = (await ask<{ people: readonly Account[] }>("GET", "/api/people")).people;
    });
  }

  add(name: string, role: Made): Promise<void> {
    return this.after(async () => {
      const made = await ask<{ id: number; token: string }>("POST", "/api/people", { name, role });
      this.fresh.value = { id: made.id, url: linkOf(made.token) };
    });
  }

  link(id: number): Promise<void> {
    return this.after(async () => {
      this.fresh.value = { id, url: linkOf((await ask<{ token: string }>("POST", `/api/people/${id}/link`)).token) };
    });
  }

  close(id: number): Promise<void> {
    return this.after(async () => {
      await ask("DELETE", `/api/people/${id}`);
      if (this.fresh.peek()?.id === id) this.fresh.value = null;
    });
  }

  reopen(id: number): Promise<void> {
    return this.after(() => ask("POST", `/api/people/${id}/reopen`));
  }

  private async after(act: () => Promise<unknown>): Promise<void> {
    await this.guard(act);
    if (this.refused.peek() === null) await this.load();
  }

  private async guard(act: () => Promise<unknown>): Promise<void> {
    this.busy.value = true;
    this.refused.value = null;
    try {
      await act();
    } catch (error) {
      this.refused.value = error instanceof ApiRefused ? error.code : "internal";
    } finally {
      this.busy.value = false;
    }
  }
}

/** A sign-in link: the token is in the fragment, which no server is sent and no log keeps. */
function linkOf(token: string): string {
  return `${location.origin}/#enter=${token}`;
}
