"""State and role in, what that screen is told out. What a view lacks is never sent (CEREMONY §1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from signaling import agenda, cues, scenes
from signaling.agenda import Item, Span, Text
from signaling.acting import Actor
from signaling.draft import Address, Quorum
from signaling.events import Presence
from signaling.names import Gate, ItemId, Micros, Role, Seat, SiteId, SourceId, source_id
from signaling.screens import CheckView, QuorumView, SuspendedView, UndoView
from signaling.state import Attendance, Declared, Hand, Phase, State, gates

DESK: frozenset[Role] = frozenset({"operator", "co-operator", "secretary", "chair"})
"""Roles whose screens see every source and the whole run sheet."""


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


class ItemView(msgspec.Struct, frozen=True, omit_defaults=True):
    """A line of the run sheet. `planned`, `expected` are starts; all times UTC µs. `script` is for the desk.

    `added_s`: what `item.time` gave; `gap_s`: idle time before a fixed start, which absorbs lateness; `squeeze_s`:
    by how much an item that must end in time has to be shortened, when less than 75 % is left; `phase` of the live
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
    squeeze_s: int = 0
    phase: Literal["default", "warning", "danger", "overtime"] = "default"
    differs: bool = False
    unready: Literal["speaker-unnamed", "site-absent", "source-absent"] | None = None


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
    last said that it told its hall.
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


def view(state: State, who: Actor, now: Micros, recorder: RecorderView = NO_RECORDER) -> dict[str, Any]:
    """Return the sections this seat's screen is told, each a struct: session, agenda, scene, floor, sites, and
    for the desk `recorder`, for a site `cue`.
    """
    desk = who.role in DESK
    spans = _spans(state, now)
    mics = gates(state)
    sections: dict[str, Any] = {
        "session": _session(state, who),
        "agenda": _agenda(state, spans, desk=desk),
        "scene": _scene(state, desk=desk),
        "floor": _floor(state, who, desk=desk),
        "sites": SitesView(
            tuple(_site(state, i, mics, desk=desk) for i in range(len(state.sheet().sites))), state.declared
        ),
    }
    if desk:
        sections["recorder"] = recorder
    if who.site is not None and state.site(who.site) is not None:
        sections["cue"] = _cue(state, who.site, spans, mics)
    return sections


def _spans(state: State, now: Micros) -> dict[ItemId, Span]:
    cursor = now if state.phase == "open" else state.sheet().start
    return agenda.expected(state.sheet().items, state.runs, state.live_copy, cursor)


def _session(state: State, who: Actor) -> SessionView:
    sheet = state.sheet()
    return SessionView(
        state.session, sheet.title, sheet.host, state.phase, state.opened_at, state.closed_at, sheet.start,
        sheet.utc_offset_s, sheet.mic_policy, who.seat, who.role, who.site,
    )  # fmt: skip


def _agenda(state: State, spans: Mapping[ItemId, Span], *, desk: bool) -> AgendaView:
    items = tuple(_item(state, n, item, spans.get(item.id), desk=desk) for n, item in enumerate(state.sheet().items, 1))
    end = Micros(max(span.end for span in spans.values())) if spans else None
    behind = agenda.behind_us(state.planned, spans, state.next) // 1_000_000 if state.phase == "open" else 0
    return AgendaView(state.agenda_rev, state.live, state.next, behind, end, items)


def _item(state: State, n: int, item: Item, span: Span | None, *, desk: bool) -> ItemView:
    run, planned = state.runs[item.id], state.planned.get(item.id)
    due = None
    if run.state == "live" and run.started is not None:
        due = item.until if item.until is not None else Micros(run.started + item.duration_s * 1_000_000)
    return ItemView(
        item.id, n, item.kind, item.title, run.state, item.duration_s, item.scene,
        planned=planned.start if planned else None,
        expected=span.start if span and run.state != "live" else None,
        started=run.started, ended=run.ended, due=due, runs=run.runs, by=item.by, site=item.site,
        required=item.required, optional=item.optional, open_floor=item.open_floor,
        warn_s=item.warn_s, danger_s=item.danger_s,
        script=item.script if desk else None, sites_do=item.sites_do,
    )  # fmt: skip


def picture(state: State, spec: str) -> PictureView:
    """Return a scene worked out for drawing."""
    scene = scenes.resolve(state, spec)
    boxes = scenes.rectangles(scene.layout, len(scene.sources))
    positions = tuple(
        PositionView(source, *box, gone=source.partition("/")[0] in state.gone)
        for source, box in zip(scene.sources, boxes, strict=False)
    )
    return PictureView(spec, scene.layout, positions, _slate(state, scene) if scene.layout == "slate" else None)


def _slate(state: State, scene: scenes.Scene) -> SlateView:
    name = scene.slate or ""
    slate = next((one for one in state.sheet().slates if one.id == name), None)
    if slate is not None:
        return SlateView(slate.kind, slate.title, slate.text)
    document = next((one for one in state.sheet().documents if f"document:{one.id}" == name), None)
    if document is not None:
        return SlateView("document", document.title)
    live = state.live_copy
    return SlateView("title", live.title if live is not None else state.sheet().title)


def _scene(state: State, *, desk: bool) -> SceneView:
    preview = picture(state, state.preview) if desk and state.preview is not None else None
    return SceneView(state.scene_rev, picture(state, state.program), state.program_since, preview)


def _floor(state: State, who: Actor, *, desk: bool) -> FloorView:
    floor = state.floor
    queue = floor.queue if desk else tuple(hand for hand in floor.queue if hand.site == who.site)
    shown = desk or floor.state == "granted" or floor.site == who.site
    site = floor.site if shown else None
    return FloorView(state.floor_rev, floor.state if shown else "free", site, floor.since, queue, len(floor.queue))


def _site(state: State, index: int, mics: Mapping[SourceId, Gate], *, desk: bool) -> SiteView:
    site = state.sheet().sites[index]
    extra = tuple(sorted(source for source in state.extra if source.startswith(f"{site.id}/")))
    return SiteView(
        site.id, index, site.role, site.name, state.presence.get(site.id, "absent"),
        state.presence_since.get(site.id), scenes.tally(state, site.id),
        mics.get(source_id(site.id, "camera"), "closed"), sources=extra, expected=site.expected if desk else 0,
        phone=site.phone if desk else None, duty=site.duty if desk else None,
        attendance=state.attendance.get(site.id, Attendance()) if desk else None,
    )  # fmt: skip


def _cue(state: State, site: SiteId, spans: dict[ItemId, Span], mics: Mapping[SourceId, Gate]) -> CueView:
    turn = next((item for item in state.sheet().items if item.site == site and item.id in spans), None)
    own = state.site(site)
    hub = next((one.phone for one in state.sheet().sites if one.role == "hub"), "")
    return CueView(
        scenes.tally(state, site), mics.get(source_id(site, "camera"), "closed"), cues.cue(state, site, spans),
        any(hand.site == site for hand in state.floor.queue), spans[turn.id].start if turn else None,
        state.attendance.get(site, Attendance()), own.expected if own else 0, hub,
    )  # fmt: skip
