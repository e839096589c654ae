/** A record of one minute with two sites, for tests of the replay. */
import type { Clip, Timeline } from "../src/replay/timeline";

export const clip = (name: string, from_ms: number, to_ms: number | null, more: Partial<Clip> = {}): Clip => ({ clip: name, class: "hi", codec: "vp8", from_ms, to_ms, gaps: [], ...more });
const full = (source: string): Timeline["scenes"][number]["positions"][number] => ({ source, x: 0, y: 0, w: 1280, h: 720 });
const text = (name: string): { vi: string; en: string } => ({ vi: name, en: name });

export const LINE: Timeline = {
  session: "s", title: text("t"), phase: "closed", zero_us: 0, end_us: 60_000_000,
  chapters: [{ item: "a", n: 1, title: text("a"), from_ms: 0, to_ms: 20_000 }, { item: "b", n: 2, title: text("b"), from_ms: 25_000, to_ms: null }],
  scenes: [
    { from_ms: 0, scene: "slate", layout: "slate", positions: [], slate: { kind: "title", title: text("t"), text: null } },
    { from_ms: 10_000, scene: "solo:hub", layout: "solo", positions: [full("hub/camera")], slate: null },
    { from_ms: 30_000, scene: "solo:vu-thu", layout: "solo", positions: [full("vu-thu/camera")], slate: null },
  ],
  floor: [{ site: "vu-thu", from_ms: 30_000, to_ms: 40_000 }],
  presence: [
    { site: "hub", state: "present", from_ms: 0 }, { site: "vu-thu", state: "present", from_ms: 5_000 },
    { site: "vu-thu", state: "lost", from_ms: 41_000 }, { site: "vu-thu", state: "present", from_ms: 43_000 },
  ],
  gates: [{ source: "hub/camera", state: "open", from_ms: 0 }, { source: "vu-thu/camera", state: "open", from_ms: 30_000 }, { source: "vu-thu/camera", state: "closed", from_ms: 40_000 }],
  hands: [{ site: "vu-thu", from_ms: 28_000, to_ms: 30_000 }],
  marks: [{ ms: 21_000, kind: "notice.sent", text: "Mời các điểm cầu đứng dậy", site: null }],
  notes: [{ id: 1, ms: 33_000, text: "Xem lại chữ ký", by: "Lan", at: 1_790_000_000_000_000 }],
  lower_thirds: [],
  lines: [
    { site: "vu-thu", direction: "up", colour: "poor", reason: "loss", value: 82, from_ms: 12_000, to_ms: 18_000 },
    { site: "vu-thu", direction: "down", colour: "fair", reason: "delay", value: 400, from_ms: 50_000, to_ms: null },
  ],
  sites: [{ id: "hub", n: 0, name: text("hub") }, { id: "vu-thu", n: 1, name: text("vu-thu") }],
  sources: [
    { source: "hub/camera", clips: [clip("hub-1", 0, 60_000), clip("hub-1.lo", 0, 60_000, { class: "lo" })] },
    { source: "vu-thu/camera", clips: [clip("vt-1", 5_000, 41_000, { gaps: [[2_000, 4_000, "loss", "v"], [5_000, 6_000, "mic", "a"], [6_000, 6_040, "camera", "v"]] }), clip("vt-2", 43_000, 60_000)] },
  ],
};
