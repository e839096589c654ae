/** What a key is wanted for: a place in a document, or the agency's seal on a scan. A file and a token do the same errands. */
import { t } from "../i18n";
import { bytesOf, cancelTicket, fileUrl, finishStamp, finishTicket, issueStamp, issueTicket, type Ticketed } from "../net/papers";
import { sha } from "../proof/bytes";
import { TicketRefused } from "./ticket";

/** A ticket with its bytes: the PDF to be signed, and what was read before. */
export interface Opened {
  readonly made: Ticketed;
  readonly pdf: Uint8Array;
  readonly read: Uint8Array;
}

export interface Errand {
  /** Ask for a ticket. What was read is fetched by its own hash, not by what the ticket says. Throws `ApiRefused`, `TicketRefused`. */
  readonly open: (certificate: ArrayBuffer, chain: readonly ArrayBuffer[]) => Promise<Opened>;
  readonly finish: (opened: Opened, value: Uint8Array) => Promise<unknown>;
  /** The key's holder did not sign. */
  readonly giveUp: (opened: Opened) => Promise<unknown>;
}

/** Sign in a slot; `read` is the published revision's SHA-256. */
export function slotErrand(session: string, document: string, slot: string, read: string): Errand {
  return {
    open: async (certificate, chain) => {
      const bytes = await bytesOf(fileUrl(session, document, read));
      const made = await issueTicket(session, document, slot, certificate, chain);
      if (made.ticket.reviewed_sha256 !== read) throw new TicketRefused("a");
      return { made, pdf: await bytesOf(made.pdf), read: bytes };
    },
    finish: ({ made }, value) => finishTicket(made.finish, value),
    // the slot is free again at once: another key, another person, or the paper
    giveUp: ({ made }) => cancelTicket(session, made.ticket.id, t("sign.given-up")).catch(() => undefined),
  };
}

/** Seal a scan; `scan` is its SHA-256. What the ticket calls read is the scan with an empty field behind it, and nothing before it changed. */
export function scanErrand(session: string, document: string, keeper: { readonly seat: string; readonly person: string }, scan: string): Errand {
  return {
    open: async (certificate, chain) => {
      const bytes = await bytesOf(fileUrl(session, document, scan));
      const made = await issueStamp(session, document, keeper.seat, certificate, chain);
      const pdf = await bytesOf(`${made.pdf}?${new URLSearchParams({ seat: keeper.seat })}`);
      const read = pdf.subarray(0, made.ticket.base_len);
      const begins = sha(bytes) === scan && sha(read.subarray(0, bytes.length)) === scan && read.length > bytes.length;
      if (!begins || made.ticket.document !== document || made.ticket.reviewed_sha256 !== sha(read)) throw new TicketRefused("a");
      return { made, pdf, read };
    },
    finish: ({ made }, value) => finishStamp(made.finish, keeper.seat, value, keeper.person),
    // nothing is held for it: a scan's ticket ends by itself
    giveUp: () => Promise.resolve(),
  };
}
