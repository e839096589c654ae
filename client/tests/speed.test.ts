// @vitest-environment happy-dom
import { describe, expect, test } from "vitest";
import { browserName, post, report } from "../src/net/check";
import { measure, verdict, type SpeedWorld } from "../src/net/speed";
import { routeOf } from "../src/rtc/stats";
import { lineLight } from "../src/screens/site/LineTest";

describe("the verdict's table", () => {
  test.each([
    [2.9, 2.5, 0, "good"], [2.9, 2.49, 0, "fair"], [2.89, 2.5, 0, "fair"], [2.9, 2.5, 0.02, "fair"], [2.9, 2.5, 0.0199, "good"],
    [0.85, 1, 0.0499, "fair"], [0.85, 1, 0.05, "weak"], [0.84, 9, 0, "weak"], [9, 0.99, 0, "weak"],
    [0.27, 0.5, 0.0999, "weak"], [0.27, 0.5, 0.1, "none"], [0.26, 9, 0, "none"], [9, 0.49, 0, "none"], [0, 0, 0, "none"],
  ] as const)("up %d, down %d, loss %d: %s", (up_mbps, down_mbps, loss, found) => {
    expect(verdict({ up_mbps, down_mbps }, loss)).toBe(found);
  });

  test("the light says the same", () => {
    expect(lineLight({ state: "done", speed: { up_mbps: 5, down_mbps: 5 } }, 0)).toBe("good");
    expect(lineLight({ state: "done", speed: { up_mbps: 0.1, down_mbps: 5 } }, 0)).toBe("bad");
    expect(lineLight({ state: "failed", speed: null }, 0)).toBeNull();
  });
});

/** A line of so many bytes a millisecond, each way, in a world whose time passes only by what is carried. */
function world(up: number, down: number, fails: (path: string) => Response | null = () => null): SpeedWorld & { readonly asked: string[]; time: number } {
  const made = {
    asked: [] as string[], time: 0, now: () => made.time, timeout: () => new AbortController().signal,
    get: async (path: string, init: RequestInit): Promise<Response> => {
      made.asked.push(`${init.method ?? "GET"} ${path}`);
      expect((init.headers as Record<string, string>)["X-Diemcau"]).toBe("1");
      const failed = fails(path);
      if (failed) return failed;
      if (init.method === "POST") {
        made.time += (init.body as Uint8Array).byteLength / up;
        return new Response("{}");
      }
      let left = Number(/bytes=(\d+)/.exec(path)?.[1]);
      const read = async (): Promise<{ done: boolean; value?: Uint8Array }> => {
        if (left <= 0) return { done: true };
        const n = Math.min(left, 32_768);
        left -= n;
        made.time += n / down;
        return { done: false, value: new Uint8Array(n) };
      };
      return { ok: true, body: { getReader: () => ({ read, cancel: async () => undefined }) } } as unknown as Response;
    },
  };
  return made;
}

describe("measuring", () => {
  test.each([[125, 125, 1], [12.5, 12.5, 0.1], [1000, 1000, 8]])("%d bytes/ms both ways is found in eight seconds", async (up, down, mbps) => {
    const ways: string[] = [];
    const line = world(up, down);
    const found = await measure((way) => ways.push(way), line);
    expect(found!.down_mbps).toBeCloseTo(mbps, 1);
    expect(found!.up_mbps).toBeCloseTo(mbps, 1);
    expect(ways).toEqual(["down", "up"]);
    expect(line.time).toBeLessThan(14_000);
    expect(line.asked.length).toBeLessThanOrEqual(4);
  });

  test("no such test, or no hub: no figure at all, never a zero that looks measured", async () => {
    expect(await measure(() => undefined, world(1, 1, () => new Response("", { status: 404 })))).toBeNull();
    const dead = { ...world(1, 1), get: () => Promise.reject(new TypeError("network")) };
    expect(await measure(() => undefined, dead)).toBeNull();
  });
});

test("the report has the shape of the board", async () => {
  const body = report("s-tien-hai", {
    secure: true, camera: "good", mic: "busy", speaker: "untested", speed: { up_mbps: 3, down_mbps: 4 }, loss: 0.0123, path: "udp", playback: null,
  }, "Mozilla/5.0 (X11) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 Edg/126.0.1", 1000.4);
  expect(body).toEqual({
    seat: "s-tien-hai", browser: "Edg/126.0.1", secure: true, camera: "good", mic: "busy", speaker: "untested", played: false, at: 1_000_400,
    network: { up_mbps: 3, down_mbps: 4, loss_pct: 1.2, path: "udp" },
  });
  expect(browserName("x".repeat(200))).toHaveLength(80);
  expect(await post("s", body, (() => Promise.reject(new Error("off"))) as typeof fetch)).toBe(false);
});

test("the way media takes is read from the pair in use", () => {
  const pair = { type: "candidate-pair", id: "p", state: "succeeded", nominated: true, localCandidateId: "l" };
  const local = (candidateType: string, protocol: string): never => ({ type: "local-candidate", id: "l", candidateType, protocol }) as never;
  expect(routeOf([pair, local("host", "udp"), { type: "remote-inbound-rtp", id: "r", fractionLost: 0.03 }])).toEqual({ path: "udp", loss: 0.03 });
  expect(routeOf([pair, local("srflx", "tcp")])).toEqual({ path: "tcp", loss: 0 });
  expect(routeOf([pair, local("relay", "udp")])?.path).toBe("turn");
  expect(routeOf([])).toBeNull();
});
