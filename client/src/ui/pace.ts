/** How a running item stands in time (CEREMONY §2): calm, near its end, at its end, past it. Pure. */

export type Pace = "calm" | "warn" | "danger" | "over";

const WARN_S = 120;
const DANGER_S = 30;

/** `left` in ms; the limits are the item's own, else two minutes and half a minute. */
export function phaseOf(left: number, warnS: number = WARN_S, dangerS: number = DANGER_S): Pace {
  if (left < 0) return "over";
  if (left < dangerS * 1000) return "danger";
  return left < warnS * 1000 ? "warn" : "calm";
}
