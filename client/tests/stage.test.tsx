// @vitest-environment happy-dom
import { cleanup } from "@testing-library/preact";
import { afterEach, beforeEach, expect, test } from "vitest";
import { speak } from "../src/i18n";
import type { ItemView, PictureView, SessionView } from "../src/proto/types";
import { faceOf, guests, modeOf, onAir } from "../src/screens/stage/model";
import { StageScreen } from "../src/screens/stage/StageScreen";
import { phaseOf } from "../src/ui/pace";
import { shown, stand } from "./place";
import site from "./fixtures/site.json";

beforeEach(() => speak("vi"));
afterEach(cleanup);

const session = { ...site.view.session, phase: "open" } as unknown as SessionView;
const item: ItemView = { id: "a", n: 1, kind: "speech", title: { vi: "Phát biểu", en: "Speech" }, state: "live", duration_s: 600, scene: "solo:hub", started: 0, due: 600_000_000 };
const source = (name: string, gone = false): PictureView["positions"][number] => ({ source: name, x: 0, y: 0, w: 1, h: 1, gone });

test.each([[120_001, "calm"], [120_000, "calm"], [119_999, "warn"], [30_000, "warn"], [29_999, "danger"], [0, "danger"], [-1, "over"]] as const)("with %d ms left it is %s", (left, pace) => {
  expect(phaseOf(left)).toBe(pace);
});

test("an item's own limits count", () => {
  expect([phaseOf(299_000, 300, 60), phaseOf(59_000, 300, 60), phaseOf(1, 0, 0)]).toEqual(["warn", "danger", "calm"]);
});

test.each([
  ["down", 0, "left", "10:00", "calm"], ["down", 481_000, "left", "01:59", "warn"], ["down", 571_000, "left", "00:29", "danger"], ["down", 605_000, "over", "+00:05", "over"],
  ["up", 481_000, "spent", "08:01", "warn"], ["up", 605_000, "spent", "10:05", "over"], ["clock", 605_000, "time", "07:10:05", "over"],
] as const)("%s at %d ms: %s %s, %s", (mode, now, kind, figures, pace) => {
  expect(faceOf(mode, session, item, now)).toEqual({ kind, figures, pace });
});

test("nothing runs: the time of day; before the start, how long until then", () => {
  expect(faceOf("down", session, null, 0).kind).toBe("time");
  expect(faceOf("down", { ...session, phase: "suspended" }, item, 0)).toEqual({ kind: "time", figures: "07:00:00", pace: "calm" });
  expect(faceOf("down", { ...session, phase: "setup", start: 90_000_000 }, null, 0)).toEqual({ kind: "starts", figures: "01:30", pace: "calm" });
  expect(faceOf("down", { ...session, phase: "setup", start: 0 }, null, 1).kind).toBe("time");
  expect(faceOf("down", session, { ...item, due: null }, 5000).kind).toBe("spent");
});

test("options of the address", () => {
  expect([modeOf("?show=up"), modeOf("?show=clock"), modeOf("?show=down"), modeOf("?show=x"), modeOf("")]).toEqual(["up", "clock", "down", "down", "down"]);
});

test("on air is the hub's picture, not its plate", () => {
  const view = (positions: PictureView["positions"]): PictureView => ({ spec: "x", layout: "two_shot", positions });
  expect(onAir(view([source("hub/camera"), source("a/camera")]))).toBe(true);
  expect(onAir(view([source("hub/camera", true)]))).toBe(false);
  expect(onAir(view([source("a/camera")]))).toBe(false);
  expect(guests(view([source("hub/camera"), source("a/camera"), source("a/slides"), source("b/camera", true)]))).toEqual(["a"]);
});

test("message, on air, loss with a mark while the clock stays; black is black", () => {
  const place = stand(site);
  place.room.store.stage.value = { message: "Mời kết thúc", blackout: false };
  const view = shown(place, <StageScreen mode="down" />);
  expect(view.getByTestId("stage-message").textContent).toBe("Mời kết thúc");
  expect(view.getByTestId("stage-air").textContent).toContain("ĐANG LÊN SÓNG");
  place.room.store.up.value = { state: "down", code: null, since: 0 };
  cleanup();
  const lost = shown(place, <StageScreen mode="down" />);
  expect(lost.container.querySelector(".socket-mark")).not.toBeNull();
  expect(lost.getByTestId("stage-face").textContent).toMatch(/\d\d:\d\d/);
  expect(lost.container.textContent).not.toMatch(/undefined|NaN|\[object/);
  place.room.store.stage.value = { message: "x", blackout: true };
  cleanup();
  const black = shown(place, <StageScreen mode="down" />);
  expect(black.queryByTestId("stage-face")).toBeNull();
  expect(black.getByTestId("stage-black")).not.toBeNull();
});
