"""What happened. Past tense, never rewritten; an old event is upcast on reading (CEREMONY §3, TRUST §8)."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from signaling.errors import Malformed
from signaling.events_desk import (
    AnnouncementConfirmed,
    CaptionCleared,
    CaptionSet,
    CheckRecorded,
    ClockJumped,
    ConfirmationAnswered,
    ConfirmationClosed,
    ConfirmationOpened,
    ConfirmationReminded,
    FloorMoved,
    IncidentNoted,
    MessageSent,
    NoticeAcked,
    NoticeSent,
    ProceedingsWritten,
    RollcallChecked,
    SiteAnnounced,
    StageBlackened,
    StageMessaged,
)
from signaling.events_media import (
    LineChanged,
    RecorderChanged,
    ServerStarted,
    SiteAbsent,
    SiteBack,
    SiteLost,
    SourceBack,
    SourceLost,
)
from signaling.events_papers import (
    DocumentAdded,
    DocumentCompleted,
    DocumentExchanged,
    DocumentExtended,
    DocumentLeft,
    DocumentPaged,
    DocumentPublished,
    DocumentWithdrawn,
    PenLowered,
    PenRaised,
    PenVoided,
    ScanAttached,
    ScanStamped,
    SessionSealed,
    SignatureLanded,
    SigningBegun,
    SigningInterrupted,
    SlotAssigned,
    SlotDeclined,
    TicketCancelled,
    TicketIssued,
)
from signaling.events_plan import (
    AgendaUndone,
    ControlMoved,
    ItemAdded,
    ItemEdited,
    ItemEnded,
    ItemHeld,
    ItemMoved,
    ItemRemoved,
    ItemRestored,
    ItemRetimed,
    ItemSkipped,
    ItemTaken,
    NextSet,
    SeatAdmitted,
    SeatKnocked,
    SeatMoved,
    SeatRefused,
    SeatRevoked,
    SessionCancelled,
    SessionClosed,
    SessionCreated,
    SessionEdited,
    SessionOpened,
    SessionReopened,
    SessionResumed,
    SessionSuspended,
    SheetApplied,
)
from signaling.events_root import Event
from signaling.names import Gate, Seat, SiteId

__all__ = [
    "AgendaUndone", "AnnouncementConfirmed", "AnyEvent", "CaptionCleared", "CaptionSet", "CheckRecorded",
    "ClockJumped", "ConfirmationAnswered", "ConfirmationClosed", "ConfirmationOpened", "ConfirmationReminded",
    "ControlMoved", "DocumentAdded", "DocumentCompleted", "DocumentExchanged", "DocumentExtended",
    "DocumentLeft", "DocumentPaged", "DocumentPublished", "DocumentWithdrawn", "Event", "FloorAsked",
    "FloorDropped", "FloorEnded", "FloorGranted", "FloorInvited", "FloorMoved", "FloorWithdrawn",
    "IncidentNoted", "ItemAdded", "ItemEdited", "ItemEnded", "ItemHeld", "ItemMoved", "ItemRemoved",
    "ItemRestored", "ItemRetimed", "ItemSkipped", "ItemTaken", "LineChanged", "MessageSent", "MicSet", "NextSet",
    "NoticeAcked", "NoticeSent", "PenLowered", "PenRaised", "PenVoided", "Presence", "ProceedingsWritten",
    "RecorderChanged", "RollcallAnswered", "RollcallChecked", "RollcallDeclared", "RollcallMarked",
    "ScanAttached", "ScanStamped", "ScenePrepared", "SceneSet", "SeatAdmitted", "SeatKnocked", "SeatMoved",
    "SeatRefused", "SeatRevoked", "ServerStarted", "SessionCancelled", "SessionClosed", "SessionCreated",
    "SessionEdited", "SessionOpened", "SessionReopened", "SessionResumed", "SessionSealed",
    "SessionSuspended", "SheetApplied", "SignatureLanded", "SigningBegun", "SigningInterrupted", "SiteAbsent",
    "SiteAnnounced", "SiteBack", "SiteLost", "SlotAssigned", "SlotDeclined", "SourceBack", "SourceLost",
    "StageBlackened", "StageMessaged", "TicketCancelled", "TicketIssued", "from_plain", "to_plain",
]  # fmt: skip

Presence = Literal["absent", "present", "lost"]


class ScenePrepared(Event, frozen=True, tag="scene.prepared"):
    """A scene is in the preview. Empty: nothing is."""

    scene: str | None = None


class SceneSet(Event, frozen=True, tag="scene.set"):
    """What the audience sees from now on; of a document also its bytes (SHA-256) and the page (RULINGS)."""

    scene: str
    sha256: str | None = None
    page: int | None = None


class FloorAsked(Event, frozen=True, tag="floor.asked"):
    """A site raised its hand."""

    site: SiteId
    topic: str | None = None


class FloorWithdrawn(Event, frozen=True, tag="floor.withdrawn"):
    """A site lowered its hand."""

    site: SiteId


class FloorDropped(Event, frozen=True, tag="floor.dropped"):
    """A hand was taken out of the queue: by the operator, or because the site went absent."""

    site: SiteId


class FloorInvited(Event, frozen=True, tag="floor.invited"):
    """A site is asked to get ready; only the operator hears it."""

    site: SiteId


class FloorGranted(Event, frozen=True, tag="floor.granted"):
    """A site has the floor: its microphone is open."""

    site: SiteId


class FloorEnded(Event, frozen=True, tag="floor.ended"):
    """The holder's or the invited site's turn is over."""

    site: SiteId


class MicSet(Event, frozen=True, tag="mic.set"):
    """The operator set a microphone apart from the policy."""

    site: SiteId
    state: Gate


class RollcallAnswered(Event, frozen=True, tag="rollcall.answered"):
    """A site's answer to the roll call, given by itself or for it."""

    site: SiteId
    present: int
    head: str = ""
    quorum: bool = True
    hears: bool = True
    sees: bool = True
    by: Seat | None = None


class RollcallMarked(Event, frozen=True, tag="rollcall.marked"):
    """The desk noted a site as absent or late."""

    site: SiteId
    mark: Literal["absent", "late"]


class RollcallDeclared(Event, frozen=True, tag="rollcall.declared"):
    """The chair's declaration: it decides, whatever was counted."""

    met: bool
    note: str | None = None


AnyEvent = (
    SessionCreated | SessionEdited | SessionOpened | SessionSuspended | SessionResumed | SessionCancelled
    | SessionClosed | SessionReopened | SeatKnocked | SeatAdmitted | SeatRefused | SeatRevoked | SeatMoved
    | ControlMoved | SheetApplied | ItemAdded | ItemEdited | ItemRemoved | ItemMoved | ItemRetimed
    | AgendaUndone | NextSet | ItemTaken | ItemEnded | ItemHeld | ItemSkipped | ItemRestored | ScenePrepared
    | SceneSet | FloorAsked | FloorWithdrawn | FloorDropped | FloorInvited | FloorGranted | FloorEnded
    | MicSet | RollcallAnswered | RollcallMarked | RollcallDeclared | SiteBack | SiteLost | SiteAbsent
    | SourceBack | SourceLost | LineChanged | RecorderChanged | ServerStarted | FloorMoved | CaptionSet | CaptionCleared
    | StageMessaged | StageBlackened | RollcallChecked | ConfirmationOpened | ConfirmationAnswered
    | ConfirmationReminded | ConfirmationClosed | NoticeSent | NoticeAcked | AnnouncementConfirmed
    | MessageSent | SiteAnnounced | IncidentNoted | ProceedingsWritten | CheckRecorded | ClockJumped
    | DocumentAdded | DocumentPublished | DocumentWithdrawn | DocumentLeft | DocumentPaged | DocumentCompleted
    | DocumentExchanged | DocumentExtended | SlotAssigned | SlotDeclined | SigningBegun | SigningInterrupted
    | PenLowered | PenRaised | PenVoided | TicketIssued | TicketCancelled | SignatureLanded | ScanAttached
    | ScanStamped | SessionSealed
)  # fmt: skip


class _One(msgspec.Struct, frozen=True):
    """Holds one event: what a union means is worked out once for a struct, and at every call for the union itself."""

    event: AnyEvent


def to_plain(event: AnyEvent) -> dict[str, Any]:
    """Return the event as JSON-ready values, the form the log chains and keeps."""
    plain: dict[str, Any] = msgspec.to_builtins(event)
    return plain


def from_plain(plain: object) -> AnyEvent:
    """Read an event back. Raises `Malformed` for anything that is not one."""
    try:
        return msgspec.convert({"event": plain}, _One).event
    except (msgspec.ValidationError, RecursionError) as error:
        raise Malformed(f"not an event: {error}") from None
