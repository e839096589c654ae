"""What each site is told to do, and when (CEREMONY §9). Facts only; the page owns the sentences (`cue.<key>`)."""

from __future__ import annotations

from typing import Literal

import msgspec

from signaling import scenes
from signaling.agenda import Span, Text
from signaling.names import ItemId, Micros, SiteId
from signaling.state import State

CueKey = Literal["speak", "on-air", "invited", "next", "later", "asked", "follow", "setup", "closed"]


class Cue(msgspec.Struct, frozen=True, omit_defaults=True):
    """One instruction. `until`: when the turn should end, UTC µs; `count`: items before the turn, or place in
    the queue; `at`: expected time of the turn; `do`: the run sheet's own words for sites.
    """

    key: CueKey
    by: Text | None = None
    until: Micros | None = None
    count: int | None = None
    at: Micros | None = None
    do: Text | None = None


def cue(state: State, site: SiteId, spans: dict[ItemId, Span]) -> Cue:
    """Return a site's cue: the first row of CEREMONY §9 that is true. `spans` are the expected times."""
    if state.phase in ("none", "setup"):
        return Cue("setup")
    if state.phase == "closed":
        return Cue("closed")
    live = state.live_copy
    do = live.sites_do if live is not None else None
    on_air = scenes.tally(state, site) in ("air", "sound")
    speaks = state.holder() == site or (live is not None and live.site == site)
    if on_air and speaks:
        turn = live is not None and live.site == site
        until = spans[live.id].end if turn and live is not None and live.id in spans else None
        if turn and live is not None and (started := state.runs[live.id].started) is not None:
            until = Micros(started + live.duration_s * 1_000_000)
        return Cue("speak", by=live.by if turn and live is not None else None, until=until)
    if on_air:
        return Cue("on-air", do=do)
    if state.floor.state == "invited" and state.floor.site == site:
        return Cue("invited")
    return _waiting(state, site, spans) or Cue("follow", do=do)


def _waiting(state: State, site: SiteId, spans: dict[ItemId, Span]) -> Cue | None:
    following = state.next_copy
    if following is not None and following.site == site:
        return Cue("next", by=following.by, at=spans[following.id].start if following.id in spans else None)
    place = next((i for i, hand in enumerate(state.floor.queue, 1) if hand.site == site), None)
    if place is not None:
        return Cue("asked", count=place)
    coming = [item for item in state.sheet().items if state.runs[item.id].state in ("planned", "next", "held")]
    turn = next((i for i, item in enumerate(coming) if item.site == site), None)
    if turn is None or (state.live_copy is not None and state.live_copy.sites_do is not None):
        return None
    return Cue("later", count=turn, at=spans[coming[turn].id].start if coming[turn].id in spans else None)
