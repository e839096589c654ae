"""Commands of the desks: captions, stage, roll call, confirmations, notices, incidents (CEREMONY §3)."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from signaling.acting import Command, Words
from signaling.names import Choice, ConfirmationKind, ItemId, Micros, SiteId

Count = Annotated[int, msgspec.Meta(ge=0, le=100_000)]


class MoveFloor(Command, frozen=True, tag="floor.move"):
    """Move a hand in the queue before another one, or to its end."""

    site: SiteId
    before: SiteId | None = None


class SetCaption(Command, frozen=True, tag="caption.set"):
    """Show a lower third on the programme."""

    text: Words


class ClearCaption(Command, frozen=True, tag="caption.clear"):
    """Take it away."""


class MessageStage(Command, frozen=True, tag="stage.message"):
    """Tell the stage display something; an empty text takes it away."""

    text: Words


class BlackoutStage(Command, frozen=True, tag="stage.blackout"):
    """Make the stage display black, or show again."""

    on: bool


class CheckRollcall(Command, frozen=True, tag="rollcall.check"):
    """Note whether the hub sees and hears a site."""

    site: SiteId
    audio: bool
    picture: bool


class OpenConfirmation(Command, frozen=True, tag="confirmation.open"):
    """Ask the sites. `choices`: agree (agree, remarks), ack (ack), vote (for, against, abstain). Respondents
    left out: every district.
    """

    question: Words
    choices: ConfirmationKind
    respondents: tuple[SiteId, ...] = ()
    document: str | None = None


class AnswerConfirmation(Command, frozen=True, tag="confirmation.answer"):
    """Answer for a site (a site for itself; the desk by telephone); may change until closed. `counts` for a vote."""

    site: SiteId
    choice: Choice
    name: Words
    counts: dict[Literal["for", "against", "abstain"], Count] | None = None
    sha256: Words | None = None
    by_phone: bool = False
    remarks: Words | None = None


class RemindConfirmation(Command, frozen=True, tag="confirmation.remind"):
    """Remind a site that has not answered."""

    site: SiteId


class CloseConfirmation(Command, frozen=True, tag="confirmation.close"):
    """Close the question; answers stand."""


class SendNotice(Command, frozen=True, tag="notice.send"):
    """Tell sites something; `to` empty: all districts."""

    text: Words
    to: tuple[SiteId, ...] = ()
    must_ack: bool = False


class AckNotice(Command, frozen=True, tag="notice.ack"):
    """Say that a notice was read."""

    notice: int


class ConfirmAnnouncement(Command, frozen=True, tag="announcement.confirm"):
    """Say when the hall was told, after a loss or a suspension."""

    at: Micros


class SendMessage(Command, frozen=True, tag="message.send"):
    """Write to the operators; one a second."""

    text: Words


class AnnounceSite(Command, frozen=True, tag="site.announcement"):
    """Leave the words a site's page shows when it is cut off; the operator may leave them for all (no site)."""

    text: Words
    site: SiteId | None = None


class NoteIncident(Command, frozen=True, tag="incident.note"):
    """Write down an incident nobody else noticed."""

    text: Words
    site: SiteId | None = None


class WriteProceedings(Command, frozen=True, tag="proceedings.write"):
    """Write the proceedings of an item (4,000 characters). `base` is the revision of the text it replaces."""

    item: ItemId
    text: Words
    base: int


class RecordCheck(Command, frozen=True, tag="check.record"):
    """The rehearsal's result for one site, brought over to the official log."""

    site: SiteId
    rehearsal: str
    head: str
    technician: Words = ""
    results: dict[str, bool] = msgspec.field(default_factory=dict)


class JumpClock(Command, frozen=True, tag="clock.jump"):
    """The server's clock moved against the monotonic one, by µs (forward positive)."""

    by_us: int
