// @vitest-environment happy-dom
import { cleanup, fireEvent } from "@testing-library/preact";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { speak } from "../src/i18n";
import type { ConfirmationView, NoticeView } from "../src/proto/types";
import { ordered, unreadOf } from "../src/screens/site/Letters";
import { Question } from "../src/screens/site/Question";
import { PhaseCard } from "../src/screens/site/Cards";
import { answerOf, countOf, draftOf, faultOf, type AnswerDraft } from "../src/ui/answer";
import { shown, stand } from "./place";
import site from "./fixtures/site.json";

beforeEach(() => speak("vi"));
afterEach(cleanup);
const tick = (): Promise<void> => new Promise((done) => setTimeout(done, 5));

const none: AnswerDraft = { choice: null, name: "Nguyễn Văn A", remarks: "", counts: { for: 0, against: 0, abstain: 0 } };
const asked: ConfirmationView = {
  n: 3, question: "Thống nhất nội dung chương trình?", choices: "agree", options: ["agree", "remarks"], open: true, opened_at: 1, closed_at: null,
  pending: ["tien-hai"], answers: [], totals: {}, reminded: {},
};

describe("what an answer needs", () => {
  test.each([
    ["agree", { ...none, name: "  " }, "name"], ["agree", none, "choice"], ["agree", { ...none, choice: "agree" }, null],
    ["agree", { ...none, choice: "remarks" }, "remarks"], ["agree", { ...none, choice: "remarks", remarks: "Sửa Điều 2" }, null],
    ["ack", { ...none, choice: "ack" }, null],
    ["vote", none, "no-votes"], ["vote", { ...none, counts: { for: 9, against: 1, abstain: 0 } }, null],
    ["vote", { ...none, counts: { for: 9, against: 1, abstain: 1 } }, "too-many"],
  ] as const)("%s, case %#", (kind, draft, fault) => {
    expect(faultOf(draft, kind, 10)).toBe(fault);
    expect(answerOf(draft, { choices: kind }, "a", 10) === null).toBe(fault !== null);
  });

  test("a vote goes under its largest count; an unknown number present limits nothing", () => {
    const draft = { ...none, counts: { for: 4, against: 70, abstain: 2 } };
    expect(answerOf(draft, { choices: "vote" }, "a", null)).toEqual({ do: "confirmation.answer", site: "a", choice: "against", name: "Nguyễn Văn A", counts: draft.counts, by_phone: false, remarks: null, sha256: null });
  });

  test("remarks go only with remarks, counts only with votes", () => {
    expect(answerOf({ ...none, choice: "agree", remarks: "cũ", counts: { for: 3, against: 0, abstain: 0 } }, { choices: "agree", sha256: "ab" }, "a", 1, true)).toMatchObject({ sha256: "ab", remarks: null, counts: null, by_phone: true });
  });

  test("counts are whole and never below nothing", () => {
    expect([countOf(NaN), countOf(-3), countOf(2.9), countOf(1e9)]).toEqual([0, 0, 2, 100_000]);
  });

  test("a form begins with what was answered before", () => {
    const before = { ...asked, answers: [{ site: "a", choice: "remarks", name: "B", at: 1, remarks: "x" }] } as ConfirmationView;
    expect(draftOf(before, "a", "A")).toMatchObject({ choice: "remarks", name: "B", remarks: "x" });
    expect(draftOf(asked, "a", "A")).toMatchObject({ choice: null, name: "A" });
  });
});

describe("the card", () => {
  test("no name, no answer; then one press; it folds away and may be changed while open", async () => {
    const place = stand(site);
    place.room.store.confirmation.value = asked;
    const view = shown(place, <Question />);
    fireEvent.click(view.getByTestId("answer-agree"));
    await tick();
    expect(place.asked).toEqual([]);
    expect(view.getByTestId("answer-fault").textContent).toContain("họ tên");
    fireEvent.input(view.getByTestId("answer-name"), { target: { value: "Trần Thị B" } });
    await tick();
    fireEvent.click(view.getByTestId("answer-agree"));
    await tick();
    expect(place.asked[0]).toMatchObject({ do: "confirmation.answer", site: "tien-hai", choice: "agree", name: "Trần Thị B" });
    place.room.store.confirmation.value = { ...asked, pending: [], answers: [{ site: "tien-hai", choice: "agree", name: "Trần Thị B", at: 2 }] };
    await tick();
    expect(view.queryByTestId("question")).toBeNull();
    expect(view.getByTestId("answered").textContent).toContain("Thống nhất");
    fireEvent.click(view.getByTestId("answer-change"));
    await tick();
    fireEvent.click(view.getByTestId("answer-remarks"));
    await tick();
    expect(place.asked).toHaveLength(1);
    const box = view.container.querySelector("textarea")!;
    fireEvent.input(box, { target: { value: "Đề nghị sửa Điều 2" } });
    await tick();
    fireEvent.click(view.getByTestId("answer-send"));
    await tick();
    expect(place.asked[1]).toMatchObject({ choice: "remarks", remarks: "Đề nghị sửa Điều 2" });
    place.room.store.confirmation.value = { ...asked, open: false };
    await tick();
    expect(view.queryByTestId("question")).toBeNull();
  });

  test("not asked, not shown", () => {
    const place = stand(site);
    place.room.store.confirmation.value = { ...asked, pending: [] };
    expect(shown(place, <Question />).container.textContent).toBe("");
  });
});

test("unread notices come first and stay on top", () => {
  const notice = (n: number, must_ack: boolean, acked: boolean): NoticeView => ({ notice: n, text: `${n}`, at: n, must_ack, acked });
  const all = [notice(4, false, false), notice(3, true, true), notice(2, true, false), notice(1, true, false)];
  expect(ordered(all).map((one) => one.notice)).toEqual([2, 1, 4, 3]);
  expect(unreadOf(all)).toBe(2);
});

test("a suspension says why, what to tell, whom to call; and keeps when it was told", async () => {
  const place = stand(site);
  const now = place.room.clock.now();
  place.room.store.session.value = { ...place.room.store.session.value!, phase: "suspended", suspended: { since: (now - 120_000) * 1000, cause: "power", announce: "Mất điện, xin chờ." } };
  const view = shown(place, <PhaseCard />);
  for (const words of ["Mất điện", "Mất điện, xin chờ.", "0227 000 0000"]) expect(view.container.textContent).toContain(words);
  fireEvent.click(view.getByTestId("told-confirm"));
  await tick();
  expect(place.asked[0]?.do).toBe("announcement.confirm");
  const { at } = place.asked[0] as { at: number };
  expect(at).toBeLessThanOrEqual(now * 1000);
  expect(at).toBeGreaterThan((now - 121_000) * 1000);
});
