"""Hands, invitation, holder, microphones: what the floor's commands lead to (CEREMONY §5)."""

from __future__ import annotations

from signaling import scenes
from signaling.commands import (
    Actor,
    AskFloor,
    DropFloor,
    EndFloor,
    GrantFloor,
    InviteFloor,
    MoveFloor,
    SetMic,
    WithdrawFloor,
)
from signaling.errors import Refused
from signaling.events import (
    AnyEvent,
    FloorAsked,
    FloorDropped,
    FloorEnded,
    FloorGranted,
    FloorInvited,
    FloorMoved,
    FloorWithdrawn,
    MicSet,
    SceneSet,
)
from signaling.names import HUB, SiteId
from signaling.state import State

FloorCommand = AskFloor | WithdrawFloor | InviteFloor | GrantFloor | EndFloor | MoveFloor | DropFloor


def decide(state: State, command: FloorCommand, by: Actor) -> list[AnyEvent]:
    """Return what a floor command leads to. Raises `Refused`."""
    match command:
        case AskFloor(topic):
            return [_ask(state, by, topic)]
        case WithdrawFloor():
            return [FloorWithdrawn(_asked(state, by.site))]
        case DropFloor(site):
            return [FloorDropped(_asked(state, site))]
        case MoveFloor(site, before):
            return _move(state, site, before)
        case InviteFloor(site):
            return _invite(state, site)
        case GrantFloor():
            return _grant(state, command)
        case EndFloor():
            return _end(state, by)


def _ask(state: State, by: Actor, topic: str | None) -> AnyEvent:
    site = by.site
    if site is None or site == HUB:
        raise Refused("floor-closed")
    if state.is_absent(site):
        raise Refused("site-absent", site=site)
    if any(hand.site == site for hand in state.floor.queue):
        raise Refused("already-asked")
    if state.holder() == site:
        raise Refused("has-floor")
    return FloorAsked(site, topic)


def _asked(state: State, site: SiteId | None) -> SiteId:
    if site is None or all(hand.site != site for hand in state.floor.queue):
        raise Refused("not-asked")
    return site


def _district(state: State, site: SiteId) -> None:
    if state.site(site) is None:
        raise Refused("no-site", site=site)
    if state.is_absent(site):
        raise Refused("site-absent", site=site)


def _invite(state: State, site: SiteId) -> list[AnyEvent]:
    _district(state, site)
    if state.floor.state == "granted":
        raise Refused("floor-busy")
    ended: list[AnyEvent] = []
    if state.floor.site is not None and state.floor.site != site:
        ended.append(FloorEnded(state.floor.site))
    return [*ended, FloorInvited(site)]


def _move(state: State, site: SiteId, before: SiteId | None) -> list[AnyEvent]:
    _asked(state, site)
    if before == site:
        return []
    if before is not None:
        _asked(state, before)
    return [FloorMoved(site, before)]


def _grant(state: State, command: GrantFloor) -> list[AnyEvent]:
    if command.after != state.floor_rev:
        raise Refused("floor-moved")
    _district(state, command.site)
    if state.floor.state == "granted" and not command.interrupt:
        raise Refused("floor-busy")
    if state.holder() == command.site:
        raise Refused("has-floor")
    return granted(state, command.site)


def granted(state: State, site: SiteId) -> list[AnyEvent]:
    """Return the events that give a site the floor: grant, and a two-shot unless it is in the picture already. One that
    stands there as a plate is brought back by the same scene once more.
    """
    events: list[AnyEvent] = []
    if state.floor.site is not None and state.floor.site != site:
        events.append(FloorEnded(state.floor.site))
    events.append(FloorGranted(site))
    shown = scenes.shows(state, state.program, site)
    if site != HUB and (not shown or site in state.gone):
        events.append(SceneSet(state.program if shown else f"two_shot:{HUB}+{site}"))
    return events


def _end(state: State, by: Actor) -> list[AnyEvent]:
    if state.floor.site is None:
        raise Refused("floor-free")
    if by.role == "site" and by.site != state.floor.site:
        raise Refused("not-allowed", verb="floor.end")
    return [FloorEnded(state.floor.site)]


def dropped(state: State, site: SiteId) -> list[AnyEvent]:
    """Return what an absence does to the floor: the hand falls, the turn ends."""
    events: list[AnyEvent] = []
    if any(hand.site == site for hand in state.floor.queue):
        events.append(FloorDropped(site))
    if state.floor.site == site:
        events.append(FloorEnded(site))
    return events


def microphones(state: State, command: SetMic) -> list[AnyEvent]:
    """Return what setting microphones leads to: anyone may be closed, none opened against the policy."""
    sites = [site.id for site in state.sheet().sites] if command.site == "all" else [SiteId(command.site)]
    if any(state.site(site) is None for site in sites):
        raise Refused("no-site", site=command.site)
    if command.state == "open":
        if command.site == "all" and state.sheet().mic_policy == "on_grant":
            raise Refused("mic-on-grant")
        for site in sites:
            if state.sheet().mic_policy == "on_grant" and site not in (HUB, state.holder()):
                raise Refused("mic-on-grant", site=site)
    if command.state != "closed" and any(state.is_absent(site) for site in sites if command.site != "all"):
        raise Refused("site-absent", site=command.site)
    return [MicSet(site, command.state) for site in sites]
