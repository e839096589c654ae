// @vitest-environment happy-dom
import { signal } from "@preact/signals";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Media } from "../src/rtc/media";
import { Station } from "../src/rtc/station";
import { settle } from "./world";
import { stand } from "./place";
import site from "./fixtures/site.json";

interface Asked {
  readonly audio: { readonly echoCancellation: boolean };
}

const asked: Asked[] = [];
const published: (number | undefined)[] = [];

function track(): MediaStreamTrack {
  return { kind: "audio", enabled: true, readyState: "live", label: "", addEventListener: () => undefined, stop: () => undefined, getSettings: () => ({}) } as unknown as MediaStreamTrack;
}

beforeEach(() => {
  asked.length = published.length = 0;
  vi.stubGlobal("AudioContext", class {
    createMediaStreamSource = (): unknown => ({ connect: () => undefined, disconnect: () => undefined });
    createAnalyser = (): unknown => ({ fftSize: 0, getFloatTimeDomainData: () => undefined });
    resume = async (): Promise<void> => undefined;
  });
  vi.stubGlobal("MediaStream", class { getTracks = (): unknown[] => []; });
  vi.stubGlobal("navigator", {
    mediaDevices: {
      enumerateDevices: async () => [],
      getUserMedia: async (wanted: Asked) => {
        asked.push(wanted);
        return { getTracks: () => [track()], getAudioTracks: () => [track()], getVideoTracks: () => [] };
      },
    },
  });
});
afterEach(() => vi.unstubAllGlobals());

async function passed(): Promise<void> {
  for (let i = 0; i < 5; i += 1) await settle();
}

test("music: the hub's microphone is sent unfiltered while the item lasts, unless somebody there says no", async () => {
  const place = stand(site);
  const media = { publish: (_use: string, _tracks: unknown, bitrate?: number) => published.push(bitrate), unpublish: () => undefined, subscribe: () => undefined, sound: { sink: signal("") } } as unknown as Media;
  const station = new Station(place.room, media);
  await station.openVoice();
  await passed();
  expect(asked.map((one) => one.audio.echoCancellation)).toEqual([true]);
  station.enter();
  const cue = place.room.store.cue.value!;
  place.room.store.cue.value = { ...cue, music: true };
  await passed();
  expect(station.music.value).toBe(true);
  expect(asked.map((one) => one.audio.echoCancellation)).toEqual([true, false]);
  expect(published.at(-1)).toBe(128_000);
  station.musicRefused.value = true;
  await passed();
  expect(asked.at(-1)!.audio.echoCancellation).toBe(true);
  expect(published.at(-1)).toBe(48_000);
  place.room.store.cue.value = { ...cue, music: false };
  await passed();
  expect(station.musicRefused.value).toBe(false);
  expect(asked).toHaveLength(3);
  expect(station.profile.value).toBe("hall");
});
