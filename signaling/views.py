"""State and role in, what that screen is told out. What a view lacks is never sent (CEREMONY §1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from signaling import cues, rollcall, scenes, times, views_agenda, views_desk, views_papers
from signaling.acting import Actor
from signaling.agenda import Span
from signaling.names import HUB, Gate, ItemId, Micros, Role, SiteId, SourceId, source_id
from signaling.parts import Attendance
from signaling.screens import (
    NO_RECORDER,
    CueView,
    FloorView,
    PictureView,
    PositionView,
    RecorderView,
    SceneView,
    SessionView,
    SitesPage,
    SitesView,
    SiteView,
    SlateView,
)
from signaling.screens_desk import CheckView, SuspendedView
from signaling.state import State, gate, gates

__all__ = ["DESK", "NO_RECORDER", "OPERATORS", "RecorderView", "picture", "view"]

DESK: Final[frozenset[Role]] = frozenset({"operator", "co-operator", "secretary", "chair"})
"""Roles whose screens see every source and the whole run sheet."""
OPERATORS: Final[frozenset[Role]] = frozenset({"operator", "co-operator"})
"""Roles that see other seats' telephones and messages."""
_AUDIENCE: Final[frozenset[Role]] = frozenset({"viewer", "stage", "signatory"})
_RECORD: Final[frozenset[Role]] = frozenset({"staff", "auditor", "admin", "system"})


def view(state: State, who: Actor, now: Micros, recorder: RecorderView = NO_RECORDER) -> dict[str, Any]:
    """Return the sections this seat's screen is told, each a struct of `screens` or `screens_desk`."""
    sections: dict[str, Any] = {"session": _session(state, who)}
    if who.role in _RECORD:
        return sections | ({"lobby": views_desk.lobby(state)} if who.role == "admin" else {})
    desk, spans = who.role in DESK, times.spans(state, now)
    sections |= views_agenda.sections(
        state, spans, now, desk=desk, undo=who.role in OPERATORS, only=who.role in _AUDIENCE
    )
    sections["scene"] = _scene(state, desk=desk)
    sections |= _sites(state, who)
    _told(sections, "documents", views_papers.documents(state, who))
    if desk or who.role == "site":
        sections["floor"] = _floor(state, who, desk=desk)
    if desk:
        sections["recorder"] = recorder
        _told(sections, "confirmation", views_desk.confirmation(state))
    if who.role in OPERATORS or who.role == "mc":
        sections |= views_desk.delegates(state)
        sections["prompter"] = views_desk.prompter(state)
    if who.role in OPERATORS or who.role == "stage":
        sections["stage"] = views_desk.stage(state)
    if who.role in OPERATORS or who.role == "secretary":
        sections["notices"] = views_desk.notices(state, letters=who.role in OPERATORS)
        sections["incidents"] = views_desk.incidents(state)
        sections["proceedings"] = views_desk.proceedings(state)
    if who.role in OPERATORS:
        sections["control"] = views_desk.control(state, who)
        sections["lobby"] = views_desk.lobby(state)
    if who.role == "site" and who.site is not None and state.site(who.site) is not None:
        sections["cue"] = _cue(state, who.site, spans, now)
        sections["notices"] = views_desk.notices(state, who.site)
        _told(sections, "confirmation", views_desk.confirmation(state, who.site))
    return sections


def _told(sections: dict[str, Any], name: str, section: object) -> None:
    if section is not None:
        sections[name] = section


def _session(state: State, who: Actor) -> SessionView:
    sheet, pause = state.sheet(), state.suspended
    suspended = None if pause is None else SuspendedView(pause.since, pause.cause, pause.announce)
    return SessionView(
        state.session, sheet.title, sheet.host, state.phase, state.opened_at, state.closed_at, sheet.start,
        sheet.utc_offset_s, sheet.mic_policy, who.seat, who.role, who.site, state.rehearsal_of, sheet.address,
        sheet.quorum, suspended, sheet.video,
    )  # fmt: skip


def picture(state: State, spec: str) -> PictureView:
    """Return a scene worked out for drawing."""
    scene = scenes.resolve(state, spec)
    boxes = scenes.rectangles(scene.layout, len(scene.sources))
    positions = tuple(
        PositionView(source, *box, gone=source.partition("/")[0] in state.gone)
        for source, box in zip(scene.sources, boxes, strict=False)
    )
    slate = _slate(state, scene) if scene.layout == "slate" else None
    return PictureView(spec, scene.layout, positions, slate, views_papers.sheet(scene))


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
    return SceneView(state.scene_rev, picture(state, state.program), state.program_since, preview, state.caption)


def _floor(state: State, who: Actor, *, desk: bool) -> FloorView:
    floor = state.floor
    queue = floor.queue if desk else tuple(hand for hand in floor.queue if hand.site == who.site)
    shown = desk or floor.state == "granted" or floor.site == who.site
    site = floor.site if shown else None
    return FloorView(state.floor_rev, floor.state if shown else "free", site, floor.since, queue, len(floor.queue))


def _sites(state: State, who: Actor) -> dict[str, Any]:
    """Return `sites` and, when there are very many, `sites_1`…; the audience gets only those in the picture."""
    mics, sheet = gates(state), state.sheet()
    shown = range(len(sheet.sites))
    if who.role in _AUDIENCE:
        seen = {source.partition("/")[0] for source in scenes.program(state).sources}
        shown = [i for i in shown if sheet.sites[i].id in seen]  # type: ignore[assignment]
    lines = [_site(state, i, mics, who) for i in shown]
    pages = views_agenda.cut(lines, (300 + views_agenda.weight(line) for line in lines))
    desk = who.role in DESK
    first = SitesView(
        pages[0], state.declared if who.role not in _AUDIENCE else None, rollcall.count(state) if desk else None, len(pages)
    )
    return {"sites": first, **{f"sites_{i}": SitesPage(page) for i, page in enumerate(pages[1:4], 1)}}


def _site(state: State, index: int, mics: Mapping[SourceId, Gate], who: Actor) -> SiteView:
    site, desk = state.sheet().sites[index], who.role in DESK
    extra = tuple(sorted(source for source in state.extra if source.startswith(f"{site.id}/")))
    check = state.checks.get(site.id)
    own = state.announcements.get(site.id, state.announcements.get(""))
    return SiteView(
        site.id, index, site.role, site.name, state.presence.get(site.id, "absent"),
        state.presence_since.get(site.id), scenes.tally(state, site.id),
        mics.get(source_id(site.id, "camera"), "closed"), sources=extra, expected=site.expected if desk else 0,
        phone=site.phone if who.role in OPERATORS else None, duty=site.duty if desk else None,
        attendance=state.attendance.get(site.id, Attendance()) if desk else None,
        check=CheckView(check.rehearsal, check.technician, check.results, check.at) if check and desk else None,
        announcement=own if desk else None, told=state.told.get(site.id) if desk else None,
    )  # fmt: skip


def _cue(state: State, site: SiteId, spans: Mapping[ItemId, Span], now: Micros) -> CueView:
    coming = (item for item in state.sheet().items if item.site == site and item.id in spans)
    turn = next(coming, None)
    own = state.site(site)
    hub = next((one.phone for one in state.sheet().sites if one.role == "hub"), "")
    place = next((i for i, hand in enumerate(state.floor.queue, 1) if hand.site == site), None)
    return CueView(
        scenes.tally(state, site), gate(state, site),
        cues.cue(state, site, spans, now), place is not None, spans[turn.id].start if turn else None,
        state.attendance.get(site, Attendance()), own.expected if own else 0, hub, place, announcement(state, site),
        state.told.get(site), site == HUB and state.live_copy is not None and state.live_copy.audio == "music",
    )  # fmt: skip


def announcement(state: State, site: SiteId) -> str:
    """Return what a site is to tell its hall: of the suspension, else its own stored words, else those of all."""
    if state.suspended is not None and state.suspended.announce:
        return state.suspended.announce
    return state.announcements.get(site) or state.announcements.get("", "")
