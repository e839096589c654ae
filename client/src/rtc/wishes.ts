/** How high each source is shown on this page, told to the server 200 ms after it last changed (CLIENT §3). */

const DELAY_MS = 200;

export class Wishes {
  private readonly shown = new Map<Element, { source: string; height: number }>();
  private told: Record<string, number> = {};
  private timer: ReturnType<typeof setTimeout> | null = null;
  private readonly sizes: ResizeObserver | null;

  constructor(private readonly tell: (heights: Record<string, number>) => void) {
    const observe = (entries: ResizeObserverEntry[]): void => {
      for (const entry of entries) this.measure(entry.target);
    };
    this.sizes = typeof ResizeObserver === "undefined" ? null : new ResizeObserver(observe);
  }

  /** An element shows a source from now on. */
  show(element: Element, source: string): void {
    this.shown.set(element, { source, height: 0 });
    this.measure(element);
    this.sizes?.observe(element);
  }

  /** It no longer does. */
  hide(element: Element): void {
    this.shown.delete(element);
    this.sizes?.unobserve(element);
    this.soon();
  }

  /** A new socket has heard nothing yet. */
  again(): void {
    this.told = {};
    this.soon();
  }

  private measure(element: Element): void {
    const one = this.shown.get(element);
    if (one === undefined) return;
    one.height = Math.min(4320, Math.round(element.getBoundingClientRect().height * (globalThis.devicePixelRatio || 1)));
    this.soon();
  }

  private soon(): void {
    this.timer ??= setTimeout(() => {
      this.timer = null;
      this.send();
    }, DELAY_MS);
  }

  private send(): void {
    const heights: Record<string, number> = {};
    for (const source of Object.keys(this.told)) heights[source] = 0;
    for (const { source, height } of this.shown.values()) heights[source] = Math.max(heights[source] ?? 0, height);
    const changed = Object.keys(heights).filter((source) => heights[source] !== this.told[source]);
    if (changed.length === 0) return;
    this.told = heights;
    this.tell(heights);
  }
}
