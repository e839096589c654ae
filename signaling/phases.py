"""From setup to closed, suspended in between, and back within a quarter of an hour (CEREMONY §1)."""

from __future__ import annotations

from typing import Final

from signaling import faults, running, scenes
from signaling.agenda import Text
from signaling.commands import (
    CancelSession,
    CloseSession,
    CreateSession,
    EditSession,
    OpenSession,
    ReopenSession,
    ResumeSession,
    SuspendSession,
)
from signaling.errors import Refused
from signaling.events import (
    AnyEvent,
    ConfirmationClosed,
    FloorEnded,
    ItemEnded,
    SceneSet,
    SessionCancelled,
    SessionClosed,
    SessionCreated,
    SessionEdited,
    SessionOpened,
    SessionReopened,
    SessionResumed,
    SessionSuspended,
)
from signaling.names import HUB, Micros
from signaling.papers import MINUTES
from signaling.state import State

REOPEN_WITHIN_US: Final = 15 * 60 * 1_000_000
PhaseCommand = (
    CreateSession | EditSession | OpenSession | SuspendSession | ResumeSession | CancelSession | CloseSession
    | ReopenSession
)  # fmt: skip


def decide(state: State, command: PhaseCommand, now: Micros) -> list[AnyEvent]:
    """Return what a session command leads to. Raises `Refused`."""
    match command:
        case CreateSession(session, draft, rehearsal_of):
            if state.phase != "none":
                raise Refused("already-created")
            faults.check(draft)
            return [SessionCreated(session, draft, rehearsal_of)]
        case EditSession():
            return _edit(state, command)
        case OpenSession(reason):
            return _open(state, reason)
        case SuspendSession(reason, announce, cause):
            if state.phase != "open":
                raise Refused("not-open")
            return [SessionSuspended(reason, announce, cause), *_floor_over(state), SceneSet("hold")]
        case ResumeSession():
            return _resume(state)
        case CancelSession(reason):
            if state.phase not in ("setup", "suspended"):
                raise Refused("already-open")
            return [*_all_over(state), SceneSet("hold"), SessionCancelled(reason)]
        case CloseSession(reason):
            return _close(state, reason)
        case ReopenSession(reason):
            return _reopen(state, reason, now)


def _edit(state: State, command: EditSession) -> list[AnyEvent]:
    if state.phase != "setup":
        raise Refused("not-in-setup")
    for text in (command.title, command.host):
        if text is not None and (not text.vi.strip() or _longest(text) > faults.LONGEST_TITLE):
            raise Refused("text-too-long" if text.vi.strip() else "name-required", most=faults.LONGEST_TITLE)
    if command.quorum is not None and not 0 <= command.quorum.least <= 10_000:
        raise Refused("count-out-of-range")
    start = None if command.start is None else Micros(command.start)
    edited = SessionEdited(
        command.title, command.host, command.mic_policy, command.address, command.quorum, command.scene_on_take, start,
        command.video,
    )  # fmt: skip
    return [] if edited == SessionEdited() else [edited]


def _longest(text: Text) -> int:
    return max(len(text.vi), len(text.en))


def _floor_over(state: State) -> list[AnyEvent]:
    return [] if state.floor.site is None else [FloorEnded(state.floor.site)]


def _all_over(state: State) -> list[AnyEvent]:
    """Return the events that end whatever is going on: item, floor, question."""
    events: list[AnyEvent] = [] if state.live is None else [ItemEnded(state.live)]
    events += _floor_over(state)
    if state.confirmation is not None and state.confirmation.closed_at is None:
        events.append(ConfirmationClosed())
    return events


def _resume(state: State) -> list[AnyEvent]:
    if state.phase != "suspended" or state.suspended is None:
        raise Refused("not-suspended")
    try:
        scenes.check(state, state.suspended.program)
    except Refused:
        return [SessionResumed(), SceneSet("slate")]
    return [SessionResumed(), scenes.cut(state, state.suspended.program)]


def _open(state: State, reason: str | None) -> list[AnyEvent]:
    if state.phase != "setup":
        raise Refused("not-in-setup")
    if state.presence.get(HUB) != "present":
        raise Refused("hub-absent")
    missing = state.missing_sites()
    if missing and not reason:
        raise Refused("sites-missing", count=len(missing))
    opening = next((slate.id for slate in state.sheet().slates if slate.kind == "opening"), None)
    first = state.item(state.next) if state.next is not None else running.following(state, None)
    slate = "slate" if opening is None else f"slate:{opening}"
    return [SessionOpened(reason), *running.become_next(first), SceneSet(slate)]


def _close(state: State, reason: str | None) -> list[AnyEvent]:
    if state.phase not in ("open", "suspended"):
        raise Refused("not-open")
    left = [
        item.id
        for item in state.sheet().items
        if item.required and state.runs[item.id].state not in ("done", "skipped", "live")
    ]
    papers = state.every_paper()
    if any(paper.open_slot() is not None for paper in papers):
        raise Refused("signature-in-flight")
    if not reason and any(paper.under_way() for paper in papers):
        raise Refused("signing-in-progress")
    if left and not reason:
        raise Refused("required-items-left", count=len(left))
    return [*_all_over(state), SceneSet("slate"), SessionClosed(reason)]


def _reopen(state: State, reason: str, now: Micros) -> list[AnyEvent]:
    if state.phase != "closed" or state.closed_at is None:
        raise Refused("not-closed")
    minutes = state.paper(MINUTES)
    if minutes is not None and minutes.stands():
        raise Refused("minutes-published")
    if now - state.closed_at > REOPEN_WITHIN_US:
        raise Refused("too-late")
    last = next((item.id for item in reversed(state.sheet().items) if state.runs[item.id].state == "done"), None)
    return [SessionReopened(reason), *running.become_next(running.following(state, last))]
