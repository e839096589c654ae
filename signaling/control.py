"""Who is in control: one person, on as many seats as they have open; epochs rise (CEREMONY §8)."""

from __future__ import annotations

from signaling import access
from signaling.commands import Actor, AnyCommand, GiveControl, TakeControl, verb
from signaling.errors import Refused
from signaling.events import AnyEvent, ControlMoved
from signaling.state import State


def decide(state: State, command: GiveControl | TakeControl, by: Actor) -> list[AnyEvent]:
    """Return what a command about control leads to. Raises `Refused`."""
    epoch = next_epoch(state)
    match command:
        case GiveControl(seat):
            if not seat.startswith("p-"):
                raise Refused("seat-absent")
            if state.controls(seat):
                raise Refused("already-in-control")
            return [ControlMoved(seat, epoch, "given")]
        case TakeControl(reason):
            if state.controls(by.seat):
                raise Refused("already-in-control")
            return [ControlMoved(by.seat, epoch, "taken", reason)]


def next_epoch(state: State) -> int:
    """Return the epoch of whoever is in control next."""
    return 1 if state.control is None else state.control.epoch + 1


def claimed(state: State, command: AnyCommand, by: Actor) -> list[AnyEvent]:
    """Return the event by which the first operator to act takes control silently; empty when somebody has it."""
    if state.control is not None or by.role != "operator" or state.phase == "none" or isinstance(command, GiveControl):
        return []
    return [ControlMoved(by.seat, 1)] if access.needs_control(verb(command), by) else []
