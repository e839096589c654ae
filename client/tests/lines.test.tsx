// @vitest-environment happy-dom
/** Lines told in words and who speaks, on console and site page. */
import { cleanup, fireEvent } from "@testing-library/preact";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { lang, speak } from "../src/i18n";
import type { LineHealth } from "../src/proto/types";
import { Wall } from "../src/screens/hub/Wall";
import { Connection, LineWords } from "../src/screens/site/Connection";
import { Alerts } from "../src/ui/Alerts";
import { Picture } from "../src/ui/Picture";
import { lineSentence } from "../src/ui/quality";
import { shown, stand, type Stand } from "./place";
import hub from "./fixtures/hub.json";
import site from "./fixtures/site.json";
import words from "../locales/vi.json";

beforeEach(() => speak("vi"));
afterEach(cleanup);
const tick = (): Promise<void> => new Promise((done) => setTimeout(done, 5));

function told(place: Stand, lines: readonly LineHealth[], more: object = {}): void {
  place.room.store.receive({ t: "health", links: [], lines, ...more } as never);
}

const WEAK: LineHealth = { site: "tien-hai", direction: "up", colour: "fair", score: 62, reason: "loss", value: 123 };
const PAUSED: LineHealth = { site: "tien-hai", direction: "down", colour: "poor", score: 40, reason: "weak-link", value: 3 };
const GOOD: LineHealth = { site: "tien-hai", direction: "down", colour: "good", score: 97 };

describe("the console", () => {
  test("a tile tells both ways by glyph, colour and word; pressed, what to do and whom to call", async () => {
    const place = stand(hub);
    const page = shown(place, <Wall />);
    expect([...page.getByTestId("lines-tien-hai").querySelectorAll("[data-way]")].map((one) => one.textContent)).toEqual(["–", "–"]);
    told(place, [WEAK, GOOD]);
    await tick();
    const chip = page.getByTestId("lines-tien-hai");
    expect([...chip.querySelectorAll("[data-way]")].map((one) => [one.getAttribute("data-colour"), one.textContent])).toEqual([["fair", "Vừa"], ["good", "Tốt"]]);
    expect([...chip.querySelectorAll("svg[role=img]")].map((one) => one.getAttribute("aria-label"))).toEqual(["Đường lên", "Đường xuống"]);
    fireEvent.click(chip);
    await tick();
    const said = page.getByTestId("line-dialog-tien-hai").textContent ?? "";
    expect(said).toMatch(/Đường lên của .*Tiền Hải.* hơi yếu: mất 12 % gói tin, đề nghị dùng dây mạng/);
    expect(said).toMatch(/Đường xuống của .*Tiền Hải.* tốt/);
    expect(said).toMatch(/\d{4}/);
  });

  test("one sentence at the desk, in the reader's language, and it goes with the trouble; other desks' troubles are theirs", async () => {
    const place = stand(hub);
    const page = shown(place, <Alerts />);
    told(place, [PAUSED, GOOD]);
    await tick();
    expect(page.getByRole("alert").textContent).toMatch(/Đường xuống của Tiền Hải yếu: phải tạm dừng 3 hình.*đề nghị/);
    speak("en");
    await tick();
    expect(lang.value).toBe("en");
    expect(page.getByRole("alert").textContent).toMatch(/The line to .* is weak: pictures paused: 3.*cable/);
    told(place, [GOOD]);
    await tick();
    expect(page.container.textContent).toBe("");
    speak("vi");
    told(place, [{ direction: "down", colour: "fair", score: 60, reason: "loss", value: 140 }]);
    await tick();
    expect(page.getByRole("alert").textContent).toContain("bàn điều khiển này");
  });

  test("what an alert says already is not said twice", async () => {
    const place = stand(hub);
    const page = shown(place, <Alerts />);
    told(place, [WEAK, PAUSED], { alerts: [{ code: "loss", severity: "warning", since: 0, subject: "tien-hai/camera", value: 12 }] });
    await tick();
    fireEvent.click(page.getByTestId("alerts-more"));
    await tick();
    expect(page.container.querySelectorAll("li")).toHaveLength(1);
    expect(page.container.querySelector("li")!.textContent).toContain("tạm dừng 3 hình");
  });

  test("the speaker's tile has a halo and a mark with a word, one at a time", async () => {
    const place = stand(hub);
    const page = shown(place, <Wall />);
    const speaking = (): (string | null)[] => [...page.container.querySelectorAll(".tile.speaks")].map((one) => one.getAttribute("data-testid"));
    expect(speaking()).toEqual([]);
    place.room.store.receive({ t: "meters", levels: { "tien-hai/camera": -20, "hub/camera": -90 }, speaker: "tien-hai/camera" });
    await tick();
    expect(speaking()).toEqual(["tile-tien-hai"]);
    expect(page.getByTestId("speaks").querySelector("svg")!.getAttribute("aria-label")).toBe("Đang nói");
    place.room.store.receive({ t: "meters", levels: { "tien-hai/camera": -90 }, speaker: "hub/camera" });
    await tick();
    expect(speaking()).toEqual(["tile-hub"]);
    place.room.store.receive({ t: "meters", levels: {} });
    await tick();
    expect(speaking()).toEqual([]);
  });
});

describe("a site's page", () => {
  test("its own line in words, with what its people can do", async () => {
    const place = stand(site);
    const page = shown(place, <><Connection /><LineWords /></>);
    expect(page.getByTestId("connection").getAttribute("data-quality")).toBe("good");
    told(place, [{ ...WEAK, reason: "narrow", value: 180 }, { ...WEAK, direction: "down", score: 70 }]);
    await tick();
    expect(page.getByTestId("connection").getAttribute("data-quality")).toBe("weak");
    expect(page.getByTestId("line-words").textContent).toMatch(/Đường lên của điểm cầu này hơi yếu: chỉ đủ cho hình nhỏ \(180 kbit\/s\), đề nghị/);
    expect(page.getByTestId("line-words").querySelectorAll("p")).toHaveLength(1);
    told(place, [{ ...WEAK, colour: "good", reason: "", value: 0 }]);
    await tick();
    expect(page.getByTestId("line-words").textContent).toBe("");
  });

  test("while the link itself is down, that is what is said", async () => {
    const place = stand(site);
    const page = shown(place, <LineWords />);
    (place.media.links as { value: unknown }).value = { whep: { kind: "down", attempt: 2, since: 0, code: null } };
    told(place, [WEAK]);
    await tick();
    expect(page.getByTestId("line-words").textContent).toBe("");
  });
});

test("the picture shows who speaks and how loud, and meters nobody who is not heard", async () => {
  const place = stand(site);
  const at = (source: string, x: number): object => ({ source, x, y: 0, w: 640, h: 720, gone: false });
  const view = { spec: "two_shot:hub+tien-hai", layout: "two_shot", positions: [at("hub/camera", 0), at("tien-hai/camera", 640)], slate: null } as never;
  const page = shown(place, <Picture view={view} testid="program" />);
  place.room.store.receive({ t: "meters", levels: { "tien-hai/camera": -6 }, speaker: "tien-hai/camera" });
  await tick();
  const positions = [...page.container.querySelectorAll(".position")];
  expect(positions.map((one) => one.classList.contains("speaks"))).toEqual([false, true]);
  expect(positions.map((one) => one.querySelectorAll(".meter").length)).toEqual([0, 1]);
  expect(page.container.querySelector<HTMLElement>(".meter span")!.style.clipPath).toContain("10.0%");
});

test("every reason has a sentence that says whose, how bad and what to do, in both languages", () => {
  for (const language of ["vi", "en"] as const) {
    speak(language);
    for (const key of Object.keys(words).filter((one) => /^quality\.(up|down)-(?!fine|unknown)/.test(one))) {
      const [, direction, reason] = /^quality\.(up|down)-(.+)$/.exec(key)!;
      const said = lineSentence({ direction, reason, colour: "poor", score: 10, value: 300 } as LineHealth, "Tiền Hải") ?? "";
      expect(said, key).toMatch(language === "vi" ? /Tiền Hải.*đề nghị/ : /Tiền Hải.* – (use|close|switch)/);
      expect(said, key).not.toMatch(/[{}]/);
    }
  }
  expect(lineSentence(GOOD, "x")).toBeNull();
});
