"""What every act of the rite asks first: which document, whose turn, who signs; and what a landing completes."""

from __future__ import annotations

from signaling.acting import Actor
from signaling.documents import found
from signaling.draft import Slot
from signaling.errors import Refused
from signaling.events import AnyEvent, DocumentCompleted, SignatureLanded
from signaling.names import seat_of
from signaling.papers import Assigned, Paper
from signaling.state import State


def said(reason: str) -> str:
    """Return a reason. Raises `Refused("reason-required")` for none."""
    if not reason.strip():
        raise Refused("reason-required")
    return reason


def within(state: State, document: str) -> Paper:
    """Return a document that may be signed now: after closing the minutes, and seals that still wait."""
    paper = found(state, document)
    if state.phase == "closed" and paper.kind == "ceremony" and not paper.rite_done():
        raise Refused("not-open")
    return paper


def slot_of(paper: Paper, name: str) -> Slot:
    """Return a slot of a document. Raises `Refused("no-slot")`."""
    slot = paper.slot(name)
    if slot is None:
        raise Refused("no-slot", slot=name[:40])
    return slot


def turn_of(paper: Paper, name: str, by: Actor) -> Slot:
    """Return the slot if it is its turn, and the seat's own where a signatory asks."""
    slot = slot_of(paper, name)
    if paper.state not in ("signing", "interrupted"):
        raise Refused("not-signing")
    if by.role == "signatory" and by.seat != seat_of(slot.slot):
        raise Refused("not-allowed", verb="slot")
    turn = paper.turn()
    if turn is None or turn.slot != slot.slot:
        raise Refused("not-your-turn")
    return slot


def ready(paper: Paper, name: str, by: Actor, mode: str) -> tuple[Slot, Assigned]:
    """Return a slot on which a signature may begin, and who signs."""
    if paper.mode != mode:
        raise Refused("wrong-mode")
    slot = turn_of(paper, name, by)
    if paper.state != "signing":
        raise Refused("not-signing")
    if paper.open_slot() is not None:
        raise Refused("slot-busy")
    who = paper.assigned.get(slot.slot)
    if who is None:
        raise Refused("slot-unassigned")
    return slot, who


def landing(paper: Paper, landed: list[SignatureLanded]) -> list[AnyEvent]:
    """Return the landings, and the completion if with them every slot holds a signature."""
    done = paper.done() | {one.slot for one in landed}
    over = [DocumentCompleted(paper.id, landed[-1].sha256)] if all(one.slot in done for one in paper.slots) else []
    return [*landed, *over]
