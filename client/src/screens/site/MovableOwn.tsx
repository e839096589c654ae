import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { OwnPicture } from "./OwnPicture";

/** The small self view; drag it where it hides nothing. */
export function MovableOwn(): JSX.Element {
  const [at, move] = useState<{ x: number; y: number }>({ x: 0, y: 0 });
  const from = useRef<{ x: number; y: number } | null>(null);
  const down = (event: PointerEvent): void => {
    from.current = { x: event.clientX - at.x, y: event.clientY - at.y };
    (event.currentTarget as Element).setPointerCapture(event.pointerId);
  };
  const drag = (event: PointerEvent): void => {
    if (from.current) move({ x: event.clientX - from.current.x, y: event.clientY - from.current.y });
  };
  const up = (): void => { from.current = null; };
  return (
    <div class="own-movable" style={{ transform: `translate(${at.x}px, ${at.y}px)` }} onPointerDown={down} onPointerMove={drag} onPointerUp={up} onPointerCancel={up}>
      <OwnPicture small />
    </div>
  );
}
