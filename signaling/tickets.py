"""Digital signatures: a ticket is issued on the head, finished once while the head is unmoved, or given up (CEREMONY §10)."""

from __future__ import annotations

from signaling.acting import Actor
from signaling.commands_papers import CancelTicket, FinishTicket, IssueTicket
from signaling.draft import Slot
from signaling.errors import Refused
from signaling.events import AnyEvent, SignatureLanded, TicketCancelled, TicketIssued
from signaling.names import Micros, seat_of
from signaling.papers import TICKET_US, Assigned, Paper, Ticket
from signaling.rite import landing, ready, said, slot_of, within
from signaling.state import State

TicketCommand = IssueTicket | FinishTicket | CancelTicket


def decide(state: State, command: TicketCommand, by: Actor, now: Micros) -> list[AnyEvent]:
    """Return what a command about a ticket leads to. Raises `Refused`."""
    if isinstance(command, IssueTicket):
        return _issue(state, command, by)
    for paper in state.every_paper():
        if isinstance(command, FinishTicket) and any(one.ticket == command.ticket for one in paper.landed):
            return []  # asked again after a lost answer
        if paper.ticket is not None and paper.ticket.id == command.ticket:
            if isinstance(command, CancelTicket):
                if by.role not in ("operator", "co-operator"):
                    _may(state, paper, paper.ticket, by)
                return [TicketCancelled(paper.id, command.ticket, said(command.reason))]
            _may(state, paper, paper.ticket, by)
            return _finish(within(state, paper.id), paper.ticket, command, now)
    raise Refused("no-ticket" if isinstance(command, CancelTicket) else "stale-ticket")


def tickets(state: State) -> frozenset[str]:
    """Return the names of all tickets under way or landed: none is used twice."""
    held = [paper.ticket.id for paper in state.every_paper() if paper.ticket is not None]
    return frozenset(held + [one.ticket for paper in state.every_paper() for one in paper.landed if one.ticket])


def _issue(state: State, command: IssueTicket, by: Actor) -> list[AnyEvent]:
    paper = within(state, command.document)
    entitled(state, paper, slot_of(paper, command.slot), by)
    held = paper.ticket
    if held is not None and (held.id, held.slot, held.base) == (command.ticket, command.slot, command.base):
        return []  # asked again after a lost answer
    slot, _ = ready(paper, command.slot, by, "digital")
    if command.base != paper.head or command.ticket in tickets(state):
        raise Refused("stale-ticket")
    return [TicketIssued(paper.id, slot.slot, command.ticket, command.base, command.certificate)]


def entitled(state: State, paper: Paper, slot: Slot, by: Actor) -> None:
    """Refuse whoever is not to sign there: a slot has its own seat; of minutes secretary and chair sign at their desks.

    Once the session is closed the secretary may also have seals put where they wait (CEREMONY §3).
    """
    if by.role == "signatory" and by.seat == seat_of(slot.slot):
        return
    if paper.kind == "minutes" and by.role == "chair" and slot.kind == "chair":
        return
    desk = by.role == "secretary" and state.phase == "closed"
    if not desk or slot.kind not in (("secretary", "seal") if paper.kind == "minutes" else ("seal",)):
        raise Refused("not-allowed", verb="ticket")


def _may(state: State, paper: Paper, ticket: Ticket, by: Actor) -> None:
    """A ticket belongs to who signs; an operator may only give it up."""
    slot = paper.slot(ticket.slot)
    if slot is None:
        raise Refused("no-slot", slot=ticket.slot[:40])
    entitled(state, paper, slot, by)


def _finish(paper: Paper, ticket: Ticket, command: FinishTicket, now: Micros) -> list[AnyEvent]:
    if command.base != ticket.base or ticket.base != paper.head or command.sha256 in paper.lineage:
        raise Refused("stale-ticket")
    if now - ticket.at > TICKET_US:
        raise Refused("ticket-expired")
    who = paper.assigned.get(ticket.slot, Assigned(""))
    return landing(paper, [SignatureLanded(
        paper.id, ticket.slot, "digital", command.base, command.sha256, who.person, who.authority, ticket.id, command.level,
    )])  # fmt: skip
