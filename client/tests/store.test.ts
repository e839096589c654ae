// @vitest-environment happy-dom
import { effect } from "@preact/signals";
import { expect, test } from "vitest";
import { differs } from "../src/net/room";
import { Store } from "../src/net/store";
import type { AgendaView, FloorView, ToPage } from "../src/proto/types";

const agenda = (rev: number): AgendaView => ({ rev, live: null, next: null, behind_s: 0, end: null, items: [] });
const floor: FloorView = { rev: 1, state: "free", site: null, since: null, queue: [], waiting: 0 };
const welcome = { t: "welcome", seat: "p", role: "operator", site: null, clock: 1, slots: [{ slot: 0, source: "hub/camera" }] } as const;

test("the welcome fills the store, and shows replace whole sections only", () => {
  const store = new Store();
  store.receive({ ...welcome, slots: [...welcome.slots], view: { agenda: agenda(1), floor } });
  expect(store.welcomes.value).toBe(1);
  expect(store.slots.value[0]?.source).toBe("hub/camera");
  store.receive({ t: "show", view: { agenda: agenda(2) } });
  expect(store.agenda.value?.rev).toBe(2);
  expect(store.floor.value).toBe(floor);
});

test("one message is one redraw", () => {
  const store = new Store();
  let drawn = 0;
  effect(() => {
    void store.agenda.value;
    void store.floor.value;
    drawn += 1;
  });
  store.receive({ t: "show", view: { agenda: agenda(1), floor } });
  expect(drawn).toBe(2);
});

test("layers are kept per source, every stall is news", () => {
  const store = new Store();
  const layers = (source: string, h: boolean): ToPage => ({ t: "layers", source, l: true, m: true, h });
  store.receive(layers("a/camera", true));
  store.receive(layers("b/camera", false));
  expect(store.layers.value["a/camera"]?.h).toBe(true);
  store.receive({ t: "stalled", use: "whep" });
  const first = store.stalled.value;
  store.receive({ t: "stalled", use: "whep" });
  expect(store.stalled.value).not.toEqual(first);
});

test("only two real builds differ", () => {
  expect(differs("aaaaaaaaaaaa", "bbbbbbbbbbbb")).toBe(true);
  expect(differs("aaaaaaaaaaaa", "aaaaaaaaaaaa")).toBe(false);
  expect(differs("none", "bbbbbbbbbbbb")).toBe(false);
  expect(differs("aaaaaaaaaaaa", "dev")).toBe(false);
});
