/** Gold is for slates only (CLIENT §6): a star on red for the flag salute, a plain gold rule otherwise. */
import type { JSX } from "preact";

/** The outline of a five-pointed star of the flag, within a circle of radius 1. */
function star(): string {
  const inner = 0.381966;
  return Array.from({ length: 10 }, (_, i) => {
    const r = i % 2 === 0 ? 1 : inner;
    const a = (Math.PI * i) / 5 - Math.PI / 2;
    return `${(r * Math.cos(a)).toFixed(4)},${(r * Math.sin(a)).toFixed(4)}`;
  }).join(" ");
}

export function Emblem({ kind }: { kind: string }): JSX.Element {
  if (kind === "flag") {
    return (
      <svg class="flag" viewBox="-3 -2 6 4" aria-hidden="true">
        <rect x="-3" y="-2" width="6" height="4" fill="#da251d" />
        <polygon points={star()} transform="scale(1.2)" fill="#ffff00" />
      </svg>
    );
  }
  return <span class="rule" aria-hidden="true" />;
}
