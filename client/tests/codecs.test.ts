/** What a page offers to send: the session's codec where the browser encodes it, VP8 elsewhere. */
import { afterEach, expect, test, vi } from "vitest";
import { preferReceiving, preferSending, type Video } from "../src/rtc/codecs";
import { Source } from "../src/rtc/source";

const line = (profile: string, mode: number): string => `level-asymmetry-allowed=1;packetization-mode=${mode};profile-level-id=${profile}`;
const h264 = (profile: string, mode: number): RTCRtpCodec => ({ mimeType: "video/H264", clockRate: 90_000, sdpFmtpLine: line(profile, mode) });
const plain = (mimeType: string): RTCRtpCodec => ({ mimeType, clockRate: 90_000 });
const ALL = [plain("video/VP8"), plain("video/rtx"), h264("42001f", 1), h264("42e01f", 0), h264("42e01f", 1), h264("4d001f", 1), plain("video/AV1")];

function browser(sends: readonly RTCRtpCodec[], receives: readonly RTCRtpCodec[] = ALL): void {
  vi.stubGlobal("RTCRtpSender", { getCapabilities: () => ({ codecs: sends }) });
  vi.stubGlobal("RTCRtpReceiver", { getCapabilities: () => ({ codecs: receives }) });
}

function offered(act: (transceiver: RTCRtpTransceiver) => void, refuse: (codecs: RTCRtpCodec[]) => boolean = () => false): string[] {
  let kept: RTCRtpCodec[] = [];
  act({ setCodecPreferences: (codecs: RTCRtpCodec[]) => {
    if (refuse(codecs)) throw new TypeError("InvalidModificationError");
    kept = codecs;
  } } as unknown as RTCRtpTransceiver);
  return kept.map((one) => (one.sdpFmtpLine ? `${one.mimeType} ${one.sdpFmtpLine}` : one.mimeType));
}

const BASELINE = [`video/H264 ${line("42001f", 1)}`, `video/H264 ${line("42e01f", 1)}`];
const VP8 = ["video/VP8", "video/rtx"];
afterEach(() => vi.unstubAllGlobals());

test("a session of VP8 is offered VP8 alone, one of H.264 baseline in mode 1 alone: the server takes VP8 where it sees both", () => {
  browser(ALL);
  expect(offered((one) => preferSending(one, "vp8"))).toEqual(VP8);
  expect(offered((one) => preferSending(one, "h264"))).toEqual(["video/rtx", ...BASELINE]);
});

test("who cannot encode H.264, or not what is forwarded, sends VP8", () => {
  browser(ALL.filter((one) => one.mimeType !== "video/H264"));
  expect(offered((one) => preferSending(one, "h264"))).toEqual(VP8);
  browser([plain("video/VP8"), h264("42e01f", 0), h264("640c1f", 1)]);
  expect(offered((one) => preferSending(one, "h264"))).toEqual(VP8);
});

test("a browser that lists H.264 and refuses it sends VP8; one that refuses everything is left alone", () => {
  browser(ALL);
  expect(offered((one) => preferSending(one, "h264"), (codecs) => codecs.some((one) => one.mimeType === "video/H264"))).toEqual(VP8);
  expect(offered((one) => preferSending(one, "h264"), () => true)).toEqual([]);
});

test("viewers take both, whatever the session chose", () => {
  browser(ALL);
  expect(offered((one) => preferReceiving(one, "video"))).toEqual([...VP8, ...BASELINE]);
});

test("a source knows that the session chose anew after its link was made, and only then", () => {
  browser(ALL);
  vi.stubGlobal("MediaStream", class {});
  let chosen: Video = "vp8";
  const codecs: string[] = [];
  const sender = { getParameters: () => ({}), setParameters: async () => undefined };
  const transceiver = { receiver: { track: {} }, sender, setCodecPreferences: (all: RTCRtpCodec[]) => codecs.push(all.at(-1)!.mimeType) };
  const pc = { addTransceiver: () => transceiver, getTransceivers: () => [] } as unknown as RTCPeerConnection;
  const source = new Source("camera", () => chosen);
  chosen = "h264";
  expect(source.outdated).toBe(false);
  source.prepare(pc);
  source.adopt(pc);
  expect([source.outdated, codecs.at(-1)]).toEqual([false, "video/H264"]);
  chosen = "vp8";
  expect(source.outdated).toBe(true);
  source.prepare(pc);
  chosen = "h264"; // changed while the new link was being made
  source.adopt(pc);
  expect([source.outdated, codecs.at(-1)]).toEqual([true, "video/rtx"]);
});
