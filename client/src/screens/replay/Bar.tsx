/** A stretch on a lane. */
import type { ComponentChildren, JSX } from "preact";
import type { Span, Window } from "../../replay/lanes";

export function percent(ms: number, window: Window): string {
  return `${((ms - window.from) / (window.to - window.from)) * 100}%`;
}

export function Bar({ span, window, title, kind, children }: { span: Span; window: Window; title: string; kind: string; children?: ComponentChildren }): JSX.Element {
  const from = Math.max(span.from, window.from);
  const width = Math.max(0.12, ((Math.min(span.to, window.to) - from) / (window.to - window.from)) * 100);
  return <i class={`span ${kind}`} title={title} style={{ left: percent(from, window), width: `${width}%` }}>{children}</i>;
}
