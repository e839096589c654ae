// @vitest-environment happy-dom
import { signal } from "@preact/signals";
import { beforeEach, expect, test, vi } from "vitest";
import type { SlotState } from "../src/proto/types";
import type { SlotMedia } from "../src/rtc/slots";
import { Sound } from "../src/rtc/sound";

class FakeAudio {
  static made: FakeAudio[] = [];
  muted = false;
  volume = 1;
  srcObject: unknown = null;
  sink = "";
  refuses = false;
  constructor() { FakeAudio.made.push(this); }
  async play(): Promise<void> { if (FakeAudio.made.some((one) => one.refuses)) throw new DOMException("x", "NotAllowedError"); }
  async setSinkId(id: string): Promise<void> { this.sink = id; }
}

const media = (n: number): SlotMedia[] => Array.from({ length: n }, () => ({ sound: {}, picture: {} }) as unknown as SlotMedia);

beforeEach(() => {
  FakeAudio.made = [];
  vi.stubGlobal("Audio", FakeAudio);
  vi.stubGlobal("MediaStream", class {});
});

const muted = (): boolean[] => FakeAudio.made.map((one) => one.muted);

test("players made after the slots were told still speak; empty and silent slots do not", () => {
  const slots = signal<SlotState[]>([{ slot: 0, source: "hub/camera" }, { slot: 1, source: "a/camera", sound: false }, { slot: 2 }]);
  const list = signal<SlotMedia[]>([]);
  const sound = new Sound(list, slots, false);
  list.value = media(3);
  expect(muted()).toEqual([false, true, true]);
  slots.value = [{ slot: 2, source: "b/camera" }];
  expect(muted()).toEqual([true, true, false]);
  sound.broken.value = true;
  expect(muted()).toEqual([true, true, true]);
});

test("the console is silent until headphones are chosen, and then uses them", () => {
  const list = signal(media(1));
  const sound = new Sound(list, signal<SlotState[]>([{ slot: 0, source: "hub/camera" }]), true);
  expect(muted()).toEqual([true]);
  sound.silent.value = false;
  sound.sink.value = "headphones";
  expect(muted()).toEqual([false]);
  expect(FakeAudio.made[0]?.sink).toBe("headphones");
});

test("a browser that refuses to play says so", async () => {
  const list = signal<SlotMedia[]>([]);
  const sound = new Sound(list, signal<SlotState[]>([{ slot: 0, source: "hub/camera" }]), false);
  vi.stubGlobal("Audio", class extends FakeAudio { override refuses = true; });
  list.value = media(1);
  await vi.waitFor(() => expect(sound.blocked.value).toBe(true));
});
