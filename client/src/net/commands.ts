/** Commands under way: answered once, sent again after a reconnection, but never an old decisive one (CLIENT §2). */
import type { Command, Do } from "../proto/types";

/** What became of a command. Two codes are the page's own: `unsent`, it never left and nothing happened;
 * `unanswered`, it left, the socket died before the answer, and it was too old to be sent again: look before repeating.
 */
export type Answer =
  | { readonly ok: true }
  | { readonly ok: false; readonly code: string; readonly detail: Readonly<Record<string, string | number>> };

/** Acts that must not happen seconds after they were meant. */
const DECISIVE: ReadonlySet<Command["do"]> = new Set(["item.take", "scene.cut", "floor.grant", "session.close"]);
const OLD_MS = 3000;

interface Asked {
  readonly message: Do;
  readonly at: number;
  sent: boolean;
  readonly answer: (answer: Answer) => void;
}

export class Commands {
  private readonly asked = new Map<string, Asked>();

  constructor(
    private readonly now: () => number,
    private readonly name: () => string = () => crypto.getRandomValues(new Uint8Array(12)).reduce((t, b) => t + b.toString(16).padStart(2, "0"), ""),
  ) {}

  /** Begin a command: the message to send, and what will become of it. `sent`: there is a socket to send it on. */
  begin(command: Command, sent: boolean): { message: Do; answer: Promise<Answer> } {
    const message: Do = { t: "do", ref: this.name(), command };
    const answer = new Promise<Answer>((resolve) => {
      this.asked.set(message.ref, { message, at: this.now(), sent, answer: resolve });
    });
    return { message, answer };
  }

  /** The server answered. */
  settle(ref: string, answer: Answer): void {
    const found = this.asked.get(ref);
    this.asked.delete(ref);
    found?.answer(answer);
  }

  /** Give up decisive commands older than 3 s. Only for when there is no socket: on a living one the answer comes. */
  expire(): void {
    for (const [ref, one] of [...this.asked]) {
      if (DECISIVE.has(one.message.command.do) && this.now() - one.at > OLD_MS) {
        this.settle(ref, { ok: false, code: one.sent ? "unanswered" : "unsent", detail: {} });
      }
    }
  }

  /** Return what must be sent again on a new socket, oldest first. */
  again(): readonly Do[] {
    this.expire();
    for (const one of this.asked.values()) one.sent = true;
    return [...this.asked.values()].map((one) => one.message);
  }

  /** The seat is gone for good: everything is answered with that code. */
  drop(code: string): void {
    for (const ref of [...this.asked.keys()]) this.settle(ref, { ok: false, code, detail: {} });
  }
}
