// @vitest-environment happy-dom
import { cleanup, fireEvent } from "@testing-library/preact";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { speak } from "../src/i18n";
import { HubScreen } from "../src/screens/hub/HubScreen";
import { meaning } from "../src/screens/hub/Keys";
import { micAfter, sceneOf, urgency } from "../src/screens/hub/model";
import type { ItemView, SiteView } from "../src/proto/types";
import { Wall } from "../src/screens/hub/Wall";
import { Alerts } from "../src/ui/Alerts";
import { shown, stand } from "./place";
import hub from "./fixtures/hub.json";

beforeEach(() => speak("vi"));
afterEach(cleanup);

const tick = (): Promise<void> => new Promise((done) => setTimeout(done, 5));

describe("the console", () => {
  test("shows all items, all sites, the queue and the roll call", () => {
    const page = shown(stand(hub), <HubScreen />);
    expect(page.container.querySelectorAll(".item")).toHaveLength(19);
    expect(page.container.querySelectorAll(".tile")).toHaveLength(9);
    expect(page.getByTestId("hand-tien-hai").textContent).toContain("Phối hợp tuyên truyền");
    expect(page.getByTestId("roll-hub").textContent).toContain("45/45");
    const ids = [...page.container.querySelectorAll("[data-testid]")].map((one) => one.getAttribute("data-testid"));
    expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([]);
    expect(page.getByTestId("sites-present").textContent).toContain("8/9");
    expect(page.getByTestId("program").querySelector("video")?.dataset["source"]).toBe("hub/camera");
    expect(page.getByTestId("preview").querySelector("video")?.dataset["source"]).toBe("thai-thuy/camera");
    expect(page.container.textContent).not.toMatch(/undefined|NaN|\[object/);
  });

  test("speaks English when asked", () => {
    const page = shown(stand(hub), <HubScreen />);
    fireEvent.click(page.getByTestId("lang-en"));
    return tick().then(() => {
      expect(page.getByTestId("take").textContent).toContain("Take");
      expect(page.getByTestId("hand-tien-hai").textContent).toContain("Tiền Hải District Procuracy");
    });
  });

  test("buttons ask with the revision the operator saw", async () => {
    const place = stand(hub);
    const page = shown(place, <HubScreen />);
    for (const id of ["take", "cut", "grant-tien-hai", "invite-thai-thuy", "hold-scene", "mute-all", "tile-vu-thu", "two-dong-hung", "item-be-mac", "scene-grid"]) {
      const element = page.getByTestId(id);
      fireEvent.click(element.classList.contains("tile") ? element.querySelector(".tile-picture")! : element);
      await tick();
    }
    const { agenda, scene, floor } = place.room.store;
    expect(place.asked).toEqual([
      { do: "item.take", item: agenda.value?.next, after: agenda.value?.rev, reason: null },
      { do: "scene.cut", after: scene.value?.rev },
      { do: "floor.grant", site: "tien-hai", after: floor.value?.rev },
      { do: "floor.invite", site: "thai-thuy" },
      { do: "scene.hold" },
      { do: "mic.set", site: "all", state: "closed" },
      { do: "scene.prepare", scene: "solo:vu-thu" },
      { do: "scene.prepare", scene: "two_shot:hub+dong-hung" },
      { do: "item.next", item: "be-mac", after: agenda.value?.rev },
      { do: "scene.prepare", scene: "grid" },
    ]);
  });

  test("a refusal stands beside the button that was pressed", async () => {
    const place = stand(hub);
    place.answer = { ok: false, code: "agenda-moved", detail: {} };
    const page = shown(place, <HubScreen />);
    fireEvent.click(page.getByTestId("take"));
    await tick();
    expect(page.getByTestId("take").parentElement?.querySelector("[role=alert]")?.textContent).toContain("Chương trình vừa thay đổi");
  });

  test("an unsent command offers to send again, with what is true now", async () => {
    const place = stand(hub);
    place.answer = { ok: false, code: "unsent", detail: {} };
    const page = shown(place, <HubScreen />);
    fireEvent.click(page.getByTestId("cut"));
    await tick();
    fireEvent.click(page.container.querySelector(".said-again")!);
    await tick();
    expect(place.asked).toHaveLength(2);
  });

  test("ending with required items left asks for a reason, after a press of one second", async () => {
    vi.useFakeTimers();
    const place = stand(hub);
    place.answer = { ok: false, code: "required-items-left", detail: { count: 3 } };
    const page = shown(place, <HubScreen />);
    const button = page.getByTestId("close-session");
    fireEvent.pointerDown(button);
    await vi.advanceTimersByTimeAsync(600);
    fireEvent.pointerUp(button);
    await vi.advanceTimersByTimeAsync(600);
    expect(place.asked).toHaveLength(0);
    fireEvent.pointerDown(button);
    await vi.advanceTimersByTimeAsync(1_050);
    expect(place.asked).toEqual([{ do: "session.close", reason: null }]);
    const dialog = page.getByTestId("reason-dialog");
    expect(dialog.querySelectorAll("li").length).toBeGreaterThan(0);
    place.answer = { ok: true };
    fireEvent.input(page.getByTestId("reason"), { target: { value: "Mất điện" } });
    await vi.advanceTimersByTimeAsync(20);
    fireEvent.submit(dialog.querySelector("form")!);
    await vi.advanceTimersByTimeAsync(20);
    expect(place.asked[1]).toEqual({ do: "session.close", reason: "Mất điện" });
    expect(page.queryByTestId("reason-dialog")).toBeNull();
    vi.useRealTimers();
  });

  test("a secretary leads nothing", () => {
    const place = stand({ ...hub, view: { ...hub.view, session: { ...hub.view.session, role: "secretary" } } });
    const page = shown(place, <HubScreen />);
    for (const id of ["take", "cut", "hold-scene", "grant-tien-hai"]) expect(page.queryByTestId(id)).toBeNull();
    expect(page.queryByTestId("declare-met")).not.toBeNull();
  });
});

describe("keys", () => {
  const acts = { take: vi.fn(), cut: vi.fn(), preview: vi.fn(), mute: vi.fn(), hold: vi.fn(), help: vi.fn(), undo: vi.fn(), notice: vi.fn(), incident: vi.fn() };
  const press = (code: string, more: KeyboardEventInit = {}): void => meaning(new KeyboardEvent("keydown", { code, ...more }), acts)?.();

  test("mean what the table says, and nothing with Ctrl or when held down", () => {
    press("Space");
    press("Enter");
    press("Digit7");
    press("Numpad3", { shiftKey: true });
    press("KeyM");
    press("KeyH");
    press("Space", { ctrlKey: true });
    press("Space", { repeat: true });
    expect([acts.take, acts.cut, acts.mute, acts.hold].map((act) => act.mock.calls.length)).toEqual([1, 1, 1, 1]);
    expect(acts.preview.mock.calls).toEqual([[7, false], [3, true]]);
  });

  test("may be changed one by one, refused in words when taken, and come back", async () => {
    const place = stand(hub);
    const page = shown(place, <HubScreen />);
    fireEvent.keyDown(document.body, { code: "Slash", key: "?" });
    await tick();
    const change = async (act: string, code: string): Promise<void> => {
      fireEvent.click(page.getByTestId(`remap-${act}`));
      await tick();
      fireEvent.keyDown(page.getByTestId(`remap-${act}`), { code });
      await tick();
    };
    await change("mute", "KeyH");
    expect(page.getByTestId("key-mute").textContent).toContain("đã dùng");
    await change("mute", "Digit4");
    expect(page.getByTestId("key-mute").textContent).toContain("dành riêng");
    await change("mute", "KeyQ");
    expect(page.getByTestId("key-mute").querySelector("kbd")?.textContent).toBe("Q");
    expect(page.getByTestId("mute-all").textContent).toContain("Q");
    vi.clearAllMocks();
    press("KeyM");
    press("KeyQ");
    expect(acts.mute).toHaveBeenCalledTimes(1);
    fireEvent.click(page.getByTestId("unmap-hold"));
    await tick();
    press("KeyH");
    expect(acts.hold).not.toHaveBeenCalled();
    fireEvent.click(page.getByTestId("keys-reset"));
    await tick();
    press("KeyH");
    press("KeyM");
    expect([acts.hold, acts.mute].map((act) => act.mock.calls.length)).toEqual([1, 2]);
  });

  test("fields and buttons come first", () => {
    const place = stand(hub);
    const page = shown(place, <HubScreen />);
    fireEvent.keyDown(page.getByTestId("headphones"), { code: "Space" });
    expect(place.asked).toHaveLength(0);
    fireEvent.keyDown(document.body, { code: "Space" });
    expect(place.asked).toHaveLength(1);
  });
});

describe("small answers", () => {
  const site = (id: string, mic: SiteView["mic"]): SiteView => ({ id, mic } as SiteView);

  test("a microphone can always be closed, opened only within the policy", () => {
    expect(micAfter(site("a", "open"), null, "on_grant")).toBe("closed");
    expect(micAfter(site("a", "closed"), null, "on_grant")).toBeNull();
    expect(micAfter(site("a", "closed"), "a", "on_grant")).toBe("open");
    expect(micAfter(site("hub", "closed"), null, "on_grant")).toBe("open");
    expect(micAfter(site("a", "closed"), null, "always_on")).toBe("open");
  });

  test("scenes and urgency", () => {
    expect([sceneOf("a", false), sceneOf("a", true), sceneOf("hub", true)]).toEqual(["solo:a", "two_shot:hub+a", "solo:hub"]);
    const item = { state: "live", due: 600_000_000, warn_s: 120, danger_s: 30 } as ItemView;
    expect([0, 481_000, 571_000, 601_000].map((now) => urgency(item, now))).toEqual(["calm", "warn", "danger", "over"]);
  });
});

test("alerts: the worst in one line with its site, its hour and what to do; the others on request", async () => {
  const place = stand(hub);
  place.room.store.health.value = { links: [], alerts: [
    { code: "unwritten", severity: "red", since: 1_790_000_000_000_000, subject: "vu-thu/camera" },
    { code: "loss", severity: "warning", since: 1_790_000_060_000_000, subject: "vu-thu/camera", value: 12 },
  ] } as never;
  const view = shown(place, <Alerts />);
  expect(view.getByRole("alert").textContent).toMatch(/Vũ Thư.*không ghi được từ \d\d:\d\d.*tạm dừng phiên/);
  fireEvent.click(view.getByTestId("alerts-more"));
  await tick();
  expect(view.container.textContent).toMatch(/mất gói 12 %/);
  place.room.store.health.value = { links: [] } as never;
  await tick();
  expect(view.container.textContent).toBe("");
});

test("every source being recorded stands with its rate, its last whole picture and what is not safe yet", async () => {
  const place = stand(hub);
  place.room.store.health.value = { links: [], tracks: [
    { source: "vu-thu/camera", klass: "hi", kbps: 820, key_ms: 1_340, unsynced_ms: 400, idle_ms: 20 },
    { source: "hub/table", klass: "hi", kbps: 0, idle_ms: 3_500 },
  ] } as never;
  const view = shown(place, <HubScreen />);
  fireEvent.click(view.getByTestId("tracks"));
  await tick();
  const rows = [...view.getByTestId("tracks-dialog").querySelectorAll("tbody tr")].map((row) => row.textContent);
  expect(rows[0]).toMatch(/Vũ Thư.*Camera.*lớn.*820.*1\.3.*0\.4.*đang ghi/);
  expect(rows[1]).toMatch(/Bàn ký.*–.*không có gì mới 3\.5 s/);
});

test("a line dragged onto another goes before it; what is done or live stays where it is", async () => {
  const place = stand(hub);
  const page = shown(place, <HubScreen />);
  const line = (state: string, n = 0): HTMLElement => [...page.container.querySelectorAll<HTMLElement>(`.item[data-state=${state}]`)][n]!;
  const [first, second] = [line("planned", 0), line("planned", 2)];
  for (const [name, on] of [["dragstart", second], ["dragover", first], ["drop", first]] as const) on.dispatchEvent(new Event(name, { bubbles: true, cancelable: true }));
  await tick();
  expect(place.asked.at(-1)).toMatchObject({ do: "item.move", item: second.dataset["item"], before: first.dataset["item"] });
  expect(line("live").hasAttribute("draggable")).toBe(false);
});

test("a tile names the codec of its picture only where it is not the one the session chose", async () => {
  const place = stand(hub);
  const link = { source: "thai-thuy/camera", width: 640, height: 360, fps: 25 };
  place.room.store.health.value = { links: [{ ...link, codec: "vp8" }] } as never;
  const view = shown(place, <Wall />);
  const tile = (): string => view.getByTestId("tile-thai-thuy").querySelector(".tile-health")?.textContent ?? "";
  expect(tile()).toMatch(/640×360@25$/);
  place.room.store.session.value = { ...place.room.store.session.value!, video: "h264" };
  await tick();
  expect(tile()).toMatch(/%VP8 360@25$/);
  place.room.store.health.value = { links: [{ ...link, codec: "h264" }] } as never;
  await tick();
  expect(tile()).toMatch(/640×360@25$/);
});
