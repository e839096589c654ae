/** The recovery ladder on virtual time: every trigger, every step, a thousand failures (CLIENT §3). */
import { describe, expect, test } from "vitest";
import { Link, type LinkWorld, type Part } from "../src/rtc/link";
import { FakePeer, settle, Time } from "./world";

type Behaviour = "connects" | "never" | "refuses";

class Bench {
  readonly time = new Time();
  readonly peers: FakePeer[] = [];
  readonly calls: string[] = [];
  readonly adopted: FakePeer[] = [];
  healthy = true;
  patch: "works" | "dead" | 404 | 409 | 412 = "works";
  post: Behaviour = "connects";
  tokens = 0;
  readonly link: Link;

  constructor() {
    const part: Part = {
      use: "whep",
      prepare: () => undefined,
      ready: async () => true,
      adopt: (pc) => this.adopted.push(pc as unknown as FakePeer),
    };
    const world: LinkWorld = {
      peer: () => {
        const peer = new FakePeer(this.peers.length);
        this.peers.push(peer);
        return peer as unknown as RTCPeerConnection;
      },
      token: async (use) => {
        this.tokens += 1;
        return { t: "media.token", use, token: "bearer", url: "/post", ice: [], expires: 0 };
      },
      healthy: async () => this.healthy,
      get: ((url: string, init: RequestInit) => this.serve(url, init)) as typeof fetch,
      later: this.time.later,
      now: this.time.now,
      random: () => 1,
    };
    this.link = new Link(part, world);
  }

  get peer(): FakePeer {
    return this.adopted.at(-1)!;
  }

  get state(): string {
    const { kind, attempt } = this.link.state.value;
    return kind === "down" ? `down ${attempt}` : kind;
  }

  private async serve(url: string, init: RequestInit): Promise<Response> {
    this.calls.push(`${init.method} ${url}`);
    expect((init.headers as Record<string, string>)["Authorization"]).toBe("Bearer bearer");
    if (init.method === "DELETE") return new Response(null);
    if (init.method === "PATCH") return this.patched(init);
    if (this.post === "refuses") return new Response('{"code":"peers-full"}', { status: 503 });
    const peer = this.peers.at(-1)!;
    if (this.post === "connects") this.time.later(300, () => peer.become("connected"));
    return new Response("v=0\r\no=- 1 1 x\r\na=ice-ufrag:s\r\na=ice-pwd:s\r\n", { status: 201, headers: { Location: `/r${this.peers.length}`, ETag: '"1"' } });
  }

  private patched(init: RequestInit): Response {
    expect((init.headers as Record<string, string>)["If-Match"]).toBeTruthy();
    if (typeof this.patch === "number") return new Response("{}", { status: this.patch });
    const peer = this.peer;
    if (this.patch === "works") this.time.later(200, () => ((peer.flowing = true), peer.become("connected")));
    return new Response("a=ice-ufrag:n\r\na=ice-pwd:n\r\n", { headers: { ETag: '"2"' } });
  }
}

async function running(): Promise<Bench> {
  const bench = new Bench();
  bench.link.start();
  await bench.time.pass(1_000);
  expect(bench.state).toBe("up");
  bench.calls.length = 0;
  return bench;
}

async function cut(bench: Bench, by: "disconnected" | "failed" | "silence" | "stalled"): Promise<void> {
  bench.peer.flowing = false;
  if (by === "silence") {
    bench.peer.flowing = true;
    for (let i = 0; i < 5; i += 1) {
      await bench.link.watch();
      await bench.time.pass(1_000);
    }
    bench.peer.flowing = false;
    for (let i = 0; i < 4 && bench.state === "up"; i += 1) {
      await bench.link.watch();
      await bench.time.pass(1_000);
    }
  } else if (by === "stalled") bench.link.trouble();
  else bench.peer.become(by);
  await settle();
}

describe("start", () => {
  test("posts at once and runs when connected", async () => {
    const bench = new Bench();
    bench.link.start();
    await bench.time.pass(1_000);
    expect(bench.calls).toEqual(["POST /post"]);
    expect(bench.state).toBe("up");
    expect(bench.adopted).toHaveLength(1);
  });

  test("tries for ever, and says why the server refuses", async () => {
    const bench = new Bench();
    bench.post = "refuses";
    bench.link.start();
    await bench.time.pass(20_000);
    expect(bench.link.state.value).toMatchObject({ kind: "down", code: "peers-full" });
    bench.post = "connects";
    await bench.time.pass(3_000);
    expect(bench.state).toBe("up");
  });
});

describe.each(["disconnected", "failed", "silence", "stalled"] as const)("loss by %s", (by) => {
  test("step 1: an ICE restart keeps the generation", async () => {
    const bench = await running();
    await cut(bench, by);
    await bench.time.pass(1_500);
    expect(bench.calls).toContain("PATCH /r1");
    expect(bench.state).toBe("up");
    expect(bench.peers).toHaveLength(1);
    expect(bench.peer.remote).toContain("a=ice-ufrag:n");
  });

  test.each([404, 409, 412] as const)("step 2: a restart answered %i leads to a new generation at once", async (status) => {
    const bench = await running();
    bench.patch = status;
    await cut(bench, by);
    await bench.time.pass(1_500);
    expect(bench.state).toBe("up");
    expect(bench.peers).toHaveLength(2);
    expect(bench.peers[0]!.closed).toBe(true);
    expect(bench.calls.slice(-2)).toEqual(["POST /post", "DELETE /r1"]);
  });

  test("step 2: a restart that brings nothing in four seconds too; the old stays until the new runs", async () => {
    const bench = await running();
    bench.patch = "dead";
    await cut(bench, by);
    await bench.time.pass(2_500);
    expect(bench.peers[0]!.closed).toBe(false);
    await bench.time.pass(3_000);
    expect(bench.state).toBe("up");
    expect(bench.adopted).toHaveLength(2);
  });

  test("step 3: a new generation that does not connect is closed, then the ladder begins again", async () => {
    const bench = await running();
    bench.patch = 404;
    bench.post = "never";
    await cut(bench, by);
    await bench.time.pass(6_500);
    expect(bench.peers[1]!.closed).toBe(true);
    expect(bench.peers[0]!.closed).toBe(false);
    expect(bench.state).toMatch(/^down/);
    bench.post = "connects";
    await bench.time.pass(8_000);
    expect(bench.state).toBe("up");
  });

  test("step 0: while the hub is silent it is probed, nothing else is asked", async () => {
    const bench = await running();
    bench.healthy = false;
    await cut(bench, by);
    await bench.time.pass(60_000);
    expect(bench.calls).toEqual([]);
    expect(bench.link.state.value.attempt).toBeGreaterThan(30);
    bench.healthy = true;
    await bench.time.pass(2_000);
    expect(bench.state).toBe("up");
  });
});

test("a thousand failures later it still comes back, and leaves nothing open", async () => {
  const bench = await running();
  bench.patch = 404;
  bench.post = "refuses";
  bench.peer.become("failed");
  while (bench.tokens < 1_000) await bench.time.pass(10_000);
  bench.post = "connects";
  await bench.time.pass(5_000);
  expect(bench.state).toBe("up");
  expect(bench.peers.filter((peer) => !peer.closed)).toHaveLength(1);
});

test("a kick wakes a waiting link at once, at most once a second", async () => {
  const bench = await running();
  bench.healthy = false;
  bench.peer.become("failed");
  await bench.time.pass(300);
  bench.healthy = true;
  bench.link.kick();
  await bench.time.pass(450);
  expect(bench.state).toBe("up");
  const before = bench.calls.length;
  bench.link.kick();
  bench.link.kick();
  await bench.time.pass(100);
  expect(bench.calls.length).toBe(before);
});

test("after a reconnection a silent link is doubted at once, a flowing one is left alone", async () => {
  const bench = await running();
  for (let i = 0; i < 4; i += 1) {
    await bench.link.watch();
    await bench.time.pass(1_000);
  }
  void bench.link.doubt();
  await bench.time.pass(700);
  expect(bench.state).toBe("up");
  bench.peer.flowing = false;
  void bench.link.doubt();
  await bench.time.pass(650);
  expect(bench.state).toBe("down 1");
});

test("stopping deletes the resource and is final", async () => {
  const bench = await running();
  bench.link.stop();
  bench.link.trouble();
  bench.link.kick();
  await bench.time.pass(10_000);
  expect(bench.calls).toEqual(["DELETE /r1"]);
  expect(bench.state).toBe("off");
});

test("renewing swaps a working generation without ever being down", async () => {
  const bench = await running();
  const seen: string[] = [];
  bench.link.state.subscribe((state) => seen.push(state.kind));
  bench.link.renew();
  await bench.time.pass(1_000);
  expect(bench.adopted).toHaveLength(2);
  expect(seen).not.toContain("down");
});
