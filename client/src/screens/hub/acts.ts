/** What the operator may ask for, each made once: buttons and keys share it, so a refusal shows beside the button. */
import { useAction, type Action } from "../../ui/action";
import { usePlace } from "../../ui/context";
import type { Room } from "../../net/room";
import type { Command } from "../../proto/types";

export interface HubActs {
  readonly open: Action;
  readonly close: Action;
  readonly reopen: Action;
  readonly take: Action;
  readonly cut: Action;
  readonly hold: Action;
  readonly mute: Action;
  readonly endFloor: Action;
  readonly resume: Action;
  readonly undo: Action;
}

function take(room: Room, reason?: string): Command | null {
  const agenda = room.store.agenda.peek();
  if (!agenda?.next) return null;
  return { do: "item.take", item: agenda.next, after: agenda.rev, reason: reason ?? null };
}

function cut(room: Room): Command | null {
  const scene = room.store.scene.peek();
  return scene ? { do: "scene.cut", after: scene.rev } : null;
}

function undo(room: Room): Command | null {
  const last = room.store.agenda.peek()?.undo;
  return last ? { do: "agenda.undo", seq: last.seq } : null;
}

export function useHubActs(): HubActs {
  const { room } = usePlace();
  return {
    open: useAction((reason) => ({ do: "session.open", reason: reason ?? null }), ["sites-missing"]),
    close: useAction((reason) => ({ do: "session.close", reason: reason ?? null }), ["required-items-left", "signing-in-progress"]),
    reopen: useAction((reason) => ({ do: "session.reopen", reason: reason ?? "" }), ["reason-required"]),
    take: useAction((reason) => take(room, reason), ["reason-required", "document-not-published", "signing-in-progress"]),
    cut: useAction(() => cut(room)),
    hold: useAction(() => ({ do: "scene.hold" })),
    mute: useAction(() => ({ do: "mic.set", site: "all", state: "closed" })),
    endFloor: useAction(() => ({ do: "floor.end" })),
    resume: useAction(() => ({ do: "session.resume" })),
    undo: useAction(() => undo(room)),
  };
}
