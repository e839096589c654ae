"""What may be asked, and of whom it comes. Imperative (CEREMONY §3). Everything is imported from here."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec

from signaling.acting import SYSTEM, Actor, Command, Words, verb
from signaling.commands_desk import (
    AckNotice,
    AnnounceSite,
    AnswerConfirmation,
    BlackoutStage,
    CheckRollcall,
    ClearCaption,
    CloseConfirmation,
    ConfirmAnnouncement,
    JumpClock,
    MessageStage,
    MoveFloor,
    NoteIncident,
    OpenConfirmation,
    RecordCheck,
    RemindConfirmation,
    SendMessage,
    SendNotice,
    SetCaption,
    WriteProceedings,
)
from signaling.commands_papers import (
    AddDocument,
    AssignSlot,
    AttachScan,
    BeginSigning,
    CancelTicket,
    DeclineSlot,
    ExchangeDocument,
    ExtendDocument,
    FinishTicket,
    InterruptSigning,
    IssueTicket,
    LeaveDocument,
    LowerPen,
    PageDocument,
    PublishDocument,
    RaisePen,
    SealSession,
    StampScan,
    VoidPen,
    WithdrawDocument,
    WitnessInk,
)
from signaling.commands_plan import (
    AddItem,
    AdmitSeat,
    ApplySheet,
    CancelSession,
    CreateSession,
    EditItem,
    EditSession,
    GiveControl,
    KnockSeat,
    MoveItem,
    MoveSeat,
    RefuseSeat,
    RemoveItem,
    ResumeSession,
    RetimeItem,
    RevokeSeat,
    SuspendSession,
    TakeControl,
    UndoAgenda,
)
from signaling.names import Gate, ItemId, SiteId, SourceId

__all__ = [  # noqa: RUF022 - in the order of CEREMONY §3
    "Actor", "AnyCommand", "Command", "PublicCommand", "SYSTEM", "Words", "verb", "OpenSession",
    "CloseSession", "ReopenSession", "SetNext", "TakeItem", "HoldItem", "EndItem", "SkipItem",
    "RestoreItem", "AskFloor", "WithdrawFloor", "InviteFloor", "GrantFloor", "EndFloor", "DropFloor",
    "SetMic", "PrepareScene", "CutScene", "HoldScene", "AnswerRollcall", "MarkRollcall", "DeclareRollcall",
    "ReportPresence", "ReportRecorder", "ReportLine", "ReportStart", "CreateSession", "EditSession", "SuspendSession",
    "ResumeSession", "CancelSession", "AdmitSeat", "RefuseSeat", "RevokeSeat", "MoveSeat", "KnockSeat",
    "GiveControl", "TakeControl", "ApplySheet", "AddItem", "EditItem", "RemoveItem", "MoveItem",
    "RetimeItem", "UndoAgenda", "MoveFloor", "SetCaption", "ClearCaption", "MessageStage", "BlackoutStage",
    "CheckRollcall", "OpenConfirmation", "AnswerConfirmation", "RemindConfirmation", "CloseConfirmation",
    "SendNotice", "AckNotice", "ConfirmAnnouncement", "SendMessage", "AnnounceSite", "NoteIncident",
    "WriteProceedings", "RecordCheck", "JumpClock", "AddDocument", "PublishDocument", "WithdrawDocument",
    "LeaveDocument", "PageDocument", "ExchangeDocument", "ExtendDocument", "AssignSlot", "DeclineSlot",
    "BeginSigning", "InterruptSigning", "LowerPen", "RaisePen", "VoidPen", "WitnessInk", "AttachScan", "StampScan",
    "IssueTicket", "FinishTicket", "CancelTicket", "SealSession",
]  # fmt: skip


class OpenSession(Command, frozen=True, tag="session.open"):
    """Start: recording begins. A reason is needed while sites are missing."""

    reason: Words | None = None


class CloseSession(Command, frozen=True, tag="session.close"):
    """End. A reason is needed while required items are left."""

    reason: Words | None = None


class ReopenSession(Command, frozen=True, tag="session.reopen"):
    """Go on after all, within 15 minutes of closing."""

    reason: Words


class SetNext(Command, frozen=True, tag="item.next"):
    """Choose what comes next. `after` is the agenda revision the operator saw."""

    item: ItemId
    after: int


class TakeItem(Command, frozen=True, tag="item.take"):
    """Go to the next item; names it, so that a moved agenda is noticed."""

    item: ItemId
    after: int
    reason: Words | None = None


class HoldItem(Command, frozen=True, tag="item.hold"):
    """Put the live item back among those to come."""

    after: int


class EndItem(Command, frozen=True, tag="item.end"):
    """End the live item without starting another."""

    after: int


class SkipItem(Command, frozen=True, tag="item.skip"):
    """Leave an item out; a required one wants a reason."""

    item: ItemId
    after: int
    reason: Words | None = None


class RestoreItem(Command, frozen=True, tag="item.restore"):
    """Plan a skipped item again."""

    item: ItemId


class AskFloor(Command, frozen=True, tag="floor.ask"):
    """Raise a hand."""

    topic: Words | None = None


class WithdrawFloor(Command, frozen=True, tag="floor.withdraw"):
    """Lower it."""


class InviteFloor(Command, frozen=True, tag="floor.invite"):
    """Ask a site to get ready; the operator listens in."""

    site: SiteId


class GrantFloor(Command, frozen=True, tag="floor.grant"):
    """Give the floor: microphone, tally and picture in one act. `interrupt` ends the turn of whoever has it."""

    site: SiteId
    after: int
    interrupt: bool = False


class EndFloor(Command, frozen=True, tag="floor.end"):
    """Take the floor back, or give it back."""


class DropFloor(Command, frozen=True, tag="floor.drop"):
    """Take a hand out of the queue."""

    site: SiteId


class SetMic(Command, frozen=True, tag="mic.set"):
    """Set one microphone or all of them. `open` outside the policy is refused."""

    site: SiteId | Literal["all"]
    state: Gate


class PrepareScene(Command, frozen=True, tag="scene.prepare"):
    """Load a scene into the preview."""

    scene: Words


class CutScene(Command, frozen=True, tag="scene.cut"):
    """Put the preview on air."""

    after: int


class HoldScene(Command, frozen=True, tag="scene.hold"):
    """The panic act: everyone sees the holding picture. Never refused."""


class AnswerRollcall(Command, frozen=True, tag="rollcall.answer"):
    """Answer the roll call for a site (a site only for itself)."""

    site: SiteId
    present: Annotated[int, msgspec.Meta(ge=0, le=100_000)]
    head: Words = ""
    quorum: bool = True
    hears: bool = True
    sees: bool = True


class MarkRollcall(Command, frozen=True, tag="rollcall.mark"):
    """Note a site as absent or late."""

    site: SiteId
    mark: Literal["absent", "late"]


class DeclareRollcall(Command, frozen=True, tag="rollcall.declare"):
    """Declare the attendance sufficient or not; "not" wants a note."""

    met: bool
    note: Words | None = None


class ReportPresence(Command, frozen=True, tag="presence.report"):
    """The media plane's news about one source."""

    source: SourceId
    state: Literal["back", "lost", "absent"]


class ReportRecorder(Command, frozen=True, tag="recorder.report"):
    """The recorder's news."""

    kind: Literal["opened", "gap", "closed", "shed", "heads", "error"]
    source: SourceId | None = None
    clip: str | None = None
    detail: dict[str, Any] = msgspec.field(default_factory=dict)


class ReportLine(Command, frozen=True, tag="line.report"):
    """The media plane's judgement of a site's line, one way, as it is told to the desks."""

    site: SiteId
    direction: Literal["up", "down"]
    colour: Literal["good", "fair", "poor"]
    reason: str = ""
    value: int = 0


class ReportStart(Command, frozen=True, tag="server.report"):
    """The server found this session unfinished and goes on with it."""

    version: str


PublicCommand = (
    OpenSession | CloseSession | ReopenSession | SetNext | TakeItem | HoldItem | EndItem | SkipItem
    | RestoreItem | AskFloor | WithdrawFloor | InviteFloor | GrantFloor | EndFloor | DropFloor | SetMic
    | PrepareScene | CutScene | HoldScene | AnswerRollcall | MarkRollcall | DeclareRollcall | EditSession
    | SuspendSession | ResumeSession | CancelSession | AdmitSeat | RefuseSeat | RevokeSeat | MoveSeat
    | GiveControl | TakeControl | ApplySheet | AddItem | EditItem | RemoveItem | MoveItem | RetimeItem
    | UndoAgenda | MoveFloor | SetCaption | ClearCaption | MessageStage | BlackoutStage | CheckRollcall
    | OpenConfirmation | AnswerConfirmation | RemindConfirmation | CloseConfirmation | SendNotice
    | AckNotice | ConfirmAnnouncement | SendMessage | AnnounceSite | NoteIncident | WriteProceedings
    | PageDocument | WithdrawDocument | LeaveDocument | ExchangeDocument | AssignSlot | DeclineSlot | BeginSigning
    | InterruptSigning | LowerPen | RaisePen | VoidPen | WitnessInk | CancelTicket
)  # fmt: skip
"""What may come over a socket."""

AnyCommand = (
    PublicCommand | ReportPresence | ReportRecorder | ReportLine | ReportStart | CreateSession | KnockSeat | RecordCheck | JumpClock
    | AddDocument | PublishDocument | AttachScan | StampScan | IssueTicket | FinishTicket | ExtendDocument | SealSession
)  # fmt: skip
