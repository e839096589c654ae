"""What happened to documents and in their signing."""

from __future__ import annotations

import msgspec

from signaling.agenda import Text
from signaling.draft import SigningMode, Slot
from signaling.events_root import Event
from signaling.papers import How, Level, PaperKind


class DocumentAdded(Event, frozen=True, tag="document.added"):
    """A file was handed in and kept; not yet shown to anyone."""

    document: str
    sha256: str
    pages: int
    name: str = ""
    kind: PaperKind = "ceremony"
    title: Text | None = None
    mode: SigningMode | None = None
    slots: tuple[Slot, ...] = ()


class DocumentPublished(Event, frozen=True, tag="document.published"):
    """These bytes may be read everywhere; reviews are of them alone."""

    document: str
    version: int
    file: str
    sha256: str


class DocumentWithdrawn(Event, frozen=True, tag="document.withdrawn"):
    """It may no longer be signed; the same bytes never come back."""

    document: str
    reason: str


class DocumentLeft(Event, frozen=True, tag="document.left"):
    """It stays unsigned."""

    document: str
    reason: str


class DocumentPaged(Event, frozen=True, tag="document.paged"):
    """A page is shown, from 1."""

    document: str
    page: int


class DocumentCompleted(Event, frozen=True, tag="document.completed"):
    """Every slot holds its signature."""

    document: str
    sha256: str


class DocumentExchanged(Event, frozen=True, tag="document.exchanged"):
    """The signed copies were exchanged."""

    document: str


class DocumentExtended(Event, frozen=True, tag="document.extended"):
    """Proof was added to a signed document."""

    document: str
    base: str
    sha256: str
    level: Level


class SlotAssigned(Event, frozen=True, tag="slot.assigned"):
    """Who signs in a slot, by which authority."""

    document: str
    slot: str
    person: str
    authority: str = ""
    basis: str = ""


class SlotDeclined(Event, frozen=True, tag="slot.declined"):
    """Somebody declined to sign; the ticket is dead."""

    document: str
    slot: str
    reason: str


class SigningBegun(Event, frozen=True, tag="signing.begun"):
    """The signing began or went on; the reason if agreements were missing."""

    document: str
    reason: str | None = None


class SigningInterrupted(Event, frozen=True, tag="signing.interrupted"):
    """The signing was interrupted."""

    document: str
    reason: str


class PenLowered(Event, frozen=True, tag="pen.lowered"):
    """A pen touched the paper; `by` keeps its times."""

    document: str
    slot: str
    by: str


class PenRaised(Event, frozen=True, tag="pen.raised"):
    """It left the paper."""

    document: str
    slot: str


class PenVoided(Event, frozen=True, tag="pen.voided"):
    """The sheet was spoilt."""

    document: str
    slot: str
    reason: str


class TicketIssued(Event, frozen=True, tag="ticket.issued"):
    """A signature was prepared on the head `base`."""

    document: str
    slot: str
    ticket: str
    base: str
    certificate: str


class TicketCancelled(Event, frozen=True, tag="ticket.cancelled"):
    """It will not be finished."""

    document: str
    ticket: str
    reason: str


class SignatureLanded(Event, frozen=True, tag="signature.landed"):
    """A signature stands. `witness`: who saw it, for ink; `ticket` and `level` for a digital one."""

    document: str
    slot: str
    how: How
    base: str
    sha256: str
    person: str
    authority: str = ""
    ticket: str | None = None
    level: Level | None = None
    witness: str | None = None


class ScanAttached(Event, frozen=True, tag="scan.attached"):
    """The scan of the signed paper was added."""

    document: str
    sha256: str
    pages: int
    signers: dict[str, str] = msgspec.field(default_factory=dict)


class ScanStamped(Event, frozen=True, tag="scan.stamped"):
    """The clerk's digital seal stands on the scan: proof of the copy, no signature of a leader."""

    document: str
    base: str
    sha256: str
    person: str


class SessionSealed(Event, frozen=True, tag="session.sealed"):
    """The record is closed for good; nothing follows but what is kept beside it."""

    manifest: str
