// @vitest-environment happy-dom
/** The console's further acts: each is a visible button that asks for exactly one command. */
import { cleanup, fireEvent } from "@testing-library/preact";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { speak } from "../src/i18n";
import { HubScreen } from "../src/screens/hub/HubScreen";
import { itemOf, newItem } from "../src/screens/hub/model";
import type { ItemView } from "../src/proto/types";
import { shown, stand, type Stand } from "./place";
import hub from "./fixtures/hub.json";

beforeEach(() => speak("vi"));
afterEach(cleanup);
const tick = (): Promise<void> => new Promise((done) => setTimeout(done, 5));
const US = 1_000_000;

/** The fixture's desk with more sections. */
function desk(sections: Record<string, unknown>, session: Record<string, unknown> = {}): Stand {
  return stand({ ...hub, view: { ...hub.view, ...sections, session: { ...hub.view.session, ...session } } });
}

async function press(page: ReturnType<typeof shown>, ...ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    fireEvent.click(page.getByTestId(id));
    await tick();
  }
}

async function write(page: ReturnType<typeof shown>, id: string, value: string): Promise<void> {
  fireEvent.input(page.getByTestId(id), { target: { value } });
  await tick();
}

const QUESTION = {
  n: 1, question: "Thống nhất dự thảo?", choices: "agree", options: ["agree", "remarks"], open: true, opened_at: 0, closed_at: null,
  pending: ["vu-thu", "tien-hai"], answers: [{ site: "dong-hung", choice: "remarks", name: "Bà B", at: 0, remarks: "Sửa điều 3" }],
  totals: { agree: 0, remarks: 1 }, reminded: {},
};

describe("confirmations", () => {
  test("who has not answered comes first; remind, by telephone, close", async () => {
    const place = desk({ confirmation: QUESTION });
    const page = shown(place, <HubScreen />);
    expect(page.getByTestId("tab-confirm").textContent).toContain("1/3");
    await press(page, "tab-confirm");
    const lists = [...page.getByTestId("question").querySelectorAll("[data-testid]")].map((one) => one.getAttribute("data-testid"));
    expect(lists.indexOf("pending-vu-thu")).toBeLessThan(lists.indexOf("answer-dong-hung"));
    expect(page.getByTestId("answer-dong-hung").textContent).toContain("Sửa điều 3");
    await press(page, "remind-vu-thu", "phone-vu-thu");
    expect((page.getByTestId("phone-save") as HTMLButtonElement).disabled).toBe(true);
    await write(page, "phone-name", "Ông A");
    await press(page, "phone-save", "ask-close");
    expect(place.asked).toEqual([
      { do: "confirmation.remind", site: "vu-thu" },
      { do: "confirmation.answer", site: "vu-thu", choice: "agree", name: "Ông A", by_phone: true, remarks: null, counts: null, sha256: null },
      { do: "confirmation.close" },
    ]);
  });

  test("a new question is about the live item unless said otherwise", async () => {
    const place = desk({});
    const page = shown(place, <HubScreen />);
    await press(page, "tab-confirm", "ask-open");
    const live = place.room.store.agenda.value?.items.find((item) => item.state === "live");
    expect(place.asked).toEqual([{ do: "confirmation.open", question: live?.title.vi, choices: "agree" }]);
  });
});

test("notices: prepared texts, to whom, and who has not read", async () => {
  const place = desk({ notices: { notices: [{ notice: 4, text: "Xin ổn định", at: 0, must_ack: true, to: 2, unread: ["vu-thu"] }], letters: [{ site: "hung-ha", text: "Chưa nghe rõ", at: 0 }] } });
  const page = shown(place, <HubScreen />);
  await press(page, "tab-notice");
  expect(page.getByTestId("notice-4").textContent).toContain("Vũ Thư");
  expect(page.container.textContent).toContain("Chưa nghe rõ");
  fireEvent.change(page.getByTestId("notice-canned"), { target: { value: "tell.canned-quiet" } });
  await tick();
  await press(page, "notice-send");
  expect(place.asked).toEqual([{ do: "notice.send", text: "Đề nghị quý đơn vị giữ trật tự trong hội trường.", to: [], must_ack: true }]);
});

test("incidents are sentences with what to do; a note takes one line", async () => {
  const place = desk({ incidents: { incidents: [{ n: 1, kind: "absent", opened: 0, site: "vu-thu" }, { n: 2, kind: "gap", opened: 0, closed: 3 * US, source: "hung-ha/camera", amount_ms: 2400 }], open: 1, more: 0 } });
  const page = shown(place, <HubScreen />);
  await press(page, "tab-incident");
  expect(page.getByTestId("incident-1").textContent).toMatch(/Vũ Thư mất tín hiệu\. Gọi 0227/);
  expect(page.getByTestId("incident-2").textContent).toContain("Hưng Hà hụt 2 giây");
  await write(page, "incident-text", "Loa hội trường rè");
  await press(page, "incident-note");
  expect(place.asked).toEqual([{ do: "incident.note", text: "Loa hội trường rè" }]);
});

test("the lobby says why somebody waits, and moves a seat only when another device holds it", async () => {
  const place = desk({ lobby: { waiting: 2, seats: [
    { seat: "w-1", state: "waiting", site: "vu-thu", name: "Anh C", reason: "other-device", since: 0 },
    { seat: "w-2", state: "waiting", site: null, name: "Chị D", reason: "code", since: 0 },
    { seat: "w-3", state: "refused", site: null, name: "Lạ", reason: "code", since: 0 },
  ] } });
  const page = shown(place, <HubScreen />);
  await press(page, "tab-lobby");
  expect(page.getByTestId("knock-w-1").textContent).toContain("đã gắn với máy khác");
  expect(page.queryByTestId("admit-w-1")).toBeNull();
  await press(page, "move-w-1", "admit-w-2", "refuse-w-2");
  expect(place.asked).toEqual([{ do: "seat.move", seat: "w-1" }, { do: "seat.admit", seat: "w-2" }, { do: "seat.refuse", seat: "w-2" }]);
});

describe("leading", () => {
  test("another is in control: said aloud, and taken over by a held press with a reason", async () => {
    vi.useFakeTimers();
    const place = desk({ control: { seat: "p-9-x", epoch: 3, mine: false, since: 0, how: "taken", reason: "máy hỏng" } });
    const page = shown(place, <HubScreen />);
    expect(page.getByTestId("control-other").textContent).toContain("máy hỏng");
    fireEvent.click(page.getByTestId("control-open"));
    await vi.advanceTimersByTimeAsync(10);
    fireEvent.input(page.getByTestId("control-reason"), { target: { value: "thay ca" } });
    await vi.advanceTimersByTimeAsync(10);
    fireEvent.pointerDown(page.getByTestId("control-take"));
    await vi.advanceTimersByTimeAsync(1_050);
    expect(place.asked).toEqual([{ do: "control.take", reason: "thay ca" }]);
    vi.useRealTimers();
  });

  test("suspended: the strip says why, the great button goes on", async () => {
    const place = desk({}, { phase: "suspended", suspended: { since: 0, cause: "power", announce: "Mời ngồi tại chỗ" } });
    const page = shown(place, <HubScreen />);
    expect(page.getByTestId("interrupted").textContent).toContain("Mất điện");
    await press(page, "resume-session");
    expect(place.asked).toEqual([{ do: "session.resume" }]);
  });

  test("suspending wants a reason, and says what halls are told", async () => {
    const place = desk({});
    const page = shown(place, <HubScreen />);
    await press(page, "suspend-session");
    await write(page, "suspend-reason", "Đứt cáp");
    await press(page, "suspend-confirm");
    expect(place.asked[0]).toMatchObject({ do: "session.suspend", reason: "Đứt cáp", cause: "link" });
  });

  test("minutes, undo within its time, and words of warning on the run sheet", async () => {
    const now = hub.clock;
    const items = hub.view.agenda.items.map((item, i) => (i === 6 ? { ...item, squeeze_s: 240, differs: true } : item));
    const place = desk({ agenda: { ...hub.view.agenda, items, undo: { seq: 71, act: "take", item: "x", until: now + 6 * US } } });
    const page = shown(place, <HubScreen />);
    expect(page.container.textContent).toContain("Phải rút còn 4 phút");
    expect(page.container.textContent).toContain("Khác bản đã chốt");
    const live = place.room.store.agenda.value?.live;
    await press(page, "item-plus", "item-minus", "undo");
    expect(place.asked).toEqual([
      { do: "item.time", item: live, minutes: 1 }, { do: "item.time", item: live, minutes: -1 }, { do: "agenda.undo", seq: 71 },
    ]);
  });

  test("a line is changed, moved and followed by a new one", async () => {
    const place = desk({});
    const page = shown(place, <HubScreen />);
    const items = place.room.store.agenda.value!.items;
    const item = items.find((one) => one.id === "be-mac")!;
    await press(page, "edit-be-mac");
    await write(page, "edit-title", "Bế mạc buổi lễ");
    fireEvent.input(page.getByTestId("edit-minutes"), { target: { value: "7", valueAsNumber: 7 } });
    await tick();
    await press(page, "item-up", "item-save");
    expect(place.asked[0]).toMatchObject({ do: "item.move", item: "be-mac", before: items[items.indexOf(item) - 1]!.id });
    expect(place.asked[1]).toMatchObject({ do: "item.edit", item: { id: "be-mac", title: { vi: "Bế mạc buổi lễ" }, scene: item.scene, kind: item.kind } });
    await press(page, "edit-be-mac", "item-insert");
    await write(page, "edit-title", "Chụp ảnh");
    await press(page, "item-add");
    expect(place.asked[2]).toMatchObject({ do: "item.add", item: { id: "them-1", title: { vi: "Chụp ảnh" } } });
  });

  test("words on picture and stage", async () => {
    const place = desk({ stage: { message: "Chậm lại", blackout: false }, scene: { ...hub.view.scene, caption: "Ông A" } });
    const page = shown(place, <HubScreen />);
    await press(page, "drawer-open");
    await write(page, "caption-text", "Ông Nguyễn Văn A");
    await press(page, "caption-set", "caption-clear", "stage-clear", "stage-blackout");
    expect(place.asked).toEqual([
      { do: "caption.set", text: "Ông Nguyễn Văn A" }, { do: "caption.clear" }, { do: "stage.message", text: "" }, { do: "stage.blackout", on: true },
    ]);
  });
});

test("what is sent back of a line is all of its plan", () => {
  const view = hub.view.agenda.items[3] as ItemView;
  expect(itemOf(view)).toMatchObject({ id: view.id, kind: view.kind, duration_s: view.duration_s, scene: view.scene });
  expect(newItem(["them-1", "them-2"]).id).toBe("them-3");
});

test("arrows turn the leaves", async () => {
  const page = shown(desk({}), <HubScreen />);
  fireEvent.keyDown(page.getByTestId("tab-roll"), { key: "ArrowLeft" });
  await tick();
  expect(page.getByTestId("tab-lobby").getAttribute("aria-selected")).toBe("true");
  fireEvent.keyDown(page.getByTestId("tab-lobby"), { key: "ArrowRight" });
  await tick();
  expect(page.getByTestId("tab-roll").getAttribute("aria-selected")).toBe("true");
});
