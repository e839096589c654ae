/** What the stage clock says at a moment. Pure. */
import { clockTime, length } from "../../i18n/times";
import type { ItemView, PictureView, SessionView } from "../../proto/types";
import { ownerOf } from "../../ui/context";
import { phaseOf, type Pace } from "../../ui/pace";

export type Mode = "down" | "up" | "clock";

export interface Face {
  /** What the figures are. */
  readonly kind: "left" | "over" | "spent" | "time" | "starts";
  readonly figures: string;
  readonly pace: Pace;
}

/** Read `show=`; anything else counts down. */
export function modeOf(search: string): Mode {
  const asked = new URLSearchParams(search).get("show");
  return asked === "up" || asked === "clock" ? asked : "down";
}

/** The figures of the huge clock. The pace is told in every mode: past the end is past the end. */
export function faceOf(mode: Mode, session: SessionView | null, live: ItemView | null, now: number): Face {
  const offset = session?.utc_offset_s ?? 0;
  const time: Face = { kind: "time", figures: clockTime(now, offset, true), pace: "calm" };
  if (session?.phase === "setup" && mode === "down" && session.start / 1000 > now) {
    return { kind: "starts", figures: length(session.start / 1000 - now), pace: "calm" };
  }
  if (session?.phase !== "open" || live === null) return time;
  const left = live.due == null ? null : live.due / 1000 - now;
  const pace = left === null ? "calm" : phaseOf(left, live.warn_s, live.danger_s);
  if (mode === "clock") return { ...time, pace };
  if (mode === "up" || left === null) {
    return live.started == null ? { ...time, pace } : { kind: "spent", figures: length(Math.max(0, now - live.started / 1000)), pace };
  }
  return left < 0 ? { kind: "over", figures: `+${length(left)}`, pace } : { kind: "left", figures: length(left), pace };
}

/** Is the hub's own picture on air? */
export function onAir(program: PictureView | null | undefined): boolean {
  return program?.positions.some((at) => ownerOf(at.source) === "hub" && !at.gone) ?? false;
}

/** The halls seen on air beside the hub. */
export function guests(program: PictureView | null | undefined): readonly string[] {
  return [...new Set((program?.positions ?? []).filter((at) => !at.gone).map((at) => ownerOf(at.source)))].filter((site) => site !== "hub");
}
