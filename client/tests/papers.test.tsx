// @vitest-environment happy-dom
import { cleanup, fireEvent } from "@testing-library/preact";
import { afterEach, beforeEach, expect, test } from "vitest";
import { speak } from "../src/i18n";
import type { DocumentView, SlotView } from "../src/proto/types";
import { nearest } from "../src/screens/papers/model";
import { Signing } from "../src/screens/papers/Signing";
import { pageUrl } from "../src/net/pages";
import { Reader } from "../src/ui/Sheet";
import { shown, stand, type Stand } from "./place";
import hub from "./fixtures/hub.json";

beforeEach(() => speak("vi"));
afterEach(cleanup);
const tick = (): Promise<void> => new Promise((done) => setTimeout(done, 5));
const SHA = "ab12".repeat(16);

function slot(name: string, more: Partial<SlotView> = {}): SlotView {
  return { slot: name, kind: "leader", office: { vi: "Viện trưởng", en: "Chief" }, state: "waiting", person: "Bà Lê", ...more } as SlotView;
}

function paper(more: Partial<DocumentView> = {}): DocumentView {
  return { id: "ct", title: { vi: "Chương trình", en: "Programme" }, state: "signing", rev: 7, pages: 3, page: 2, sha256: SHA, slots: [slot("a")], turn: "a", persons: 1, ...more } as DocumentView;
}

function desk(one: DocumentView, role = "operator"): Stand {
  const place = stand(hub);
  place.room.store.session.value = { ...place.room.store.session.peek()!, role } as never;
  place.room.store.documents.value = { documents: [one] } as never;
  return place;
}

async function press(page: ReturnType<typeof shown>, name: string): Promise<void> {
  fireEvent.click(page.getByTestId(name));
  await tick();
}

test("the pen is kept by the operator and witnessed by somebody else", async () => {
  const place = desk(paper());
  const page = shown(place, <Signing />);
  expect(page.getByTestId("paper-hash").textContent).toMatch(/^AB12 AB12 AB12/);
  await press(page, "pen-down-a");
  expect(place.asked).toEqual([{ do: "pen.down", document: "ct", slot: "a" }]);
  place.room.store.documents.value = { documents: [paper({ slots: [slot("a", { state: "open", down: 1 })], open: "a" })] } as never;
  await tick();
  expect(page.queryByTestId("pen-down-a")).toBeNull();
  await press(page, "pen-up-a");
  expect(place.asked.at(-1)).toEqual({ do: "pen.up", document: "ct", slot: "a" });
  const raised = paper({ slots: [slot("a", { state: "open", down: 1, up: 2 })], open: "a" });
  place.room.store.documents.value = { documents: [raised] } as never;
  await tick();
  expect(page.queryByTestId("witness-a")).toBeNull();
  expect(page.container.textContent).toContain("xác nhận đã chứng kiến");
  cleanup();
  const secretary = desk(raised, "secretary");
  await press(shown(secretary, <Signing />), "witness-a");
  expect(secretary.asked).toEqual([{ do: "ink.witness", document: "ct", slot: "a" }]);
});

test("signing begins with the revision that was seen; missing reviews want a reason", async () => {
  const place = desk(paper({ state: "published", turn: null, review: { agreed: ["vu-thu"], missing: ["tien-hai"] } }));
  const page = shown(place, <Signing />);
  expect(page.getByTestId("review").textContent).toMatch(/1\/2 điểm cầu.*Tiền Hải/);
  place.answer = { ok: false, code: "reviews-missing", detail: { count: 1 } };
  await press(page, "signing-begin");
  fireEvent.input(page.getByTestId("reason"), { target: { value: "đã gọi điện" } });
  await tick();
  place.answer = { ok: true };
  await press(page, "reason-confirm");
  expect(place.asked).toEqual([
    { do: "signing.begin", document: "ct", after: 7, reason: null },
    { do: "signing.begin", document: "ct", after: 7, reason: "đã gọi điện" },
  ]);
});

test("a deputy signs with a stated authority and its basis", async () => {
  const place = desk(paper({ slots: [slot("a", { authorities: ["KT.", "TL."], person: "" })] }));
  const page = shown(place, <Signing />);
  expect(page.getByTestId("slot-a").textContent).toContain("Chưa phân công");
  await press(page, "assign-a");
  fireEvent.input(page.getByTestId("assign-person"), { target: { value: " Ông B " } });
  fireEvent.change(page.getByTestId("assign-authority"), { target: { value: "KT." } });
  await tick();
  fireEvent.input(page.getByTestId("assign-basis"), { target: { value: "QĐ 12" } });
  await tick();
  await press(page, "assign-save");
  expect(place.asked).toEqual([{ do: "slot.assign", document: "ct", slot: "a", person: "Ông B", authority: "KT.", basis: "QĐ 12" }]);
});

test("acts without a way back want a reason; pages turn within the document", async () => {
  const place = desk(paper({ page: 3 }));
  const page = shown(place, <Signing />);
  expect((page.getByTestId("paper-next") as HTMLButtonElement).disabled).toBe(true);
  await press(page, "paper-back");
  for (const name of ["document-withdraw", "signing-interrupt", "decline-a"]) {
    await press(page, name);
    fireEvent.input(page.getByTestId("reason"), { target: { value: "nhầm tệp" } });
    await tick();
    await press(page, "reason-confirm");
  }
  expect(place.asked.map((one) => one.do)).toEqual(["document.page", "document.withdraw", "signing.interrupt", "slot.decline"]);
});

test("a signature says how it was made; one by hand is never shown as digital", () => {
  const landed = shown(desk(paper({ state: "completed", turn: null, rite: true, slots: [slot("a", { state: "landed", how: "ink", at: 1 }), slot("b", { state: "landed", how: "digital", level: "B-B", at: 2 })] })), <Signing />);
  expect(landed.getByTestId("slot-a").textContent).toContain("ký trực tiếp");
  expect(landed.getByTestId("slot-a").textContent).not.toContain("ký số");
  expect(landed.getByTestId("slot-b").textContent).toMatch(/ký số · B-B · chưa có dấu thời gian/);
  expect(landed.getByTestId("document-exchange")).toBeTruthy();
});

test("a reader turns pages of its own and finds back to the hub's", async () => {
  const page = shown(desk(paper()), <Reader paper={paper()} />);
  const image = (): HTMLImageElement => page.getByTestId("sheet-ct") as HTMLImageElement;
  expect(image().getAttribute("src")).toBe(pageUrl("s-1", "ct", SHA, 2, 960));
  await press(page, "page-next");
  expect(image().dataset["page"]).toBe("3");
  fireEvent.error(image());
  await tick();
  expect(page.getByRole("alert").textContent).toContain("Chưa tải được");
  fireEvent.click(page.getByText("Về trang trung tâm đang mở"));
  await tick();
  expect(image().dataset["page"]).toBe("2");
});

test("the document that is being signed is the one the desk looks at", () => {
  const all = [paper({ id: "a", state: "draft" }), paper({ id: "b", state: "signing" }), paper({ id: "c", state: "completed" })];
  expect(nearest({ documents: all } as never, null)?.id).toBe("b");
  expect(nearest({ documents: all } as never, "c")?.id).toBe("c");
  expect(nearest({ documents: [] } as never, null)).toBeNull();
});
