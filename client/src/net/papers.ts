/** Documents, tickets, minutes and the seal over HTTP (server/web/papers.py, sealing.py). */
import { ApiRefused, ask } from "./api";

export interface Ticketed {
  readonly ticket: import("../sign/ticket").Ticket;
  readonly pdf: string;
  readonly finish: string;
}

/** What the secretary gives beside the log (`recordings.papers_asks.MinutesAsk`). */
export interface MinutesWish {
  readonly lang: "vi" | "en";
  readonly number: string;
  readonly place: string;
  readonly agency: string;
  readonly above: string;
  readonly chair: string;
  readonly secretary: string;
  readonly recipients: readonly string[];
  readonly notes: string;
  readonly party: boolean;
  readonly mode: "wet_ink" | "digital";
}

export interface SealTold {
  readonly [what: string]: unknown;
}

const root = (session: string): string => `/api/sessions/${encodeURIComponent(session)}`;
const paper = (session: string, document: string): string => `${root(session)}/documents/${encodeURIComponent(document)}`;

/** Send a file as the bare body. Throws `ApiRefused`. */
async function send(path: string, body: Blob | string, type: string): Promise<Response> {
  let answer: Response;
  try {
    answer = await fetch(path, { method: "POST", headers: { "X-Diemcau": "1", "Content-Type": type }, body });
  } catch {
    throw new ApiRefused("unreachable");
  }
  if (answer.ok) return answer;
  const told = (await answer.json().catch(() => null)) as { code?: unknown; detail?: Record<string, string | number> } | null;
  throw new ApiRefused(typeof told?.code === "string" ? told.code : "internal", told?.detail ?? {});
}

export const uploadPaper = (session: string, document: string, file: File): Promise<unknown> =>
  send(`${paper(session, document)}/file?${new URLSearchParams({ name: file.name })}`, file, "application/octet-stream");
export const publishPaper = (session: string, document: string, after: number): Promise<unknown> =>
  ask("POST", `${paper(session, document)}/publish`, { after });
export const attachScan = (session: string, document: string, file: File, signers: Readonly<Record<string, string>>): Promise<unknown> =>
  send(`${paper(session, document)}/scan?${new URLSearchParams({ signers: JSON.stringify(signers) })}`, file, "application/octet-stream");
export const fileUrl = (session: string, document: string, sha256: string): string => `${paper(session, document)}/file?${new URLSearchParams({ sha: sha256 })}`;

export const makeMinutes = (session: string, wish: MinutesWish): Promise<unknown> => ask("POST", `${root(session)}/minutes`, wish);
export const sealRecord = (session: string): Promise<SealTold> => ask("POST", `${root(session)}/seal`, {});
/** A draft of the minutes to be written on elsewhere. */
export async function draftMinutes(session: string, wish: MinutesWish): Promise<Blob> {
  return (await send(`${root(session)}/minutes/docx`, JSON.stringify(wish), "application/json")).blob();
}

export function base64(bytes: ArrayBuffer | Uint8Array): string {
  let text = "";
  for (const byte of new Uint8Array(bytes)) text += String.fromCharCode(byte);
  return btoa(text);
}

export const issueTicket = (session: string, document: string, slot: string, certificate: ArrayBuffer, chain: readonly ArrayBuffer[]): Promise<Ticketed> =>
  ask("POST", `${paper(session, document)}/tickets`, { slot, certificate: base64(certificate), chain: chain.map(base64) });
export const finishTicket = (path: string, value: Uint8Array): Promise<unknown> => ask("POST", path, { value: base64(value) });
export const cancelTicket = (session: string, ticket: string, reason: string): Promise<unknown> =>
  ask("POST", `${root(session)}/tickets/${encodeURIComponent(ticket)}/cancel`, { reason });

/** The agency's seal on a scan: outside the slots. `seat` keeps one of the document's seals. */
export const issueStamp = (session: string, document: string, seat: string, certificate: ArrayBuffer, chain: readonly ArrayBuffer[]): Promise<Ticketed> =>
  ask("POST", `${paper(session, document)}/stamp?${new URLSearchParams({ seat })}`, { certificate: base64(certificate), chain: chain.map(base64) });
export const finishStamp = (path: string, seat: string, value: Uint8Array, person: string): Promise<unknown> =>
  ask("POST", `${path}?${new URLSearchParams({ seat })}`, { value: base64(value), person });

/** By which keys a signatory may sign here: `p12` only where the hub allows it. */
export interface SigningMeans {
  readonly p12: boolean;
}

export const signingMeans = (session: string): Promise<SigningMeans> => ask("GET", `${root(session)}/signing`);

/** Fetch bytes that are checked before anything is signed. */
export async function bytesOf(path: string): Promise<Uint8Array> {
  const answer = await fetch(path, { headers: { "X-Diemcau": "1" }, cache: "no-store" }).catch(() => null);
  if (answer === null) throw new ApiRefused("unreachable");
  if (!answer.ok) throw new ApiRefused(((await answer.json().catch(() => null)) as { code?: string } | null)?.code ?? "internal");
  return new Uint8Array(await answer.arrayBuffer());
}
