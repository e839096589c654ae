"""What is sent to screens: one struct for each section, and the parts they are made of (CEREMONY §1)."""

from __future__ import annotations

from typing import Literal

import msgspec

from signaling import cues, scenes
from signaling.agenda import Text
from signaling.draft import Address, Quorum, Video
from signaling.events import Presence
from signaling.names import Gate, ItemId, Micros, Role, Seat, SiteId, SourceId
from signaling.parts import Attendance, Declared, Hand, Phase
from signaling.screens_desk import CheckView, QuorumView, SuspendedView, UndoView
from signaling.screens_papers import SheetView


class SessionView(msgspec.Struct, frozen=True):
    """What the ceremony is and how far it is. `rehearsal`: the ceremony this one rehearses (TỔNG DUYỆT)."""

    id: str
    title: Text
    host: Text
    phase: Phase
    opened_at: Micros | None
    closed_at: Micros | None
    start: Micros
    utc_offset_s: int
    mic_policy: str
    seat: Seat
    role: Role
    site: SiteId | None
    rehearsal: str | None = None
    address: Address = "comrade"
    quorum: Quorum | None = None
    suspended: SuspendedView | None = None
    video: Video = "vp8"


class ItemView(msgspec.Struct, frozen=True, omit_defaults=True):
    """A line of the run sheet. `planned`, `expected` are starts; all times UTC µs. `script` is for the desk.

    `added_s`: what `item.time` gave; `gap_s`: idle time before a fixed start, which absorbs lateness; `squeeze_s`:
    to what an item that must end in time has to be cut, when less than 75 % is left; `phase` of the live
    item at the moment of sending (`due`, `warn_s`, `danger_s` tell it exactly); `differs`: the plan was changed after
    the frozen copy was made; `unready`: what the next item still lacks.
    """

    id: ItemId
    n: int
    kind: str
    title: Text
    state: str
    duration_s: int
    scene: str
    planned: Micros | None = None
    expected: Micros | None = None
    started: Micros | None = None
    ended: Micros | None = None
    due: Micros | None = None
    runs: int = 0
    by: Text | None = None
    site: SiteId | None = None
    required: bool = False
    optional: bool = False
    open_floor: bool = False
    warn_s: int = 120
    danger_s: int = 30
    script: Text | None = None
    sites_do: Text | None = None
    audio: Literal["speech", "music"] = "speech"
    documents: tuple[str, ...] = ()
    at: Micros | None = None
    until: Micros | None = None
    added_s: int = 0
    suspended_s: int = 0
    gap_s: int = 0
    squeeze_s: int | None = None
    phase: Literal["default", "warning", "danger", "overtime"] = "default"
    differs: bool = False
    unready: Literal["speaker-unnamed", "site-absent", "source-absent", "document-unpublished"] | None = None
    step: Literal["announce", "sign"] | None = None
    stills: bool = False


class AgendaPage(msgspec.Struct, frozen=True):
    """Further items of a run sheet too long for one section."""

    rev: int
    items: tuple[ItemView, ...]


class AgendaView(msgspec.Struct, frozen=True):
    """The run sheet with its revision, which agenda commands send back as `after`. `pages`: how many sections the
    items take, `agenda`, `agenda_1`, …; nearly always 1. `total`: all items, also those this screen is not sent.
    """

    rev: int
    live: ItemId | None
    next: ItemId | None
    behind_s: int
    end: Micros | None
    items: tuple[ItemView, ...]
    pages: int = 1
    total: int = 0
    planned_end: Micros | None = None
    undo: UndoView | None = None


class PositionView(msgspec.Struct, frozen=True):
    """One picture of a scene, in a 1280×720 frame. `gone`: show the plate, not the picture."""

    source: SourceId
    x: int
    y: int
    w: int
    h: int
    gone: bool = False


class SlateView(msgspec.Struct, frozen=True):
    """A full-screen card."""

    kind: Literal["title", "flag", "opening", "document"]
    title: Text
    text: Text | None = None


class PictureView(msgspec.Struct, frozen=True):
    """A scene worked out: what to draw."""

    spec: str
    layout: str
    positions: tuple[PositionView, ...]
    slate: SlateView | None = None
    sheet: SheetView | None = None


class SceneView(msgspec.Struct, frozen=True):
    """What is on air and, for the desk, what is in preview. `rev` goes back as `after` of `scene.cut`."""

    rev: int
    program: PictureView
    since: Micros | None
    preview: PictureView | None = None
    caption: str | None = None


class FloorView(msgspec.Struct, frozen=True):
    """Floor and hands. Sites see who has it, their own hand and the queue's length."""

    rev: int
    state: str
    site: SiteId | None
    since: Micros | None
    queue: tuple[Hand, ...]
    waiting: int


class SiteView(msgspec.Struct, frozen=True, omit_defaults=True):
    """One site. Telephone, duty and attendance are for the desk."""

    id: SiteId
    n: int
    role: str
    name: Text
    presence: Presence
    since: Micros | None
    tally: scenes.Tally
    mic: Gate
    sources: tuple[SourceId, ...] = ()
    expected: int = 0
    phone: str | None = None
    duty: Text | None = None
    attendance: Attendance | None = None
    check: CheckView | None = None
    announcement: str | None = None
    told: Micros | None = None


class SitesPage(msgspec.Struct, frozen=True):
    """Further sites of a ceremony with too many for one section."""

    sites: tuple[SiteView, ...]


class SitesView(msgspec.Struct, frozen=True):
    """All sites, the hub first, and the declaration on attendance. `pages` as in the agenda: `sites`, `sites_1`, …"""

    sites: tuple[SiteView, ...]
    declared: Declared | None = None
    quorum: QuorumView | None = None
    pages: int = 1


class CueView(msgspec.Struct, frozen=True):
    """What a site is told: its tally, its microphone, its cue, its own turn, its line of the roll call.

    `place`: its place in the queue. `announcement`: the words its page keeps for when it is cut off. `told`: when it
    last said that it told its hall. `music`: its sound is to be sent as music now (the hub's, CEREMONY §5).
    """

    tally: scenes.Tally
    mic: Gate
    cue: cues.Cue
    asked: bool
    turn: Micros | None
    attendance: Attendance
    expected: int
    hub_phone: str
    place: int | None = None
    announcement: str = ""
    told: Micros | None = None
    music: bool = False


class RecorderView(msgspec.Struct, frozen=True):
    """Is it being recorded? `state` is `fault` when anything on air is not written."""

    state: Literal["off", "recording", "fault"]
    written: int
    expected: int
    disk_s: int | None
    since: Micros | None
    last_sync_ms: int | None
    fault: str | None = None


NO_RECORDER = RecorderView("off", 0, 0, None, None, None)
