import { expect, test } from "vitest";
import { keep, kept } from "../src/net/checkpoints";
import type { Checkpoint } from "../src/proto/types";

const made = (seq: number): Checkpoint => ({
  t: "checkpoint", session: "s", seq, hash: "ab", heads: {}, epoch: 1, at_us: seq, key: "k", sig: "s", v: 1,
});

function memory(full = false) {
  const held = new Map<string, string>();
  return {
    getItem: (key: string) => held.get(key) ?? null,
    setItem: (key: string, value: string) => {
      if (full) throw new Error("full");
      held.set(key, value);
    },
  };
}

test("checkpoints are kept in order, each line once", () => {
  const store = memory();
  for (const seq of [1, 2, 2, 5]) keep(made(seq), store);
  expect(kept("s", store).map((one) => one.seq)).toEqual([1, 2, 5]);
  expect(kept("other", store)).toEqual([]);
});

test("of very many the first and the latest stay", () => {
  const store = memory();
  for (let seq = 1; seq <= 250; seq += 1) keep(made(seq), store);
  const found = kept("s", store);
  expect(found.length).toBe(200);
  expect([found[0]!.seq, found[1]!.seq, found.at(-1)!.seq]).toEqual([1, 52, 250]);
});

test("a full or broken store breaks nothing", () => {
  const store = memory(true);
  keep(made(1), store);
  expect(kept("s", store)).toEqual([]);
  expect(kept("s", { getItem: () => "{" })).toEqual([]);
});
