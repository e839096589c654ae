import { expect, test } from "vitest";
import { read } from "../src/proto/guard";

const WELCOME = {
  t: "welcome", seat: "p-1", role: "operator", site: null, slots: [], clock: 1,
  view: { agenda: { rev: 1, live: null, next: null, behind_s: 0, end: null, items: [] } },
};

test("messages of the protocol pass unchanged", () => {
  expect(read(JSON.stringify(WELCOME))).toEqual(WELCOME);
  expect(read('{"t":"pong","sent":1.5,"clock":2}')).toEqual({ t: "pong", sent: 1.5, clock: 2 });
});

test("anything else is null, never an exception", () => {
  const wrong: unknown[] = [
    null, 1, {}, "", "null", "[]", "1", '"x"', "{", '{"t":1}', '{"t":"nothing"}', '{"t":"constructor"}', '{"t":"__proto__"}',
    '{"t":"pong","sent":"1","clock":2}', '{"t":"pong","clock":2}', '{"t":"show","view":[]}', '{"t":"show","view":{"agenda":{"rev":"1"}}}',
    '{"t":"show","view":{"__proto__":{"a":1},"x":{}}}', '{"t":"layers","source":"a/camera","l":1,"m":true,"h":true}', "x".repeat(2_000_000),
  ];
  for (const text of wrong) expect(read(text)).toBeNull();
});

test("random bytes and random cuts of a good message never throw", () => {
  const good = JSON.stringify(WELCOME);
  let seed = 7;
  const random = (): number => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
  for (let i = 0; i < 2_000; i += 1) {
    const at = Math.floor(random() * good.length);
    const text = good.slice(0, at) + String.fromCharCode(Math.floor(random() * 300)) + good.slice(at + Math.floor(random() * 3));
    const found = read(text);
    expect(found === null || typeof found.t === "string").toBe(true);
  }
});
