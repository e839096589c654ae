"""What is sent to screens about documents and their signing. What a role's view lacks is never sent (CEREMONY §1)."""

from __future__ import annotations

import msgspec

from signaling.agenda import Text
from signaling.draft import SigningMode, SlotKind
from signaling.names import Micros, Seat, SiteId
from signaling.papers import How, Level, PaperKind, PaperState


class SheetView(msgspec.Struct, frozen=True):
    """A page of a document in the picture, at these coordinates of a 1280×720 frame; the page's image is fetched by
    document, page and SHA-256.
    """

    document: str
    sha256: str
    page: int
    x: int
    y: int
    w: int
    h: int


class SlotView(msgspec.Struct, frozen=True, omit_defaults=True):
    """A place for a signature or seal. `state`: waiting, open (pen or ticket on it) or landed; `yours`: the seat's own.

    `base` → `sha256`: the revision it was put on and the one it made; `down`, `up`: the pen's times.
    """

    slot: str
    kind: SlotKind
    office: Text
    state: str
    party: Text | None = None
    authorities: tuple[str, ...] = ()
    person: str = ""
    authority: str = ""
    basis: str = ""
    yours: bool = False
    how: How | None = None
    at: Micros | None = None
    base: str | None = None
    sha256: str | None = None
    level: Level | None = None
    witness: Seat | None = None
    down: Micros | None = None
    up: Micros | None = None
    keeper: Seat | None = None


class TicketView(msgspec.Struct, frozen=True):
    """A signature under way at its signer; `until`: when its time is over (UTC µs)."""

    ticket: str
    slot: str
    at: Micros
    until: Micros


class ReviewView(msgspec.Struct, frozen=True):
    """Who agreed to exactly the published bytes, and whose agreement is missing."""

    agreed: tuple[SiteId, ...]
    missing: tuple[SiteId, ...]


class DocumentView(msgspec.Struct, frozen=True, omit_defaults=True):
    """A document. `sha256` is what was published, read and reviewed; `head` the latest revision; `rev` goes back as
    `after`. `turn`: the slot that signs next; `signed` of `persons`: how many leaders have; `rite`: all of them have.

    Desks get all of it; a signatory the documents with an own slot, and that slot, with a seal also the scan; a site what it reads and reviews;
    the audience what stands on air.
    """

    id: str
    title: Text
    state: PaperState
    kind: PaperKind = "ceremony"
    mode: SigningMode = "wet_ink"
    rev: int = 0
    version: int = 0
    pages: int = 0
    page: int = 1
    sha256: str | None = None
    head: str | None = None
    file: str | None = None
    name: str = ""
    slots: tuple[SlotView, ...] = ()
    turn: str | None = None
    open: str | None = None
    persons: int = 0
    signed: int = 0
    rite: bool = False
    ticket: TicketView | None = None
    scan: str | None = None
    stamped: str | None = None
    level: Level | None = None
    reason: str | None = None
    review: ReviewView | None = None
    published_at: Micros | None = None
    begun_at: Micros | None = None
    completed_at: Micros | None = None
    exchanged_at: Micros | None = None


class DocumentsView(msgspec.Struct, frozen=True):
    """The documents, those of the run sheet first. `more`: how many were left out for size; `sealed`: the SHA-256 of
    the signed manifest, once the record is closed for good.
    """

    documents: tuple[DocumentView, ...]
    more: int = 0
    sealed: str | None = None
