"""Captions, stage, notices, letters, announcements, proceedings, checks: small commands of the desks (CEREMONY §9)."""

from __future__ import annotations

from typing import Final

from signaling.commands import (
    AckNotice,
    Actor,
    AnnounceSite,
    BlackoutStage,
    ClearCaption,
    ConfirmAnnouncement,
    JumpClock,
    MessageStage,
    NoteIncident,
    RecordCheck,
    SendMessage,
    SendNotice,
    SetCaption,
    WriteProceedings,
)
from signaling.errors import Refused
from signaling.events import (
    AnnouncementConfirmed,
    AnyEvent,
    CaptionCleared,
    CaptionSet,
    CheckRecorded,
    ClockJumped,
    IncidentNoted,
    MessageSent,
    NoticeAcked,
    NoticeSent,
    ProceedingsWritten,
    SiteAnnounced,
    StageBlackened,
    StageMessaged,
)
from signaling.names import Micros, SiteId
from signaling.state import State

LETTER_EVERY_US: Final = 1_000_000
DeskCommand = SetCaption | ClearCaption | MessageStage | BlackoutStage | NoteIncident | WriteProceedings
SiteCommand = SendNotice | AckNotice | ConfirmAnnouncement | SendMessage | AnnounceSite


def desk(state: State, command: DeskCommand) -> list[AnyEvent]:
    """Return what a command of a desk leads to. Raises `Refused`."""
    match command:
        case SetCaption(text):
            return [] if state.caption == _said(text) else [CaptionSet(text)]
        case ClearCaption():
            return [] if state.caption is None else [CaptionCleared()]
        case MessageStage(text):
            return [] if (state.stage_message or "") == text else [StageMessaged(text)]
        case BlackoutStage(on):
            return [] if state.blackout == on else [StageBlackened(on)]
        case NoteIncident(text, site):
            if site is not None:
                _hall(state, site)
            return [IncidentNoted(_said(text), site)]
        case WriteProceedings(item, text, base):
            if state.item(item) is None:
                raise Refused("no-item", item=item)
            written = state.proceedings.get(item)
            if base != (0 if written is None else written.rev):
                raise Refused("text-moved", item=item)
            return [ProceedingsWritten(item, text)]


def sites(state: State, command: SiteCommand, by: Actor, now: Micros) -> list[AnyEvent]:
    """Return what a word to or from a site leads to. Raises `Refused`."""
    match command:
        case SendNotice(text, to, must_ack):
            told = tuple(dict.fromkeys(to)) or tuple(s.id for s in state.sheet().sites if s.role == "district")
            for site in told:
                _hall(state, site)
            return [NoticeSent(len(state.notices) + 1, told, _said(text), must_ack)]
        case AckNotice(number):
            return _ack(state, number, _own(state, by))
        case ConfirmAnnouncement(at):
            return [AnnouncementConfirmed(_own(state, by), at)]
        case SendMessage(text):
            site = _own(state, by)
            if 0 <= now - state.wrote.get(site, now - LETTER_EVERY_US) < LETTER_EVERY_US:
                raise Refused("too-fast")
            return [MessageSent(site, _said(text))]
        case AnnounceSite(text, site):
            where = _own(state, by) if by.role == "site" else site
            if where is not None:
                _hall(state, where)
            return [] if state.announcements.get(where or "", "") == text else [SiteAnnounced(text, where)]


def system(state: State, command: RecordCheck | JumpClock) -> list[AnyEvent]:
    """Return what the system's news lead to. Raises `Refused`."""
    match command:
        case RecordCheck(site, rehearsal, head, technician, results):
            _hall(state, site)
            return [CheckRecorded(site, rehearsal, head, technician, results)]
        case JumpClock(by_us):
            return [ClockJumped(by_us)] if by_us else []


def _hall(state: State, site: SiteId) -> None:
    if state.site(site) is None:
        raise Refused("no-site", site=site)


def _own(state: State, by: Actor) -> SiteId:
    if by.site is None or state.site(by.site) is None:
        raise Refused("no-site", site=by.site or "")
    return by.site


def _said(text: str) -> str:
    if not text.strip():
        raise Refused("text-required")
    return text


def _ack(state: State, number: int, site: SiteId) -> list[AnyEvent]:
    if not 0 < number <= len(state.notices) or site not in state.notices[number - 1].to:
        raise Refused("no-notice")
    return [] if site in state.notices[number - 1].acked else [NoticeAcked(number, site)]
