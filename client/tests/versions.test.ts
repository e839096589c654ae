import { describe, expect, test, vi } from "vitest";
import { cueAt, cuesOf } from "../src/replay/cues";
import { Player } from "../src/replay/player";
import type { Reel } from "../src/replay/sync";
import type { Clip, Timeline } from "../src/replay/timeline";
import { next, pinned, urlOf } from "../src/replay/versions";
import { clip, LINE } from "./record";

const grown = (to_ms: number): Clip => clip("hub-1", 1_000, to_ms, { growing: true });

describe("which version follows", () => {
  test("a growing clip is pinned at what is there, a closed one is whole", () => {
    expect(urlOf("s", pinned(grown(21_000)))).toBe("/api/sessions/s/replay/media/hub-1?upto=20000");
    expect(urlOf("s", pinned(clip("hub-1", 1_000, 21_000)))).toBe("/api/sessions/s/replay/media/hub-1");
  });

  test("the newer pin is opened ten seconds before the old one ends, when there is more worth opening", () => {
    const old = pinned(grown(21_000));
    expect(next(old, grown(60_000), 10_900)).toBeNull();
    expect(next(old, grown(60_000), 11_100)).toMatchObject({ at: "ready", version: { pin: 59_000 } });
    expect(next(old, grown(22_500), 20_000)).toBeNull();
    expect(next(old, grown(60_000), 21_100)).toMatchObject({ at: "once" });
    expect(next(old, clip("hub-1", 1_000, 21_500), 20_000)).toMatchObject({ at: "ready", version: { pin: null } });
    expect(next(old, clip("hub-1", 1_000, 21_000), 20_000)).toBeNull();
  });

  test("another class waits beside the first one; another clip after the first one's end does not", () => {
    const hi = pinned(clip("hub-1", 0, 20_000));
    expect(next(hi, clip("hub-1.lo", 0, 20_000, { class: "lo" }), 5_000)).toMatchObject({ at: "ready" });
    expect(next(hi, clip("hub-2", 20_500, 40_000), 21_000)).toMatchObject({ at: "once" });
    expect(next(hi, clip("hub-1", 0, 20_000), 5_000)).toBeNull();
  });
});

class MovingReel implements Reel {
  currentTime = 0;
  playbackRate = 1;
  duration = 100;
  readyState = 4;
  seeking = false;
  paused = true;
  /** Milliseconds until it moves after play. */
  lazy = 0;
  private waits = 0;
  play(): void { this.paused = false; this.waits = this.lazy; }
  pause(): void { this.paused = true; }
  pass(ms: number): void {
    if (this.paused) return;
    const late = Math.min(ms, this.waits);
    this.waits -= late;
    this.currentTime += ((ms - late) / 1000) * this.playbackRate;
  }
}

async function playing(line: Timeline = LINE): Promise<{ player: Player; pass(ms: number, ...reels: MovingReel[]): void; stop(): void }> {
  vi.useFakeTimers();
  let t = 0;
  const player = new Player("s", () => t, async () => ({ tag: null, value: line }));
  const stop = await player.start(null);
  return { player, stop: () => { stop(); vi.useRealTimers(); }, pass: (ms, ...reels) => { for (const end = t + ms; t < end;) { t += 200; for (const reel of reels) reel.pass(200); player.step(); } } };
}

describe("the player with elements that move", () => {
  test("the timeline begins where the main clip begins, not where the press was", async () => {
    const { player, pass, stop } = await playing();
    player.seek(12_000);
    const main = new MovingReel();
    main.currentTime = 12;
    main.lazy = 300;
    player.attach("hub/camera", main, LINE.sources[0]!.clips[0]!);
    player.play();
    pass(1_000, main);
    expect(Math.abs(player.position.value - main.currentTime * 1000)).toBeLessThan(1);
    expect(player.position.value).toBeLessThan(12_750);
    stop();
  });

  test("a spare takes over once, when it stands where the first one is", async () => {
    const { player, pass, stop } = await playing();
    player.seek(12_000);
    const [main, spare] = [new MovingReel(), new MovingReel()];
    main.currentTime = 12;
    player.attach("hub/camera", main, LINE.sources[0]!.clips[0]!);
    player.play();
    spare.readyState = 0;
    const take = vi.fn();
    const leave = player.prepare("hub/camera", spare, LINE.sources[0]!.clips[1]!, () => { take(); leave(); });
    pass(1_000, main, spare);
    expect(take).not.toHaveBeenCalled();
    spare.readyState = 4;
    pass(3_000, main, spare);
    expect(take).toHaveBeenCalledTimes(1);
    expect(Math.abs(spare.currentTime - main.currentTime)).toBeLessThan(0.25);
    stop();
  });

  test("a covered page rests silent pictures where they are, plays on what is heard, and is right again at once", async () => {
    const { player, pass, stop } = await playing();
    player.seek(35_000);
    const [seen, heard] = [new MovingReel(), new MovingReel()];
    const [hub, site] = [LINE.sources[0]!, LINE.sources[1]!];
    player.look({ kind: "grid" });
    player.silence("vu-thu");
    heard.currentTime = 35;
    seen.currentTime = 30;
    player.attach(hub.source, heard, hub.clips[1]!);
    player.attach(site.source, seen, site.clips[0]!);
    player.play();
    pass(1_000, seen, heard);
    player.cover(true);
    const stood = seen.currentTime;
    pass(3_000, seen, heard);
    expect([seen.paused, seen.currentTime, heard.paused]).toEqual([true, stood, false]);
    player.cover(false);
    expect(Math.abs(seen.currentTime + 5 - player.position.value / 1000)).toBeLessThan(0.3);
    expect(seen.paused).toBe(false);
    stop();
  });

  test("the timeline is asked for by its tag; nothing new changes nothing", async () => {
    const asked: (string | null | undefined)[] = [];
    const player = new Player("s", () => 0, async (_, tag) => {
      asked.push(tag);
      return tag === null || tag === undefined ? { tag: '"a"', value: LINE } : null;
    });
    await player.refresh();
    const line = player.line.value;
    await player.refresh();
    expect(asked).toEqual([null, '"a"']);
    expect(player.line.value).toBe(line);
  });

  test("live is offered within fifteen seconds of now, of a ceremony that goes on", async () => {
    const { player, stop } = await playing({ ...LINE, end_us: null });
    player.seek(40_000);
    expect(player.nearLive()).toBe(false);
    player.seek(50_000);
    expect(player.nearLive()).toBe(true);
    player.line.value = LINE;
    expect(player.nearLive()).toBe(false);
    stop();
  });
});

test("captions are read as the server writes them; what is no cue is left out", () => {
  const cues = cuesOf("WEBVTT\r\n\r\nNOTE x\r\n\r\n1\r\n00:05.000 --> 00:07.500 line:1\r\nA <i>b</i> &amp; c\r\nd\r\n\r\n01:00:00.000 --> 01:00:01.000\r\ne\r\n\r\nbad --> 2\r\nf");
  expect(cues).toEqual([{ from: 5_000, to: 7_500, text: "A b & c\nd" }, { from: 3_600_000, to: 3_601_000, text: "e" }]);
  expect([cueAt(cues, 4_999), cueAt(cues, 5_000), cueAt(cues, 7_500)]).toEqual(["", "A b & c\nd", ""]);
  expect(cuesOf("")).toEqual([]);
});
