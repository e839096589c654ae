/** A page's surroundings for view tests: a store filled with real views, a socket that remembers, media that do nothing. */
import { signal } from "@preact/signals";
import type { ComponentChild } from "preact";
import { render, type RenderResult } from "@testing-library/preact";
import { Clock } from "../src/net/clock";
import type { Answer } from "../src/net/commands";
import type { Room } from "../src/net/room";
import { Store } from "../src/net/store";
import type { Command, ToPage } from "../src/proto/types";
import type { Media } from "../src/rtc/media";
import { PlaceProvider } from "../src/ui/context";

export interface Stand {
  readonly room: Room;
  readonly media: Media;
  readonly asked: Command[];
  answer: Answer;
}

/** Build the surroundings from a `welcome`. */
export function stand(welcome: unknown): Stand {
  const store = new Store();
  store.receive(welcome as ToPage);
  store.up.value = { state: "up", code: null, since: 0 };
  const clock = new Clock(() => 0, () => (welcome as { clock: number }).clock / 1000);
  const asked: Command[] = [];
  const made: Stand = {
    asked,
    answer: { ok: true },
    room: {
      session: "s-1", seat: "p", store, clock, socket: undefined as never,
      ask: async (command) => {
        asked.push(command);
        return made.answer;
      },
    },
    media: {
      publish: () => undefined, unpublish: () => undefined, subscribe: () => undefined,
      slots: signal([]),
      sound: { blocked: signal(false), silent: signal(true), sink: signal(""), volume: signal(1), broken: signal(false), unblock: () => undefined } as never,
      wishes: { show: () => undefined, hide: () => undefined } as never,
      links: signal({ whep: { kind: "up", attempt: 0, since: 0, code: null } }),
      sent: signal({}),
      route: signal(null),
    },
  };
  return made;
}

export function shown(place: Stand, page: ComponentChild): RenderResult {
  return render(<PlaceProvider value={place}>{page}</PlaceProvider>);
}
