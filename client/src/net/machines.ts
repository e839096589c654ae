/** Keys of encoders (OBS, FFmpeg) as signals: listed, made, revoked. */
import { signal, type Signal } from "@preact/signals";
import { ApiRefused, ask } from "./api";

export interface Machine {
  readonly source: string;
  readonly issued_at: number;
}

interface Told {
  readonly machines: readonly Machine[];
  readonly sources: readonly string[];
}

export class Machines {
  readonly told: Signal<Told> = signal({ machines: [], sources: [] });
  /** The key that was made last: shown once, kept nowhere. */
  readonly fresh: Signal<{ source: string; url: string; key: string } | null> = signal(null);
  readonly refused: Signal<string | null> = signal(null);
  readonly busy: Signal<boolean> = signal(false);
  private readonly path: string;

  constructor(session: string) {
    this.path = `/api/sessions/${encodeURIComponent(session)}/machines`;
  }

  load(): Promise<void> {
    return this.guard(async () => undefined);
  }

  make(source: string): Promise<void> {
    return this.guard(async () => {
      this.fresh.value = { source, ...(await ask<{ url: string; key: string }>("POST", this.path, { source })) };
    });
  }

  revoke(source: string): Promise<void> {
    return this.guard(async () => {
      await ask("DELETE", `${this.path}/${source}`);
      if (this.fresh.peek()?.source === source) this.fresh.value = null;
    });
  }

  private async guard(act: () => Promise<unknown>): Promise<void> {
    this.busy.value = true;
    this.refused.value = null;
    try {
      await act();
      this.told.value = await ask<Told>("GET", this.path);
    } catch (error) {
      this.refused.value = error instanceof ApiRefused ? error.code : "internal";
    } finally {
      this.busy.value = false;
    }
  }
}
