/** The page's pulse: four beats a second, also in the background. Everything periodic hangs on it. */
import { signal } from "@preact/signals";
import { beatUrl } from "./policy";

/** Counts the beats; a view that reads it is drawn again four times a second. */
export const pulse = signal(0);

const listeners = new Set<() => void>();
let started = false;

function beat(): void {
  pulse.value += 1;
  for (const listener of listeners) listener();
}

function start(): void {
  started = true;
  try {
    const worker = new Worker(beatUrl(), { type: "module" });
    worker.onmessage = beat;
    worker.onerror = () => setInterval(beat, 250);
  } catch {
    setInterval(beat, 250);
  }
}

/** Call `listener` on every beat; return how to stop. The first call starts the pulse. */
export function onBeat(listener: () => void): () => void {
  if (!started) start();
  listeners.add(listener);
  return () => listeners.delete(listener);
}
