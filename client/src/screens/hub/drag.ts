/** Lines of the run sheet dragged with the mouse: a line dropped on another goes before it. Alt with an arrow does the same by key. */
import { useSignal } from "@preact/signals";
import type { ItemView } from "../../proto/types";

export interface Drag {
  /** What makes a line draggable and a place to drop on; nothing for lines that stay. */
  readonly line: (item: ItemView, movable: boolean) => Readonly<Record<string, unknown>>;
}

const MOVABLE = ["planned", "next", "held"];

export function useDrag(place: (item: string, before: string) => void): Drag {
  const held = useSignal<string | null>(null);
  const over = useSignal<string | null>(null);
  const end = (): void => { held.value = null; over.value = null; };
  const line = (item: ItemView, leads: boolean): Readonly<Record<string, unknown>> => {
    if (!leads || !MOVABLE.includes(item.state)) return {};
    return {
      draggable: true,
      "data-over": over.value === item.id && held.value !== null && held.value !== item.id ? "" : undefined,
      ondragstart: (event: DragEvent) => {
        held.value = item.id;
        event.dataTransfer?.setData("text/plain", item.id); // without data Firefox drags nothing
      },
      ondragover: (event: DragEvent) => {
        if (held.value === null) return;
        event.preventDefault();
        over.value = item.id;
      },
      ondrop: (event: DragEvent) => {
        event.preventDefault();
        const moved = held.value;
        end();
        if (moved !== null && moved !== item.id) place(moved, item.id);
      },
      ondragend: end,
    };
  };
  return { line };
}
