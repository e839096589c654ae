"""Documents as each role is told them (CEREMONY §1, §10)."""

from __future__ import annotations

from typing import Final

from signaling import scenes
from signaling.acting import Actor
from signaling.draft import Party, Slot
from signaling.names import Micros, Role, seat_of
from signaling.papers import PERSONS, TICKET_US, Assigned, Landed, Paper
from signaling.screens_papers import DocumentsView, DocumentView, ReviewView, SheetView, SlotView, TicketView
from signaling.signing import agreed, reviews_missing
from signaling.state import State
from signaling.views_agenda import newest

MOST_SHOWN: Final = 60
_AUDIENCE: Final[frozenset[Role]] = frozenset({"viewer", "stage"})
_DESK: Final[frozenset[Role]] = frozenset({"operator", "co-operator", "secretary", "chair"})
_SOON: Final = ("signing", "interrupted", "published", "draft", "completed", "withdrawn", "left")
"""Which documents are sent first where not all of them fit."""


def documents(state: State, who: Actor) -> DocumentsView | None:
    """Return the documents this seat is told about; None for roles that are told of none."""
    papers = state.every_paper()
    if who.role in _DESK:
        shown = [_desk(state, paper) for paper in papers]
    elif who.role == "signatory":
        own = [paper for paper in papers if paper.stands() and any(seat_of(one.slot) == who.seat for one in paper.slots)]
        shown = [_signatory(paper, who) for paper in own]
    elif who.role == "site":
        shown = [_read(paper) for paper in papers if paper.kind == "ceremony" and paper.stands()]
    elif who.role in _AUDIENCE:
        sheet = scenes.program(state).sheet
        shown = [_seen(paper) for paper in papers if sheet is not None and paper.id == sheet.document]
    else:
        return None
    kept = newest(sorted(shown, key=lambda one: _SOON.index(one.state)), MOST_SHOWN)
    names = {one.id for one in kept}
    return DocumentsView(tuple(one for one in shown if one.id in names), len(shown) - len(kept), state.manifest)


def sheet(scene: scenes.Scene) -> SheetView | None:
    """Return the page of a document in a scene, placed, or None."""
    page = scene.sheet
    if page is None:
        return None
    return SheetView(page.document, page.sha256, page.page, *scenes.SHEET_BOXES[scene.layout])


def _desk(state: State, paper: Paper) -> DocumentView:
    held, turn = paper.ticket, paper.turn()
    signing = paper.state in ("signing", "interrupted")
    parties = {party.id: party for party in state.sheet().parties}
    persons = [one for one in paper.slots if one.kind in PERSONS]
    return DocumentView(
        paper.id, paper.title, paper.state, paper.kind, paper.mode, paper.rev, paper.version, paper.pages, paper.page,
        paper.published, paper.head, paper.file, paper.name,
        tuple(_slot(paper, one, parties.get(one.party)) for one in paper.slots),
        turn.slot if turn is not None and signing else None, paper.open_slot(), len(persons), _signed(paper),
        paper.rite_done(),
        None if held is None else TicketView(held.id, held.slot, held.at, Micros(held.at + TICKET_US)),
        paper.scan, paper.stamped, paper.level, paper.reason, _review(state, paper), paper.published_at, paper.begun_at,
        paper.completed_at, paper.exchanged_at,
    )  # fmt: skip


def _signed(paper: Paper) -> int:
    return sum(one.kind in PERSONS and one.slot in paper.done() for one in paper.slots)


def _review(state: State, paper: Paper) -> ReviewView | None:
    if paper.kind != "ceremony" or not paper.stands():
        return None
    return ReviewView(agreed(state, paper), reviews_missing(state, paper))


def _slot(paper: Paper, slot: Slot, party: Party | None) -> SlotView:
    who = paper.assigned.get(slot.slot, Assigned(""))
    name = party.name if party is not None else None
    allowed = party.authority if party is not None else ()
    landed = next((one for one in paper.landed if one.slot == slot.slot), None)
    if landed is not None:
        return _stands(slot, landed, SlotView(slot.slot, slot.kind, slot.office, "landed", name, basis=who.basis))
    pen = paper.pen if paper.pen is not None and paper.pen.slot == slot.slot else None
    return SlotView(
        slot.slot, slot.kind, slot.office, "open" if paper.open_slot() == slot.slot else "waiting", name, allowed,
        who.person, who.authority, who.basis, down=pen.down if pen else None, up=pen.up if pen else None,
        keeper=pen.keeper if pen else None,
    )  # fmt: skip


def _stands(slot: Slot, one: Landed, bare: SlotView) -> SlotView:
    return SlotView(
        slot.slot, slot.kind, slot.office, "landed", bare.party, (), one.person, one.authority, bare.basis, how=one.how,
        at=one.at, base=one.base, sha256=one.sha256, level=one.level, witness=one.witness, down=one.down, up=one.up,
    )  # fmt: skip


def _signatory(paper: Paper, who: Actor) -> DocumentView:
    """What a signatory needs to decide: the document, its hash, the own slot; nobody else's. Who keeps a seal is told of the scan too."""
    own = tuple(one for one in paper.slots if seat_of(one.slot) == who.seat)
    turn = paper.turn() if paper.state in ("signing", "interrupted") else None
    mine = next((one.slot for one in own if turn is not None and one.slot == turn.slot), None)
    keeps = any(one.kind == "seal" for one in own)
    held = paper.ticket if paper.ticket is not None and seat_of(paper.ticket.slot) == who.seat else None
    return DocumentView(
        paper.id, paper.title, paper.state, paper.kind, paper.mode, paper.rev, paper.version, paper.pages, paper.page,
        paper.published, paper.head, slots=tuple(_own(paper, one) for one in own), turn=mine,
        open=paper.open_slot() if held is not None else None, rite=paper.rite_done(),
        ticket=None if held is None else TicketView(held.id, held.slot, held.at, Micros(held.at + TICKET_US)),
        reason=paper.reason if paper.state == "interrupted" else None, published_at=paper.published_at,
        completed_at=paper.completed_at, scan=paper.scan if keeps else None, stamped=paper.stamped if keeps else None,
    )  # fmt: skip


def _own(paper: Paper, slot: Slot) -> SlotView:
    shown = _slot(paper, slot, None)
    return SlotView(
        shown.slot, shown.kind, shown.office, shown.state, None, (), shown.person, shown.authority, shown.basis, True,
        shown.how, shown.at, shown.base, shown.sha256, shown.level,
    )  # fmt: skip


def _read(paper: Paper) -> DocumentView:
    return DocumentView(
        paper.id, paper.title, paper.state, paper.kind, paper.mode, version=paper.version, pages=paper.pages,
        page=paper.page, sha256=paper.published, head=paper.head, published_at=paper.published_at,
    )  # fmt: skip


def _seen(paper: Paper) -> DocumentView:
    persons = sum(one.kind in PERSONS for one in paper.slots)
    return DocumentView(paper.id, paper.title, paper.state, mode=paper.mode, persons=persons, signed=_signed(paper))
