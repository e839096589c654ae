/** The conversation with `diemcau signer` on this very computer (CEREMONY §10, Signer program). One socket, loopback only. */
import type { Ticket } from "./ticket";

export const SIGNER_URL = "ws://127.0.0.1:18443/";
const KEPT = "diemcau-signer";
const ANSWER_MS = 10_000;
/** A person reads, thinks and types a PIN. */
const PERSON_MS = 14 * 60_000;

export interface HeldCertificate {
  readonly id: string;
  readonly der: string;
  readonly token: string;
  readonly subject: string;
  readonly issuer: string;
  readonly until_us: number;
}

interface Said {
  readonly is: string;
  readonly ref?: string;
  readonly code?: string;
  readonly key?: string;
  readonly value?: string;
  readonly found?: readonly HeldCertificate[];
  readonly detail?: Readonly<Record<string, string | number>>;
}

export class SignerRefused extends Error {
  constructor(readonly code: string, readonly detail: Readonly<Record<string, string | number>> = {}) {
    super(code);
  }
}

type Opener = (url: string) => WebSocket;

export class SignerLink {
  private socket: WebSocket | null = null;
  private readonly waiting = new Set<(said: Said | null) => void>();

  constructor(private readonly open: Opener = (url) => new WebSocket(url), private readonly store: Pick<Storage, "getItem" | "setItem" | "removeItem"> = localStorage) {}

  /** Connect, and pair by the key of last time. True when paired. Throws `SignerRefused("signer-absent")`. */
  async connect(): Promise<boolean> {
    await new Promise<void>((done, failed) => {
      const socket = this.open(SIGNER_URL);
      socket.onopen = () => done();
      socket.onerror = () => failed(new SignerRefused("signer-absent"));
      socket.onclose = () => { failed(new SignerRefused("signer-absent")); this.lost(); };
      socket.onmessage = (event) => this.heard(event.data);
      this.socket = socket;
    });
    const key = this.store.getItem(KEPT);
    if (key === null) return false;
    const said = await this.ask({ do: "resume", key }, (one) => one.is === "paired" || one.is === "no");
    if (said.is === "paired") return true;
    this.store.removeItem(KEPT);
    return false;
  }

  /** Pair by the six digits the program shows. Throws `SignerRefused`. */
  async pair(code: string): Promise<void> {
    const said = this.good(await this.ask({ do: "pair", code: code.replace(/\D/g, "") }, (one) => one.is === "paired" || one.is === "no"));
    if (said.key) this.store.setItem(KEPT, said.key);
  }

  async certificates(): Promise<readonly HeldCertificate[]> {
    return this.good(await this.ask({ do: "certificates" }, (one) => one.is === "certificates" || one.is === "no")).found ?? [];
  }

  /** Have a ticket checked, shown and signed there. Returns the signature value; throws what the person or the check refused. */
  async sign(ticket: Ticket, certificate: string, pdf: Uint8Array, read: Uint8Array): Promise<Uint8Array> {
    const ref = crypto.randomUUID();
    const answer = this.ask({ do: "sign", ref, certificate, ticket }, (one) => (one.is === "signed" || one.is === "no") && (one.ref === ref || one.ref === ""), PERSON_MS);
    this.socket?.send(pdf as Uint8Array<ArrayBuffer>);
    this.socket?.send(read as Uint8Array<ArrayBuffer>);
    const said = this.good(await answer);
    return Uint8Array.from(atob(said.value ?? ""), (char) => char.charCodeAt(0));
  }

  close(): void {
    this.socket?.close();
    this.socket = null;
  }

  private good(said: Said): Said {
    if (said.is === "no") throw new SignerRefused(said.code ?? "internal", said.detail);
    return said;
  }

  private ask(message: object, wanted: (said: Said) => boolean, within = ANSWER_MS): Promise<Said> {
    return new Promise((done, failed) => {
      const finish = (act: () => void): void => { clearTimeout(timer); this.waiting.delete(hear); act(); };
      const hear = (said: Said | null): void => {
        if (said === null) finish(() => failed(new SignerRefused("signer-absent")));
        else if (wanted(said)) finish(() => done(said));
      };
      const timer = setTimeout(() => finish(() => failed(new SignerRefused("signer-silent"))), within);
      this.waiting.add(hear);
      if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
      else hear(null);
    });
  }

  private heard(data: unknown): void {
    let said: Said;
    try {
      said = JSON.parse(String(data)) as Said;
    } catch {
      return; // the program speaks JSON only: whatever this is, nobody waits for it
    }
    for (const hear of [...this.waiting]) hear(said);
  }

  private lost(): void {
    for (const hear of [...this.waiting]) hear(null);
  }
}
