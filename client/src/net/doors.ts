/** The ways in: sign-in links, name and password, a site's link, the first claim. Each ends in a page to open. */
import { signal, type Signal } from "@preact/signals";
import type { Text } from "../proto/types";
import { ApiRefused, enter, join, knock, lobby, login, logout, me, setup, type Entrance, type Joined, type Knocked, type Me } from "./api";
import { publicKey } from "./device";

const ASK_MS = 2000;

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
  /** This device waits for the operator. */
  readonly waiting: Signal<{ title: Text; refused: boolean; secret: string } | null> = signal(null);

  constructor(
    private readonly go: (address: string) => void = (to) => location.replace(to),
    private readonly later: (act: () => void, ms: number) => void = (act, ms) => void setTimeout(act, ms),
  ) {}

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
    return this.guard(async () => this.seated(await join(token, await publicKey())));
  }

  /** Knock with the code that was read over the telephone. */
  knock(session: string, code: string, name: string): Promise<void> {
    return this.guard(async () => this.seated(await knock(session, code, await publicKey(), name)));
  }

  private seated(answer: Joined | Knocked): void {
    if ("lobby" in answer) {
      this.waiting.value = { title: answer.title, refused: false, secret: answer.lobby };
      this.ask(answer.lobby);
    } else this.go(address(answer.page, answer.session, answer.seat));
  }

  /** Ask every two seconds, for as long as the page is open, whether somebody let us in. */
  private ask(secret: string): void {
    this.later(() => {
      void lobby(secret).then((told) => {
        if (told.state === "admitted") this.go(address(told.page, told.session, told.seat));
        else if (told.state === "refused") this.waiting.value = { title: this.waiting.peek()?.title ?? { vi: "", en: "" }, refused: true, secret: "" };
        else this.ask(secret);
      }, (error: unknown) => {
        // a hub that restarted has forgotten who waited: knock again by opening the link again
        if (error instanceof ApiRefused && error.code === "no-seat") this.refused.value = { code: "no-seat", detail: {} };
        else this.ask(secret);
      });
    }, ASK_MS);
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
