/** One ceremony as one seat sees it: store, clock and socket, put together for a page. */
import type { Command } from "../proto/types";
import { onBeat } from "./beat";
import { Clock } from "./clock";
import type { Answer } from "./commands";
import { sign } from "./device";
import { healthy } from "./ladder";
import { Socket, type SocketWorld, type Up, type Wire } from "./socket";
import { Store } from "./store";

/** The build of these pages, compiled in (CLIENT §2). */
export const BUILD: string = __BUILD__;

export interface Room {
  readonly session: string;
  readonly seat: string;
  readonly store: Store;
  readonly clock: Clock;
  readonly socket: Socket;
  ask(command: Command): Promise<Answer>;
}

function world(session: string): SocketWorld {
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  const url = `${scheme}//${location.host}/api/sessions/${encodeURIComponent(session)}/socket`;
  return {
    open: () => new WebSocket(url) as unknown as Wire,
    now: () => performance.now(),
    later: (ms, act) => {
      const timer = setTimeout(act, ms);
      return () => clearTimeout(timer);
    },
    random: Math.random,
    healthy: () => healthy(),
    sign,
  };
}

/** Tell whether two builds are really two: development and missing builds say nothing. */
export function differs(theirs: string, ours: string = BUILD): boolean {
  const known = (build: string): boolean => /^[0-9a-f]{12}$/.test(build);
  return known(theirs) && known(ours) && theirs !== ours;
}

/** What `up` becomes: tries that fail again and again do not make a loss younger. */
export function upAfter(before: Store["up"]["value"], state: Up, code: string | null, now: number): Store["up"]["value"] {
  const lasts = (one: Up): boolean => one === "down" || one === "connecting";
  return { state, code, since: lasts(state) && lasts(before.state) ? before.since : now };
}

/** Take the seat: opens the socket and keeps it open for as long as the page lives. */
export function openRoom(session: string, seat: string): Room {
  const store = new Store();
  const clock = new Clock();
  const socket = new Socket(seat, BUILD, clock, world(session), {
    up: (state, code) => {
      store.up.value = upAfter(store.up.peek(), state, code, performance.now());
    },
    message: (message) => store.receive(message),
    build: (build) => {
      store.outdated.value = differs(build);
    },
  });
  socket.connect();
  onBeat(() => socket.beat());
  addEventListener("online", () => socket.hurry());
  addEventListener("pageshow", () => socket.hurry());
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && socket.hurry());
  return { session, seat, store, clock, socket, ask: (command) => socket.ask(command) };
}
