/**
 * "Thử vọng": does the hall's microphone hear its own loudspeakers? Pure; samples in, delay and strength out.
 *
 * CLIENT §4 has the operator play the chirp to one site. A sound of the hub reaches every hall alike, and the network would be in
 * the measure; so each hall plays it itself and listens with the microphone as it is sent, echo cancelling included: what is
 * left is what the others would hear.
 */

export const RATE = 8_000;
export const CHIRP_S = 0.4;
export const LISTEN_S = 1.6;
const FROM_HZ = 300;
const TO_HZ = 3_000;
const FADE_S = 0.03;
/** A peak so many times the usual correlation is an echo; noise and speech stay under 6 (measured on synthetic rooms). */
const CLEAR = 8;
/** Weaker than this against what was played, nobody is disturbed. */
const QUIET_DB = -45;
export const STRONG_DB = -25;

export interface Echo {
  readonly delay_ms: number;
  /** Strength of the return against what was played, in dB: 0 is as loud. */
  readonly level_db: number;
}

/** A sweep through the voice's range, faded in and out. */
export function chirp(rate = RATE): Float32Array {
  const found = new Float32Array(Math.round(CHIRP_S * rate));
  const sweep = Math.log(TO_HZ / FROM_HZ);
  for (let i = 0; i < found.length; i += 1) {
    const s = i / rate;
    const fade = Math.min(1, s / FADE_S, (CHIRP_S - s) / FADE_S);
    found[i] = Math.sin(((2 * Math.PI * FROM_HZ * CHIRP_S) / sweep) * (Math.exp((s / CHIRP_S) * sweep) - 1)) * Math.max(0, fade);
  }
  return found;
}

/** Find what was played in what was heard (both at `RATE`); null when it is not in there, or too weak to matter. */
export function returned(heard: Float32Array, played: Float32Array): Echo | null {
  const span = heard.length - played.length;
  if (span < 1) return null;
  const energy = played.reduce((sum, x) => sum + x * x, 0);
  const found = new Float32Array(span);
  let best = 0;
  for (let at = 0; at < span; at += 1) {
    let sum = 0;
    for (let i = 0; i < played.length; i += 1) sum += (heard[at + i] ?? 0) * (played[i] ?? 0);
    found[at] = Math.abs(sum);
    if ((found[at] ?? 0) > (found[best] ?? 0)) best = at;
  }
  const usual = [...found].sort((a, b) => a - b)[span >> 1] ?? 0;
  const peak = found[best] ?? 0;
  const level = peak > 0 ? 20 * Math.log10(peak / energy) : -Infinity;
  if (peak < CLEAR * usual || level < QUIET_DB) return null;
  return { delay_ms: Math.round((best / RATE) * 1000), level_db: Math.round(level) };
}

/** Samples at another rate brought to `RATE` by averaging: enough for a sweep below 3 kHz. */
export function reduced(samples: Float32Array, rate: number): Float32Array {
  const step = rate / RATE;
  const found = new Float32Array(Math.floor(samples.length / step));
  for (let i = 0; i < found.length; i += 1) {
    const begin = Math.floor(i * step);
    const end = Math.max(begin + 1, Math.floor((i + 1) * step));
    let sum = 0;
    for (let j = begin; j < end; j += 1) sum += samples[j] ?? 0;
    found[i] = sum / (end - begin);
  }
  return found;
}
