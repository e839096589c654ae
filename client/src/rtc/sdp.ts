/** The few lines of SDP a page touches (CLIENT §3 step 1, MEDIA §4). Pure. */

export interface Pair {
  readonly ufrag: string;
  readonly pwd: string;
  readonly candidates: readonly string[];
}

function value(text: string, name: string): string | null {
  return new RegExp(`^a=${name}:(\\S+)`, "m").exec(text)?.[1] ?? null;
}

/** Return the ICE pair of a description or fragment, null when it has none. */
export function pairOf(text: string): Pair | null {
  const ufrag = value(text, "ice-ufrag");
  const pwd = value(text, "ice-pwd");
  if (ufrag === null || pwd === null) return null;
  return { ufrag, pwd, candidates: text.split(/\r?\n/).filter((line) => line.startsWith("a=candidate:")) };
}

/** Return the fragment that asks for an ICE restart with the offer's new pair. */
export function fragment(offer: string): string {
  const pair = pairOf(offer);
  return pair ? `a=ice-ufrag:${pair.ufrag}\r\na=ice-pwd:${pair.pwd}\r\n` : "";
}

/** Put the server's new pair and candidates into the stored answer, as its next version. */
export function renewed(answer: string, pair: Pair): string {
  let placed = pair.candidates.length === 0;
  const lines = answer.split(/\r?\n/).flatMap((line) => {
    if (line.startsWith("a=ice-ufrag:")) return [`a=ice-ufrag:${pair.ufrag}`];
    if (line.startsWith("a=ice-pwd:")) {
      const first = placed ? [] : pair.candidates;
      placed = true;
      return [`a=ice-pwd:${pair.pwd}`, ...first];
    }
    if (pair.candidates.length > 0 && line.startsWith("a=candidate:")) return [];
    const version = /^(o=\S+ \S+) (\d+) (.*)$/.exec(line);
    return [version ? `${version[1]} ${Number(version[2]) + 1} ${version[3]}` : line];
  });
  return lines.join("\r\n");
}
