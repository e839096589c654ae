"""How the events of the agenda and of its plan move the state; what an undo puts back."""

from __future__ import annotations

from typing import Any, Final

from msgspec.structs import replace

from signaling import events as ev
from signaling.agenda import Item, Run, walk
from signaling.draft import Diff, Draft, applied, inserted
from signaling.names import ItemId, Micros
from signaling.parts import Attendance, UndoAct
from signaling.state import State, Undo

AgendaEvent = ev.NextSet | ev.ItemTaken | ev.ItemEnded | ev.ItemHeld | ev.ItemSkipped | ev.ItemRestored
PlanEvent = ev.SheetApplied | ev.ItemAdded | ev.ItemEdited | ev.ItemRemoved | ev.ItemMoved | ev.ItemRetimed
_ACTS: Final[dict[type, UndoAct]] = {
    ev.NextSet: "next", ev.ItemTaken: "take", ev.ItemEnded: "end", ev.ItemHeld: "hold", ev.ItemSkipped: "skip",
    ev.ItemMoved: "move",
}  # fmt: skip
_CONSEQUENCES: Final = (
    ev.FloorAsked, ev.FloorWithdrawn, ev.FloorDropped, ev.FloorInvited, ev.FloorGranted, ev.FloorEnded, ev.FloorMoved,
    ev.ConfirmationOpened, ev.ConfirmationAnswered, ev.ConfirmationReminded, ev.ConfirmationClosed, ev.SigningBegun,
    ev.SigningInterrupted, ev.SlotAssigned, ev.SlotDeclined, ev.PenLowered, ev.PenRaised, ev.PenVoided, ev.TicketIssued,
    ev.TicketCancelled, ev.SignatureLanded,
)  # fmt: skip
_ENDS_UNDO: Final = (
    ev.SessionEdited, ev.SessionOpened, ev.SessionSuspended, ev.SessionResumed, ev.SessionCancelled, ev.SessionClosed,
    ev.SessionReopened, ev.SheetApplied, ev.ItemAdded, ev.ItemEdited, ev.ItemRemoved, ev.ItemRestored, ev.AgendaUndone,
    *_ACTS,
)  # fmt: skip


def agenda(state: State, event: AgendaEvent, at: Micros) -> State:
    """Return the state after an item moved on."""
    state = replace(state, agenda_rev=state.agenda_rev + 1)
    match event:
        case ev.NextSet(item, frozen):
            return _next(state, item, frozen)
        case ev.ItemTaken(item):
            copy = state.next_copy if state.next == item else state.item(item)
            taken = _run(state, item, state="live", runs=state.runs.get(item, Run()).runs + 1, started=at, ended=None,
                         suspended_us=0)  # fmt: skip
            cleared = {} if copy is not None and copy.audio == "music" else state.mics
            return replace(taken, live=item, live_copy=copy, next=None, next_copy=None, mics=cleared)
        case ev.ItemEnded(item):
            return replace(_run(state, item, state="done", ended=at), live=None, live_copy=None)
        case ev.ItemHeld(item):
            return replace(_run(state, item, state="held", ended=at), live=None, live_copy=None)
        case ev.ItemSkipped(item):
            skipped = _run(state, item, state="skipped")
            return replace(skipped, next=None, next_copy=None) if state.next == item else skipped
        case ev.ItemRestored(item):
            return _run(state, item, state="held" if state.runs.get(item, Run()).runs else "planned")


def _run(before: State, item: ItemId, **changes: Any) -> State:
    run = before.runs.get(item, Run())
    return replace(before, runs={**before.runs, item: replace(run, **changes)})


def _next(state: State, item: ItemId | None, frozen: Item | None) -> State:
    if state.next is not None and state.runs[state.next].state == "next":
        was_held = state.runs[state.next].runs > 0
        state = _run(state, state.next, state="held" if was_held else "planned")
    if item is None:
        return replace(state, next=None, next_copy=None)
    return replace(_run(state, item, state="next"), next=item, next_copy=frozen)


def plan(state: State, event: PlanEvent) -> State:
    """Return the state after the plan changed. Frozen copies stay as they were."""
    if isinstance(event, ev.ItemRetimed):
        minutes = state.added.get(event.item, 0) + event.minutes * 60
        return timed(replace(state, added={**state.added, event.item: minutes}))
    state = replace(state, agenda_rev=state.agenda_rev + 1)
    match event:
        case ev.SheetApplied(diff):
            return _applied(state, diff)
        case ev.ItemAdded(item, before):
            runs = state.runs if item.id in state.runs else {**state.runs, item.id: Run()}
            return timed(replace(state, runs=runs), inserted(state.sheet(), item, before))
        case ev.ItemEdited(item):
            return timed(state, applied(state.sheet(), Diff(changed=(item,))))
        case ev.ItemRemoved(item):
            return _applied(state, Diff(removed=(item,)))
        case ev.ItemMoved(item, before):
            moved = state.item(item)
            return state if moved is None else timed(state, inserted(state.sheet(), moved, before))


def _applied(state: State, diff: Diff) -> State:
    sheet = applied(state.sheet(), diff)
    known, halls = sheet.places, sheet.halls
    if state.next is not None and state.next not in known:
        state = replace(state, next=None, next_copy=None)
    return timed(
        replace(
            state,
            runs={item.id: state.runs.get(item.id) or Run() for item in sheet.items},
            added={item: seconds for item, seconds in state.added.items() if item in known},
            proceedings={item: text for item, text in state.proceedings.items() if item in known},
            presence={site: state.presence.get(site, "absent") for site in map(_site_id, sheet.sites)},
            attendance={site: state.attendance.get(site) or Attendance() for site in map(_site_id, sheet.sites)},
            mics={site: gate for site, gate in state.mics.items() if site in halls},
        ),
        sheet,
    )


def _site_id(site: Any) -> Any:
    return site.id


def timed(state: State, sheet: Draft | None = None) -> State:
    """Return the state with this sheet; planned times follow it until the session opens, then stay frozen."""
    sheet = state.sheet() if sheet is None else sheet
    if state.opened_at is None:
        return replace(state, draft=sheet, planned=walk(sheet.items, sheet.start, state.added))
    return replace(state, draft=sheet)


def remembered(before: State, event: ev.AnyEvent, at: Micros) -> Undo | None:
    """Return what can be undone after `event`. `before` is the state before it."""
    seq, undo = before.seq + 1, before.undo
    if undo is not None and seq <= undo.last:
        if isinstance(event, ev.ItemTaken):
            return replace(undo, act="take", item=event.item)
        return undo
    acts = getattr(event, "acts", 0)
    if acts:
        item = getattr(event, "item", None)
        return Undo(_ACTS[type(event)], item, seq, seq + acts - 1, at, replace(before, undo=None))
    if undo is None or isinstance(event, _ENDS_UNDO):
        return None
    if isinstance(event, _CONSEQUENCES):
        return replace(undo, consequences=True)
    if isinstance(event, ev.SceneSet | ev.ScenePrepared):
        return replace(undo, picture=False)
    return replace(undo, sound=False) if isinstance(event, ev.MicSet) else undo


def undone(state: State, seq: int, at: Micros) -> State:
    """Return the state with the last act put back; the start of an undone run keeps its number (void)."""
    state = replace(
        state, agenda_rev=state.agenda_rev + 1, scene_rev=state.scene_rev + 1, floor_rev=state.floor_rev + 1
    )
    undo = state.undo
    if undo is None or undo.seq != seq:
        return state
    old = undo.before
    runs = dict(old.runs)
    if undo.act == "take" and undo.item is not None:
        runs[undo.item] = replace(runs[undo.item], void=runs[undo.item].void + 1)
    back = replace(
        state, draft=old.draft, runs=runs, live=old.live, live_copy=old.live_copy, next=old.next,
        next_copy=old.next_copy, floor=old.floor, mics=old.mics if undo.sound else state.mics,
    )  # fmt: skip
    back = timed(back)
    if not undo.picture:
        return back
    since = old.program_since if old.program == state.program else at
    gone = old.gone | {site for site in state.presence if state.is_absent(site)}
    return replace(back, program=old.program, preview=old.preview, program_since=since, gone=gone)
