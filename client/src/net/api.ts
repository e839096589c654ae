/** Every HTTP request of the pages but media and replay files. Refusals arrive as `ApiRefused` with their code. */
import type { SessionView, Text } from "../proto/types";

export class ApiRefused extends Error {
  constructor(
    readonly code: string,
    readonly detail: Record<string, string | number> = {},
  ) {
    super(code);
  }
}

export interface Ceremony {
  readonly id: string;
  readonly title: Text;
  readonly phase: SessionView["phase"];
  readonly start: number;
  readonly utc_offset_s: number;
  readonly opened_at: number | null;
  readonly closed_at: number | null;
}

export interface Me {
  readonly person: { readonly name: string; readonly role: string; readonly seat: string } | null;
  readonly seats: readonly {
    readonly seat: string; readonly session: string; readonly site: string | null; readonly name: Text | null; readonly role: string; readonly page: string;
  }[];
  readonly sessions: readonly Ceremony[];
  readonly build: string;
}

export interface SiteLink {
  readonly seat: string;
  readonly role: string;
  /** The site, or for another seat the seat itself: what the address of its link names. */
  readonly site: string;
  readonly name: Text | null;
  readonly state: "none" | "unused" | "bound" | "revoked";
  readonly issued_at: number | null;
}

export interface Entrance {
  readonly page: string;
  readonly session: string | null;
}

/** Somebody has to let this device in. */
export interface Knocked {
  readonly lobby: string;
  readonly title: Text;
}

export interface Joined {
  readonly seat: string;
  readonly session: string;
  readonly site: string;
  readonly page: string;
}

/** Ask the server; a `Blob` goes as it is, any other body as JSON. Raises `ApiRefused`. */
export async function ask<T>(method: string, path: string, body?: unknown): Promise<T> {
  const init: RequestInit = { method, headers: { "X-Diemcau": "1" }, cache: "no-store" };
  if (body instanceof Blob) {
    init.body = body;
    init.headers = { ...init.headers, "Content-Type": body.type };
  } else if (body !== undefined) {
    init.body = JSON.stringify(body);
    init.headers = { ...init.headers, "Content-Type": "application/json" };
  }
  let answer: Response;
  try {
    answer = await fetch(path, init);
  } catch {
    throw new ApiRefused("unreachable");
  }
  const told: unknown = await answer.json().catch(() => null);
  if (answer.ok) return told as T;
  const refusal = told as { code?: unknown; detail?: Record<string, string | number> } | null;
  throw new ApiRefused(typeof refusal?.code === "string" ? refusal.code : "internal", refusal?.detail ?? {});
}

const links = (session: string): string => `/api/sessions/${encodeURIComponent(session)}/links`;

export const me = (): Promise<Me> => ask("GET", "/api/me");
export const enter = (token: string): Promise<Entrance> => ask("POST", "/api/enter", { token });
export const login = (name: string, password: string): Promise<Entrance> =>
  ask("POST", "/api/login", { name, password });
export const logout = (): Promise<unknown> => ask("POST", "/api/logout", {});
export const setup = (token: string, name: string, password: string): Promise<Entrance> =>
  ask("POST", "/api/setup", { token, name, password });
export const join = (token: string, key: string | null, name = ""): Promise<Joined | Knocked> => ask("POST", "/api/join", { token, key, name });
export const knock = (session: string, code: string, key: string | null, name: string): Promise<Joined | Knocked> =>
  ask("POST", "/api/join", { session, code, key, name });
export const lobby = (secret: string): Promise<(Joined & { state: "admitted" }) | { state: "waiting" | "refused" }> =>
  ask("POST", "/api/lobby", { secret });
/** Show the waiting room's desk a small picture of who waits. Refusals change nothing for the one who waits. */
export const showStill = (secret: string, picture: Blob): Promise<unknown> =>
  fetch(`/api/lobby/${encodeURIComponent(secret)}/still`, { method: "POST", headers: { "X-Diemcau": "1", "Content-Type": "image/jpeg" }, body: picture }).catch(() => undefined);
export const rehearse = (session: string): Promise<{ session: string }> =>
  ask("POST", `/api/sessions/${encodeURIComponent(session)}/rehearsal`, {});
/** Another operator on this ceremony's console, whom control can be handed to. */
export interface OperatorHere {
  readonly seat: string;
  readonly name: string;
  readonly role: "operator" | "co-operator";
}

export const operatorsHere = (session: string): Promise<{ operators: OperatorHere[] }> => ask("GET", `/api/sessions/${encodeURIComponent(session)}/operators`);

export const siteLinks = (session: string): Promise<{ links: SiteLink[] }> => ask("GET", links(session));
export const issueLink = (session: string, one: SiteLink): Promise<{ url: string; qr?: string; code?: string }> =>
  ask("POST", links(session), one.role === "site" ? { site: one.site } : { role: one.role });
export const revokeLink = (session: string, site: string): Promise<unknown> =>
  ask("DELETE", `${links(session)}/${encodeURIComponent(site)}`);

export interface Told {
  readonly tag: string | null;
  readonly value: unknown;
}

/** Return how loud each source was from a moment on (recordings/levels.py). Raises `ApiRefused`. */
export const levels = (session: string, from_ms: number): Promise<unknown> =>
  ask("GET", `/api/sessions/${encodeURIComponent(session)}/replay/levels?from=${from_ms}`);

/** Return the timeline and its tag; null when nothing changed since the one of `tag`. Raises `ApiRefused`. */
export async function timeline(session: string, tag: string | null = null): Promise<Told | null> {
  let answer: Response;
  try {
    answer = await fetch(`/api/sessions/${encodeURIComponent(session)}/replay/timeline`, {
      headers: { "X-Diemcau": "1", ...(tag === null ? {} : { "If-None-Match": tag }) }, cache: "no-store",
    });
  } catch {
    throw new ApiRefused("unreachable");
  }
  if (answer.status === 304) return null;
  const value: unknown = await answer.json().catch(() => null);
  if (answer.ok) return { tag: answer.headers.get("ETag"), value };
  const code = (value as { code?: unknown } | null)?.code;
  throw new ApiRefused(typeof code === "string" ? code : "internal");
}
