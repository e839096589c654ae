/** Beats twice a second, from a worker where there is one. */
import beat from "./beat.ts?worker&url";

export function everyBeat(act: () => void): () => void {
  try {
    const policy = window.trustedTypes?.createPolicy("diemcau", {
      createScriptURL: (url) => {
        if (url !== beat) throw new TypeError(url);
        return url;
      },
    });
    const worker = new Worker(policy ? policy.createScriptURL(beat) : beat, { type: "module" });
    worker.onmessage = act;
    return () => worker.terminate();
  } catch {
    const timer = setInterval(act, 500);
    return () => clearInterval(timer);
  }
}
