/** Times as people read them. Milliseconds in; the ceremony's own offset decides the hour, not this computer's. */

const two = (n: number): string => String(Math.trunc(n)).padStart(2, "0");

/** Return 09:41 or 09:41:07. `at` is ms since 1970. */
export function clockTime(at: number, offsetS: number, seconds = false): string {
  const date = new Date(at + offsetS * 1000);
  const short = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}`;
  return seconds ? `${short}:${two(date.getUTCSeconds())}` : short;
}

/** Return 17/02/2022. */
export function calendarDate(at: number, offsetS: number): string {
  const date = new Date(at + offsetS * 1000);
  return `${two(date.getUTCDate())}/${two(date.getUTCMonth() + 1)}/${date.getUTCFullYear()}`;
}

/** Return 02:34, or 1:02:34 from an hour on. Negative lengths lose their sign. */
export function length(ms: number): string {
  const s = Math.floor(Math.abs(ms) / 1000);
  const tail = `${two((s / 60) % 60)}:${two(s % 60)}`;
  return s >= 3600 ? `${Math.floor(s / 3600)}:${tail}` : tail;
}

/** Read `1h10m5s`, `75`, `70m`; null for anything else. */
export function readPosition(text: string | null): number | null {
  const match = /^(?:(\d{1,3})h)?(?:(\d{1,4})m)?(?:(\d{1,6})s?)?$/.exec(text ?? "");
  if (!text || match === null) return null;
  return (Number(match[1] ?? 0) * 3600 + Number(match[2] ?? 0) * 60 + Number(match[3] ?? 0)) * 1000;
}

/** Return `1h10m5s`, for links. */
export function writePosition(ms: number): string {
  const s = Math.floor(ms / 1000);
  const h = Math.floor(s / 3600);
  const m = Math.floor(s / 60) % 60;
  return `${h ? `${h}h` : ""}${h || m ? `${m}m` : ""}${s % 60}s`;
}
