// @vitest-environment happy-dom
import { signal } from "@preact/signals";
import { cleanup, fireEvent } from "@testing-library/preact";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { speak } from "../src/i18n";
import type { Cue } from "../src/proto/types";
import { failureOf } from "../src/rtc/devices";
import type { Station } from "../src/rtc/station";
import { cueSentence } from "../src/screens/site/CueCard";
import { SiteScreen } from "../src/screens/site/SiteScreen";
import { StationProvider } from "../src/screens/site/station";
import { shown, stand, type Stand } from "./place";
import site from "./fixtures/site.json";

beforeEach(() => {
  speak("vi");
  vi.stubGlobal("fetch", async () => new Response("ok"));
});
afterEach(cleanup);

const tick = (): Promise<void> => new Promise((done) => setTimeout(done, 5));

function station(entered: boolean): Station {
  const opened = signal({ track: null, failure: null, opening: false });
  const inside = signal(entered);
  return {
    picture: signal({ track: null, failure: "busy", opening: false }), voice: opened, profile: signal("hall"), entered: inside,
    heard: signal(null), extra: signal({}), music: signal(false), echo: signal(null), musicRefused: signal(false), level: () => 0, prepare: async () => undefined, enter: () => { inside.value = true; },
  } as unknown as Station;
}

function page(place: Stand, entered: boolean): ReturnType<typeof shown> {
  return shown(place, <StationProvider value={station(entered)}><SiteScreen /></StationProvider>);
}

describe("the check", () => {
  test("says what is wrong with the camera, and lets one in all the same", async () => {
    const view = page(stand(site), false);
    expect(view.container.querySelectorAll(".light")).toHaveLength(6);
    expect(view.getByTestId("light-camera").textContent).toContain("chương trình khác");
    expect(view.container.textContent).toContain("ghi hình, ghi âm");
    fireEvent.click(view.getByTestId("enter"));
    await tick();
    expect(view.getByTestId("ceremony")).not.toBeNull();
  });

  test.each([["NotAllowedError", "denied"], ["NotReadableError", "busy"], ["NotFoundError", "missing"]])("%s is %s", (name, failure) => {
    expect(failureOf(new DOMException("x", name))).toBe(failure);
  });
});

describe("inside", () => {
  test("tally, microphone, cue, place in the queue; the hand can be lowered", async () => {
    const place = stand(site);
    const view = page(place, true);
    expect(view.getByTestId("tally").dataset["tally"]).toBe(site.view.cue.tally);
    expect(view.getByTestId("mic-state").dataset["mic"]).toBe("closed");
    fireEvent.click(view.getByTestId("withdraw-floor"));
    await tick();
    expect(place.asked).toEqual([{ do: "floor.withdraw" }]);
    expect(view.container.textContent).not.toMatch(/undefined|NaN|\[object/);
  });

  test("asks for the floor, answers its own roll call", async () => {
    const place = stand({ ...site, view: { ...site.view, cue: { ...site.view.cue, asked: false } } });
    const view = page(place, true);
    fireEvent.click(view.getByTestId("ask-floor"));
    fireEvent.click(view.getByTestId("rollcall"));
    await tick();
    fireEvent.input(view.getByTestId("roll-present"), { target: { value: "9", valueAsNumber: 9 } });
    await tick();
    fireEvent.click(view.getByTestId("roll-send"));
    await tick();
    expect(place.asked[0]).toEqual({ do: "floor.ask", topic: null });
    expect(place.asked[1]).toMatchObject({ do: "rollcall.answer", site: "tien-hai", quorum: true, hears: true, sees: true });
    expect(view.queryByTestId("panel-roll")).toBeNull();
  });

  test("a picture that is lost is named, never shown frozen without a word", () => {
    const place = stand(site);
    place.room.store.slots.value = [{ slot: 0, source: "hub/camera", paused: "weak-link" }];
    expect(page(place, true).getByTestId("program").textContent).toContain("đường truyền yếu");
  });

  test("sound that the browser holds back asks for a click", () => {
    const place = stand(site);
    place.media.sound.blocked.value = true;
    expect(page(place, true).getByTestId("unblock").textContent).toContain("Bấm để nghe");
  });

  test("a revoked seat stops, and says so", () => {
    const place = stand(site);
    place.room.store.up.value = { state: "stopped", code: "seat-revoked", since: 0 };
    expect(page(place, true).container.textContent).toContain("thu hồi");
  });
});

test("every cue has its sentence", () => {
  const by = { vi: "Viện trưởng", en: "Chief" };
  const cues: readonly (readonly [Cue, string])[] = [
    [{ key: "speak", by, until: 130_000_000 }, "Quý đơn vị đang lên sóng. Mời Viện trưởng phát biểu. Còn 02:10."],
    [{ key: "speak", by, until: -5_000_000 }, "Đã quá giờ 00:05. Đề nghị quý đơn vị kết thúc."],
    [{ key: "speak" }, "Quý đơn vị đang lên sóng. Mời phát biểu."],
    [{ key: "speak", until: 1_000_000 }, "Quý đơn vị đang lên sóng. Mời phát biểu. Còn 00:01."],
    [{ key: "speak", by }, "Quý đơn vị đang lên sóng. Mời Viện trưởng phát biểu."],
    [{ key: "on-air", do: by }, "Quý đơn vị đang lên sóng. Viện trưởng"],
    [{ key: "on-air" }, "Quý đơn vị đang lên sóng."],
    [{ key: "invited" }, "Điểm cầu trung tâm đang nghe thử micro của quý đơn vị. Mời kiểm tra hình và tiếng."],
    [{ key: "next", by }, "Mục tiếp theo là của quý đơn vị. Mời Viện trưởng chuẩn bị."],
    [{ key: "next" }, "Mục tiếp theo là của quý đơn vị. Mời chuẩn bị."],
    [{ key: "later", count: 3, at: 0 }, "Còn 3 mục nữa đến lượt quý đơn vị, dự kiến 07:00."],
    [{ key: "later", count: 3 }, "Còn 3 mục nữa đến lượt quý đơn vị."],
    [{ key: "asked", count: 2 }, "Đã đăng ký phát biểu, thứ 2 trong hàng chờ."],
    [{ key: "follow" }, "Mời quý đơn vị theo dõi."],
    [{ key: "follow", do: by }, "Viện trưởng"],
    [{ key: "setup" }, "Buổi lễ chưa bắt đầu. Mời kiểm tra hình, tiếng và giữ kết nối."],
    [{ key: "closed" }, "Buổi lễ đã kết thúc. Trân trọng cảm ơn quý đơn vị."],
  ];
  for (const [cue, sentence] of cues) expect(cueSentence(cue, 0, 25_200)).toBe(sentence);
});
