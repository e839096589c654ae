// @vitest-environment happy-dom
import { cleanup, fireEvent, render } from "@testing-library/preact";
import { signal } from "@preact/signals";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { speak } from "../src/i18n";
import { ended, keptOf, revisionOf, tally, type KeptRecord, type Paper, type Question } from "../src/replay/kept";
import { folder } from "../src/replay/places";
import { Player } from "../src/replay/player";
import { FactsPanel } from "../src/screens/replay/Facts";
import { PapersPanel } from "../src/screens/replay/Papers";
import { ReplayScreen } from "../src/screens/replay/ReplayScreen";
import type { Desk } from "../src/screens/replay/Side";
import { clip, LINE } from "./record";

beforeEach(() => speak("vi"));
afterEach(cleanup);

const [A, B, C] = ["aa", "bb", "cc"].map((two) => two.repeat(32)) as [string, string, string];
const HOSTILE = "</script><img src=x onerror=alert(1)>";
const text = (name: string): { vi: string; en: string } => ({ vi: name, en: `${name} (en)` });
const paper = (more: Partial<Paper> = {}): Paper => ({ id: "ct", title: text("Thoả thuận"), mode: "wet_ink", kind: "ceremony", published: [[3, 1, 1, A]], withdrawn: [], signatures: [], completed: null, left: null, scan: null, ...more });
const signature = { at: 30_000_000, how: "ink", person: HOSTILE, authority: "KT.", sha256: A, level: "", office: text("Viện trưởng"), party: text("Bên A"), kind: "leader" };
const question: Question = {
  at: 21_000_000, text: HOSTILE, choices: "vote", asked: ["hub", "vu-thu"],
  answers: { hub: { choice: "for", name: "Lan", counts: { for: 5, against: 1, abstain: 0 }, by_phone: true } },
};
const KEPT: KeptRecord = {
  timeline: LINE, captions: { vi: "WEBVTT" }, files: [A], sealed: true,
  plan: [{ item: "a", n: 1, title: text("Khai mạc"), state: "done", planned_us: 0 }, { item: "z", n: 2, title: text("Giải lao"), state: "skipped", planned_us: null }],
  facts: {
    sites: { hub: { site: "hub", name: text("Trung tâm"), expected: 9, present: 7, head: HOSTILE, mark: "", by_phone: false }, "vu-thu": { site: "vu-thu", name: text("Vũ Thư"), expected: 3, present: null, head: "", mark: "absent", by_phone: false } },
    declared: [5, true, ""], runs: [{ item: "a", at: 10_000_000, ended: 20_000_000 }], questions: [question], papers: [paper({ signatures: [signature] })], head: [9, C],
  },
};

function stand(record: KeptRecord = KEPT): { player: Player; desk: Desk } {
  const player = new Player("s", () => 0, () => Promise.resolve({ tag: null, value: record.timeline }), folder);
  player.line.value = record.timeline;
  const desk = { exports: { captions: signal([]), reading: signal(null), cues: signal([]) }, notes: { refused: signal(null), busy: signal(false) }, may: signal(false), live: signal(null), record };
  return { player, desk: desk as never };
}

test("a script that tells no record, or one of another version, is refused", () => {
  for (const told of [undefined, null, 5, [], {}, { v: 2 }, { v: 1, timeline: {} }, { ...KEPT, v: 1, plan: null }, { ...KEPT, v: 1, timeline: { ...LINE, scenes: 1 } }]) expect(keptOf(told)).toBeNull();
  expect(keptOf({ ...KEPT, v: 1 })?.facts.head[1]).toBe(C);
});

test("nothing grows in a folder: what was being recorded ends where the copy ends", () => {
  const growing = { ...LINE, end_us: null, sources: [{ source: "hub/camera", clips: [clip("hub-1", 0, 45_000, { growing: true })] }] };
  const still = ended(growing);
  expect(still.end_us).toBe(45_000_000);
  expect(still.sources[0]?.clips[0]?.growing).toBe(false);
  expect(ended(LINE).end_us).toBe(LINE.end_us);
});

test("clips and pages lie beside the page, whatever their names say", () => {
  expect(folder.clip({ clip: clip("hub~camera~1.webm", 0, 1), pin: 500 })).toBe("../tracks/hub~camera~1.webm");
  expect(folder.clip({ clip: clip("https://x/y", 0, 1), pin: null })).toBe("../tracks/https%3A%2F%2Fx%2Fy");
  expect(folder.page({ document: "ct", sha256: "../../x", page: 2, x: 0, y: 0, w: 1, h: 1 } as never)).toBe("pages/..%2F..%2Fx-2.png");
});

test("the revision that counts is the complete one, else the one signed last, else the one published last", () => {
  expect(revisionOf(paper({ published: [] }))).toBeNull();
  expect(revisionOf(paper())).toBe(A);
  expect(revisionOf(paper({ signatures: [{ ...signature, sha256: B }] }))).toBe(B);
  expect(revisionOf(paper({ signatures: [{ ...signature, sha256: B }], completed: [1, 1, C] }))).toBe(C);
});

test("a vote is counted by its votes, an answer without them as one", () => {
  expect(tally(question)).toEqual([["for", 5], ["against", 1], ["abstain", 0]]);
  expect(tally({ ...question, answers: { hub: { choice: "against", name: "", counts: null, by_phone: false } } })).toEqual([["for", 0], ["against", 1], ["abstain", 0]]);
});

test("run sheet, attendance and votes are told in words and lead to their moments", () => {
  const { player } = stand();
  const seek = vi.spyOn(player, "seek");
  const page = render(<FactsPanel player={player} record={KEPT} />);
  const told = page.container.textContent ?? "";
  for (const words of ["1. Khai mạc", "(đã bỏ qua)", "Có mặt 7/9", "Vắng mặt", "Tán thành: 5", "Chưa trả lời: Vũ Thư", "qua điện thoại", HOSTILE]) expect(told).toContain(words);
  expect(page.container.querySelector("img, script")).toBeNull();
  fireEvent.click(page.getByTestId("plan-a").querySelector("button")!);
  expect(seek).toHaveBeenCalledWith(10_000);
  fireEvent.click(page.getByTestId("question").querySelector("button")!);
  expect(seek).toHaveBeenLastCalledWith(21_000);
});

test("documents are told as the log tells them: ink is never a digital signature, a seal on a scan neither", () => {
  const { player } = stand();
  const papers = [
    paper({ signatures: [signature, { ...signature, at: 31_000_000, how: "scan", person: "", kind: "seal" }], scan: [4, B] }),
    paper({ id: "so", mode: "digital", completed: [8, 1, C], signatures: [{ ...signature, how: "digital", level: "B-LT" }] }),
  ];
  const page = render(<PapersPanel player={player} record={{ ...KEPT, files: [A], facts: { ...KEPT.facts, papers } }} />);
  const [ink, digital] = [page.getByTestId("paper-ct"), page.getByTestId("paper-so")];
  expect(ink.textContent).toContain("ký trực tiếp");
  expect(ink.textContent).toContain("dấu trên bản chụp");
  expect(ink.textContent).not.toContain("ký số");
  expect(digital.textContent).toContain("ký số (B-LT)");
  expect(page.getAllByTestId("paper-file").map((one) => one.getAttribute("href"))).toEqual([`../documents/${A}.pdf`]);
  expect(digital.textContent).toContain("Không có tệp của bản này trong gói.");
  expect(page.getByTestId("paper-code-so").textContent).toBe(C.toUpperCase().replace(/(.{4})(?=.)/g, "$1 "));
  expect(page.container.querySelector("img, script")).toBeNull();
});

test("a page opened from disk leads nowhere else, and says that it proves nothing and what does", () => {
  for (const [lang, words] of [["vi", "không chứng minh hồ sơ"], ["en", "does not prove it"]] as const) {
    speak(lang);
    const page = render(<ReplayScreen {...stand()} />);
    expect(page.getByTestId("shows-only").textContent).toContain(words);
    expect(page.container.querySelectorAll("a[href^='/'], a[href^='http']").length).toBe(0);
    expect(page.queryByTestId("side-exports")).toBeNull();
    fireEvent.click(page.getByTestId("how-to-prove"));
    for (const way of ["/verify", "diemcau verify", "verifier/check.py"]) expect(page.getByTestId("proof-dialog").textContent).toContain(way);
    page.unmount();
  }
});
