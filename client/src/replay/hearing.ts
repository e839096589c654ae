/** What the meters and the speaker's mark go by. A record without levels plays as before, without them. */
import { computed, signal, type ReadonlySignal, type Signal } from "@preact/signals";
import { levels as ask } from "../net/api";
import { joined, levelAt, reach, readLevels, speakerAt, speakers, type Levels } from "./levels";
import { growing, type Timeline } from "./timeline";

/** A growing record's last seconds are asked for again: its sources are written at different moments. */
const AGAIN_MS = 10_000;

export class Hearing {
  readonly levels: Signal<Levels | null> = signal(null);
  private readonly line: Signal<Timeline | null> = signal(null);
  private readonly steps: ReadonlySignal<readonly (string | null)[]> = computed(() =>
    this.levels.value === null || this.line.value === null ? [] : speakers(this.levels.value, this.line.value.gates));
  private asking = false;
  private whole = false;

  constructor(private readonly session: string, private readonly get: (session: string, from_ms: number) => Promise<unknown> = ask) {}

  /** A timeline came: fetch what of the levels is not known yet. */
  async learn(line: Timeline): Promise<void> {
    this.line.value = line;
    if (this.asking || this.whole) return;
    this.asking = true;
    const before = this.levels.peek();
    try {
      const later = readLevels(await this.get(this.session, before === null ? 0 : Math.max(0, reach(before) - AGAIN_MS)));
      if (later !== null) this.levels.value = joined(before, later);
      this.whole = later !== null && !growing(line);
    } catch {
      // the picture needs no meter; the next timeline asks again
    } finally {
      this.asking = false;
    }
  }

  /** Return how loud a source was, dBov; null where nothing is known. */
  at(source: string, ms: number): number | null {
    return this.levels.value === null ? null : levelAt(this.levels.value, source, ms);
  }

  /** Return who spoke. */
  speaker(ms: number): string | null {
    const [levels, line] = [this.levels.value, this.line.value];
    return levels === null || line === null ? null : speakerAt(levels, this.steps.value, line, ms);
  }
}
