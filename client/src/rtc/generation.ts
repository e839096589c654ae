/** One generation of a link: a peer connection and the resource it made on the server. Never renegotiated. */
import type { MediaToken } from "../proto/types";
import { fragment, pairOf, renewed } from "./sdp";

/** The server said no, in its own words; `bearer` and the like are worth another try, the code is shown meanwhile. */
export class MediaRefused extends Error {
  constructor(readonly code: string) {
    super(code);
  }
}

export interface Wire {
  readonly get: typeof fetch;
  later(ms: number, act: () => void): () => void;
}

async function refused(answer: Response): Promise<MediaRefused> {
  const told = (await answer.json().catch(() => null)) as { code?: unknown } | null;
  return new MediaRefused(typeof told?.code === "string" ? told.code : "internal");
}

/** Sum of everything that came in on the transport: media, feedback and answers to checks. */
export async function arrived(pc: RTCPeerConnection): Promise<{ bytes: number; checks: number }> {
  let bytes = 0;
  let checks = 0;
  (await pc.getStats()).forEach((one: { type: string; bytesReceived?: number; responsesReceived?: number }) => {
    if (one.type !== "candidate-pair") return;
    bytes += one.bytesReceived ?? 0;
    checks += one.responsesReceived ?? 0;
  });
  return { bytes, checks };
}

export class Generation {
  private resource: string | null = null;
  private etag = "*";
  private answer = "";
  private closed = false;

  constructor(
    readonly pc: RTCPeerConnection,
    private readonly token: MediaToken,
    private readonly wire: Wire,
  ) {}

  /** POST the offer at once, without waiting for candidates, and take the answer. */
  async establish(limit: AbortSignal): Promise<void> {
    await this.pc.setLocalDescription(await this.pc.createOffer());
    const answer = await this.wire.get(this.token.url, {
      method: "POST",
      body: this.pc.localDescription?.sdp ?? "",
      headers: { ...this.bearer(), "Content-Type": "application/sdp" },
      signal: limit,
    });
    if (answer.status !== 201) throw await refused(answer);
    this.resource = answer.headers.get("Location");
    this.etag = answer.headers.get("ETag") ?? "*";
    this.answer = await answer.text();
    if (this.closed) return this.remove(false);
    await this.pc.setRemoteDescription({ type: "answer", sdp: this.answer });
  }

  /** Restart ICE by PATCH. False when the server no longer knows the resource or does not answer. */
  async restart(limit: AbortSignal): Promise<boolean> {
    if (this.resource === null || this.pc.connectionState === "closed") return false;
    this.pc.restartIce();
    const offer = await this.pc.createOffer();
    await this.pc.setLocalDescription(offer);
    const answer = await this.wire.get(this.resource, {
      method: "PATCH",
      body: fragment(offer.sdp ?? ""),
      headers: { ...this.bearer(), "Content-Type": "application/trickle-ice-sdpfrag", "If-Match": this.etag },
      signal: limit,
    });
    const pair = answer.ok ? pairOf(await answer.text()) : null;
    if (pair === null || this.closed) return false;
    this.etag = answer.headers.get("ETag") ?? this.etag;
    this.answer = renewed(this.answer, pair);
    await this.pc.setRemoteDescription({ type: "answer", sdp: this.answer });
    return true;
  }

  /** Close, and tell the server; `keepalive` when the page goes away. */
  close(keepalive = false): void {
    this.closed = true;
    this.pc.onconnectionstatechange = null;
    this.pc.close();
    this.remove(keepalive);
  }

  private remove(keepalive: boolean): void {
    const resource = this.resource;
    this.resource = null;
    if (resource === null) return;
    void this.wire.get(resource, { method: "DELETE", headers: this.bearer(), keepalive }).catch(() => undefined);
  }

  private bearer(): Record<string, string> {
    return { Authorization: `Bearer ${this.token.token}` };
  }
}
