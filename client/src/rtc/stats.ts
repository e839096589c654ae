/** What the browser measures of what is sent: the biggest layer's size and rate, and what holds it back. */

export interface Sent {
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  readonly limited: string;
}

interface Outbound {
  readonly type: string;
  readonly kind?: string;
  readonly frameWidth?: number;
  readonly frameHeight?: number;
  readonly framesPerSecond?: number;
  readonly qualityLimitationReason?: string;
}

/** Return the largest picture now sent, or null when none is. */
export async function sent(pc: RTCPeerConnection | null): Promise<Sent | null> {
  if (pc === null) return null;
  let best: Sent | null = null;
  (await pc.getStats()).forEach((one: Outbound) => {
    if (one.type !== "outbound-rtp" || one.kind !== "video" || !one.framesPerSecond || !one.frameWidth) return;
    if (best !== null && best.width >= one.frameWidth) return;
    best = {
      width: one.frameWidth,
      height: one.frameHeight ?? 0,
      fps: Math.round(one.framesPerSecond),
      limited: one.qualityLimitationReason ?? "none",
    };
  });
  return best;
}

interface Report {
  readonly type: string;
  readonly id: string;
  readonly state?: string;
  readonly nominated?: boolean;
  readonly localCandidateId?: string;
  readonly candidateType?: string;
  readonly protocol?: string;
  readonly fractionLost?: number;
}

export interface Route {
  readonly path: "udp" | "tcp" | "turn";
  /** Part of 1 of what is sent, as the other end tells it. */
  readonly loss: number;
}

/** Return how media leaves: the pair in use and the worst loss told; null while nothing is connected. */
export function routeOf(reports: readonly Report[]): Route | null {
  const pair = reports.find((one) => one.type === "candidate-pair" && one.state === "succeeded" && one.nominated !== false);
  const own = reports.find((one) => one.type === "local-candidate" && one.id === pair?.localCandidateId);
  if (!own) return null;
  const losses = reports.filter((one) => one.type === "remote-inbound-rtp").map((one) => one.fractionLost ?? 0);
  return { path: own.candidateType === "relay" ? "turn" : own.protocol === "tcp" ? "tcp" : "udp", loss: Math.max(0, ...losses) };
}

export async function route(pc: RTCPeerConnection | null): Promise<Route | null> {
  if (pc === null) return null;
  const reports: Report[] = [];
  (await pc.getStats()).forEach((one: Report) => reports.push(one));
  return routeOf(reports);
}
