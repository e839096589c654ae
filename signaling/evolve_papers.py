"""How the events of documents and their signing move the state."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from msgspec.structs import replace

from signaling import events as ev
from signaling.agenda import Text
from signaling.names import Micros, Seat
from signaling.papers import MINUTES, Assigned, Landed, Paper, Pen, Ticket
from signaling.state import State

PaperEvent = (
    ev.DocumentAdded | ev.DocumentPublished | ev.DocumentWithdrawn | ev.DocumentLeft | ev.DocumentPaged
    | ev.DocumentCompleted | ev.DocumentExchanged | ev.DocumentExtended | ev.SlotAssigned | ev.SlotDeclined
    | ev.SigningBegun | ev.SigningInterrupted | ev.PenLowered | ev.PenRaised | ev.PenVoided | ev.TicketIssued
    | ev.TicketCancelled | ev.SignatureLanded | ev.ScanAttached | ev.ScanStamped
)  # fmt: skip


def papers(state: State, event: PaperEvent, at: Micros) -> State:
    """Return the state after something happened to a document. A document nobody knows is made up: what happened is
    never refused.
    """
    paper = state.paper(event.document)
    if paper is None:
        paper = Paper(event.document, "ceremony", Text(event.document, event.document), "wet_ink")
    moved = replace(_MOVES[type(event)](paper, event, at), rev=paper.rev + 1)
    return replace(state, papers={**state.papers, paper.id: moved})


def reopened(state: State) -> State:
    """Return the state of a session that goes on: minutes made of what was said before are none of it."""
    minutes = state.papers.get(MINUTES)
    if minutes is None or minutes.state != "draft":
        return state
    return replace(state, papers={**state.papers, MINUTES: replace(minutes, file=None, rev=minutes.rev + 1)})


def _added(paper: Paper, event: ev.DocumentAdded, _at: Micros) -> Paper:
    return Paper(
        paper.id, event.kind, event.title or paper.title, event.mode or paper.mode, event.slots or paper.slots,
        version=paper.version, file=event.sha256, name=event.name, pages=event.pages, lineage=paper.lineage,
        assigned=paper.assigned, past=(*paper.past, *paper.landed),
    )  # fmt: skip


def _published(paper: Paper, event: ev.DocumentPublished, at: Micros) -> Paper:
    return replace(
        paper, state="published", version=event.version, published=event.sha256, head=event.sha256, page=1,
        lineage=_line(paper, event.file, event.sha256), published_at=at, reason=None,
    )  # fmt: skip


def _withdrawn(paper: Paper, event: ev.DocumentWithdrawn, _at: Micros) -> Paper:
    return replace(paper, state="withdrawn", reason=event.reason, ticket=None, pen=None)


def _left(paper: Paper, event: ev.DocumentLeft, _at: Micros) -> Paper:
    return replace(paper, state="left", reason=event.reason, ticket=None, pen=None)


def _assigned(paper: Paper, event: ev.SlotAssigned, _at: Micros) -> Paper:
    who = Assigned(event.person, event.authority, event.basis)
    return replace(paper, assigned={**paper.assigned, event.slot: who})


def _begun(paper: Paper, event: ev.SigningBegun, at: Micros) -> Paper:
    return replace(paper, state="signing", reason=event.reason, begun_at=paper.begun_at or at)


def _interrupted(paper: Paper, event: ev.SigningInterrupted, _at: Micros) -> Paper:
    return replace(paper, state="interrupted", reason=event.reason)


def _pen(paper: Paper, event: ev.PenLowered, at: Micros) -> Paper:
    return replace(paper, pen=Pen(event.slot, Seat(event.by), at))


def _pen_up(paper: Paper, _event: ev.PenRaised, at: Micros) -> Paper:
    return paper if paper.pen is None else replace(paper, pen=replace(paper.pen, up=at))


def _ticket(paper: Paper, event: ev.TicketIssued, at: Micros) -> Paper:
    return replace(paper, ticket=Ticket(event.ticket, event.slot, event.base, event.certificate, at))


def _landed(paper: Paper, event: ev.SignatureLanded, at: Micros) -> Paper:
    pen = paper.pen if event.how == "ink" else None
    witness = None if event.witness is None else Seat(event.witness)
    one = Landed(
        event.slot, event.how, event.base, event.sha256, event.person, at, event.authority, event.ticket, event.level,
        witness, None if pen is None else pen.down, None if pen is None else pen.up,
    )  # fmt: skip
    return replace(
        _headed(paper, event.sha256), landed=(*paper.landed, one), pen=None, ticket=None, level=event.level or paper.level
    )


def _headed(paper: Paper, sha256: str) -> Paper:
    return replace(paper, head=sha256, lineage=_line(paper, sha256))


def _line(paper: Paper, *hashes: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*paper.lineage, *hashes)))


def _declined(paper: Paper, event: ev.SlotDeclined, _at: Micros) -> Paper:
    """Another person is to be named, or the document withdrawn."""
    others = {slot: who for slot, who in paper.assigned.items() if slot != event.slot}
    return replace(paper, ticket=None, assigned=others)


def _scan(paper: Paper, event: ev.ScanAttached, _at: Micros) -> Paper:
    who = {slot: Assigned(name) for slot, name in event.signers.items() if slot not in paper.assigned}
    return replace(
        _headed(paper, event.sha256), scan=event.sha256, pages=event.pages, page=min(paper.page, event.pages),
        assigned={**paper.assigned, **who},
    )  # fmt: skip


def _extended(paper: Paper, event: ev.DocumentExtended, _at: Micros) -> Paper:
    return replace(_headed(paper, event.sha256), level=event.level)


_MOVES: Final[dict[type, Callable[[Paper, Any, Micros], Paper]]] = {
    ev.DocumentAdded: _added,
    ev.DocumentPublished: _published,
    ev.DocumentWithdrawn: _withdrawn,
    ev.DocumentLeft: _left,
    ev.DocumentPaged: lambda paper, event, _: replace(paper, page=event.page),
    ev.DocumentCompleted: lambda paper, _, at: replace(paper, state="completed", completed_at=at),
    ev.DocumentExchanged: lambda paper, _, at: replace(paper, exchanged_at=at),
    ev.DocumentExtended: _extended,
    ev.SlotAssigned: _assigned,
    ev.SlotDeclined: _declined,
    ev.SigningBegun: _begun,
    ev.SigningInterrupted: _interrupted,
    ev.PenLowered: _pen,
    ev.PenRaised: _pen_up,
    ev.PenVoided: lambda paper, _event, _at: replace(paper, pen=None),
    ev.TicketIssued: _ticket,
    ev.TicketCancelled: lambda paper, _event, _at: replace(paper, ticket=None),
    ev.SignatureLanded: _landed,
    ev.ScanAttached: _scan,
    ev.ScanStamped: lambda paper, event, _: replace(paper, stamped=event.sha256),
}
