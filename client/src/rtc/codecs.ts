/** Which codecs are offered: VP8 to send, VP8 and H.264 to receive, Opus; nothing else, or sixteen slots overflow. */

function chosen(kind: "audio" | "video", wanted: (codec: RTCRtpCodec) => boolean): RTCRtpCodec[] {
  const all = RTCRtpReceiver.getCapabilities?.(kind)?.codecs ?? [];
  return all.filter(wanted);
}

function mime(codec: RTCRtpCodec): string {
  return codec.mimeType.toLowerCase();
}

function baseline(codec: RTCRtpCodec): boolean {
  const line = codec.sdpFmtpLine ?? "";
  return mime(codec) === "video/h264" && /packetization-mode=1/.test(line) && /profile-level-id=42/i.test(line);
}

/** Prefer codecs, where the browser lets us: VP8 and its retransmissions to send. */
export function preferSending(transceiver: RTCRtpTransceiver): void {
  prefer(transceiver, chosen("video", (codec) => ["video/vp8", "video/rtx"].includes(mime(codec))));
}

/** What a viewing slot takes. */
export function preferReceiving(transceiver: RTCRtpTransceiver, kind: "audio" | "video"): void {
  if (kind === "audio") prefer(transceiver, chosen("audio", (codec) => mime(codec) === "audio/opus"));
  else prefer(transceiver, chosen("video", (codec) => ["video/vp8", "video/rtx"].includes(mime(codec)) || baseline(codec)));
}

function prefer(transceiver: RTCRtpTransceiver, codecs: RTCRtpCodec[]): void {
  if (codecs.length === 0) return;
  try {
    transceiver.setCodecPreferences(codecs);
  } catch {
    // an older browser offers everything; the server picks
  }
}
