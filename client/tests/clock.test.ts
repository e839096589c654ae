import { expect, test } from "vitest";
import { Clock } from "../src/net/clock";

test("the shortest of the last eight round trips decides", () => {
  let local = 0;
  const clock = new Clock(() => local, () => 5_000);
  expect(clock.now()).toBe(5_000);
  clock.add(0, 400, 1_000_200_000);
  expect(clock.now()).toBe(1_000_000);
  clock.add(1_000, 1_010, 1_002_005_000); // offset 1,001,000
  expect(clock.now()).toBe(1_001_000);
  clock.add(2_000, 3_000, 1_009_000_000); // long: says nothing
  local = 100;
  expect(clock.now()).toBe(1_001_100);
});

test("old probes are forgotten: a clock that was set is followed", () => {
  const clock = new Clock(() => 0, () => 0);
  clock.add(0, 1, 500);
  for (let i = 0; i < 8; i += 1) clock.add(0, 10, 7_200_005_000);
  expect(clock.now()).toBe(7_200_000);
});

test("a trip that took less than no time is ignored, and a lone server time serves until the first trip", () => {
  const clock = new Clock(() => 50, () => 0);
  clock.set(9_000_000);
  expect(clock.now()).toBe(9_000);
  clock.add(10, 5, 1);
  expect(clock.now()).toBe(9_000);
  clock.add(50, 50, 8_000_000);
  clock.set(1);
  expect(clock.now()).toBe(8_000);
});
