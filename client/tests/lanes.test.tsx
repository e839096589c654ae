// @vitest-environment happy-dom
/** Lanes, search and notes: what is found, what a window shows, what a press does. */
import { cleanup, fireEvent, render } from "@testing-library/preact";
import { signal } from "@preact/signals";
import { afterEach, describe, expect, test } from "vitest";
import { speak } from "../src/i18n";
import { ApiRefused } from "../src/net/api";
import { Exports } from "../src/net/exports";
import { Notes } from "../src/net/notes";
import { Hearing } from "../src/replay/hearing";
import { holes, nearest, pan, seen, showing, siteSpans, zoom } from "../src/replay/lanes";
import { Player } from "../src/replay/player";
import { folded, moments, search } from "../src/replay/search";
import { ReplayScreen } from "../src/screens/replay/ReplayScreen";
import { LINE } from "./record";
import "./words";
import { settle } from "./world";

afterEach(cleanup);
const none = (async () => ({ exports: [], captions: [] })) as never;

async function page(call: unknown = none, line: unknown = LINE) {
  const player = new Player("s-1", () => 0, async () => ({ tag: null, value: line }), undefined, new Hearing("s-1", async () => null));
  const stop = await player.start(null);
  speak("vi");
  const desk = { exports: new Exports("s-1", none), notes: new Notes("s-1", () => player.refresh(), call as never), may: signal(true), live: signal("/hub?s=s-1") };
  return { player, stop, shown: render(<ReplayScreen player={player} desk={desk} />) };
}

describe("search", () => {
  test("finds without marks, every word, in either language; nothing for nothing", () => {
    expect(folded("Ký kết ĐIỂM cầu")).toBe("ky ket diem cau");
    expect(search(LINE, "chu ky")).toMatchObject([{ kind: "note", ms: 33_000 }]);
    expect(search(LINE, "dung DIEM")).toMatchObject([{ kind: "notice.sent", ms: 21_000 }]);
    expect(search(LINE, "vu-thu").map((hit) => [hit.kind, hit.ms])).toEqual([["site", 30_000], ["hand", 28_000], ["spoke", 30_000]]);
    expect(search(LINE, "  ")).toEqual([]);
    expect(moments({ ...LINE, marks: [{ ms: 1, kind: "caption.set", text: "x", site: null }] }).some((hit) => hit.kind === "caption.set")).toBe(false);
  });
});

describe("the window", () => {
  const hours = 3 * 3_600_000;
  test("zooms around a moment, pans, follows, and never leaves the record", () => {
    const near = zoom({ from: 0, to: hours }, 1 / 100, 5_400_000, hours);
    expect(near.to - near.from).toBeCloseTo(108_000);
    expect((5_400_000 - near.from) / 108_000).toBeCloseTo(0.5);
    expect(zoom(near, 1e-9, 5_400_000, hours).to - zoom(near, 1e-9, 5_400_000, hours).from).toBe(5_000);
    expect(zoom(near, 1e9, 0, hours)).toEqual({ from: 0, to: hours });
    expect(pan(near, 1e12, hours)).toEqual({ from: hours - 108_000, to: hours });
    expect(showing(near, 5_400_000, hours)).toBe(near);
    expect(showing(near, 9_000_000, hours).from).toBeCloseTo(9_000_000 - 10_800);
    expect(zoom({ from: 0, to: 2_000 }, 0.5, 0, 2_000)).toEqual({ from: 0, to: 2_000 });
  });

  test("ten thousand words of three hours become as many spans as a lane has room for", () => {
    const speech = Array.from({ length: 10_000 }, (_, i) => ({ from: i * 1_080, to: i * 1_080 + 700, kind: "speech" }));
    expect(seen(speech, { from: 0, to: hours }).length).toBeLessThan(1_500);
    expect(seen(speech, { from: 0, to: 60_000 })).toHaveLength(56);
    const mixed = [{ from: 0, to: 10, kind: "hole", reason: "loss" }, { from: 10, to: 20, kind: "hole", reason: "camera" }];
    expect(seen(mixed, { from: 0, to: hours })).toHaveLength(2);
  });
});

test("a site's lane has presence, recording, the floor, hands and holes; the worth-while holes are stops", () => {
  expect(siteSpans(LINE, "vu-thu", 60_000).map((one) => one.kind)).toEqual(["there", "there", "clip", "clip", "spoke", "hand", "hole", "hole"]);
  expect(holes(LINE)).toEqual([{ ms: 7_000, length: 2_000, site: "vu-thu", reason: "loss" }]);
  expect([nearest([1_000, 5_000], 1_200, 1), nearest([1_000, 5_000], 1_200, -1), nearest([1_000, 5_000], 1_600, -1), nearest([], 0, 1)]).toEqual([5_000, null, 1_000, null]);
});

describe("the page", () => {
  test("a hit jumps, a site's hit also shows the site", async () => {
    const { player, shown, stop } = await page();
    fireEvent.input(shown.getByTestId("replay-search"), { target: { value: "chu ky" } });
    fireEvent.click(shown.getByTestId("hit"));
    expect(player.position.value).toBe(33_000);
    fireEvent.input(shown.getByTestId("replay-search"), { target: { value: "vu-thu" } });
    fireEvent.click(shown.getAllByTestId("hit")[0]!);
    expect(player.view.value).toEqual({ kind: "site", site: "vu-thu" });
    stop();
  });

  test("brackets go from moment to hole, and the words under the lanes say what is there", async () => {
    const { player, shown, stop } = await page();
    fireEvent.keyDown(document.body, { key: "]" });
    expect(player.position.value).toBe(7_000);
    await settle();
    expect(shown.getByTestId("here").textContent).toBe("vu-thu: Mất gói trên đường truyền, 00:02");
    fireEvent.click(shown.getByTestId("dot-notice.sent"));
    await settle();
    expect(player.position.value).toBe(21_000);
    expect(shown.getByTestId("here").textContent).toContain("Mời các điểm cầu đứng dậy");
    stop();
  });

  test("zooming in leaves the dots of other times out, and all of it brings them back", async () => {
    const { player, shown, stop } = await page();
    player.seek(50_000);
    for (let i = 0; i < 3; i += 1) fireEvent.click(shown.getByTestId("zoom-in"));
    expect(shown.queryByTestId("dot-note")).toBeNull();
    fireEvent.click(shown.getByTestId("zoom-all"));
    expect(shown.getByTestId("dot-note")).toBeTruthy();
    stop();
  });

  test("a note is of the moment its first letter was written, and stays in the form when refused", async () => {
    const asked: unknown[][] = [];
    let refuse = false;
    const { player, shown, stop } = await page(async (...told: unknown[]) => {
      asked.push(told);
      if (refuse) throw new ApiRefused("too-many-notes");
    });
    fireEvent.click(shown.getByTestId("side-notes"));
    player.seek(12_000);
    fireEvent.input(shown.getByTestId("note-text"), { target: { value: "N" } });
    player.seek(15_000);
    fireEvent.input(shown.getByTestId("note-text"), { target: { value: "Nghe lại " } });
    fireEvent.click(shown.getByTestId("note-add"));
    await settle();
    expect(asked[0]).toEqual(["POST", "/api/sessions/s-1/replay/notes", { at_ms: 12_000, text: "Nghe lại" }]);
    expect((shown.getByTestId("note-text") as HTMLTextAreaElement).value).toBe("");
    refuse = true;
    fireEvent.input(shown.getByTestId("note-text"), { target: { value: "x" } });
    fireEvent.click(shown.getByTestId("note-add"));
    await settle();
    expect(shown.getByTestId("note-refused").textContent).toContain("2.000");
    expect((shown.getByTestId("note-text") as HTMLTextAreaElement).value).toBe("x");
    refuse = false;
    fireEvent.click(shown.getByTestId("note-remove-1"));
    await settle();
    expect(asked.at(-1)!.slice(0, 2)).toEqual(["DELETE", "/api/sessions/s-1/replay/notes/1"]);
    stop();
  });
});
