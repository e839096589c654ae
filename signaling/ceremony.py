"""The ceremony: commands in, events out, state as their fold.

`decide` invents nothing: identifiers, hashes and the time arrive from outside. `evolve` is total: it never
refuses what happened. It takes the time of the event beside it, which the log keeps on every line.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from signaling import (
    access,
    confirm,
    control,
    documents,
    floor,
    lobby,
    notices,
    phases,
    planning,
    rollcall,
    running,
    scenes,
    signing,
    tickets,
)
from signaling import commands as do
from signaling.commands import Actor, AnyCommand
from signaling.errors import Refused
from signaling.events import (
    AnyEvent,
    LineChanged,
    RecorderChanged,
    ScenePrepared,
    SceneSet,
    ServerStarted,
    SiteAbsent,
    SiteBack,
    SiteLost,
    SourceBack,
    SourceLost,
)
from signaling.evolve import evolve
from signaling.names import Micros, site_of, source_name
from signaling.state import State

__all__ = ["State", "decide", "evolve", "fold"]


def decide(state: State, command: AnyCommand, by: Actor, now: Micros) -> list[AnyEvent]:
    """Return what the command leads to, in order; an empty list when nothing changes. Raises `Refused`.

    The first operator to act takes control by it, silently.
    """
    access.allowed(command, by, state)
    happened = _decide(state, command, by, now)
    return [*control.claimed(state, command, by), *happened] if happened else []


def _decide(state: State, command: AnyCommand, by: Actor, now: Micros) -> list[AnyEvent]:
    match command:
        case (
            do.SetNext() | do.TakeItem() | do.HoldItem() | do.EndItem() | do.SkipItem() | do.RestoreItem()
            | do.UndoAgenda()
        ):  # fmt: skip
            return running.decide(state, command, now)
        case (
            do.AskFloor() | do.WithdrawFloor() | do.InviteFloor() | do.GrantFloor() | do.EndFloor() | do.MoveFloor()
            | do.DropFloor()
        ):  # fmt: skip
            return floor.decide(state, command, by)
        case do.SetMic():
            return floor.microphones(state, command)
        case do.PrepareScene() | do.CutScene() | do.HoldScene():
            return _scene(state, command)
        case do.ReportPresence():
            return _presence(state, command)
        case do.ReportRecorder(kind, source, clip, detail):
            return [RecorderChanged(kind, source, clip, detail)]
        case do.ReportLine():
            return _line(state, command)
        case do.ReportStart(version):
            return [ServerStarted(version)]
        case (
            do.CreateSession() | do.EditSession() | do.OpenSession() | do.SuspendSession() | do.ResumeSession()
            | do.CancelSession() | do.CloseSession() | do.ReopenSession()
        ):  # fmt: skip
            return phases.decide(state, command, now)
        case (
            do.ApplySheet() | do.AddItem() | do.EditItem() | do.RemoveItem() | do.MoveItem() | do.RetimeItem()
        ):
            return planning.decide(state, command)
        case _:
            return _desk(state, command, by, now)


_PaperCommand = documents.DocumentCommand | signing.SigningCommand | tickets.TicketCommand | do.SealSession
_DeskCommand = (
    rollcall.RollcallCommand | confirm.ConfirmationCommand | lobby.LobbyCommand | notices.DeskCommand
    | notices.SiteCommand | do.GiveControl | do.TakeControl | do.RecordCheck | do.JumpClock | _PaperCommand
)  # fmt: skip


def _desk(state: State, command: _DeskCommand, by: Actor, now: Micros) -> list[AnyEvent]:
    match command:
        case do.AnswerRollcall() | do.MarkRollcall() | do.CheckRollcall() | do.DeclareRollcall():
            return rollcall.decide(state, command, by)
        case do.OpenConfirmation() | do.AnswerConfirmation() | do.RemindConfirmation() | do.CloseConfirmation():
            return confirm.decide(state, command, by)
        case do.AdmitSeat() | do.RefuseSeat() | do.RevokeSeat() | do.MoveSeat() | do.KnockSeat():
            return lobby.decide(state, command)
        case do.GiveControl() | do.TakeControl():
            return control.decide(state, command, by)
        case (
            do.SetCaption() | do.ClearCaption() | do.MessageStage() | do.BlackoutStage() | do.NoteIncident()
            | do.WriteProceedings()
        ):  # fmt: skip
            return notices.desk(state, command)
        case (
            do.SendNotice() | do.AckNotice() | do.ConfirmAnnouncement() | do.SendMessage() | do.AnnounceSite()
        ):
            return notices.sites(state, command, by, now)
        case do.RecordCheck() | do.JumpClock():
            return notices.system(state, command)
        case _:
            return _papers(state, command, by, now)


def _papers(state: State, command: _PaperCommand, by: Actor, now: Micros) -> list[AnyEvent]:
    match command:
        case (
            do.AddDocument() | do.PublishDocument() | do.WithdrawDocument() | do.LeaveDocument() | do.PageDocument()
            | do.ExchangeDocument() | do.ExtendDocument()
        ):  # fmt: skip
            return documents.decide(state, command)
        case do.IssueTicket() | do.FinishTicket() | do.CancelTicket():
            return tickets.decide(state, command, by, now)
        case do.SealSession():
            return documents.seal(state, command)
        case (
            do.AssignSlot() | do.DeclineSlot() | do.BeginSigning() | do.InterruptSigning() | do.AttachScan()
            | do.StampScan() | do.LowerPen() | do.RaisePen() | do.VoidPen() | do.WitnessInk()
        ):  # fmt: skip
            return signing.decide(state, command, by)
        case _:
            assert_never(command)


def fold(happened: Iterable[tuple[Micros, AnyEvent]], state: State | None = None) -> State:
    """Return the state after all these events, each with its time."""
    state = State() if state is None else state
    for at, event in happened:
        state = evolve(state, event, at)
    return state


def _scene(state: State, command: do.PrepareScene | do.CutScene | do.HoldScene) -> list[AnyEvent]:
    match command:
        case do.PrepareScene(scene):
            scenes.check(state, scene)
            return [ScenePrepared(scene)]
        case do.CutScene(after):
            if after != state.scene_rev:
                raise Refused("scene-moved")
            if state.preview is None:
                raise Refused("nothing-prepared")
            scenes.check(state, state.preview)
            # the two change places: the operator's way back is one key
            return [scenes.cut(state, state.preview), ScenePrepared(state.program)]
        case do.HoldScene():
            return [SceneSet("hold")]


def _line(state: State, command: do.ReportLine) -> list[AnyEvent]:
    """Return the change of a line while the ceremony is on; what the log says already is not said again."""
    if state.phase not in ("open", "suspended") or state.site(command.site) is None:
        return []
    known = state.lines.get(f"{command.site}/{command.direction}")
    if command.colour == ("good" if known is None else known.colour):
        return []
    return [LineChanged(command.site, command.direction, command.colour, command.reason, command.value)]


def _presence(state: State, command: do.ReportPresence) -> list[AnyEvent]:
    source, site = command.source, site_of(command.source)
    if state.phase == "none" or state.site(site) is None:
        return []
    if source_name(source) != "camera":
        if command.state == "back":
            return [] if source in state.extra else [SourceBack(source)]
        return [SourceLost(source)] if source in state.extra else []
    now = state.presence.get(site, "absent")
    match command.state:
        case "back":
            return [] if now == "present" else [SiteBack(site)]
        case "lost":
            return [SiteLost(site)] if now == "present" else []
        case "absent":
            return [] if now == "absent" else [SiteAbsent(site), *floor.dropped(state, site)]
