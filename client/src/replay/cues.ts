/** Captions as the server keeps them: WebVTT of times and text only (recordings/captions.py). Pure. */

export interface Cue {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

const TIMES = /^(?:(\d{2,4}):)?([0-5]\d):([0-5]\d)\.(\d{3})[ \t]+-->[ \t]+(?:(\d{2,4}):)?([0-5]\d):([0-5]\d)\.(\d{3})/;
const ENTITIES: Readonly<Record<string, string>> = { "&amp;": "&", "&lt;": "<", "&gt;": ">", "&nbsp;": "\u00a0", "&lrm;": "", "&rlm;": "" };

function plain(text: string): string {
  return text.replace(/<[^>]*>/g, "").replace(/&[a-z]+;/g, (one) => ENTITIES[one] ?? one);
}

/** Return the cues of a text, by their beginning; what is no cue is left out. */
export function cuesOf(vtt: string): readonly Cue[] {
  const found: Cue[] = [];
  for (const block of vtt.replace(/\r\n?/g, "\n").split(/\n{2,}/)) {
    const lines = block.split("\n");
    const i = lines.findIndex((line) => TIMES.test(line));
    const match = TIMES.exec(lines[i] ?? "");
    if (match === null) continue;
    const [h, m, s, ms, h2, m2, s2, ms2] = match.slice(1).map((part) => Number(part ?? 0)) as [number, number, number, number, number, number, number, number];
    found.push({ from: ((h * 60 + m) * 60 + s) * 1000 + ms, to: ((h2 * 60 + m2) * 60 + s2) * 1000 + ms2, text: plain(lines.slice(i + 1).join("\n").trim()) });
  }
  return found.sort((one, other) => one.from - other.from);
}

/** Return what is read at a moment, one line per cue. */
export function cueAt(cues: readonly Cue[], ms: number): string {
  return cues.filter((one) => one.from <= ms && ms < one.to).map((one) => one.text).join("\n");
}
