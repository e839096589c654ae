import { describe, expect, test } from "vitest";
import { chirp, LISTEN_S, RATE, reduced, returned } from "../src/rtc/echo";

const PLAYED = chirp();

/** Repeatable noise. */
function noise(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 31 - 1;
  };
}

/** A hall: the sound comes back after some ms, with reflections after it, among noise. */
function hall(delay: number | null, gain: number, loud = 0.003, more: (s: number) => number = () => 0): Float32Array {
  const random = noise(7);
  const found = new Float32Array(Math.round((LISTEN_S + 0.4) * RATE));
  for (let i = 0; i < found.length; i += 1) found[i] = random() * loud + more(i / RATE);
  if (delay === null) return found;
  for (const [late, part] of [[0, 1], [17, 0.4], [43, 0.25], [88, 0.12]] as const) {
    const at = Math.round(((delay + late) / 1000) * RATE);
    for (let i = 0; i < PLAYED.length && at + i < found.length; i += 1) found[at + i] = (found[at + i] ?? 0) + gain * part * (PLAYED[i] ?? 0);
  }
  return found;
}

describe("the return of a chirp", () => {
  test.each([[80, 0.5], [240, 0.1], [600, 0.03], [1100, 0.02]])("is found after %i ms at a gain of %f", (delay, gain) => {
    const echo = returned(hall(delay, gain), PLAYED)!;
    expect(Math.abs(echo.delay_ms - delay)).toBeLessThanOrEqual(2);
    expect(Math.abs(echo.level_db - 20 * Math.log10(gain))).toBeLessThanOrEqual(2);
  });

  test("is not found where there is none: silence, noise, a voice, music, a hum", () => {
    const voice = (s: number): number => 0.2 * Math.sin(2 * Math.PI * 140 * s) * Math.abs(Math.sin(2 * Math.PI * 3 * s)) + 0.1 * Math.sin(2 * Math.PI * 700 * s);
    const music = (s: number): number => [262, 330, 392, 523].reduce((sum, hz, i) => sum + (Math.floor(s * 4) % 4 === i ? 0.2 * Math.sin(2 * Math.PI * hz * s) : 0), 0);
    expect(returned(new Float32Array(2 * RATE), PLAYED)).toBeNull();
    expect(returned(hall(null, 0, 0.2), PLAYED)).toBeNull();
    expect(returned(hall(null, 0, 0.003, voice), PLAYED)).toBeNull();
    expect(returned(hall(null, 0, 0.003, music), PLAYED)).toBeNull();
    expect(returned(hall(null, 0, 0.003, (s) => 0.3 * Math.sin(2 * Math.PI * 50 * s)), PLAYED)).toBeNull();
  });

  test("is found among a voice, and left out when it disturbs nobody", () => {
    const voice = (s: number): number => 0.1 * Math.sin(2 * Math.PI * 140 * s) * Math.abs(Math.sin(2 * Math.PI * 3 * s));
    expect(returned(hall(240, 0.2, 0.003, voice), PLAYED)?.delay_ms).toBe(240);
    expect(returned(hall(240, 0.003, 0.0001), PLAYED)).toBeNull();
    expect(returned(new Float32Array(10), PLAYED)).toBeNull();
  });

  test("samples of a sound card are brought to the rate of the search", () => {
    const card = chirp(48_000);
    const brought = reduced(card, 48_000);
    expect(brought.length).toBe(PLAYED.length);
    const heard = new Float32Array(2 * RATE);
    heard.set(brought, 1600);
    expect(returned(heard, PLAYED)?.delay_ms).toBe(200);
  });
});
