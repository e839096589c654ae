// @vitest-environment happy-dom
/** The exports panel: what is asked for, what a job says, refusals in words, who sees it. */
import { cleanup, fireEvent, render } from "@testing-library/preact";
import { signal } from "@preact/signals";
import { afterEach, expect, test, vi } from "vitest";
import { speak } from "../src/i18n";
import { ApiRefused } from "../src/net/api";
import { Exports, type Job } from "../src/net/exports";
import { Notes } from "../src/net/notes";
import { Player } from "../src/replay/player";
import { partOf, wantedOf, type Draft } from "../src/replay/wanted";
import { ReplayScreen } from "../src/screens/replay/ReplayScreen";
import { LINE } from "./record";
import "./words";
import { settle } from "./world";

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

const JOB: Job = {
  id: "0123456789abcdef", kind: "programme", format: "mp4", ask: { kind: "programme" }, state: "waiting", fraction: 0, left_s: null,
  created_at: 0, from_ms: null, to_ms: null, bytes: null, sha256: null, code: null, name: "Lễ ký kết - Toàn buổi lễ.mp4", url: null,
};

async function page(answer: (method: string, path: string, body?: unknown) => unknown, may = true) {
  const asked: [string, string, unknown][] = [];
  const exports = new Exports("s-1", (async (method: string, path: string, body?: unknown) => {
    asked.push([method, path, body]);
    return answer(method, path, body);
  }) as never);
  const player = new Player("s-1", () => 0, async () => ({ tag: null, value: LINE }));
  const stop = await player.start(null);
  speak("vi");
  const shown = render(<ReplayScreen player={player} desk={{ exports, notes: new Notes("s-1", async () => undefined), may: signal(may), live: signal(null) }} />);
  return { asked, exports, player, shown, stop };
}

test("what each choice asks for", () => {
  const draft: Draft = { choice: "film-1080", source: "hub/camera", cut: true, caption: true };
  const part = { from: 1_000.4, to: 9_000 };
  expect(wantedOf(draft, part, 0, 60_000, "vi")).toEqual({ kind: "programme", size: "1080", lang: "vi", from_ms: 1_000, to_ms: 9_000 });
  expect(wantedOf({ ...draft, cut: false }, part, 0, 60_000, "en")).toEqual({ kind: "programme", size: "1080", lang: "en" });
  expect(wantedOf({ ...draft, choice: "clip-copy" }, part, 0, 60_000, "vi")).toEqual({ kind: "clip", format: "webm", source: "hub/camera", lang: "vi", from_ms: 1_000, to_ms: 9_000 });
  expect(wantedOf({ ...draft, choice: "clip", cut: false }, { from: null, to: null }, 0, 60_000, "vi")).toBeNull();
  expect(wantedOf({ ...draft, choice: "still", source: "" }, part, 4_999.7, 60_000, "vi")).toEqual({ kind: "still", format: "jpeg", lang: "vi", from_ms: 5_000, caption: true });
  expect(wantedOf({ ...draft, choice: "bundle" }, part, 0, 60_000, "vi")).toEqual({ kind: "bundle", lang: "vi" });
  expect(partOf({ from: 5_000, to: null }, 60_000)).toEqual([5_000, 60_000]);
  expect(partOf({ from: null, to: null }, 60_000)).toBeNull();
});

test("in and out follow each other", async () => {
  const { player, stop } = await page(() => ({ exports: [], captions: [] }));
  player.seek(20_000);
  player.cut("from");
  player.seek(30_000);
  player.cut("to");
  expect(player.selection.value).toEqual({ from: 20_000, to: 30_000 });
  player.seek(10_000);
  player.cut("to");
  expect(player.selection.value).toEqual({ from: null, to: 10_000 });
  stop();
});

test("a job is asked for, waits in words, is watched until it is done, and can be taken with size and hash", async () => {
  vi.useFakeTimers();
  let now: Job = JOB;
  const { asked, shown, stop } = await page((method) => (method === "GET" ? { exports: [now], captions: [] } : now));
  fireEvent.click(shown.getByTestId("side-exports"));
  await vi.advanceTimersByTimeAsync(0);
  fireEvent.click(shown.getByTestId("export-go"));
  await vi.advanceTimersByTimeAsync(0);
  expect(asked).toContainEqual(["POST", "/api/sessions/s-1/exports", { kind: "programme", size: "720", lang: "vi" }]);
  expect(shown.getByTestId("job").textContent).toContain("Chờ: đang có phiên");
  now = { ...JOB, state: "running", fraction: 0.42, left_s: 130 };
  await vi.advanceTimersByTimeAsync(1_000);
  expect(shown.getByTestId("job").textContent).toContain("42 % · còn khoảng 02:10");
  now = { ...JOB, state: "done", bytes: 1_400_000_000, sha256: "ab".repeat(32), url: "/api/x/file" };
  await vi.advanceTimersByTimeAsync(1_000);
  expect(shown.getByTestId("job-file").getAttribute("href")).toBe("/api/x/file");
  expect(shown.getByTestId("job").textContent).toMatch(/1,4 GB.*/);
  expect(shown.getByTestId("job").textContent).toContain("ab".repeat(32));
  const looks = asked.length;
  await vi.advanceTimersByTimeAsync(5_000);
  expect(asked.length).toBe(looks);
  fireEvent.click(shown.getByTestId("job-remove"));
  await vi.advanceTimersByTimeAsync(0);
  expect(asked).toContainEqual(["DELETE", "/api/sessions/s-1/exports/0123456789abcdef", undefined]);
  stop();
});

test("a refusal of captions names the line, and the list there was stays", async () => {
  const { exports, shown, stop } = await page((method) => {
    if (method === "PUT") throw new ApiRefused("captions-wrong", { what: "bad-time", line: 7 });
    return { exports: [], captions: [{ lang: "vi", url: "/v.vtt" }] };
  });
  fireEvent.click(shown.getByTestId("side-exports"));
  await settle();
  expect(await exports.bringCaptions("vi", new Blob(["x"]))).toBe(false);
  await settle();
  expect(shown.getByTestId("export-refused").textContent).toContain("7");
  expect(exports.captions.value).toHaveLength(1);
  expect(exports.busy.value).toBe(false);
  stop();
});

test("who may not export sees no panel", async () => {
  const { shown, stop } = await page(() => ({ exports: [], captions: [] }), false);
  expect(shown.queryByTestId("side-exports")).toBeNull();
  expect(shown.getByTestId("side-chapters")).toBeTruthy();
  stop();
});
