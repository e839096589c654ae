"""From setup to closed, and back within a quarter of an hour (CEREMONY §1)."""

from __future__ import annotations

from typing import Final

from signaling import running
from signaling.commands import CloseSession, CreateSession, OpenSession, ReopenSession
from signaling.errors import Refused
from signaling.events import (
    AnyEvent,
    FloorEnded,
    ItemEnded,
    SceneSet,
    SessionClosed,
    SessionCreated,
    SessionOpened,
    SessionReopened,
)
from signaling.names import HUB, Micros
from signaling.state import State

REOPEN_WITHIN_US: Final = 15 * 60 * 1_000_000
PhaseCommand = CreateSession | OpenSession | CloseSession | ReopenSession


def decide(state: State, command: PhaseCommand, now: Micros) -> list[AnyEvent]:
    """Return what a session command leads to. Raises `Refused`."""
    match command:
        case CreateSession(session, draft):
            if state.phase != "none":
                raise Refused("already-created")
            return [SessionCreated(session, draft)]
        case OpenSession(reason):
            return _open(state, reason)
        case CloseSession(reason):
            return _close(state, reason)
        case ReopenSession(reason):
            return _reopen(state, reason, now)


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
    if state.phase != "open":
        raise Refused("not-open")
    left = [
        item.id
        for item in state.sheet().items
        if item.required and state.runs[item.id].state not in ("done", "skipped", "live")
    ]
    if left and not reason:
        raise Refused("required-items-left", count=len(left))
    events: list[AnyEvent] = [] if state.live is None else [ItemEnded(state.live)]
    if state.floor.site is not None:
        events.append(FloorEnded(state.floor.site))
    return [*events, SceneSet("slate"), SessionClosed(reason)]


def _reopen(state: State, reason: str, now: Micros) -> list[AnyEvent]:
    if state.phase != "closed" or state.closed_at is None:
        raise Refused("not-closed")
    if now - state.closed_at > REOPEN_WITHIN_US:
        raise Refused("too-late")
    if not reason.strip():
        raise Refused("reason-required")
    last = next((item.id for item in reversed(state.sheet().items) if state.runs[item.id].state == "done"), None)
    return [SessionReopened(reason), *running.become_next(running.following(state, last))]
