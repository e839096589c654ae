/** The ways in: sign-in links, name and password, a site's link, the first claim. Each ends in a page to open. */
import { signal, type Signal } from "@preact/signals";
import { ApiRefused, enter, join, login, logout, me, setup, type Entrance, type Me } from "./api";
import { publicKey } from "./device";

/** Take a token out of the address at once: it is posted once and never shown again. */
export function takeFragment(prefix: string): string {
  const text = location.hash.slice(1);
  if (!text.startsWith(prefix)) return "";
  history.replaceState(null, "", location.pathname + location.search);
  return text.slice(prefix.length);
}

/** Return the address a door leads to. */
export function address(page: string, session: string | null, seat?: string): string {
  const query = new URLSearchParams();
  if (session) query.set("s", session);
  if (seat) query.set("seat", seat);
  const text = query.toString();
  return text ? `${page}?${text}` : page;
}

export class Doors {
  readonly me: Signal<Me | null> = signal(null);
  readonly refused: Signal<{ code: string; detail: Readonly<Record<string, string | number>> } | null> = signal(null);
  readonly busy: Signal<boolean> = signal(false);

  constructor(private readonly go: (address: string) => void = (to) => location.replace(to)) {}

  load(): Promise<void> {
    return this.guard(async () => {
      this.me.value = await me();
    });
  }

  enter(token: string): Promise<void> {
    return this.guard(async () => this.follow(await enter(token)));
  }

  login(name: string, password: string): Promise<void> {
    return this.guard(async () => this.follow(await login(name, password)));
  }

  setup(token: string, name: string, password: string): Promise<void> {
    return this.guard(async () => this.follow(await setup(token, name, password)));
  }

  join(token: string): Promise<void> {
    return this.guard(async () => {
      const joined = await join(token, await publicKey());
      this.go(address(joined.page, joined.session, joined.seat));
    });
  }

  logout(): Promise<void> {
    return this.guard(async () => {
      await logout();
      this.me.value = await me();
    });
  }

  private follow(entrance: Entrance): void {
    this.go(entrance.session ? address(entrance.page, entrance.session) : "/");
  }

  private async guard(act: () => Promise<void>): Promise<void> {
    this.busy.value = true;
    this.refused.value = null;
    try {
      await act();
    } catch (error) {
      this.refused.value = error instanceof ApiRefused ? { code: error.code, detail: error.detail } : { code: "internal", detail: {} };
    } finally {
      this.busy.value = false;
    }
  }
}
