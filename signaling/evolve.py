"""How each event moves the state. Total: what happened is never refused."""

from __future__ import annotations

from typing import Any, assert_never

from msgspec.structs import replace

from signaling import events as ev
from signaling.agenda import Run, walk
from signaling.names import HUB, ItemId, Micros, SiteId
from signaling.state import Attendance, Declared, Floor, Hand, State


def evolve(state: State, event: ev.AnyEvent, at: Micros) -> State:
    """Return the state after `event`, which happened at `at` (UTC µs). Never refuses."""
    match event:
        case ev.SessionCreated() | ev.SessionOpened() | ev.SessionClosed() | ev.SessionReopened():
            return _session(state, event, at)
        case (
            ev.NextSet() | ev.ItemTaken() | ev.ItemEnded() | ev.ItemHeld() | ev.ItemSkipped() | ev.ItemRestored()
        ):
            return _agenda(state, event, at)
        case ev.ScenePrepared(scene):
            return replace(state, preview=scene, scene_rev=state.scene_rev + 1)
        case ev.SceneSet(scene):
            gone = frozenset(s for s in state.presence if state.is_absent(s))
            rev = state.scene_rev + 1
            return replace(state, program=scene, program_since=at, gone=gone, scene_rev=rev)
        case (
            ev.FloorAsked() | ev.FloorWithdrawn() | ev.FloorDropped() | ev.FloorInvited() | ev.FloorGranted()
            | ev.FloorEnded()
        ):  # fmt: skip
            return _floor(state, event, at)
        case ev.MicSet(site, gate):
            return replace(state, mics={**state.mics, site: gate})
        case ev.RollcallAnswered() | ev.RollcallMarked() | ev.RollcallDeclared():
            return _rollcall(state, event, at)
        case ev.SiteBack() | ev.SiteLost() | ev.SiteAbsent():
            return _presence(state, event, at)
        case ev.SourceBack(source):
            return replace(state, extra=state.extra | {source})
        case ev.SourceLost(source):
            return replace(state, extra=state.extra - {source})
        case ev.RecorderChanged():
            return state
        case ev.ServerStarted():
            return _restarted(state, at)
        case _:
            assert_never(event)


def _session(
    state: State, event: ev.SessionCreated | ev.SessionOpened | ev.SessionClosed | ev.SessionReopened, at: Micros
) -> State:
    match event:
        case ev.SessionCreated(session, draft):
            return State(
                session=session,
                draft=draft,
                phase="setup",
                runs={item.id: Run() for item in draft.items},
                planned=walk(draft.items, draft.start),
                presence={site.id: "absent" for site in draft.sites},
                attendance={site.id: Attendance() for site in draft.sites},
                program_since=at,
            )
        case ev.SessionOpened():
            return replace(state, phase="open", opened_at=at, agenda_rev=state.agenda_rev + 1)
        case ev.SessionClosed():
            floor = Floor()
            rev, floor_rev = state.agenda_rev + 1, state.floor_rev + 1
            return replace(
                state, phase="closed", closed_at=at, floor=floor, preview=None, agenda_rev=rev, floor_rev=floor_rev
            )
        case ev.SessionReopened():
            return replace(state, phase="open", closed_at=None, agenda_rev=state.agenda_rev + 1)


def _agenda(
    state: State,
    event: ev.NextSet | ev.ItemTaken | ev.ItemEnded | ev.ItemHeld | ev.ItemSkipped | ev.ItemRestored,
    at: Micros,
) -> State:
    state = replace(state, agenda_rev=state.agenda_rev + 1)
    match event:
        case ev.NextSet(item, frozen):
            return _next(state, item, frozen)
        case ev.ItemTaken(item, run):
            copy = state.next_copy if state.next == item else state.item(item)
            taken = _run(state, item, state="live", runs=run, started=at, ended=None)
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
            return _run(state, item, state="planned")


def _run(before: State, item: ItemId, **changes: Any) -> State:
    run = before.runs.get(item, Run())
    return replace(before, runs={**before.runs, item: replace(run, **changes)})


def _next(state: State, item: ItemId | None, frozen: Any) -> State:
    if state.next is not None and state.runs[state.next].state == "next":
        was_held = state.runs[state.next].runs > 0
        state = _run(state, state.next, state="held" if was_held else "planned")
    if item is None:
        return replace(state, next=None, next_copy=None)
    return replace(_run(state, item, state="next"), next=item, next_copy=frozen)


def _floor(
    state: State,
    event: ev.FloorAsked | ev.FloorWithdrawn | ev.FloorDropped | ev.FloorInvited | ev.FloorGranted | ev.FloorEnded,
    at: Micros,
) -> State:
    floor = state.floor
    rev = state.floor_rev + 1
    match event:
        case ev.FloorAsked(site, topic):
            return replace(state, floor=replace(floor, queue=(*floor.queue, Hand(site, at, topic))), floor_rev=rev)
        case ev.FloorWithdrawn(site) | ev.FloorDropped(site):
            return replace(state, floor=replace(floor, queue=_without(floor, site)), floor_rev=rev)
        case ev.FloorInvited(site):
            return replace(state, floor=replace(floor, state="invited", site=site, since=at), floor_rev=rev)
        case ev.FloorGranted(site):
            given = replace(floor, state="granted", site=site, since=at, queue=_without(floor, site))
            return replace(state, floor=given, floor_rev=rev, mics=_cleared(state, site))
        case ev.FloorEnded(site):
            freed = replace(floor, state="free", site=None, since=None)
            return replace(state, floor=freed, floor_rev=rev, mics=_cleared(state, site))


def _without(floor: Floor, site: SiteId) -> tuple[Hand, ...]:
    return tuple(hand for hand in floor.queue if hand.site != site)


def _cleared(state: State, site: SiteId) -> dict[SiteId, Any]:
    """Forget the operator's hand on a district's microphone: a grant opens it, its end closes it."""
    return {one: gate for one, gate in state.mics.items() if one != site or site == HUB}


def _rollcall(
    state: State, event: ev.RollcallAnswered | ev.RollcallMarked | ev.RollcallDeclared, at: Micros
) -> State:
    match event:
        case ev.RollcallAnswered(site, present, head, quorum, hears, sees):
            mark = state.attendance.get(site, Attendance()).mark
            late = "late" if mark == "absent" else mark
            line = Attendance(present, head, quorum, hears, sees, at, late)
            return replace(state, attendance={**state.attendance, site: line})
        case ev.RollcallMarked(site, mark):
            line = replace(state.attendance.get(site, Attendance()), mark=mark)
            return replace(state, attendance={**state.attendance, site: line})
        case ev.RollcallDeclared(met, note):
            return replace(state, declared=Declared(met, at, note))


def _presence(state: State, event: ev.SiteBack | ev.SiteLost | ev.SiteAbsent, at: Micros) -> State:
    match event:
        case ev.SiteBack():
            how: ev.Presence = "present"
        case ev.SiteLost():
            how = "lost"
        case ev.SiteAbsent():
            how = "absent"
    moved = replace(
        state,
        presence={**state.presence, event.site: how},
        presence_since={**state.presence_since, event.site: at},
    )
    return replace(moved, gone=moved.gone | {event.site}) if how == "absent" else moved


def _restarted(state: State, at: Micros) -> State:
    present = [site for site, how in state.presence.items() if how == "present"]
    return replace(
        state,
        presence=state.presence | dict.fromkeys(present, "lost"),
        presence_since=state.presence_since | dict.fromkeys(present, at),
        extra=frozenset(),
    )
