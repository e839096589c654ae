"""Documents: handed in, published, shown, withdrawn, exchanged, left; when the record may be sealed (CEREMONY §10, §11).

A document goes draft → published → signing ⇄ interrupted → completed; withdrawn, its next version begins as a draft;
left, it stays unsigned. After closing only the minutes go on, and seals that wait.
"""

from __future__ import annotations

from signaling.commands_papers import (
    AddDocument,
    ExchangeDocument,
    ExtendDocument,
    LeaveDocument,
    PageDocument,
    PublishDocument,
    SealSession,
    WithdrawDocument,
)
from signaling.draft import Slot
from signaling.errors import Refused
from signaling.events import (
    AnyEvent,
    ConfirmationClosed,
    DocumentAdded,
    DocumentExchanged,
    DocumentExtended,
    DocumentLeft,
    DocumentPaged,
    DocumentPublished,
    DocumentWithdrawn,
    SessionSealed,
)
from signaling.papers import MINUTES, PERSONS, Paper
from signaling.state import State

DocumentCommand = (
    AddDocument | PublishDocument | WithdrawDocument | LeaveDocument | PageDocument | ExchangeDocument | ExtendDocument
)


def decide(state: State, command: DocumentCommand) -> list[AnyEvent]:
    """Return what a command about a document leads to. Raises `Refused`."""
    if isinstance(command, AddDocument):
        return _add(state, command)
    paper = found(state, command.document)
    match command:
        case PublishDocument():
            return [_publish(state, paper, command)]
        case WithdrawDocument(_, reason):
            return _withdraw(state, paper, reason)
        case LeaveDocument(_, reason):
            if paper.open_slot() is not None:
                raise Refused("signature-in-flight")
            _needs(paper, "draft", "published", "signing", "interrupted")
            return [DocumentLeft(paper.id, _said(reason)), *_review_over(state, paper)]
        case PageDocument(_, page):
            if not paper.stands():
                raise Refused("document-not-published")
            if page > paper.pages:
                raise Refused("no-page", most=paper.pages)
            return [] if page == paper.page else [DocumentPaged(paper.id, page)]
        case ExchangeDocument():
            if not paper.rite_done():
                raise Refused("rite-not-done")
            return [] if paper.exchanged_at is not None else [DocumentExchanged(paper.id)]
        case ExtendDocument(_, base, sha256, level):
            if paper.state != "completed" or base != paper.head or sha256 in paper.lineage:
                raise Refused("document-moved")
            return [DocumentExtended(paper.id, base, sha256, level)]


def _withdraw(state: State, paper: Paper, reason: str) -> list[AnyEvent]:
    """What is signed to the end stays; a review of the bytes that go is over."""
    _in_time(state, paper)
    if paper.state == "completed":
        raise Refused("document-completed")
    _needs(paper, "published", "signing", "interrupted")
    return [DocumentWithdrawn(paper.id, _said(reason)), *_review_over(state, paper)]


def _review_over(state: State, paper: Paper) -> list[AnyEvent]:
    asked = state.confirmation
    over = asked is not None and asked.closed_at is None and asked.document == paper.id
    return [ConfirmationClosed()] if over else []


def found(state: State, document: str) -> Paper:
    """Return a document. Raises `Refused("no-document")`."""
    paper = state.paper(document)
    if paper is None:
        raise Refused("no-document", document=document[:40])
    return paper


def _needs(paper: Paper, *states: str) -> None:
    if paper.state not in states:
        raise Refused("document-not-published")


def _said(reason: str) -> str:
    if not reason.strip():
        raise Refused("reason-required")
    return reason


def _in_time(state: State, paper: Paper) -> None:
    """After closing only the minutes go on; before it there are none."""
    if (state.phase == "closed") != (paper.kind == "minutes"):
        raise Refused("not-open" if paper.kind == "ceremony" else "not-closed")


def _add(state: State, command: AddDocument) -> list[AnyEvent]:
    paper = state.paper(command.document)
    if command.kind == "minutes" or command.document == MINUTES:
        if state.phase != "closed":
            raise Refused("not-closed")
        if command.document != MINUTES or command.kind != "minutes" or command.title is None or not command.slots:
            raise Refused("document-unreadable")
        check_slots(command.slots)
    elif paper is None:
        raise Refused("no-document", document=command.document[:40])
    elif command.title is not None or command.mode is not None or command.slots:
        raise Refused("document-unreadable")
    elif state.phase == "closed":
        raise Refused("not-open")
    if paper is not None:
        if paper.state not in ("draft", "withdrawn"):
            raise Refused("document-published")
        if command.sha256 in paper.lineage:
            raise Refused("same-bytes")
    return [DocumentAdded(
        command.document, command.sha256, command.pages, command.name, command.kind, command.title, command.mode,
        command.slots,
    )]  # fmt: skip


def _publish(state: State, paper: Paper, command: PublishDocument) -> AnyEvent:
    _in_time(state, paper)
    if command.after != paper.rev:
        raise Refused("document-moved")
    if paper.state not in ("draft", "withdrawn"):
        raise Refused("document-published")
    if paper.file is None or command.sha256 != paper.file:
        raise Refused("document-moved")
    if command.published in paper.lineage:
        raise Refused("same-bytes")
    if paper.mode == "digital" and not paper.slots:
        raise Refused("slots-missing")
    check_slots(paper.slots)
    return DocumentPublished(paper.id, paper.version + 1, command.sha256, command.published)


def check_slots(slots: tuple[Slot, ...]) -> None:
    """Refuse slots out of order, or of which one name begins another (`slot-names-clash`): PDF fields are a tree."""
    names = [one.slot for one in slots]
    clash = any(a is not b and b.startswith(a) for a in names for b in names)
    if clash or len(set(names)) != len(names):
        raise Refused("slot-names-clash")
    kinds = [one.kind in PERSONS for one in slots]
    if kinds != sorted(kinds, reverse=True):
        raise Refused("slots-out-of-order")


def seal(state: State, command: SealSession) -> list[AnyEvent]:
    """Return what sealing the record leads to. Raises `Refused`."""
    if state.phase != "closed":
        raise Refused("not-closed")
    minutes = state.paper(MINUTES)
    if minutes is None or minutes.state != "completed":
        raise Refused("minutes-not-signed")
    for paper in state.every_paper():
        if paper.slots and paper.state not in ("completed", "withdrawn", "left"):
            raise Refused("document-open", document=paper.id)
    if command.open_clips:
        raise Refused("recording-open", count=command.open_clips)
    return [SessionSealed(command.manifest)]
