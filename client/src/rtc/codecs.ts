/** Which codecs are offered: VP8 or what the session chose to send, VP8 and H.264 to receive, Opus; nothing else, or sixteen slots overflow. */
export type Video = "vp8" | "h264";

type Wanted = (codec: RTCRtpCodec) => boolean;

function chosen(kind: "audio" | "video", wanted: Wanted, end: typeof RTCRtpReceiver | typeof RTCRtpSender = RTCRtpReceiver): RTCRtpCodec[] {
  const all = end.getCapabilities?.(kind)?.codecs ?? [];
  return all.filter(wanted);
}

function mime(codec: RTCRtpCodec): string {
  return codec.mimeType.toLowerCase();
}

function baseline(codec: RTCRtpCodec): boolean {
  const line = codec.sdpFmtpLine ?? "";
  return mime(codec) === "video/h264" && /packetization-mode=1/.test(line) && /profile-level-id=42/i.test(line);
}

/** Offer one codec to send and its retransmissions: the server takes VP8 where it sees both. Who cannot encode H.264 sends VP8. */
export function preferSending(transceiver: RTCRtpTransceiver, video: Video): void {
  const h264 = chosen("video", (codec) => mime(codec) === "video/rtx" || baseline(codec), RTCRtpSender);
  if (video === "h264" && h264.some(baseline) && prefer(transceiver, h264)) return;
  prefer(transceiver, chosen("video", (codec) => ["video/vp8", "video/rtx"].includes(mime(codec))));
}

/** What a viewing slot takes. */
export function preferReceiving(transceiver: RTCRtpTransceiver, kind: "audio" | "video"): void {
  if (kind === "audio") prefer(transceiver, chosen("audio", (codec) => mime(codec) === "audio/opus"));
  else prefer(transceiver, chosen("video", (codec) => ["video/vp8", "video/rtx"].includes(mime(codec)) || baseline(codec)));
}

function prefer(transceiver: RTCRtpTransceiver, codecs: RTCRtpCodec[]): boolean {
  if (codecs.length === 0) return false;
  try {
    transceiver.setCodecPreferences(codecs);
    return true;
  } catch {
    return false; // an older browser offers everything; the server picks
  }
}
