// @vitest-environment happy-dom
/** Levels and speaker at a moment, as the page draws them; and the lanes of lines. */
import { cleanup, render } from "@testing-library/preact";
import { signal } from "@preact/signals";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { speak } from "../src/i18n";
import { Exports } from "../src/net/exports";
import { Notes } from "../src/net/notes";
import { Hearing } from "../src/replay/hearing";
import { lineSpans, weakAt } from "../src/replay/lanes";
import { joined, levelAt, reach, readLevels, speakerAt, speakers, type Levels } from "../src/replay/levels";
import { folder } from "../src/replay/places";
import { Player } from "../src/replay/player";
import { moments } from "../src/replay/search";
import type { Timeline } from "../src/replay/timeline";
import { ReplayScreen } from "../src/screens/replay/ReplayScreen";
import { LINE } from "./record";
import "./words";
import { settle } from "./world";

beforeEach(() => speak("vi"));
afterEach(cleanup);

const of = (sources: Record<string, string>, from_ms = 0): Levels => ({ step_ms: 500, from_ms, sources });
/** A voice of -25 dBov, a hum of -58, silence, nothing recorded. */
const [VOICE, HUM, SILENT, NOTHING] = ["j", "C", ".", " "];
const [HUB, VT] = ["hub/camera", "vu-thu/camera"];
const open = (source: string, from_ms = 0, state = "open"): Timeline["gates"][number] => ({ source, state, from_ms });

describe("a level at a moment", () => {
  test("by half seconds, in decibels; silence is not a hole, and neither is what nobody knows", () => {
    const levels = of({ [HUB]: "A8.+ " });
    expect([0, 499, 500, 1_000, 1_500, 2_000, 9_000, -1].map((ms) => levelAt(levels, HUB, ms))).toEqual([-60, -60, 0, -127, 0, null, null, null]);
    expect([levelAt(levels, VT, 0), levelAt(levels, "constructor", 0)]).toEqual([null, null]);
  });

  test("the end that is asked for again is put over the one that was known, and a new source begins where it does", () => {
    const first = of({ [HUB]: "AAAAAA" });
    expect(reach(first)).toBe(3_000);
    const whole = joined(first, of({ [HUB]: "BBBBB", [VT]: "CC" }, 2_000));
    expect(whole).toEqual(of({ [HUB]: "AAAABBBBB", [VT]: "    CC" }));
    expect(joined(first, of({ [HUB]: "B" }, 5_000)).sources[HUB]).toBe("AAAAAA    B");
    expect(joined(null, first)).toBe(first);
    expect(joined(first, { ...first, step_ms: 250 }).step_ms).toBe(250);
  });

  test("what is no answer is none", () => {
    expect(readLevels(of({ [HUB]: "A" }))).toEqual(of({ [HUB]: "A" }));
    for (const wrong of [null, undefined, 1, "x", [], {}, { ...of({}), step_ms: 0 }, { ...of({}), from_ms: -1 }, { ...of({}), from_ms: NaN }, { ...of({}), sources: null }, of({ [HUB]: 5 as never })]) expect(readLevels(wrong)).toBeNull();
  });
});

describe("who spoke", () => {
  const both = [open(HUB), open(VT)];
  test("a cough changes nothing, a voice does once the other has stopped, and pauses keep it", () => {
    const steps = speakers(of({
      [HUB]: VOICE.repeat(8) + HUM.repeat(12),
      [VT]: HUM.repeat(4) + VOICE + HUM.repeat(5) + VOICE.repeat(4) + HUM.repeat(6),
    }), both);
    expect(steps.map((one) => (one === null ? "-" : one === HUB ? "h" : "v")).join("")).toBe("-hhhhhhhhhhvvvvvvvvv");
  });

  test("only a clearly louder voice takes over from one that goes on; two alike do not flicker", () => {
    const alike = Array.from({ length: 20 }, (_, n) => (n % 2 ? "i" : "k"));
    expect(new Set(speakers(of({ [HUB]: VOICE.repeat(20), [VT]: HUM.repeat(2) + alike.join("").slice(2) }), both).slice(1))).toEqual(new Set([HUB]));
    expect(speakers(of({ [HUB]: VOICE.repeat(10), [VT]: "z".repeat(10) }), [open(HUB), open(VT, 2_000)]).map((one) => one === VT)).toEqual([false, false, false, false, false, true, true, true, true, true]);
  });

  test("a closed microphone is not heard, however loud its hall", () => {
    expect(new Set(speakers(of({ [HUB]: HUM.repeat(6), [VT]: "8".repeat(6) }), [open(HUB), open(VT, 0, "closed")]))).toEqual(new Set([null]));
    expect(speakers(of({}), both)).toEqual([]);
  });

  test("who has the floor comes first while it is recorded; a jump tells the same as playing there", () => {
    const levels = of({ [HUB]: VOICE.repeat(100), [VT]: HUM.repeat(70) + NOTHING.repeat(10) + SILENT.repeat(20) });
    const steps = speakers(levels, LINE.gates);
    expect([29_000, 31_000, 36_000, 39_999, 40_000].map((ms) => speakerAt(levels, steps, LINE, ms))).toEqual([HUB, VT, HUB, HUB, HUB]);
  });

  test("three hours of nine sites are told in a moment", () => {
    const text = Array.from({ length: 21_600 }, (_, n) => (n % 7 < 4 ? VOICE : HUM)).join("");
    const names = Array.from({ length: 9 }, (_, n) => `s${n}/camera`);
    const began = performance.now();
    expect(speakers(of(Object.fromEntries(names.map((name) => [name, text]))), names.map((name) => open(name)))).toHaveLength(21_600);
    expect(performance.now() - began).toBeLessThan(1_000);
  });
});

describe("fetching", () => {
  test("a record that grows asks for its end again, a closed one once, and one without levels plays without", async () => {
    const asked: number[] = [];
    let answer: unknown = of({ [HUB]: VOICE.repeat(60) });
    const hearing = new Hearing("s", async (_, from) => {
      asked.push(from);
      if (answer === null) throw new Error("unreachable");
      return answer;
    });
    const live = { ...LINE, end_us: null };
    await hearing.learn(live);
    answer = null;
    await hearing.learn(live);
    answer = of({ [HUB]: HUM.repeat(40) }, 20_000);
    await hearing.learn(LINE);
    await hearing.learn(LINE);
    expect(asked).toEqual([0, 20_000, 20_000]);
    expect([hearing.at(HUB, 19_999), hearing.at(HUB, 20_000), hearing.at(HUB, 39_999)]).toEqual([-25, -58, -58]);
    const without = new Hearing("s", async () => undefined);
    await without.learn(LINE);
    expect([without.at(HUB, 0), without.speaker(0)]).toEqual([null, null]);
  });
});

async function page(levels: unknown, line: Timeline = LINE) {
  const player = new Player("s-1", () => 0, async () => ({ tag: null, value: line }), folder, new Hearing("s-1", async () => levels));
  const stop = await player.start(null);
  const none = (async () => ({ exports: [], captions: [] })) as never;
  const desk = { exports: new Exports("s-1", none), notes: new Notes("s-1", () => player.refresh(), none), may: signal(false), live: signal(null) };
  const shown = render(<ReplayScreen player={player} desk={desk} />);
  await settle();
  return { player, stop, shown };
}

describe("the page", () => {
  const clip = (shown: ReturnType<typeof render>, source: string): string | undefined =>
    (shown.getByTestId(`stage-${source}`).querySelector(".meter span") as HTMLElement | null)?.style.clipPath;

  test("each picture has a meter that follows the moment, there and back", async () => {
    const { player, shown, stop } = await page(of({ [HUB]: "e".repeat(60), [VT]: SILENT.repeat(30) + "8".repeat(10) }));
    player.look({ kind: "grid" });
    player.seek(14_000);
    await settle();
    expect([clip(shown, HUB), clip(shown, VT)]).toEqual(["inset(0 50.0% 0 0)", "inset(0 100.0% 0 0)"]);
    expect(shown.getByTestId(`stage-${VT}`).querySelector(".meter")!.getAttribute("aria-label")).toBe("Mức tiếng của vu-thu");
    player.seek(16_000);
    await settle();
    expect(clip(shown, VT)).toBe("inset(0 0.0% 0 0)");
    player.seek(25_000);
    await settle();
    expect([clip(shown, HUB), clip(shown, VT)]).toEqual(["inset(0 50.0% 0 0)", undefined]);
    player.seek(14_000);
    await settle();
    expect(clip(shown, VT)).toBe("inset(0 100.0% 0 0)");
    stop();
  });

  test("the speaker has halo, glyph and word among others, and none alone in the picture", async () => {
    const { player, shown, stop } = await page(of({ [HUB]: VOICE.repeat(120), [VT]: HUM.repeat(120) }));
    player.look({ kind: "grid" });
    player.seek(20_000);
    await settle();
    const marked = (): string[] => [...shown.container.querySelectorAll(".position.speaks")].map((one) => one.getAttribute("data-testid")!);
    expect(marked()).toEqual([`stage-${HUB}`]);
    expect(shown.getByTestId("speaks").querySelector("svg")!.getAttribute("aria-label")).toBe("Đang nói");
    player.seek(35_000);
    await settle();
    expect(marked()).toEqual([`stage-${VT}`]);
    player.look({ kind: "site", site: "hub" });
    player.seek(20_000);
    await settle();
    expect(marked()).toEqual([]);
    expect(shown.container.querySelectorAll(".position .meter")).toHaveLength(1);
    stop();
  });

  test("a lane for each way a line was weak: colour, glyph, word, and the sentence of the desks; no stop of its own", async () => {
    expect(lineSpans(LINE, "vu-thu", "down", 60_000)).toMatchObject([{ from: 50_000, to: 60_000, kind: "fair", reason: "delay" }]);
    expect([11_999, 12_000, 17_999, 18_000, 59_000].map((ms) => weakAt(LINE, ms).length)).toEqual([0, 1, 1, 0, 1]);
    expect(moments(LINE).filter((hit) => hit.ms === 12_000 || hit.ms === 50_000)).toEqual([]);
    const { player, shown, stop } = await page(undefined);
    expect(shown.queryByTestId("lane-line-hub-up")).toBeNull();
    const bar = shown.getByTestId("lane-line-vu-thu-up").querySelector(".span.poor")!;
    expect([bar.textContent, bar.querySelectorAll("svg").length]).toEqual(["Yếu", 1]);
    expect(bar.getAttribute("title")).toContain("mất 8 % gói tin");
    expect(shown.getByTestId("lane-line-vu-thu-down").querySelector(".span.fair")!.textContent).toBe("Vừa");
    player.seek(13_000);
    await settle();
    expect(shown.getByTestId("here").textContent).toContain("Đường lên của vu-thu");
    speak("en");
    await settle();
    expect(shown.getByTestId("here").textContent).toContain("8 % of packets lost");
    expect(shown.getByTestId("lane-line-vu-thu-up").textContent).toBe(" UplinkWeak");
    stop();
  });

  test("a record of before, without lines and levels, is shown without", async () => {
    const { lines: _, ...old } = LINE;
    const { shown, stop } = await page(undefined, old as Timeline);
    expect(shown.container.querySelectorAll(".lane.line, .position .meter")).toHaveLength(0);
    stop();
  });
});
