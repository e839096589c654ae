"""Expected times of a state: the walk of `agenda` over what is live, what is left and what was added (CEREMONY §4)."""

from __future__ import annotations

from signaling import agenda
from signaling.agenda import SELECTABLE, Span
from signaling.names import ItemId, Micros
from signaling.state import State


def due(state: State, now: Micros) -> Micros | None:
    """Return when the live item should end, or None when nothing is live."""
    if state.live is None or state.live_copy is None:
        return None
    paused = None if state.suspended is None else state.suspended.since
    return agenda.due(state.live_copy, state.runs[state.live], state.added.get(state.live, 0), now, paused)


def spans(state: State, now: Micros) -> dict[ItemId, Span]:
    """Return the expected span of the live item and of every item still selectable, in order.

    Before and after the ceremony the walk begins at the planned start. The next item counts with its frozen copy.
    """
    cursor = now if state.phase in ("open", "suspended") else state.sheet().start
    live = None
    if state.live is not None and state.live_copy is not None:
        live = (state.live_copy, state.runs[state.live])
    frozen = state.next_copy
    rest = [
        frozen if frozen is not None and item.id == frozen.id else item
        for item in state.sheet().items
        if state.runs[item.id].state in SELECTABLE
    ]
    return agenda.expected(rest, cursor, live, due(state, now), state.added)
