// @vitest-environment happy-dom
import { cleanup, fireEvent, render } from "@testing-library/preact";
import { signal } from "@preact/signals";
import { afterEach, beforeEach, expect, test } from "vitest";
import { speak } from "../src/i18n";
import { hub } from "../src/replay/places";
import { Stage } from "../src/screens/replay/Stage";
import { LINE } from "./record";

beforeEach(() => speak("vi"));
afterEach(cleanup);

test("the replay shows the page that was in the picture, and says so when it cannot be had", async () => {
  const sheet = { document: "ct", sha256: "ab".repeat(32), page: 2, x: 640, y: 0, w: 640, h: 720 };
  const line = { ...LINE, scenes: [{ from_ms: 0, scene: "document:ct", layout: "document", positions: [], slate: null, sheet }] };
  const view = signal<{ kind: string; site?: string }>({ kind: "broadcast" });
  const player = { places: hub("s-1"), line: signal(line), stage: signal([]), view, position: signal(5_000), waiting: signal(false) } as never;
  const page = render(<Stage player={player} exports={{ cues: signal([]), reading: signal(null) } as never} />);
  const image = page.getByTestId("stage-sheet") as HTMLImageElement;
  expect(image.getAttribute("src")).toBe(`/api/sessions/s-1/documents/ct/pages/2.png?sha=${"ab".repeat(32)}&width=1600`);
  expect(page.container.textContent).not.toContain("giây lát");
  fireEvent.error(image);
  await new Promise((done) => setTimeout(done, 5));
  expect(page.container.textContent).toContain("Chưa tải được trang văn bản");
  view.value = { kind: "grid" };
  await new Promise((done) => setTimeout(done, 5));
  expect(page.queryByTestId("stage-sheet")).toBeNull();
});
