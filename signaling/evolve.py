"""How each event moves the state. Total: what happened is never refused."""

from __future__ import annotations

from typing import Any, Final

from msgspec.structs import replace

from signaling import events as ev
from signaling import evolve_agenda, evolve_desk, evolve_papers, incidents
from signaling.agenda import Run, walk
from signaling.names import HUB, Micros, SiteId
from signaling.parts import Attendance, Floor, Hand, Suspended
from signaling.state import State

_WATCHED: Final = frozenset({
    ev.SiteAbsent, ev.SiteBack, ev.SessionOpened, ev.SessionReopened, ev.RecorderChanged, ev.ControlMoved,
    ev.ClockJumped, ev.IncidentNoted, ev.SigningInterrupted, ev.SigningBegun, ev.DocumentWithdrawn, ev.DocumentLeft,
    ev.DocumentCompleted,
})  # fmt: skip
"""The events that may open or close an incident."""


def evolve(state: State, event: ev.AnyEvent, at: Micros) -> State:
    """Return the state after `event`, which happened at `at` (UTC µs). Never refuses."""
    seq, undo = state.seq + 1, evolve_agenda.remembered(state, event, at)
    moved = _moved(state, event, at)
    if type(event) in _WATCHED:
        return replace(moved, seq=seq, undo=undo, incidents=incidents.followed(state, event, at))
    return replace(moved, seq=seq, undo=undo)


def _moved(state: State, event: ev.AnyEvent, at: Micros) -> State:
    match event:
        case (
            ev.NextSet() | ev.ItemTaken() | ev.ItemEnded() | ev.ItemHeld() | ev.ItemSkipped() | ev.ItemRestored()
        ):
            return evolve_agenda.agenda(state, event, at)
        case ev.ScenePrepared(scene):
            return replace(state, preview=scene, scene_rev=state.scene_rev + 1)
        case ev.SceneSet(scene):
            gone = frozenset(s for s in state.presence if state.is_absent(s))
            rev = state.scene_rev + 1
            return replace(state, program=scene, program_since=at, gone=gone, scene_rev=rev)
        case (
            ev.FloorAsked() | ev.FloorWithdrawn() | ev.FloorDropped() | ev.FloorInvited() | ev.FloorGranted()
            | ev.FloorEnded() | ev.FloorMoved()
        ):  # fmt: skip
            return _floor(state, event, at)
        case ev.MicSet(site, gate):
            return replace(state, mics={**state.mics, site: gate})
        case ev.SiteBack() | ev.SiteLost() | ev.SiteAbsent():
            return _presence(state, event, at)
        case ev.SourceBack(source):
            return replace(state, extra=state.extra | {source})
        case ev.SourceLost(source):
            return replace(state, extra=state.extra - {source})
        case ev.LineChanged(site, direction, colour):
            way = f"{site}/{direction}"
            others = {name: one for name, one in state.lines.items() if name != way}
            return replace(state, lines=others if colour == "good" else {**others, way: event})
        case ev.RecorderChanged() | ev.ClockJumped() | ev.IncidentNoted():
            return state
        case ev.ServerStarted():
            return _restarted(state, at)
        case (
            ev.SheetApplied() | ev.ItemAdded() | ev.ItemEdited() | ev.ItemRemoved() | ev.ItemMoved()
            | ev.ItemRetimed()
        ):  # fmt: skip
            return evolve_agenda.plan(state, event)
        case ev.AgendaUndone(seq):
            return evolve_agenda.undone(state, seq, at)
        case (
            ev.SessionCreated() | ev.SessionEdited() | ev.SessionOpened() | ev.SessionSuspended() | ev.SessionResumed()
            | ev.SessionCancelled() | ev.SessionClosed() | ev.SessionReopened()
        ):  # fmt: skip
            return _session(state, event, at)
        case _:
            return _apart(state, event, at)


def _apart(state: State, event: evolve_papers.PaperEvent | evolve_desk.DeskEvent | ev.SessionSealed, at: Micros) -> State:
    if isinstance(event, ev.SessionSealed):
        return replace(state, phase="sealed", manifest=event.manifest)
    if isinstance(event, evolve_papers.PaperEvent):
        return evolve_papers.papers(state, event, at)
    return evolve_desk.desk(state, event, at)


SessionEvent = (
    ev.SessionCreated | ev.SessionEdited | ev.SessionOpened | ev.SessionSuspended | ev.SessionResumed
    | ev.SessionCancelled | ev.SessionClosed | ev.SessionReopened
)  # fmt: skip


def _session(state: State, event: SessionEvent, at: Micros) -> State:
    if isinstance(event, ev.SessionCreated):
        return _created(event, at)
    if isinstance(event, ev.SessionEdited):
        given = {name: getattr(event, name) for name in event.__struct_fields__ if getattr(event, name) is not None}
        return evolve_agenda.timed(state, replace(state.sheet(), **given))
    state = replace(state, agenda_rev=state.agenda_rev + 1)
    match event:
        case ev.SessionOpened():
            return replace(state, phase="open", opened_at=at)
        case ev.SessionReopened():
            return evolve_papers.reopened(replace(state, phase="open", closed_at=None))
        case ev.SessionSuspended(reason, announce, cause):
            pause = Suspended(at, cause, reason, announce, state.program)
            return replace(state, phase="suspended", suspended=pause)
        case ev.SessionResumed():
            return replace(_lengthened(state, at), phase="open", suspended=None)
        case ev.SessionCancelled() | ev.SessionClosed():
            phase: Any = "closed" if isinstance(event, ev.SessionClosed) else "cancelled"
            return replace(
                state, phase=phase, closed_at=at, floor=Floor(), preview=None, suspended=None,
                floor_rev=state.floor_rev + 1, caption=None,
            )  # fmt: skip


def _created(event: ev.SessionCreated, at: Micros) -> State:
    draft = event.draft
    return State(
        session=event.session,
        draft=draft,
        phase="setup",
        rehearsal_of=event.rehearsal_of,
        runs={item.id: Run() for item in draft.items},
        planned=walk(draft.items, draft.start),
        presence={site.id: "absent" for site in draft.sites},
        attendance={site.id: Attendance() for site in draft.sites},
        program_since=at,
    )


def _lengthened(state: State, at: Micros) -> State:
    """Suspended time lengthens the live item (CEREMONY §4)."""
    if state.suspended is None or state.live is None:
        return state
    run = state.runs[state.live]
    longer = replace(run, suspended_us=run.suspended_us + max(0, at - state.suspended.since))
    return replace(state, runs={**state.runs, state.live: longer})


def _floor(
    state: State,
    event: ev.FloorAsked | ev.FloorWithdrawn | ev.FloorDropped | ev.FloorInvited | ev.FloorGranted | ev.FloorEnded
    | ev.FloorMoved,
    at: Micros,
) -> State:
    floor = state.floor
    rev = state.floor_rev + 1
    match event:
        case ev.FloorAsked(site, topic):
            return replace(state, floor=replace(floor, queue=(*floor.queue, Hand(site, at, topic))), floor_rev=rev)
        case ev.FloorWithdrawn(site) | ev.FloorDropped(site):
            return replace(state, floor=replace(floor, queue=_without(floor, site)), floor_rev=rev)
        case ev.FloorMoved(site, before):
            return replace(state, floor=replace(floor, queue=_reordered(floor, site, before)), floor_rev=rev)
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


def _reordered(floor: Floor, site: SiteId, before: SiteId | None) -> tuple[Hand, ...]:
    rest = _without(floor, site)
    moving = tuple(hand for hand in floor.queue if hand.site == site)
    place = next((i for i, hand in enumerate(rest) if hand.site == before), len(rest))
    return (*rest[:place], *moving, *rest[place:])


def _cleared(state: State, site: SiteId) -> dict[SiteId, Any]:
    """Forget the operator's hand on a district's microphone: a grant opens it, its end closes it."""
    return {one: gate for one, gate in state.mics.items() if one != site or site == HUB}


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
        lines={},
    )
