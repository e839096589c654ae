"""The rehearsal (tổng duyệt): a session of its own; its results are noted in the ceremony's log (CEREMONY §1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signaling import events
from signaling.commands import RecordCheck

if TYPE_CHECKING:
    from server.rooms import Room
    from server.web.gate import Gate
    from signaling.state import State

ENDED = (events.SessionClosed, events.SessionCancelled)
MOVED = (events.SessionCreated, events.SessionOpened, events.SessionReopened, *ENDED)
"""Events after which people belong elsewhere."""


def attend(gate: Gate, room: Room) -> None:
    """Have a room's people follow their ceremony, and its rehearsal's results noted at its end."""

    def moved(state: State, happened: list[events.AnyEvent]) -> None:
        ceremony = state.rehearsal_of or room.session.name
        if state.rehearsal_of is not None and any(isinstance(event, ENDED) for event in happened):
            note(gate, room)
        if any(isinstance(event, MOVED) for event in happened):
            gate.follow(ceremony)

    room.session.moved.append(moved)


def note(gate: Gate, rehearsal: Room) -> None:
    """Write one `check.recorded` per site into the ceremony's own log: what was proved there, and the log's head."""
    state = rehearsal.session.state
    official = gate.rooms.get(state.rehearsal_of or "")
    if official is None:
        return
    for site in state.sheet().sites:
        line = state.attendance.get(site.id)
        results = {"joined": state.presence_since.get(site.id) is not None}
        if line is not None and line.answered_at is not None:
            results |= {"answered": True, "hears": bool(line.hears), "sees": bool(line.sees)}
        technician = site.duty.vi if site.duty is not None else ""
        command = RecordCheck(site.id, rehearsal.session.name, rehearsal.session.head(), technician, results)
        official.session.report(command)
