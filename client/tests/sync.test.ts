import { describe, expect, test } from "vitest";
import { correct, Follower, Master, type Notice, type Reel } from "../src/replay/sync";

describe("what to do about an error", () => {
  test.each([
    [0.005, 1, 1, "seen", { kind: "keep" }],
    [0.02, 1, 1.05, "seen", { kind: "keep" }],
    [0.005, 1, 1.05, "seen", { kind: "rate", rate: 1 }],
    [0.04, 1, 1, "seen", { kind: "rate", rate: 1.02 }],
    [0.5, 1, 1, "seen", { kind: "rate", rate: 1.06 }],
    [-0.5, 1, 1, "seen", { kind: "rate", rate: 0.94 }],
    [0.5, 1, 1, "heard", { kind: "rate", rate: 1.02 }],
    [0.5, 2, 2, "seen", { kind: "rate", rate: 2.12 }],
    [0.6, 1, 1, "seen", { kind: "seek" }],
    [-3, 1, 1, "heard", { kind: "seek" }],
    [0.1, 1, 1, "unseen", { kind: "rate", rate: 1.2 }],
    [0.5, 1, 1, "unseen", { kind: "rate", rate: 1.5 }],
  ] as const)("%d s at nominal %d", (e, nominal, current, notice, act) => {
    const found = correct(e, nominal, current, notice);
    expect(found.kind).toBe(act.kind);
    if (found.kind === "rate" && act.kind === "rate") expect(found.rate).toBeCloseTo(act.rate, 6);
  });
});

class FakeReel implements Reel {
  currentTime = 0;
  playbackRate = 1;
  duration = 100;
  readyState = 4;
  seeking = false;
  paused = true;
  skew = 1;

  play(): void {
    this.paused = false;
  }

  pause(): void {
    this.paused = true;
  }

  pass(ms: number): void {
    if (!this.paused && !this.seeking) this.currentTime += (ms / 1000) * this.playbackRate * this.skew;
  }
}

function run(reel: FakeReel, master: Master, follower: Follower, from: number, ms: number, notice: Notice = "seen"): number {
  let t = from;
  for (; t < from + ms; t += 200) {
    follower.step(master.now(t) / 1000, master.playing, master.rate, notice, t);
    reel.pass(200);
  }
  return t;
}

test("an element that runs 1 % slow is held within 30 ms or so", () => {
  const [reel, master] = [new FakeReel(), new Master()];
  reel.skew = 0.99;
  const follower = new Follower(reel);
  master.play(0);
  const t = run(reel, master, follower, 0, 60_000);
  expect(Math.abs(master.now(t) / 1000 - reel.currentTime)).toBeLessThan(0.06);
});

test("a far element seeks once, then cools down for three seconds", () => {
  const [reel, master] = [new FakeReel(), new Master()];
  const follower = new Follower(reel);
  master.seek(50_000, 0);
  master.play(0);
  follower.step(50, true, 1, "seen", 0);
  expect(reel.currentTime).toBeCloseTo(50.15, 2);
  reel.currentTime = 10;
  follower.step(50.2, true, 1, "seen", 200);
  expect(reel.currentTime).toBe(10);
  follower.step(53.1, true, 1, "seen", 3_100);
  expect(reel.currentTime).toBeGreaterThan(53);
});

test("at rest the element stands where the timeline stands; outside its clip it pauses", () => {
  const reel = new FakeReel();
  const follower = new Follower(reel);
  follower.step(7, false, 1, "seen", 0);
  expect(reel.currentTime).toBe(7);
  reel.play();
  follower.step(-1, true, 1, "seen", 200);
  expect(reel.paused).toBe(true);
  reel.play();
  follower.step(101, true, 1, "seen", 400);
  expect(reel.paused).toBe(true);
});

test("the timeline keeps its place through pause, seek and rate", () => {
  const master = new Master();
  master.play(0);
  expect(master.now(1_000)).toBe(1_000);
  master.setRate(2, 1_000);
  expect(master.now(2_000)).toBe(3_000);
  master.pause(2_000);
  expect(master.now(9_000)).toBe(3_000);
  master.seek(500, 9_000);
  master.play(10_000);
  expect(master.now(10_500)).toBe(1_500);
});
