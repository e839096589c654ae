"""What a state keeps of each document: its bytes by hash, its slots, who signs next (CEREMONY §10)."""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from signaling.agenda import Text
from signaling.draft import Document, SigningMode, Slot
from signaling.names import Micros, Seat

PaperKind = Literal["ceremony", "minutes"]
PaperState = Literal["draft", "published", "signing", "interrupted", "completed", "withdrawn", "left"]
How = Literal["ink", "scan", "digital"]
Level = Literal["B-B", "B-T", "B-LT", "B-LTA"]
PERSONS: Final = frozenset({"leader", "secretary", "chair"})
"""Kinds of slots a person signs by hand; the others are seals."""
TICKET_US: Final = 15 * 60 * 1_000_000
"""How long a ticket may be finished."""
MINUTES: Final = "bien-ban"
"""The document the minutes become."""


class Assigned(msgspec.Struct, frozen=True):
    """Who signs in a slot: the office stays, the person and the authority it is done by are stated."""

    person: str
    authority: str = ""
    basis: str = ""


class Pen(msgspec.Struct, frozen=True):
    """A pen on paper: who keeps its times, when it went down and up."""

    slot: str
    keeper: Seat
    down: Micros
    up: Micros | None = None


class Ticket(msgspec.Struct, frozen=True):
    """A signature under way at its signer: on which revision, by which certificate (SHA-256 of its DER)."""

    id: str
    slot: str
    base: str
    certificate: str
    at: Micros


class Landed(msgspec.Struct, frozen=True):
    """A signature that stands. `base` → `sha256`: the revision it was put on and the one it made."""

    slot: str
    how: How
    base: str
    sha256: str
    person: str
    at: Micros
    authority: str = ""
    ticket: str | None = None
    level: Level | None = None
    witness: Seat | None = None
    down: Micros | None = None
    up: Micros | None = None


class Paper(msgspec.Struct, frozen=True):
    """A document. `file` is what was handed in, `published` the revision that is read and reviewed, `head` the latest;
    `lineage` every hash that ever stood, so that none is published twice; it ends with the head. `rev` counts its events, `page` is what
    scenes show, from 1. `reason` is why it was withdrawn, left or interrupted.
    """

    id: str
    kind: PaperKind
    title: Text
    mode: SigningMode
    slots: tuple[Slot, ...] = ()
    state: PaperState = "draft"
    rev: int = 0
    version: int = 0
    file: str | None = None
    name: str = ""
    pages: int = 0
    page: int = 1
    published: str | None = None
    head: str | None = None
    lineage: tuple[str, ...] = ()
    assigned: dict[str, Assigned] = {}
    landed: tuple[Landed, ...] = ()
    past: tuple[Landed, ...] = ()
    pen: Pen | None = None
    ticket: Ticket | None = None
    scan: str | None = None
    stamped: str | None = None
    level: Level | None = None
    reason: str | None = None
    published_at: Micros | None = None
    begun_at: Micros | None = None
    completed_at: Micros | None = None
    exchanged_at: Micros | None = None

    def slot(self, name: str) -> Slot | None:
        """Return a slot by its name, or None."""
        return next((one for one in self.slots if one.slot == name), None)

    def done(self) -> frozenset[str]:
        """Return the names of the slots in which a signature stands."""
        return frozenset(one.slot for one in self.landed)

    def turn(self) -> Slot | None:
        """Return the slot whose turn it is: they land in the order of the sheet, leaders before seals."""
        return next((one for one in self.slots if one.slot not in self.done()), None)

    def open_slot(self) -> str | None:
        """Return the slot a pen or a ticket is on: a signature in flight."""
        if self.pen is not None:
            return self.pen.slot
        return None if self.ticket is None else self.ticket.slot

    def rite_done(self) -> bool:
        """Tell whether all persons have signed; seals may follow until the record is sealed."""
        signing = self.state in ("signing", "interrupted", "completed")
        return signing and all(one.slot in self.done() for one in self.slots if one.kind in PERSONS)

    def under_way(self) -> bool:
        """Tell whether the rite has begun and is not over."""
        return self.state in ("signing", "interrupted") and not self.rite_done()

    def stands(self) -> bool:
        """Tell whether there are published bytes that may be shown and reviewed."""
        return self.published is not None and self.state not in ("draft", "withdrawn", "left")


def fresh(one: Document) -> Paper:
    """Return a document of the run sheet before anything happened to it."""
    return Paper(one.id, "ceremony", one.title, one.signing, one.signatures)
