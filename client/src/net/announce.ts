/** What a hall is told when its page is cut off: kept beforehand, because then nobody can be asked (CEREMONY §8). */

export interface Kept {
  readonly announce: string;
  readonly phone: string;
}

const PHONE_MS = 10_000;
const ANNOUNCE_MS = 30_000;
const DAY_MS = 86_400_000;
const NEAR_MS = 60_000;

const place = (session: string, seat: string): string => `diemcau.announce.${session}.${seat}`;

/** Keep the last words and the hub's telephone. Empty words keep the ones before: they are better than none. */
export function keep(session: string, seat: string, said: Kept): void {
  const before = kept(session, seat);
  const now = { announce: said.announce || before.announce, phone: said.phone || before.phone };
  if (now.announce === before.announce && now.phone === before.phone) return;
  try {
    localStorage.setItem(place(session, seat), JSON.stringify(now));
  } catch {
    // then the general sentence
  }
}

/** Return what was kept; empty where nothing was. */
export function kept(session: string, seat: string): Kept {
  try {
    const found = JSON.parse(localStorage.getItem(place(session, seat)) ?? "{}") as Partial<Record<keyof Kept, unknown>>;
    const text = (value: unknown): string => (typeof value === "string" ? value.slice(0, 1000) : "");
    return { announce: text(found.announce), phone: text(found.phone) };
  } catch {
    return { announce: "", phone: "" };
  }
}

export type Outage = "none" | "phone" | "announce";

/** Return what a page shows that lost its media (and its socket) at these local times; null: not lost. */
export function outage(media: number | null, socket: number | null, now: number): Outage {
  if (media === null || now - media < PHONE_MS) return "none";
  return socket !== null && now - Math.max(media, socket) >= ANNOUNCE_MS ? "announce" : "phone";
}

/** Return when (ms since 1970) a hall was told, from an hour and minute of the ceremony's day: after `since`, not later
 * than now; null when that cannot be.
 */
export function toldAt(text: string, since: number, now: number, offsetS: number): number | null {
  const match = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(text.trim());
  if (match === null) return null;
  const offset = offsetS * 1000;
  const day = Math.floor((now + offset) / DAY_MS) * DAY_MS - offset;
  const at = day + (Number(match[1]) * 60 + Number(match[2])) * 60_000;
  // a minute is named by its beginning, and a ceremony may pass midnight
  const found = [at, at - DAY_MS].find((one) => one <= now && one >= since - NEAR_MS);
  return found === undefined ? null : Math.max(found, Math.min(since, now));
}
