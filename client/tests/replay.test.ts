import { describe, expect, test } from "vitest";
import { cast, tiles } from "../src/replay/cast";
import { Player } from "../src/replay/player";
import { audibleAt, chapterAt, clipAt, duration, gapAt, growing, presentSpans, read, sceneAt, type Timeline } from "../src/replay/timeline";
import type { Reel } from "../src/replay/sync";
import { LINE } from "./record";
import { settle } from "./world";

describe("the timeline at a moment", () => {
  test("scene, chapter, sound", () => {
    expect(sceneAt(LINE, 9_999)?.scene).toBe("slate");
    expect(sceneAt(LINE, 10_000)?.scene).toBe("solo:hub");
    expect(chapterAt(LINE, 22_000)).toBeNull();
    expect(chapterAt(LINE, 59_000)?.item).toBe("b");
    expect([...audibleAt(LINE, 35_000)]).toEqual(["hub/camera", "vu-thu/camera"]);
    expect([...audibleAt(LINE, 45_000)]).toEqual(["hub/camera"]);
  });

  test("clips by class, holes by the clip's own time", () => {
    expect(clipAt(LINE, "hub/camera", 1_000, "lo")?.clip).toBe("hub-1.lo");
    expect(clipAt(LINE, "vu-thu/camera", 10_000, "lo")?.clip).toBe("vt-1");
    expect(clipAt(LINE, "vu-thu/camera", 42_000, "hi")).toBeNull();
    const vt = LINE.sources[1]!.clips[0]!;
    expect([gapAt(vt, 8_000), gapAt(vt, 9_000), gapAt(vt, 10_500), gapAt(vt, 11_020)]).toEqual(["loss", null, null, null]);
  });

  test("lanes and length", () => {
    expect(presentSpans(LINE, "vu-thu")).toEqual([[5_000, 41_000], [43_000, 60_000]]);
    expect(duration(LINE)).toBe(60_000);
    expect(growing(LINE)).toBe(false);
    const live = { ...LINE, end_us: null };
    expect(duration(live)).toBe(60_000);
    expect(growing(live)).toBe(true);
  });

  test("what is no timeline is none", () => {
    expect(read(LINE)).toEqual(LINE);
    const { hands: _, marks: __, ...old } = LINE;
    expect(read(old)).toMatchObject({ hands: [], marks: [], notes: LINE.notes });
    for (const wrong of [null, 1, "x", [], {}, { ...LINE, scenes: 1 }, { ...LINE, notes: {} }]) expect(read(wrong)).toBeNull();
  });
});

describe("the stage", () => {
  test("as broadcast: the scene's pictures, every open gate's sound, the first is main", () => {
    const parts = cast(LINE, { kind: "broadcast" }, 35_000);
    expect(parts.map((one) => [one.source, one.box !== null, one.audible, one.main, one.clip?.clip])).toEqual([
      ["vu-thu/camera", true, true, true, "vt-1"], ["hub/camera", false, true, false, "hub-1.lo"],
    ]);
    expect(cast(LINE, { kind: "broadcast" }, 35_000, { solo: null, silenced: new Set(["hub"]) }).map((one) => one.source)).toEqual(["vu-thu/camera"]);
  });

  test("a slate is heard; a lost site says so", () => {
    expect(cast(LINE, { kind: "broadcast" }, 1_000).map((one) => [one.source, one.box])).toEqual([["hub/camera", null]]);
    expect(cast(LINE, { kind: "site", site: "vu-thu" }, 42_000)[0]).toMatchObject({ clip: null, gap: "lost" });
  });

  test("the grid plays the small class where there is one, and solo overrules the gates", () => {
    const parts = cast(LINE, { kind: "grid" }, 35_000, { solo: "hub/camera", silenced: new Set(["hub"]) });
    expect(parts.map((one) => one.audible)).toEqual([true, false]);
    expect(tiles(9)).toHaveLength(9);
    for (const box of tiles(9)) expect(box.x + box.w <= 1280 && box.y + box.h <= 720).toBe(true);
  });
});

class FakeReel implements Reel {
  currentTime = 0;
  playbackRate = 1;
  duration = 100;
  readyState = 4;
  seeking = false;
  paused = true;
  play(): void { this.paused = false; }
  pause(): void { this.paused = true; }
}

describe("the player", () => {
  async function player(line: Timeline = LINE): Promise<{ player: Player; pass(ms: number): void; stop(): void }> {
    let t = 0;
    const made = new Player("s", () => t, async () => ({ tag: null, value: line }));
    const stop = await made.start(null);
    return { player: made, pass: (ms) => { for (const end = t + ms; t < end;) { t += 200; made.step(); } }, stop };
  }

  test("waits for the main clip only, and goes on when it can", async () => {
    const { player: p, pass, stop } = await player();
    p.seek(12_000);
    const reel = new FakeReel();
    p.attach("hub/camera", reel, LINE.sources[0]!.clips[0]!);
    p.play();
    pass(1_000);
    expect(p.position.value).toBeGreaterThan(12_500);
    reel.readyState = 2;
    pass(1_000);
    const held = p.position.value;
    pass(2_000);
    expect(p.position.value).toBe(held);
    expect(p.waiting.value).toBe(true);
    reel.readyState = 4;
    pass(1_000);
    expect(p.position.value).toBeGreaterThan(held);
    stop();
  });

  test("a cut changes the stage, the end stops, play begins anew", async () => {
    const { player: p, pass, stop } = await player();
    for (const source of LINE.sources) p.attach(source.source, new FakeReel(), source.clips[0]!);
    p.seek(29_000);
    p.play();
    expect(p.stage.value[0]?.source).toBe("hub/camera");
    pass(2_000);
    expect(p.stage.value[0]?.source).toBe("vu-thu/camera");
    p.seek(59_500);
    p.look({ kind: "site", site: "hub" });
    pass(2_000);
    expect(p.playing.value).toBe(false);
    expect(p.position.value).toBe(60_000);
    p.play();
    expect(p.position.value).toBeLessThan(1_000);
    stop();
  });

  test("J and L move along the table of rates, and a growing record is followed short of its end", async () => {
    const { player: p, stop } = await player({ ...LINE, end_us: null });
    p.shift(1);
    expect(p.rate.value).toBe(1.25);
    for (let i = 0; i < 9; i += 1) p.shift(-1);
    expect(p.rate.value).toBe(0.5);
    expect(p.duration).toBe(56_000);
    p.seek(1e9);
    expect(p.position.value).toBe(56_000);
    stop();
  });

  test("a refusal is told by its code", async () => {
    const p = new Player("s", () => 0, async () => { throw new Error("x"); });
    await p.refresh();
    await settle();
    expect(p.refused.value).toBe("internal");
  });
});
