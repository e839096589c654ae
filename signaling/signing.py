"""The rite: who signs when, in ink before witnesses or by ticket, and what may interrupt it (CEREMONY §10).

A document goes published → signing ⇄ interrupted → completed (with its last slot); a slot waiting → open (`pen.down`,
`ticket.issue`) → landed (`ink.witness`, `ticket.finish`, `scan.attach`).
"""

from __future__ import annotations

from collections.abc import Iterable

from signaling.acting import Actor
from signaling.commands_papers import (
    AssignSlot,
    AttachScan,
    BeginSigning,
    DeclineSlot,
    InterruptSigning,
    LowerPen,
    RaisePen,
    StampScan,
    VoidPen,
    WitnessInk,
)
from signaling.documents import found
from signaling.errors import Refused
from signaling.events import (
    AnyEvent,
    PenLowered,
    PenRaised,
    PenVoided,
    ScanAttached,
    ScanStamped,
    SignatureLanded,
    SigningBegun,
    SigningInterrupted,
    SlotAssigned,
    SlotDeclined,
)
from signaling.names import SiteId, person_of, seat_of
from signaling.papers import PERSONS, Assigned, Paper, Pen
from signaling.parts import Confirmation
from signaling.rite import landing, ready, said, slot_of, turn_of, within
from signaling.state import State

PenCommand = LowerPen | RaisePen | VoidPen | WitnessInk
SigningCommand = AssignSlot | DeclineSlot | BeginSigning | InterruptSigning | AttachScan | StampScan | PenCommand


def decide(state: State, command: SigningCommand, by: Actor) -> list[AnyEvent]:
    """Return what a command of the rite leads to. Raises `Refused`."""
    match command:
        case AssignSlot():
            return _assign(state, command)
        case DeclineSlot(document, slot, reason):
            return _decline(within(state, document), slot, reason, by)
        case BeginSigning():
            return _begin(state, command)
        case InterruptSigning(document, reason):
            if found(state, document).state != "signing":
                raise Refused("not-signing")
            return [SigningInterrupted(document, said(reason))]
        case AttachScan():
            return _scan(within(state, command.document), command)
        case StampScan(document, base, sha256, person):
            paper = found(state, document)
            # a seal belongs to whoever keeps one of this document's seals; a leader's seat is none of them
            if by.role == "signatory" and not any(one.kind == "seal" and seat_of(one.slot) == by.seat for one in paper.slots):
                raise Refused("not-allowed", verb="scan.stamp")
            if paper.scan is None or base != (paper.stamped or paper.scan):
                raise Refused("document-moved")
            return [ScanStamped(document, base, sha256, person)]
        case LowerPen() | RaisePen() | VoidPen() | WitnessInk():
            return _pen(within(state, command.document), command, by)


# --- before the rite -----------------------------------------------------------------------------------------


def _assign(state: State, command: AssignSlot) -> list[AnyEvent]:
    paper = found(state, command.document)
    slot = slot_of(paper, command.slot)
    if slot.slot in paper.done() or paper.open_slot() == slot.slot:
        raise Refused("slot-busy")
    if not command.person.strip():
        raise Refused("name-required")
    party = next((one for one in state.sheet().parties if one.id == slot.party), None)
    if command.authority and (party is None or command.authority not in party.authority):
        raise Refused("authority-unknown")
    if paper.assigned.get(slot.slot) == Assigned(command.person, command.authority, command.basis):
        return []
    return [SlotAssigned(paper.id, slot.slot, command.person, command.authority, command.basis)]


def _begin(state: State, command: BeginSigning) -> list[AnyEvent]:
    paper = within(state, command.document)
    if command.after != paper.rev:
        raise Refused("document-moved")
    if paper.state not in ("published", "interrupted"):
        raise Refused("already-signing" if paper.state == "signing" else "document-not-published")
    if not paper.slots:
        raise Refused("slots-missing")
    if paper.kind == "ceremony" and paper.state == "published":
        live = state.live_copy
        if live is None or live.kind != "signing" or (live.documents and paper.id not in live.documents):
            raise Refused("no-signing-item")
        left = reviews_missing(state, paper)
        if left and not (command.reason or "").strip():
            raise Refused("reviews-missing", count=len(left))
    return [SigningBegun(paper.id, command.reason)]


def agreed(state: State, paper: Paper) -> tuple[SiteId, ...]:
    """Return the sites that agreed to exactly the published bytes, when they were last asked."""
    asked = _review(state, paper)
    return () if asked is None else tuple(site for site, answer in asked.answers.items() if answer.choice == "agree")


def reviews_missing(state: State, paper: Paper) -> tuple[SiteId, ...]:
    """Return the sites whose agreement to exactly these bytes is missing: of those asked, or of every district."""
    asked = _review(state, paper)
    if asked is None:
        return tuple(site.id for site in state.sheet().sites if site.role == "district")
    return tuple(site for site in asked.respondents if site not in agreed(state, paper))


def _review(state: State, paper: Paper) -> Confirmation | None:
    every = _questions(state)
    return next((one for one in every if one.document == paper.id and one.sha256 == paper.published), None)


def _questions(state: State) -> Iterable[Confirmation]:
    if state.confirmation is not None:
        yield state.confirmation
    yield from reversed(state.confirmations)


def _decline(paper: Paper, name: str, reason: str, by: Actor) -> list[AnyEvent]:
    slot = turn_of(paper, name, by)
    if paper.pen is not None:
        raise Refused("slot-busy")
    happened: list[AnyEvent] = [SlotDeclined(paper.id, slot.slot, said(reason))]
    return happened if paper.state == "interrupted" else [*happened, SigningInterrupted(paper.id, reason)]


# --- ink -----------------------------------------------------------------------------------------------------


def _pen(paper: Paper, command: PenCommand, by: Actor) -> list[AnyEvent]:
    if isinstance(command, LowerPen):
        if slot_of(paper, command.slot).kind not in PERSONS:
            raise Refused("wrong-mode")  # seals on paper land with the scan
        slot, _ = ready(paper, command.slot, by, "wet_ink")
        return [PenLowered(paper.id, slot.slot, by.seat)]
    pen = paper.pen
    if pen is None or pen.slot != command.slot:
        raise Refused("slot-free")
    match command:
        case RaisePen():
            return [] if pen.up is not None else [PenRaised(paper.id, pen.slot)]
        case VoidPen(_, _, reason):
            return [PenVoided(paper.id, pen.slot, said(reason))]
        case WitnessInk():
            return _witnessed(paper, pen, by)


def _witnessed(paper: Paper, pen: Pen, by: Actor) -> list[AnyEvent]:
    if pen.up is None:
        raise Refused("pen-still-down")
    if person_of(by.seat) == person_of(pen.keeper):
        raise Refused("same-person")
    who, head = paper.assigned.get(pen.slot, Assigned("")), paper.head or ""
    return landing(paper, [
        SignatureLanded(paper.id, pen.slot, "ink", head, head, who.person, who.authority, witness=by.seat),
    ])  # fmt: skip


def _scan(paper: Paper, command: AttachScan) -> list[AnyEvent]:
    """Land the seals of a signed paper; of minutes every signature, by the names given."""
    if paper.mode != "wet_ink":
        raise Refused("wrong-mode")
    if not paper.stands():
        raise Refused("document-not-published")
    if paper.scan is not None or command.sha256 in paper.lineage:
        raise Refused("same-bytes")
    if paper.open_slot() is not None:
        raise Refused("signature-in-flight")
    if paper.kind == "ceremony" and not paper.rite_done():
        raise Refused("rite-not-done")
    left = [one for one in paper.slots if one.slot not in paper.done()]
    names = {one.slot: command.signers.get(one.slot, "").strip() for one in left}
    if any(not names[one.slot] for one in left if one.kind in PERSONS):
        raise Refused("name-required")
    attached = ScanAttached(paper.id, command.sha256, command.pages, {slot: name for slot, name in names.items() if name})
    landed, base = [], paper.head or ""
    for one in left:
        who = paper.assigned.get(one.slot, Assigned(names[one.slot]))
        landed.append(SignatureLanded(paper.id, one.slot, "scan", base, command.sha256, names[one.slot] or who.person, who.authority))
        base = command.sha256
    return [attached, *(landing(paper, landed) if landed else [])]
