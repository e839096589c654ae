"""What is sent to screens, beside the parts in `views`: one struct for each section (CEREMONY §1)."""

from __future__ import annotations

from typing import Literal

import msgspec

from signaling.agenda import Text
from signaling.names import Cause, Choice, ConfirmationKind, ItemId, Micros, Seat, SiteId
from signaling.parts import IncidentKind, LobbyState


class SuspendedView(msgspec.Struct, frozen=True):
    """Since when and why the ceremony is interrupted, and what halls are to be told."""

    since: Micros
    cause: Cause
    announce: str


class UndoView(msgspec.Struct, frozen=True):
    """The act that can still be undone: its `seq`, what it was, and until when (UTC µs)."""

    seq: int
    act: Literal["take", "hold", "end", "skip", "move", "next"]
    item: ItemId | None
    until: Micros


class ControlView(msgspec.Struct, frozen=True):
    """Who is in control. `mine`: this person is; `seat` None: nobody yet, the first command takes it."""

    seat: Seat | None
    epoch: int
    mine: bool
    since: Micros | None
    how: Literal["claimed", "given", "taken"] | None
    reason: str | None


class StageView(msgspec.Struct, frozen=True):
    """The stage display: a message for whoever stands there, or black."""

    message: str | None
    blackout: bool


class QuorumView(msgspec.Struct, frozen=True):
    """What the system counted; the declaration decides. `met` None: no rule. `needed`: sites or delegates."""

    rule: Literal["none", "sites", "percent"]
    least: int
    needed: int
    sites_present: int
    sites: int
    present: int
    expected: int
    answered: int
    met: bool | None


class AnswerView(msgspec.Struct, frozen=True, omit_defaults=True):
    """A site's answer."""

    site: SiteId
    choice: Choice
    name: str
    at: Micros
    by_phone: bool = False
    counts: dict[str, int] | None = None
    remarks: str | None = None


class ConfirmationView(msgspec.Struct, frozen=True):
    """The latest question. `pending` (who has not answered) comes first and is the main list; a site gets only
    itself there, and its own answer. `totals`: answers per choice, for a vote the votes. `document`, `sha256`: what is
    reviewed, exactly these bytes.
    """

    n: int
    question: str
    choices: ConfirmationKind
    options: tuple[Choice, ...]
    open: bool
    opened_at: Micros
    closed_at: Micros | None
    pending: tuple[SiteId, ...]
    answers: tuple[AnswerView, ...]
    totals: dict[str, int]
    reminded: dict[SiteId, Micros]
    document: str | None = None
    sha256: str | None = None


class NoticeView(msgspec.Struct, frozen=True, omit_defaults=True):
    """A notice. For the desk `unread`: who has not acknowledged; for a site `acked`: whether it has."""

    notice: int
    text: str
    at: Micros
    must_ack: bool = False
    to: int = 0
    unread: tuple[SiteId, ...] = ()
    acked: bool = False


class LetterView(msgspec.Struct, frozen=True):
    """What a site wrote to the operators."""

    site: SiteId
    text: str
    at: Micros


class NoticesView(msgspec.Struct, frozen=True):
    """The latest notices, newest first; the letters of sites only for operators."""

    notices: tuple[NoticeView, ...]
    letters: tuple[LetterView, ...] = ()


class IncidentView(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something out of order, open until `closed`."""

    n: int
    kind: IncidentKind
    opened: Micros
    closed: Micros | None = None
    site: SiteId | None = None
    source: str | None = None
    text: str | None = None
    amount_ms: int | None = None


class IncidentsView(msgspec.Struct, frozen=True):
    """Open incidents first, then the latest closed ones. `more`: how many older ones are not sent."""

    incidents: tuple[IncidentView, ...]
    open: int
    more: int


class LobbySeatView(msgspec.Struct, frozen=True):
    """A device that knocked. `reason`: why it was not admitted by itself."""

    seat: Seat
    state: LobbyState
    site: SiteId | None
    name: str
    reason: str
    since: Micros


class LobbyView(msgspec.Struct, frozen=True):
    """Devices waiting, the longest first, then the latest others. `waiting`: how many wait."""

    seats: tuple[LobbySeatView, ...]
    waiting: int


class ProceedingView(msgspec.Struct, frozen=True):
    """The proceedings of an item. `rev` goes back as `base`; `text` None: left out for size, not the latest ones."""

    item: ItemId
    rev: int
    at: Micros
    text: str | None


class ProceedingsView(msgspec.Struct, frozen=True):
    """The proceedings so far, the latest written first."""

    items: tuple[ProceedingView, ...]


class ScriptView(msgspec.Struct, frozen=True):
    """What the MC reads for an item."""

    item: ItemId
    n: int
    title: Text
    by: Text | None
    site: SiteId | None
    script: Text | None


class PrompterView(msgspec.Struct, frozen=True):
    """Script now and next."""

    now: ScriptView | None
    next: ScriptView | None


class DelegateView(msgspec.Struct, frozen=True):
    """A delegate; `name` is empty where the sheet names the office only."""

    order: int
    office: Text
    unit: Text
    site: SiteId
    name: str


class DelegatesView(msgspec.Struct, frozen=True):
    """Delegates in order of protocol. `pages`: how many sections there are, `delegates`, `delegates_1`, …"""

    delegates: tuple[DelegateView, ...]
    pages: int = 1


class CheckView(msgspec.Struct, frozen=True):
    """The rehearsal's result for a site."""

    rehearsal: str
    technician: str
    results: dict[str, bool]
    at: Micros
