// @vitest-environment happy-dom
import { beforeEach, describe, expect, test, vi } from "vitest";
import { keep, kept, outage, toldAt } from "../src/net/announce";
import { upAfter } from "../src/net/room";

beforeEach(() => localStorage.clear());

describe("what is kept for when nobody can be asked", () => {
  test("the last words stay when empty ones come", () => {
    keep("s", "s-a", { announce: "Xin chờ", phone: "0227" });
    keep("s", "s-a", { announce: "", phone: "" });
    expect(kept("s", "s-a")).toEqual({ announce: "Xin chờ", phone: "0227" });
    keep("s", "s-a", { announce: "Mất điện", phone: "" });
    expect(kept("s", "s-a")).toEqual({ announce: "Mất điện", phone: "0227" });
    expect(kept("s", "s-b")).toEqual({ announce: "", phone: "" });
  });

  test("rubbish and refusing browsers cost nothing", () => {
    localStorage.setItem("diemcau.announce.s.s-a", "{not json");
    expect(kept("s", "s-a").announce).toBe("");
    localStorage.setItem("diemcau.announce.s.s-a", JSON.stringify({ announce: { x: 1 }, phone: 7 }));
    expect(kept("s", "s-a")).toEqual({ announce: "", phone: "" });
    const refused = vi.spyOn(Storage.prototype, "setItem").mockImplementation(() => { throw new Error("full"); });
    expect(() => keep("s", "s-a", { announce: "x", phone: "" })).not.toThrow();
    refused.mockRestore();
  });
});

test.each([
  [null, null, 90_000, "none"], [null, 0, 90_000, "none"], [0, null, 9_999, "none"], [0, null, 10_000, "phone"], [0, null, 90_000, "phone"],
  [0, 0, 29_999, "phone"], [0, 0, 30_000, "announce"], [0, 20_000, 49_999, "phone"], [0, 20_000, 50_000, "announce"], [20_000, 0, 49_999, "phone"],
] as const)("media lost at %s, socket at %s, now %d: %s", (media, socket, now, level) => {
  expect(outage(media, socket, now)).toBe(level);
});

test("tries that fail again and again do not make a loss younger", () => {
  const up = upAfter({ state: "connecting", code: null, since: 0 }, "up", null, 100);
  const down = upAfter(up, "down", null, 200);
  expect([up.since, down.since]).toEqual([100, 200]);
  expect(upAfter(upAfter(down, "down", "slow", 900), "down", null, 40_000).since).toBe(200);
  expect(upAfter(down, "up", null, 50_000)).toEqual({ state: "up", code: null, since: 50_000 });
});

describe("when the hall was told", () => {
  const day = Date.UTC(2022, 1, 17, 2, 0); // 09:00 at +7
  const at = (h: number, m: number): number => day + (h - 9) * 3_600_000 + m * 60_000;
  test.each([
    ["09:41", at(9, 41)], ["9:45", at(9, 45)], ["09:40", at(9, 40) + 30_000], ["09:39", null], ["09:51", null], ["23:00", null], ["25:00", null], ["", null], ["9.41", null],
  ])("%s", (text, found) => {
    // the interruption began at 09:40:30, it is 09:50:10 now
    expect(toldAt(text, at(9, 40) + 30_000, at(9, 50) + 10_000, 25_200)).toBe(found);
  });

  test("past midnight", () => {
    const midnight = Date.UTC(2022, 1, 17, 17);
    expect(toldAt("23:58", midnight - 180_000, midnight + 60_000, 25_200)).toBe(midnight - 120_000);
  });
});
