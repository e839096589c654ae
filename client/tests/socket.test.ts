import { describe, expect, test } from "vitest";
import { Clock } from "../src/net/clock";
import { Socket, type SocketWorld } from "../src/net/socket";
import type { Command, ToPage } from "../src/proto/types";
import { FakeWire, settle, Time } from "./world";

const WELCOME = { t: "welcome", seat: "p-1", role: "operator", site: null, slots: [], clock: 1_000_000, view: {} };

class Bench {
  readonly time = new Time();
  readonly wires: FakeWire[] = [];
  readonly states: string[] = [];
  readonly messages: ToPage[] = [];
  healthy = true;
  probes = 0;
  readonly socket: Socket;

  constructor(seat = "p") {
    const world: SocketWorld = {
      open: () => {
        const wire = new FakeWire();
        this.wires.push(wire);
        return wire;
      },
      now: this.time.now,
      later: this.time.later,
      random: () => 1,
      healthy: async () => {
        this.probes += 1;
        return this.healthy;
      },
      sign: async (nonce) => ({ key: "k", sig: `signed ${nonce}` }),
    };
    this.socket = new Socket(seat, "build", new Clock(this.time.now), world, {
      up: (state, code) => this.states.push(code ? `${state} ${code}` : state),
      message: (message) => this.messages.push(message),
      build: () => undefined,
    });
  }

  get wire(): FakeWire {
    return this.wires.at(-1)!;
  }

  async greet(): Promise<void> {
    this.wire.say({ t: "challenge", nonce: "n", build: "build" });
    await settle();
    this.wire.say(WELCOME);
    await settle();
  }

  async drop(code = 1006): Promise<void> {
    this.wire.onclose?.({ code });
    await settle();
  }
}

async function upAndRunning(seat = "p"): Promise<Bench> {
  const bench = new Bench(seat);
  bench.socket.connect();
  await bench.greet();
  return bench;
}

const TAKE: Command = { do: "item.take", item: "a", after: 1 };
const NEXT: Command = { do: "item.next", item: "a", after: 1 };

describe("greeting", () => {
  test("a person sends no key, a site signs the nonce", async () => {
    expect((await upAndRunning("p")).wire.of("hello")[0]).toMatchObject({ seat: "p", key: null, sig: null });
    expect((await upAndRunning("s-hub")).wire.of("hello")[0]).toMatchObject({ seat: "s-hub", key: "k", sig: "signed n" });
  });

  test("a socket that is never welcomed is given up and tried again", async () => {
    const bench = new Bench();
    bench.socket.connect();
    await bench.time.pass(6_100);
    bench.socket.beat();
    expect(bench.wires[0]!.closed).toBe(true);
    await bench.time.pass(1);
    expect(bench.wires).toHaveLength(2);
  });
});

describe("heartbeat", () => {
  test("pings every two seconds, and three seconds of silence are the end", async () => {
    const bench = await upAndRunning();
    for (let i = 0; i < 11; i += 1) {
      await bench.time.pass(250);
      bench.socket.beat();
    }
    expect(bench.wire.of("ping").length).toBe(2);
    await bench.time.pass(500);
    bench.socket.beat();
    expect(bench.states.at(-1)).toBe("down");
    expect(bench.wires[0]!.closed).toBe(true);
  });
});

describe("reconnection", () => {
  test("climbs 0, 0.3, 1, 2 s; then probes each second, and an answer starts anew", async () => {
    const bench = await upAndRunning();
    const waits: number[] = [];
    bench.healthy = false;
    for (let i = 0; i < 3; i += 1) {
      const begun = bench.time.ms;
      const count = bench.wires.length;
      await bench.drop();
      while (bench.wires.length === count) await bench.time.pass(50);
      waits.push(bench.time.ms - begun);
    }
    expect(waits).toEqual([50, 300, 1_000]);
    await bench.drop();
    await bench.time.pass(12_000);
    expect(bench.probes).toBeGreaterThanOrEqual(10);
    const count = bench.wires.length;
    bench.healthy = true;
    await bench.time.pass(1_000);
    expect(bench.wires).toHaveLength(count + 1);
    await bench.greet();
    expect(bench.states.at(-1)).toBe("up");
  });

  test("a revoked seat and a lost sign-in stop for good", async () => {
    for (const [code, name] of [[4403, "seat-revoked"], [4401, "not-signed-in"]] as const) {
      const bench = await upAndRunning();
      const answer = bench.socket.ask(NEXT);
      await bench.drop(code);
      await bench.time.pass(60_000);
      bench.socket.hurry();
      expect(bench.wires).toHaveLength(1);
      expect(bench.states.at(-1)).toBe(`stopped ${name}`);
      expect(await answer).toMatchObject({ ok: false, code: name });
    }
  });
});

describe("commands", () => {
  test("are answered by their reference", async () => {
    const bench = await upAndRunning();
    const done = bench.socket.ask(NEXT);
    const refused = bench.socket.ask(TAKE);
    const [first, second] = bench.wire.of("do");
    bench.wire.say({ t: "refused", ref: second!["ref"], code: "agenda-moved" });
    bench.wire.say({ t: "done", ref: first!["ref"] });
    expect(await done).toEqual({ ok: true });
    expect(await refused).toEqual({ ok: false, code: "agenda-moved", detail: {} });
  });

  test("unanswered ones are sent again with the same reference", async () => {
    const bench = await upAndRunning();
    void bench.socket.ask(NEXT);
    const ref = bench.wire.of("do")[0]!["ref"];
    await bench.drop();
    await bench.time.pass(10_000);
    await bench.greet();
    expect(bench.wire.of("do")).toHaveLength(1);
    expect(bench.wire.of("do")[0]!["ref"]).toBe(ref);
  });

  test.each([
    TAKE, { do: "scene.cut", after: 1 }, { do: "floor.grant", site: "a", after: 1 }, { do: "session.close" },
  ] as Command[])("%o is not sent again after three seconds", async (command) => {
    const bench = await upAndRunning();
    const answer = bench.socket.ask(command);
    await bench.drop();
    await bench.time.pass(3_100);
    await bench.greet();
    expect(bench.wire.of("do")).toHaveLength(0);
    expect(await answer).toMatchObject({ ok: false, code: "unanswered" });
  });

  test("a slow answer on a living socket is waited for", async () => {
    const bench = await upAndRunning();
    const answer = bench.socket.ask(TAKE);
    for (let i = 0; i < 5; i += 1) {
      await bench.time.pass(1_000);
      bench.wire.say({ t: "pong", sent: 0, clock: 1 });
      bench.socket.beat();
    }
    bench.wire.say({ t: "done", ref: bench.wire.of("do")[0]!["ref"] });
    expect(await answer).toEqual({ ok: true });
  });

  test("a decisive one younger than that is sent again", async () => {
    const bench = await upAndRunning();
    void bench.socket.ask(TAKE);
    await bench.drop();
    await bench.time.pass(100);
    await bench.greet();
    expect(bench.wire.of("do")).toHaveLength(1);
  });

  test("a decisive one is given up while the socket is still down", async () => {
    const bench = await upAndRunning();
    await bench.drop();
    const answer = bench.socket.ask(TAKE);
    await bench.time.pass(3_100);
    bench.socket.beat();
    expect(await answer).toMatchObject({ code: "unsent" });
  });
});

describe("bearers", () => {
  const token = (use: string): unknown => ({ t: "media.token", use, token: "x", url: "/u", ice: [], expires: 1 });

  test("go to who asked for that use; none in time is a failure", async () => {
    const bench = await upAndRunning();
    const whep = bench.socket.bearer("whep");
    const camera = bench.socket.bearer("camera");
    bench.wire.say(token("camera"));
    expect((await camera).use).toBe("camera");
    const late = expect(whep).rejects.toThrow("no bearer");
    await bench.time.pass(5_100);
    await late;
  });

  test("fail at once without a socket, and when it closes", async () => {
    const bench = await upAndRunning();
    const lost = expect(bench.socket.bearer("whep")).rejects.toThrow();
    await bench.drop();
    await lost;
    await expect(bench.socket.bearer("whep")).rejects.toThrow("no socket");
  });
});
