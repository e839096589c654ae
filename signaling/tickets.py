"""Digital signatures: a ticket is issued on the head, finished once while the head is unmoved, or given up (CEREMONY §10)."""

from __future__ import annotations

from signaling.acting import Actor
from signaling.commands_papers import CancelTicket, FinishTicket, IssueTicket
from signaling.errors import Refused
from signaling.events import AnyEvent, SignatureLanded, TicketCancelled, TicketIssued
from signaling.names import Micros
from signaling.papers import TICKET_US, Assigned, Paper, Ticket
from signaling.rite import landing, ready, said, within
from signaling.state import State

TicketCommand = IssueTicket | FinishTicket | CancelTicket


def decide(state: State, command: TicketCommand, by: Actor, now: Micros) -> list[AnyEvent]:
    """Return what a command about a ticket leads to. Raises `Refused`."""
    if isinstance(command, IssueTicket):
        paper = within(state, command.document)
        _entitled(paper, by)
        slot, _ = ready(paper, command.slot, by, "digital")
        if command.base != paper.head or command.ticket in tickets(state):
            raise Refused("stale-ticket")
        return [TicketIssued(paper.id, slot.slot, command.ticket, command.base, command.certificate)]
    for paper in state.every_paper():
        if isinstance(command, FinishTicket) and any(one.ticket == command.ticket for one in paper.landed):
            return []  # asked again after a lost answer
        if paper.ticket is not None and paper.ticket.id == command.ticket:
            if isinstance(command, CancelTicket):
                _may_cancel(paper, paper.ticket, by)
                return [TicketCancelled(paper.id, command.ticket, said(command.reason))]
            _entitled(paper, by)
            return _finish(within(state, paper.id), paper.ticket, command, by, now)
    raise Refused("no-ticket" if isinstance(command, CancelTicket) else "stale-ticket")


def tickets(state: State) -> frozenset[str]:
    """Return the names of all tickets under way or landed: none is used twice."""
    held = [paper.ticket.id for paper in state.every_paper() if paper.ticket is not None]
    return frozenset(held + [one.ticket for paper in state.every_paper() for one in paper.landed if one.ticket])


def _entitled(paper: Paper, by: Actor) -> None:
    """The minutes are signed by secretary and chair from their own desks, everything else by its signatory."""
    if (paper.kind == "minutes") != (by.role in ("secretary", "chair")):
        raise Refused("not-allowed", verb="ticket")


def _may_cancel(paper: Paper, ticket: Ticket, by: Actor) -> None:
    if by.role == "signatory" and by.seat != f"g-{ticket.slot}":
        raise Refused("not-allowed", verb="ticket.cancel")
    if by.role in ("secretary", "chair"):
        _entitled(paper, by)


def _finish(paper: Paper, ticket: Ticket, command: FinishTicket, by: Actor, now: Micros) -> list[AnyEvent]:
    if by.role == "signatory" and by.seat != f"g-{ticket.slot}":
        raise Refused("not-allowed", verb="ticket.finish")
    if command.base != ticket.base or ticket.base != paper.head or command.sha256 in paper.lineage:
        raise Refused("stale-ticket")
    if now - ticket.at > TICKET_US:
        raise Refused("ticket-expired")
    who = paper.assigned.get(ticket.slot, Assigned(""))
    return landing(paper, [SignatureLanded(
        paper.id, ticket.slot, "digital", command.base, command.sha256, who.person, who.authority, ticket.id, command.level,
    )])  # fmt: skip
