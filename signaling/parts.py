"""What a state is made of, part by part."""

from __future__ import annotations

from typing import Literal

import msgspec

from signaling.names import Cause, Choice, ConfirmationKind, ItemId, Micros, Seat, SiteId

Phase = Literal["none", "setup", "open", "suspended", "closed", "cancelled", "sealed"]
LobbyState = Literal["waiting", "admitted", "refused", "revoked"]
IncidentKind = Literal["absent", "gap", "disk", "control", "clock", "signing", "noted"]
UndoAct = Literal["take", "hold", "end", "skip", "move", "next"]


class Hand(msgspec.Struct, frozen=True):
    """A raised hand."""

    site: SiteId
    since: Micros
    topic: str | None = None


class Floor(msgspec.Struct, frozen=True):
    """`free`, `invited` (heard by the operator only) or `granted` (heard by all)."""

    state: Literal["free", "invited", "granted"] = "free"
    site: SiteId | None = None
    since: Micros | None = None
    queue: tuple[Hand, ...] = ()


class Attendance(msgspec.Struct, frozen=True):
    """A site's line in the roll call."""

    present: int | None = None
    head: str = ""
    quorum: bool | None = None
    hears: bool | None = None
    sees: bool | None = None
    answered_at: Micros | None = None
    mark: Literal["absent", "late"] | None = None
    answered_by: Seat | None = None
    audio: bool | None = None
    picture: bool | None = None
    checked_at: Micros | None = None


class Declared(msgspec.Struct, frozen=True):
    """The chair's declaration on attendance."""

    met: bool
    at: Micros
    note: str | None = None


class Suspended(msgspec.Struct, frozen=True):
    """An interruption, and the picture to come back to."""

    since: Micros
    cause: Cause
    reason: str
    announce: str
    program: str


class Control(msgspec.Struct, frozen=True):
    """Who is in control. All seats of one person share it."""

    seat: Seat
    epoch: int
    since: Micros
    how: Literal["claimed", "given", "taken"]
    reason: str | None = None


class LobbySeat(msgspec.Struct, frozen=True):
    """A device that knocked, and what became of it."""

    state: LobbyState
    since: Micros
    site: SiteId | None = None
    name: str = ""
    reason: str = ""


class Answer(msgspec.Struct, frozen=True):
    """A site's latest answer to a confirmation."""

    choice: Choice
    name: str
    at: Micros
    by_phone: bool = False
    counts: dict[Literal["for", "against", "abstain"], int] | None = None
    remarks: str | None = None
    sha256: str | None = None


class Confirmation(msgspec.Struct, frozen=True):
    """A question put to sites; open until `closed_at`."""

    n: int
    question: str
    choices: ConfirmationKind
    respondents: tuple[SiteId, ...]
    opened_at: Micros
    item: ItemId | None = None
    document: str | None = None
    sha256: str | None = None
    closed_at: Micros | None = None
    answers: dict[SiteId, Answer] = {}
    reminded: dict[SiteId, Micros] = {}


class Notice(msgspec.Struct, frozen=True):
    """Something sites were told."""

    to: tuple[SiteId, ...]
    text: str
    at: Micros
    must_ack: bool = False
    acked: dict[SiteId, Micros] = {}


class Letter(msgspec.Struct, frozen=True):
    """What a site wrote to the operators."""

    site: SiteId
    text: str
    at: Micros


class Incident(msgspec.Struct, frozen=True):
    """Something out of order, from `opened` to recovery. What happens in one moment is closed at once."""

    kind: IncidentKind
    opened: Micros
    closed: Micros | None = None
    site: SiteId | None = None
    source: str | None = None
    text: str | None = None
    amount_ms: int | None = None


class Proceeding(msgspec.Struct, frozen=True):
    """The secretary's text for an item; `rev` counts its writings."""

    rev: int
    text: str
    at: Micros


class Check(msgspec.Struct, frozen=True):
    """The rehearsal's result for a site."""

    rehearsal: str
    head: str
    technician: str
    results: dict[str, bool]
    at: Micros
