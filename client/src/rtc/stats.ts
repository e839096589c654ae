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
