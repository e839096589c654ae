/** Checkpoints this console was handed, kept in the browser: a copy of the log that is cut short shows against them (TRUST §8). */
import type { Checkpoint } from "../proto/types";

const MOST = 200;
const name = (session: string): string => `diemcau-checkpoints-${session}`;

/** Keep a checkpoint beside those before it; of very many the oldest go, but for the first. A full store keeps none. */
export function keep(found: Checkpoint, store: Pick<Storage, "getItem" | "setItem"> = localStorage): void {
  const before = kept(found.session, store);
  const all = [...before.filter((one) => one.seq !== found.seq), found];
  const short = all.length > MOST ? [all[0]!, ...all.slice(all.length - MOST + 1)] : all;
  try {
    store.setItem(name(found.session), JSON.stringify(short));
  } catch {
    // a browser without room: other consoles keep theirs
  }
}

/** The checkpoints of a session, oldest first. */
export function kept(session: string, store: Pick<Storage, "getItem"> = localStorage): readonly Checkpoint[] {
  try {
    const found: unknown = JSON.parse(store.getItem(name(session)) ?? "[]");
    return Array.isArray(found) ? (found as Checkpoint[]) : [];
  } catch {
    return [];
  }
}
