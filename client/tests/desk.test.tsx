// @vitest-environment happy-dom
import { cleanup, fireEvent } from "@testing-library/preact";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { speak } from "../src/i18n";
import type { ProceedingView } from "../src/proto/types";
import { ChairView, Prompter, SecretaryDesk } from "../src/screens/desk";
import { putDraft } from "../src/screens/desk/drafts";
import { writing, written } from "../src/screens/desk/model";
import { shown, stand, type Stand } from "./place";
import hub from "./fixtures/hub.json";

const tick = (): Promise<void> => new Promise((done) => setTimeout(done, 5));
const there = (rev: number, text: string | null): ProceedingView => ({ item: "a", rev, at: 1, text });

function desk(role: string): Stand {
  const place = stand({ ...hub, view: { ...hub.view, session: { ...hub.view.session, role } } });
  place.room.store.proceedings.value = { items: [] };
  return place;
}

beforeEach(() => {
  speak("vi");
  sessionStorage.clear();
});
afterEach(cleanup);

describe("two desks write the same text", () => {
  const draft = (text: string, base: number, saved = false): { text: string; base: number; saved: boolean } => ({ text, base, saved });
  test("nothing written; written here; taken by the server", () => {
    expect(writing(undefined, undefined)).toEqual({ kind: "clean", text: "", base: 0 });
    expect(writing(draft("x", 0), undefined)).toEqual({ kind: "dirty", text: "x", base: 0 });
    expect(writing(draft("x", 0, true), undefined)).toEqual({ kind: "clean", text: "x", base: 0 });
    expect(writing(draft("x", 0, true), there(1, "x"))).toEqual({ kind: "clean", text: "x", base: 1 });
  });

  test("another wrote in between: neither text is lost", () => {
    expect(writing(draft("mine", 1), there(2, "theirs"))).toEqual({ kind: "moved", text: "mine", base: 1, theirs: "theirs" });
    expect(writing(draft("same", 1), there(2, "same"))).toEqual({ kind: "clean", text: "same", base: 2 });
    // chosen to keep ours: it goes out on top of theirs
    expect(writing(draft("mine", 2), there(2, "theirs"))).toEqual({ kind: "dirty", text: "mine", base: 2 });
  });

  test("a later text replaces what was saved here, an unseen one cannot be changed", () => {
    expect(writing(draft("x", 1, true), there(3, "y"))).toEqual({ kind: "clean", text: "y", base: 3 });
    expect(writing(draft("x", 1), there(3, null))).toEqual({ kind: "unseen", text: "", base: 3 });
  });
});

test("the editor: saves on its base, shows the conflict in words, lets one choose", async () => {
  const place = desk("secretary");
  const item = written(place.room.store.agenda.value!.items)[0]!;
  const view = shown(place, <SecretaryDesk />);
  const box = (): HTMLTextAreaElement => view.getByTestId(`proceedings-${item.id}`) as HTMLTextAreaElement;
  fireEvent.input(box(), { target: { value: "Đồng chí A phát biểu." } });
  await tick();
  fireEvent.click(view.getByTestId(`save-${item.id}`));
  await tick();
  expect(place.asked).toEqual([{ do: "proceedings.write", item: item.id, text: "Đồng chí A phát biểu.", base: 0 }]);
  place.room.store.proceedings.value = { items: [{ item: item.id, rev: 1, at: 5, text: "Đồng chí A phát biểu." }] };
  await tick();
  fireEvent.input(box(), { target: { value: "Bản của tôi" } });
  await tick();
  place.room.store.proceedings.value = { items: [{ item: item.id, rev: 2, at: 6, text: "Bản của người khác" }] };
  await tick();
  expect(view.getByTestId("text-moved").textContent).toContain("Người khác vừa sửa");
  expect(view.getByTestId("text-moved").textContent).toContain("Bản của người khác");
  expect(box().value).toBe("Bản của tôi");
  fireEvent.click(view.getByTestId("keep-mine"));
  await tick();
  fireEvent.click(view.getByTestId(`save-${item.id}`));
  await tick();
  expect(place.asked[1]).toMatchObject({ text: "Bản của tôi", base: 2 });
  putDraft("s-1", item.id, null);
});

test("secretary: marks, checks, reminds, answers by telephone, notes, tells", async () => {
  const place = desk("secretary");
  const site = place.room.store.sites.value!.sites[1]!.id;
  place.room.store.confirmation.value = {
    n: 1, question: "Đã nhận văn bản?", choices: "ack", options: ["ack"], open: true, opened_at: 1, closed_at: null, pending: [site], answers: [], totals: {}, reminded: {},
  };
  const view = shown(place, <SecretaryDesk />);
  fireEvent.click(view.getByTestId(`desk-absent-${site}`));
  fireEvent.click(view.getByTestId(`check-audio-${site}`));
  fireEvent.click(view.getByTestId(`desk-remind-${site}`));
  fireEvent.click(view.getByTestId(`desk-call-${site}`));
  await tick();
  fireEvent.input(view.getByTestId("desk-phone-name"), { target: { value: "Lê Văn C" } });
  fireEvent.click(view.getByTestId("desk-phone-ack"));
  await tick();
  fireEvent.click(view.getByTestId("desk-phone-save"));
  fireEvent.input(view.getByTestId("desk-note"), { target: { value: "Mất điện 5 phút" } });
  fireEvent.input(view.getByTestId("desk-notice"), { target: { value: "Mời ổn định" } });
  await tick();
  fireEvent.click(view.getByTestId("desk-note-save"));
  fireEvent.click(view.getByTestId("desk-notice-send"));
  await tick();
  expect(place.asked.map((one) => one.do)).toEqual(["rollcall.mark", "rollcall.check", "confirmation.remind", "confirmation.answer", "incident.note", "notice.send"]);
  expect(place.asked[3]).toMatchObject({ site, choice: "ack", name: "Lê Văn C", by_phone: true });
  expect(view.container.textContent).not.toMatch(/undefined|NaN|\[object/);
});

test("chair: calls, ends the floor, interrupts by a long press, declares", async () => {
  const place = desk("chair");
  const [, first, second] = place.room.store.sites.value!.sites;
  place.room.store.floor.value = { rev: 4, state: "granted", site: first!.id, since: 1, queue: [{ site: second!.id, since: 2 }], waiting: 1 };
  const view = shown(place, <ChairView />);
  fireEvent.click(view.getByTestId("chair-floor-end"));
  fireEvent.click(view.getByTestId(`chair-invite-${second!.id}`));
  fireEvent.click(view.getByTestId("desk-declare"));
  fireEvent.keyDown(view.getByTestId(`chair-interrupt-${second!.id}`), { key: "Enter" });
  await new Promise((done) => setTimeout(done, 1050));
  expect(place.asked).toEqual([
    { do: "floor.end" }, { do: "floor.invite", site: second!.id }, { do: "rollcall.declare", met: true },
    { do: "floor.grant", site: second!.id, after: 4, interrupt: true },
  ]);
  expect(view.container.textContent).not.toMatch(/undefined|NaN|\[object/);
});

test("chair: a suspension wants a reason, a cause and a press of one second", async () => {
  const place = desk("chair");
  const view = shown(place, <ChairView />);
  fireEvent.click(view.getByTestId("chair-suspend"));
  await tick();
  expect((view.getByTestId("chair-suspend-confirm") as HTMLButtonElement).disabled).toBe(true);
  fireEvent.input(view.getByTestId("chair-reason"), { target: { value: "Mất điện tại trung tâm" } });
  fireEvent.click(view.getByLabelText("Mất điện"));
  await tick();
  fireEvent.keyDown(view.getByTestId("chair-suspend-confirm"), { key: " " });
  await new Promise((done) => setTimeout(done, 1050));
  expect(place.asked[0]).toMatchObject({ do: "session.suspend", reason: "Mất điện tại trung tâm", cause: "power" });
});

test("a held press counts by the hand's own times, also on a page too busy to run its timers", async () => {
  const place = desk("chair");
  const second = place.room.store.sites.value!.sites[2]!;
  place.room.store.floor.value = { rev: 4, state: "granted", site: place.room.store.sites.value!.sites[1]!.id, since: 1, queue: [{ site: second.id, since: 2 }], waiting: 1 };
  const button = shown(place, <ChairView />).getByTestId(`chair-interrupt-${second.id}`);
  const held = (ms: number): void => {
    fireEvent.pointerDown(button);
    const until = performance.now() + ms;
    while (performance.now() < until) continue;
    fireEvent.pointerUp(button);
  };
  held(300);
  await tick();
  expect(place.asked).toEqual([]);
  held(1005);
  await tick();
  expect(place.asked).toHaveLength(1);
  await new Promise((done) => setTimeout(done, 50));
  expect(place.asked).toHaveLength(1);
});

test("prompter: now and next in words, delegates in order of protocol", () => {
  const place = desk("mc");
  const text = (vi: string): { vi: string; en: string } => ({ vi, en: vi });
  place.room.store.prompter.value = { now: { item: "a", n: 1, title: text("Khai mạc"), by: text("MC"), site: null, script: text("Kính thưa quý vị") }, next: null };
  place.room.store.delegates.value = { delegates: [{ order: 2, name: "", office: text("Phó"), unit: text("VKSND"), site: "hub" }, { order: 1, name: "Nguyễn Văn A", office: text("Trưởng"), unit: text("BTG"), site: "hub" }] };
  const view = shown(place, <Prompter />);
  expect(view.getByTestId("script-now").textContent).toContain("Kính thưa quý vị");
  expect([...view.container.querySelectorAll(".delegates li")].map((one) => one.textContent)).toEqual(["1Nguyễn Văn A, Trưởng, BTG", "2Phó, VKSND"]);
});
