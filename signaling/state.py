"""The state of one ceremony: a fold of its events, and the questions everyone asks of it."""

from __future__ import annotations

import msgspec

from signaling.agenda import Item, Run, Span
from signaling.draft import Draft, Site
from signaling.events import LineChanged, Presence
from signaling.names import HUB, Gate, ItemId, Micros, Seat, SiteId, SourceId, person_of, source_id
from signaling.papers import Paper, fresh
from signaling.parts import (
    Attendance,
    Check,
    Confirmation,
    Control,
    Declared,
    Floor,
    Incident,
    Letter,
    LobbySeat,
    Notice,
    Phase,
    Proceeding,
    Suspended,
    UndoAct,
)


class Undo(msgspec.Struct, frozen=True):
    """The last act that can be undone: its first and last event, and the state before it.

    `consequences`: floor or confirmation moved since. `picture`, `sound`: the operator has not touched scene or
    microphones since, so that they go back too.
    """

    act: UndoAct
    item: ItemId | None
    seq: int
    last: int
    at: Micros
    before: State
    consequences: bool = False
    picture: bool = True
    sound: bool = True


class State(msgspec.Struct, frozen=True):
    """Everything the log says so far. Revisions count the events of their domain (CEREMONY §3).

    `lines`: how bad a line is, by `<site>/up` or `/down`; one that is not in it is good. `extra`: sources other than cameras that send. `gone`: sites that went absent while they stood in the
    programme; they return to it by the operator's cut only. `seq` counts events, as the log does. `added`: seconds
    items were given beside their duration. `announcements`: per site, `""` for all. `told`: when a site says that it
    told its hall.
    """

    session: str = ""
    draft: Draft | None = None
    phase: Phase = "none"
    opened_at: Micros | None = None
    closed_at: Micros | None = None
    runs: dict[ItemId, Run] = {}
    live: ItemId | None = None
    live_copy: Item | None = None
    next: ItemId | None = None
    next_copy: Item | None = None
    planned: dict[ItemId, Span] = {}
    program: str = "hold"
    program_since: Micros | None = None
    preview: str | None = None
    floor: Floor = Floor()
    presence: dict[SiteId, Presence] = {}
    presence_since: dict[SiteId, Micros] = {}
    lines: dict[str, LineChanged] = {}
    extra: frozenset[SourceId] = frozenset()
    gone: frozenset[SiteId] = frozenset()
    mics: dict[SiteId, Gate] = {}
    attendance: dict[SiteId, Attendance] = {}
    declared: Declared | None = None
    agenda_rev: int = 0
    scene_rev: int = 0
    floor_rev: int = 0
    seq: int = 0
    rehearsal_of: str | None = None
    suspended: Suspended | None = None
    added: dict[ItemId, int] = {}
    undo: Undo | None = None
    control: Control | None = None
    lobby: dict[Seat, LobbySeat] = {}
    caption: str | None = None
    stage_message: str | None = None
    blackout: bool = False
    confirmation: Confirmation | None = None
    confirmations: tuple[Confirmation, ...] = ()
    notices: tuple[Notice, ...] = ()
    letters: tuple[Letter, ...] = ()
    wrote: dict[SiteId, Micros] = {}
    announcements: dict[str, str] = {}
    told: dict[SiteId, Micros] = {}
    incidents: tuple[Incident, ...] = ()
    proceedings: dict[ItemId, Proceeding] = {}
    checks: dict[SiteId, Check] = {}
    papers: dict[str, Paper] = {}
    manifest: str | None = None

    def sheet(self) -> Draft:
        """Return the run sheet. The session must exist."""
        assert self.draft is not None
        return self.draft

    def site(self, site: str) -> Site | None:
        """Return a site of this ceremony, or None."""
        return self.sheet().halls.get(site)

    def item(self, item: str) -> Item | None:
        """Return an item of the run sheet, or None."""
        place = self.sheet().places.get(item)
        return None if place is None else self.sheet().items[place]

    def paper(self, document: str) -> Paper | None:
        """Return a document as it stands, or None. Until it is published its title and slots follow the run sheet."""
        known = self.papers.get(document)
        if known is not None and (known.state != "draft" or known.kind != "ceremony"):
            return known
        plan = next((one for one in self.sheet().documents if one.id == document), None)
        if plan is None:
            return known
        if known is None:
            return fresh(plan)
        return msgspec.structs.replace(known, title=plan.title, mode=plan.signing, slots=plan.signatures)

    def every_paper(self) -> tuple[Paper, ...]:
        """Return all documents, those of the sheet first, in its order."""
        named = dict.fromkeys((*(one.id for one in self.sheet().documents), *self.papers))
        return tuple(paper for paper in map(self.paper, named) if paper is not None)

    def is_absent(self, site: SiteId) -> bool:
        """Tell whether a site may not be given floor or picture. `lost` is not yet absent."""
        return self.presence.get(site, "absent") == "absent"

    def live_sources(self) -> frozenset[SourceId]:
        """Return the sources that send now: cameras of present sites and the others that were seen."""
        cameras = (source_id(site, "camera") for site, how in self.presence.items() if how == "present")
        return self.extra | frozenset(cameras)

    def missing_sites(self) -> tuple[SiteId, ...]:
        """Return the districts that are not present, in the order of the sheet."""
        return tuple(
            site.id for site in self.sheet().sites if site.role != "hub" and self.presence.get(site.id) != "present"
        )

    def holder(self) -> SiteId | None:
        """Return the site that has the floor."""
        return self.floor.site if self.floor.state == "granted" else None

    def controls(self, seat: Seat) -> bool:
        """Tell whether a seat is one of the person in control."""
        return self.control is not None and person_of(self.control.seat) == person_of(seat)


def gates(state: State) -> dict[SourceId, Gate]:
    """Return every microphone's state: the policy, then the operator's hand (CEREMONY §5, MEDIA §8).

    Keys are the cameras of all sites, which carry the halls' microphones; other sources stay closed.
    """
    return {source_id(site.id, "camera"): gate(state, site.id) for site in state.sheet().sites}


def gate(state: State, site: SiteId) -> Gate:
    """Return the state of one hall's microphone."""
    if state.phase in ("closed", "cancelled", "sealed"):
        return "closed"
    hand = state.mics.get(site)
    if hand is not None:
        return hand
    if state.live_copy is not None and state.live_copy.audio == "music":
        return "open" if site == HUB else "closed"
    if state.sheet().mic_policy == "always_on" or site in (HUB, state.holder()):
        return "open"
    if state.floor.state == "invited" and state.floor.site == site:
        return "pre"
    return "closed"
