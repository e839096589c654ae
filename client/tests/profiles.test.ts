import { expect, test } from "vitest";
import { activeAtFirst, camera, encodings, microphone, SOUNDS, widthClass } from "../src/rtc/profiles";
import { fragment, pairOf, renewed } from "../src/rtc/sdp";

test("encodings by width, always low to high", () => {
  expect(encodings(1280)).toEqual([
    { rid: "l", scaleResolutionDownBy: 4, maxBitrate: 100_000 },
    { rid: "m", scaleResolutionDownBy: 2, maxBitrate: 350_000 },
    { rid: "h", scaleResolutionDownBy: 1, maxBitrate: 1_200_000 },
  ]);
  expect(encodings(640).map((one) => one.rid)).toEqual(["l", "m"]);
  expect(encodings(320)).toEqual([{ maxBitrate: 250_000 }]);
  for (const [width, size] of [[959, 2], [960, 3], [639, 1], [640, 2], [0, 1]] as const) expect(widthClass(width)).toBe(size);
});

test("the top layer waits until it is wanted; a single one is always on", () => {
  expect(["l", "m", "h", undefined].map(activeAtFirst)).toEqual([true, true, false, true]);
});

test("a mixing desk is left alone, sound stays mono, a chosen device is exact", () => {
  expect(microphone("", "desk")).toMatchObject({ echoCancellation: false, noiseSuppression: false, autoGainControl: false, channelCount: 1 });
  expect(microphone("x", "hall")).toMatchObject({ echoCancellation: true, deviceId: { exact: "x" } });
  expect(camera("")).not.toHaveProperty("deviceId");
  expect(Object.values(SOUNDS).map((one) => one.bitrate)).toEqual([48_000, 64_000, 40_000, 128_000]);
});

const ANSWER = [
  "v=0", "o=- 12 1 IN IP4 h", "m=audio 1 x", "a=ice-ufrag:old", "a=ice-pwd:oldpwd", "a=candidate:1 1 udp 1 10.0.0.1 1 typ host",
  "a=end-of-candidates", "a=mid:0", "m=video 1 x", "a=ice-ufrag:old", "a=ice-pwd:oldpwd", "a=mid:1", "",
].join("\r\n");

test("an answer takes the server's new pair and candidates, as its next version", () => {
  const pair = pairOf("a=ice-ufrag:new\r\na=ice-pwd:newpwd\r\na=candidate:2 1 udp 1 10.0.0.2 2 typ host\r\n");
  const next = renewed(ANSWER, pair!);
  expect(next.match(/a=ice-ufrag:new/g)).toHaveLength(2);
  expect(next).not.toContain("old");
  expect(next).not.toContain("10.0.0.1");
  expect(next.match(/10\.0\.0\.2/g)).toHaveLength(1);
  expect(next).toContain("o=- 12 2 IN IP4 h");
  expect(renewed(ANSWER, { ufrag: "u", pwd: "p", candidates: [] })).toContain("10.0.0.1");
});

test("the fragment carries the offer's pair, and text without one is none", () => {
  expect(fragment(ANSWER)).toBe("a=ice-ufrag:old\r\na=ice-pwd:oldpwd\r\n");
  expect(pairOf("a=ice-ufrag:x")).toBeNull();
  expect(fragment("")).toBe("");
});
