/** Preparing a ceremony over HTTP: files in and out, sheets to print, the readiness board (CEREMONY §12). */
import type { Text } from "../proto/types";
import { ApiRefused } from "./api";

export interface RowError {
  readonly row: string;
  readonly column: string;
  readonly code: string;
  readonly value: string;
  readonly sheet?: string;
}

export interface ColumnMap {
  readonly index: number;
  readonly heading: string;
  readonly field: string | null;
}

export interface TabMap {
  readonly tab: string;
  readonly table: string | null;
  readonly header: number;
  readonly columns: readonly ColumnMap[];
}

/** A table and its fields: [field, Vietnamese, English]. */
export interface FieldChoice {
  readonly table: string;
  readonly vi: string;
  readonly en: string;
  readonly fields: readonly (readonly [string, string, string])[];
}

interface Named {
  readonly id: string;
  readonly title: string;
}

export interface Part {
  readonly added: readonly Named[];
  readonly changed: readonly (Named & { readonly fields: readonly string[] })[];
  readonly moved: readonly Named[];
  readonly removed: readonly Named[];
}

export interface Upload {
  readonly import: string;
  readonly kind: string | null;
  readonly code: string | null;
  readonly maps: readonly TabMap[];
  readonly fields: readonly FieldChoice[];
  readonly preview: readonly { readonly tab: string; readonly rows: readonly { readonly number: number; readonly cells: readonly string[] }[] }[];
  readonly errors: readonly RowError[];
  readonly diff: { readonly items: Part; readonly sites: Part; readonly delegates: Part; readonly head: readonly string[] } | null;
  readonly sheet: { readonly title: Text; readonly utc_offset_s: number; readonly start: number; readonly end: number; readonly items: number; readonly sites: number; readonly delegates: number } | null;
}

export interface Ready {
  readonly site: string;
  readonly vi: string;
  readonly en: string;
  readonly phone: string;
  readonly verdict: "good" | "fair" | "weak" | "insufficient" | "unknown";
  readonly ready: boolean;
  readonly checked_at: number | null;
  readonly report: { readonly camera: string; readonly mic: string; readonly speaker: string; readonly played: boolean; readonly secure: boolean } | null;
}

async function answered<T>(response: Response): Promise<T> {
  const told: unknown = await response.json().catch(() => null);
  if (response.ok) return told as T;
  const refusal = told as { code?: unknown; detail?: Record<string, string | number> } | null;
  throw new ApiRefused(typeof refusal?.code === "string" ? refusal.code : "internal", refusal?.detail ?? {});
}

async function ask<T>(method: string, path: string, body?: BodyInit, kind = "application/json"): Promise<T> {
  const headers: Record<string, string> = { "X-Diemcau": "1" };
  if (body !== undefined) headers["Content-Type"] = kind;
  const init: RequestInit = { method, headers, cache: "no-store" };
  if (body !== undefined) init.body = body;
  let response: Response;
  try {
    response = await fetch(path, init);
  } catch {
    throw new ApiRefused("unreachable");
  }
  return answered<T>(response);
}

/** Where a ceremony's preparation lives; without one, where a new one is made. */
const root = (session: string): string => (session ? `/api/sessions/${encodeURIComponent(session)}` : "/api/sessions");

export const upload = (session: string, file: Blob): Promise<Upload> => ask("POST", `${root(session)}/import`, file, "application/octet-stream");
export const remap = (session: string, one: Upload, maps: readonly TabMap[]): Promise<Upload> =>
  ask("POST", `${root(session)}/import/${one.import}/mapping`, JSON.stringify({ maps }));
export const apply = (session: string, one: Upload): Promise<{ session: string }> => ask("POST", `${root(session)}/import/${one.import}/apply`, "{}");
export const clone = (session: string): Promise<{ session: string }> => ask("POST", "/api/sessions", JSON.stringify({ clone_of: session }));
export const prints = (session: string, lang: string): Promise<{ url: string; sites: readonly string[] }> =>
  ask("POST", `${root(session)}/prints`, JSON.stringify({ lang }));
export const readiness = (session: string): Promise<{ sites: readonly Ready[] }> => ask("GET", `${root(session)}/readiness`);
/** A session's own data, changed in set-up only; `start` in UTC µs. */
export interface Settings {
  readonly title: Text;
  readonly host: Text;
  readonly start: number;
  readonly mic_policy: "on_grant" | "always_on";
  readonly address: "comrade" | "formal";
  readonly scene_on_take: "cut" | "arm";
  readonly video: "vp8" | "h264";
  readonly quorum: { readonly rule: "sites" | "percent"; readonly least: number } | null;
}

export const settings = (session: string): Promise<{ settings: Settings; utc_offset_s: number; open: boolean }> => ask("GET", `${root(session)}/settings`);
export const saveSettings = (session: string, whole: Settings): Promise<{ settings: Settings }> => ask("POST", `${root(session)}/settings`, JSON.stringify(whole));

/** What ten seconds of a source were like, recorded as the ceremony will be. */
export interface Tried {
  readonly source: string;
  readonly picture: "good" | "poor" | "none";
  readonly sound: "good" | "poor" | "none";
  readonly clip: string;
}

export const TRIAL_MS = 10_000;
export const tryRecording = (session: string): Promise<{ sources: readonly Tried[] }> => ask("POST", `${root(session)}/trial`);
export const tried = (session: string): Promise<{ sources: readonly Tried[] }> => ask("GET", `${root(session)}/trial`);
export const trialAddress = (session: string, clip: string): string => `${root(session)}/trial/${encodeURIComponent(clip)}`;
export const templateAddress = (lang: string): string => `/api/sessions/template.xlsx?lang=${lang}`;
export const sheetAddress = (session: string, kind: "xlsx" | "yaml", lang: string): string => `${root(session)}/sheet.${kind}?lang=${lang}`;
