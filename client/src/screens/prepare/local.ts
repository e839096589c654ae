/** A moment as the hall's clock writes it, for `<input type="datetime-local">`: the browser may sit in another zone. */

/** UTC µs → `YYYY-MM-DDTHH:MM` in the sheet's own offset. */
export function toLocal(micros: number, offsetS: number): string {
  return new Date(micros / 1000 + offsetS * 1000).toISOString().slice(0, 16);
}

/** The other way; null for what is no moment. */
export function fromLocal(text: string, offsetS: number): number | null {
  const at = Date.parse(`${text}Z`);
  return /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/.test(text) && Number.isFinite(at) ? (at - offsetS * 1000) * 1000 : null;
}
