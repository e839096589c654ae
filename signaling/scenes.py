"""Preview, programme, tally; who sees and hears what (CEREMONY §6, RULINGS)."""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from signaling.errors import Refused
from signaling.events import SceneSet
from signaling.names import HUB, SOURCE_NAMES, Gate, Seat, SiteId, SourceId, is_identifier, site_of, source_id
from signaling.state import State, gate, gates

Layout = Literal["solo", "two_shot", "grid", "slate", "hold", "document", "signing"]
Tally = Literal["air", "sound", "standby", "soon", "wait"]
GRID_PAGE: Final = 9
FRAME: Final = (1280, 720)


class Placement(msgspec.Struct, frozen=True):
    """What one slot of one viewer carries: a source, or nothing; its picture, its sound, or both."""

    source: SourceId | None = None
    picture: bool = True
    sound: bool = True


class Casting(msgspec.Struct, frozen=True):
    """Everything the media plane must know of a state of the ceremony.

    `gates`: microphone state per source (absent = `closed`).
    `slots`: per seat, slot by slot from 0. A seat that is absent sees nothing.
    `wanted`: sources whose top layer is wanted now (next, invited, preview, on air).
    `priority`: sources by importance, first is served first (document, floor holder, hub, then tiles).
    `holder`: the source of who has the floor: the speaker, whoever else is loud.
    `loudest_only`: every microphone is open, so only the loudest are forwarded, and those of `always`.
    """

    gates: dict[SourceId, Gate] = {}
    slots: dict[Seat, tuple[Placement, ...]] = {}
    wanted: frozenset[SourceId] = frozenset()
    priority: tuple[SourceId, ...] = ()
    holder: SourceId | None = None
    loudest_only: bool = False
    always: frozenset[SourceId] = frozenset()


class Viewer(msgspec.Struct, frozen=True):
    """Someone who may watch: the programme (`site` and viewers), or every source (`desk`)."""

    seat: Seat
    desk: bool
    site: SiteId | None = None


class Sheet(msgspec.Struct, frozen=True):
    """A page of a document in the picture: whose, its bytes (SHA-256), the page from 1."""

    document: str
    sha256: str
    page: int


class Scene(msgspec.Struct, frozen=True):
    """A scene worked out against a state: its layout and what stands in it, first position first."""

    spec: str
    layout: Layout
    sources: tuple[SourceId, ...] = ()
    slate: str | None = None
    sheet: Sheet | None = None


_DESK_BOX: Final = (0, 0, 848, 477)
_HUB_BOX: Final = (0, 477, 432, 243)
SHEET_BOXES: Final[dict[Layout, tuple[int, int, int, int]]] = {
    "document": (0, 0, *FRAME), "signing": (848, 0, 432, 720),
}  # fmt: skip
"""Where a document's page stands (x, y, width, height): alone, or upright beside the signing table."""


def rectangles(layout: Layout, count: int) -> tuple[tuple[int, int, int, int], ...]:
    """Return (x, y, width, height) of each position in a 1280×720 frame; page, replay and export share it."""
    width, height = FRAME
    if layout in ("slate", "hold", "document") or count == 0:
        return ()
    if layout == "signing":
        return (_DESK_BOX, _HUB_BOX)[:count]
    if layout == "solo" or count == 1:
        return ((0, 0, width, height),)
    across = 2 if count <= 4 else 3
    down = -(-count // across)
    w, h = width // across, height // across
    top = (height - down * h) // 2
    return tuple((i % across * w, top + i // across * h, w, h) for i in range(count))


def check(state: State, spec: str) -> None:
    """Refuse what is not a scene (`scene-malformed`) or names an absent source (`source-absent`)."""
    kind, _, rest = spec.partition(":")
    if kind == "hold" and not rest:
        return
    if kind == "slate":
        if rest and all(slate.id != rest for slate in state.sheet().slates):
            raise Refused("scene-malformed", scene=spec)
        return
    if kind in ("document", "signing"):
        if all(document.id != rest for document in state.sheet().documents):
            raise Refused("scene-malformed", scene=spec)
        return
    if kind == "grid":
        if rest and not (rest.isascii() and rest.isdigit() and 0 < int(rest[:4]) <= pages(state)):
            raise Refused("scene-malformed", scene=spec)
        return
    _check_names(state, spec, kind, rest)


def _check_names(state: State, spec: str, kind: str, rest: str) -> None:
    names = rest.split("+")
    if {"solo": 1, "two_shot": 2}.get(kind) != len(names) or len(set(names)) != len(names):
        raise Refused("scene-malformed", scene=spec)
    for name in names:
        site, _, source = name.partition("/")
        if name == "holder":
            continue
        if not is_identifier(site) or state.site(site) is None or (source and source not in SOURCE_NAMES):
            raise Refused("scene-malformed", scene=spec)
        if state.is_absent(SiteId(site)) or (source not in ("", "camera") and SourceId(name) not in state.extra):
            raise Refused("source-absent", source=name)


def pages(state: State) -> int:
    """Return how many pages a grid of all sites has."""
    return max(1, -(-len(state.sheet().sites) // GRID_PAGE))


def resolve(state: State, spec: str) -> Scene:
    """Work a scene out against the state. Total: an unknown scene shows the holding picture.

    An absent site keeps its position (its plate says so); it comes back into the picture only by a cut.
    """
    kind, _, rest = spec.partition(":")
    if kind == "grid":
        page = int(rest) - 1 if rest.isascii() and rest.isdigit() else 0
        sites = state.sheet().sites[page * GRID_PAGE : (page + 1) * GRID_PAGE]
        return Scene(spec, "grid", tuple(source_id(site.id, "camera") for site in sites))
    if kind == "slate":
        return Scene(spec, "slate", slate=rest or None)
    if kind in ("document", "signing"):
        return _papers(state, spec, kind, rest)
    if kind in ("solo", "two_shot"):
        named = tuple(dict.fromkeys(_source(state, name) for name in rest.split("+")))
        sources = tuple(source for source in named if source is not None)
        if not sources:
            sources = (source_id(HUB, "camera"),)
        return Scene(spec, "two_shot" if len(sources) == 2 else "solo", sources)
    return Scene(spec, "hold")


def _papers(state: State, spec: str, kind: str, document: str) -> Scene:
    """A published document is shown as its pages; until then by the document camera, else by its title."""
    sheet = sheet_of(state, document)
    camera, table = source_id(HUB, "document"), source_id(HUB, "table")
    hub = source_id(HUB, "camera")
    if kind == "document":
        if sheet is not None:
            return Scene(spec, "document", sheet=sheet)
        return Scene(spec, "solo", (camera,)) if camera in state.extra else Scene(spec, "slate", slate=spec)
    shown = (table, hub) if table in state.extra else (hub,)
    return Scene(spec, "signing", shown, sheet=sheet) if sheet is not None else Scene(spec, "solo", shown[:1])


def sheet_of(state: State, document: str) -> Sheet | None:
    """Return what a scene shows of a document: the latest revision of a published one, at its page."""
    paper = state.paper(document)
    if paper is None or not paper.stands():
        return None
    shown = paper.head or paper.published
    return None if shown is None else Sheet(paper.id, shown, paper.page)


def cut(state: State, spec: str) -> SceneSet:
    """Return the event that puts a scene on air, with the bytes and the page where it shows a document."""
    sheet = resolve(state, spec).sheet
    return SceneSet(spec) if sheet is None else SceneSet(spec, sheet.sha256, sheet.page)


def _source(state: State, name: str) -> SourceId | None:
    if name == "holder":
        holder = state.holder()
        return None if holder is None else source_id(holder, "camera")
    return SourceId(name) if "/" in name else source_id(name, "camera")


def program(state: State) -> Scene:
    """Return what the audience sees."""
    return resolve(state, state.program)


def shows(state: State, spec: str, site: SiteId) -> bool:
    """Tell whether a scene has a picture of a site."""
    return any(site_of(source) == site for source in resolve(state, spec).sources)


def tally(state: State, site: SiteId) -> Tally:
    """Return a site's tally: the first that is true (CEREMONY §6). It follows what is, never what was asked."""
    if state.phase not in ("closed", "cancelled", "sealed"):
        # a site that left the scene stands there as a plate: nobody sees it, whatever it sends
        if shows(state, state.program, site) and site not in state.gone:
            return "air"
        if gate(state, site) == "open":
            return "sound"
    invited = state.floor.state == "invited" and state.floor.site == site
    if invited or (state.preview is not None and shows(state, state.preview, site)):
        return "standby"
    if state.next_copy is not None and state.next_copy.site == site:
        return "standby"
    return "soon" if _site_after_next(state) == site else "wait"


def _site_after_next(state: State) -> SiteId | None:
    if state.next is None:
        return None
    items = state.sheet().items
    for place in range(state.sheet().places.get(state.next, len(items)) + 1, len(items)):
        if state.runs[items[place].id].state in ("planned", "held"):
            return items[place].site
    return None


def wanted(state: State) -> frozenset[SourceId]:
    """Return the sources whose top layer is wanted: on air, in preview, invited, or next."""
    sources = set(program(state).sources)
    if state.preview is not None:
        sources |= set(resolve(state, state.preview).sources)
    coming = [state.floor.site, state.next_copy.site if state.next_copy else None]
    return frozenset(sources | {source_id(site, "camera") for site in coming if site is not None})


def desk_order(state: State) -> tuple[SourceId, ...]:
    """Return the fixed slots of the console: every site's camera, then table, document and slides of the hub."""
    cameras = tuple(source_id(site.id, "camera") for site in state.sheet().sites)
    return (*cameras, *(source_id(HUB, name) for name in ("table", "document", "slides")))


def casting(state: State, viewers: tuple[Viewer, ...]) -> Casting:
    """Return everything the media plane must know. A seat never gets its own site's sound (RULINGS)."""
    mics = gates(state)
    slots = {
        viewer.seat: _desk_slots(state) if viewer.desk else _program_slots(state, viewer, mics) for viewer in viewers
    }
    on_air = program(state).sources
    site, hub = state.holder(), source_id(HUB, "camera")
    holder = None if site is None else source_id(site, "camera")
    first = [source_id(HUB, "document"), source_id(HUB, "slides"), *([] if holder is None else [holder])]
    order = dict.fromkeys([*first, *on_air, hub, *desk_order(state)])
    always = frozenset({hub} if holder is None else {hub, holder})
    return Casting(mics, slots, wanted(state), tuple(order), holder, state.sheet().mic_policy == "always_on", always)


def _desk_slots(state: State) -> tuple[Placement, ...]:
    return tuple(Placement(source) for source in desk_order(state))


def _program_slots(state: State, viewer: Viewer, mics: dict[SourceId, Gate]) -> tuple[Placement, ...]:
    shown = program(state).sources
    seen = [
        Placement() if site_of(source) in state.gone else Placement(source, sound=site_of(source) != viewer.site)
        for source in shown
    ]
    heard = [
        Placement(source, picture=False)
        for source, gate in mics.items()
        if gate == "open" and source not in shown and site_of(source) != viewer.site
    ]
    return (*seen, *heard)
