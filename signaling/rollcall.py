"""Expected, present, late, lost; the declaration that decides (CEREMONY §7)."""

from __future__ import annotations

from typing import Final

from signaling.commands import AnswerRollcall, DeclareRollcall, MarkRollcall
from signaling.errors import Refused
from signaling.events import AnyEvent, RollcallAnswered, RollcallDeclared, RollcallMarked
from signaling.state import State

MOST_PRESENT: Final = 10_000
RollcallCommand = AnswerRollcall | MarkRollcall | DeclareRollcall


def decide(state: State, command: RollcallCommand) -> list[AnyEvent]:
    """Return what a roll-call command leads to. Raises `Refused`."""
    match command:
        case AnswerRollcall(site, present, head, quorum, hears, sees):
            if state.site(site) is None:
                raise Refused("no-site", site=site)
            if present > MOST_PRESENT:
                raise Refused("count-out-of-range")
            return [RollcallAnswered(site, present, head, quorum, hears, sees)]
        case MarkRollcall(site, mark):
            if state.site(site) is None:
                raise Refused("no-site", site=site)
            return [RollcallMarked(site, mark)]
        case DeclareRollcall(met, note):
            if not met and not (note or "").strip():
                raise Refused("reason-required")
            return [RollcallDeclared(met, note)]
