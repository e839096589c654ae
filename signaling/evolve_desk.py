"""How the events of the desks move the state: roll call, confirmations, notices, control, lobby, stage."""

from __future__ import annotations

from typing import assert_never

from msgspec.structs import replace

from signaling import events as ev
from signaling import lobby
from signaling.names import Micros, SiteId
from signaling.parts import (
    Answer,
    Attendance,
    Check,
    Confirmation,
    Control,
    Declared,
    Letter,
    Notice,
    Proceeding,
)
from signaling.state import State

RollcallEvent = ev.RollcallAnswered | ev.RollcallMarked | ev.RollcallDeclared | ev.RollcallChecked
ConfirmationEvent = (
    ev.ConfirmationOpened | ev.ConfirmationAnswered | ev.ConfirmationReminded | ev.ConfirmationClosed
)
LobbyEvent = ev.SeatKnocked | ev.SeatAdmitted | ev.SeatRefused | ev.SeatRevoked | ev.SeatMoved
SmallEvent = (
    ev.CaptionSet | ev.CaptionCleared | ev.StageMessaged | ev.StageBlackened | ev.NoticeSent | ev.NoticeAcked
    | ev.AnnouncementConfirmed | ev.MessageSent | ev.SiteAnnounced | ev.ProceedingsWritten | ev.CheckRecorded
    | ev.ControlMoved
)  # fmt: skip


DeskEvent = RollcallEvent | ConfirmationEvent | LobbyEvent | SmallEvent


def desk(state: State, event: DeskEvent, at: Micros) -> State:
    """Return the state after something happened at a desk."""
    match event:
        case ev.RollcallAnswered() | ev.RollcallMarked() | ev.RollcallDeclared() | ev.RollcallChecked():
            return _rollcall(state, event, at)
        case ev.ConfirmationOpened(question, choices, respondents, document, sha256):
            n = len(state.confirmations) + 1 + (state.confirmation is not None)
            past = state.confirmations if state.confirmation is None else (*state.confirmations, state.confirmation)
            asked = Confirmation(n, question, choices, respondents, at, state.live, document, sha256)
            return replace(state, confirmation=asked, confirmations=past)
        case ev.ConfirmationAnswered() | ev.ConfirmationReminded() | ev.ConfirmationClosed():
            return _confirmation(state, event, at)
        case ev.SeatKnocked() | ev.SeatAdmitted() | ev.SeatRefused() | ev.SeatRevoked() | ev.SeatMoved():
            return replace(state, lobby=lobby.moved(state.lobby, event, at))
        case _:
            return _small(state, event, at)


def _rollcall(state: State, event: RollcallEvent, at: Micros) -> State:
    if isinstance(event, ev.RollcallDeclared):
        return replace(state, declared=Declared(event.met, at, event.note))
    line = state.attendance.get(event.site, Attendance())
    match event:
        case ev.RollcallAnswered(_, present, head, quorum, hears, sees, by):
            late = "late" if line.mark == "absent" else line.mark
            line = replace(
                line, present=present, head=head, quorum=quorum, hears=hears, sees=sees, answered_at=at, mark=late,
                answered_by=by,
            )  # fmt: skip
        case ev.RollcallMarked(_, mark):
            line = replace(line, mark=mark)
        case ev.RollcallChecked(_, audio, picture):
            line = replace(line, audio=audio, picture=picture, checked_at=at)
    return replace(state, attendance={**state.attendance, event.site: line})


def _confirmation(
    state: State, event: ev.ConfirmationAnswered | ev.ConfirmationReminded | ev.ConfirmationClosed, at: Micros
) -> State:
    asked = state.confirmation
    if asked is None:
        return state
    match event:
        case ev.ConfirmationAnswered(site, choice, name, counts, sha256, by_phone, remarks):
            answer = Answer(choice, name, at, by_phone, counts, remarks, sha256)
            asked = replace(asked, answers={**asked.answers, site: answer})
        case ev.ConfirmationReminded(site):
            asked = replace(asked, reminded={**asked.reminded, site: at})
        case ev.ConfirmationClosed():
            asked = replace(asked, closed_at=at)
    return replace(state, confirmation=asked)


def _small(state: State, event: SmallEvent, at: Micros) -> State:
    match event:
        case ev.CaptionSet(text):
            return replace(state, caption=text)
        case ev.CaptionCleared():
            return replace(state, caption=None)
        case ev.StageMessaged(text):
            return replace(state, stage_message=text or None)
        case ev.StageBlackened(on):
            return replace(state, blackout=on)
        case ev.NoticeSent(_, to, text, must_ack):
            return replace(state, notices=(*state.notices, Notice(to, text, at, must_ack)))
        case ev.NoticeAcked(number, site):
            return _acked(state, number, site, at)
        case ev.AnnouncementConfirmed(site, told):
            return replace(state, told={**state.told, site: told})
        case ev.MessageSent(site, text):
            letters = (*state.letters, Letter(site, text, at))
            return replace(state, letters=letters, wrote={**state.wrote, site: at})
        case ev.SiteAnnounced(text, site):
            return replace(state, announcements={**state.announcements, site or "": text})
        case ev.ProceedingsWritten(item, text):
            before = state.proceedings.get(item)
            written = Proceeding(1 if before is None else before.rev + 1, text, at)
            return replace(state, proceedings={**state.proceedings, item: written})
        case ev.CheckRecorded(site, rehearsal, head, technician, results):
            return replace(state, checks={**state.checks, site: Check(rehearsal, head, technician, results, at)})
        case ev.ControlMoved(seat, epoch, how, reason):
            return replace(state, control=Control(seat, epoch, at, how, reason))
        case _:
            assert_never(event)


def _acked(state: State, number: int, site: SiteId, at: Micros) -> State:
    if not 0 < number <= len(state.notices):
        return state
    notice = state.notices[number - 1]
    acked = replace(notice, acked={**notice.acked, site: at})
    return replace(state, notices=(*state.notices[: number - 1], acked, *state.notices[number:]))
