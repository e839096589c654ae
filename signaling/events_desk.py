"""What happened at the desks: captions, stage, checks, confirmations, notices, incidents."""

from __future__ import annotations

from typing import Literal

import msgspec

from signaling.events_root import Event
from signaling.names import Choice, ConfirmationKind, ItemId, Micros, SiteId


class FloorMoved(Event, frozen=True, tag="floor.moved"):
    """A hand changed its place in the queue: before another one, or last."""

    site: SiteId
    before: SiteId | None = None


class CaptionSet(Event, frozen=True, tag="caption.set"):
    """A lower third is on the programme."""

    text: str


class CaptionCleared(Event, frozen=True, tag="caption.cleared"):
    """No lower third any more."""


class StageMessaged(Event, frozen=True, tag="stage.messaged"):
    """The stage display is told something; empty: nothing any more."""

    text: str


class StageBlackened(Event, frozen=True, tag="stage.blackened"):
    """The stage display is black, or shows again."""

    on: bool


class RollcallChecked(Event, frozen=True, tag="rollcall.checked"):
    """Whether the hub hears and sees a site."""

    site: SiteId
    audio: bool
    picture: bool


class ConfirmationOpened(Event, frozen=True, tag="confirmation.opened"):
    """A question was put to sites; naming a document it is the review of exactly these bytes."""

    question: str
    choices: ConfirmationKind
    respondents: tuple[SiteId, ...]
    document: str | None = None
    sha256: str | None = None


class ConfirmationAnswered(Event, frozen=True, tag="confirmation.answered"):
    """A site answered, by itself or by telephone; the latest answer counts."""

    site: SiteId
    choice: Choice
    name: str
    counts: dict[Literal["for", "against", "abstain"], int] | None = None
    sha256: str | None = None
    by_phone: bool = False
    remarks: str | None = None


class ConfirmationReminded(Event, frozen=True, tag="confirmation.reminded"):
    """A site was reminded."""

    site: SiteId


class ConfirmationClosed(Event, frozen=True, tag="confirmation.closed"):
    """The question is closed; answers stand."""


class NoticeSent(Event, frozen=True, tag="notice.sent"):
    """Sites were told something; `notice` counts from 1."""

    notice: int
    to: tuple[SiteId, ...]
    text: str
    must_ack: bool = False


class NoticeAcked(Event, frozen=True, tag="notice.acked"):
    """A site read a notice."""

    notice: int
    site: SiteId


class AnnouncementConfirmed(Event, frozen=True, tag="announcement.confirmed"):
    """When a site told its hall, UTC µs as it declared."""

    site: SiteId
    told: Micros


class MessageSent(Event, frozen=True, tag="message.sent"):
    """A site wrote to the operators."""

    site: SiteId
    text: str


class SiteAnnounced(Event, frozen=True, tag="site.announced"):
    """The words a site's page shows when it is cut off; no site: those of all."""

    text: str
    site: SiteId | None = None


class IncidentNoted(Event, frozen=True, tag="incident.noted"):
    """Somebody wrote an incident down."""

    text: str
    site: SiteId | None = None


class ProceedingsWritten(Event, frozen=True, tag="proceedings.written"):
    """The proceedings of an item; the latest text stands."""

    item: ItemId
    text: str


class CheckRecorded(Event, frozen=True, tag="check.recorded"):
    """The rehearsal's result for one site; `head` is the rehearsal log's."""

    site: SiteId
    rehearsal: str
    head: str
    technician: str = ""
    results: dict[str, bool] = msgspec.field(default_factory=dict)


class ClockJumped(Event, frozen=True, tag="clock.jumped"):
    """The server's clock moved; `seq` orders, never the clock."""

    by_us: int
