"""What each site is told to do, and when (CEREMONY §9). Facts only; the page owns the sentences (`cue.<key>`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from signaling import scenes, times
from signaling.agenda import SELECTABLE, Span, Text
from signaling.names import ItemId, Micros, SiteId
from signaling.state import State

CueKey = Literal[
    "speak", "on-air", "invited", "next", "later", "asked", "follow", "setup", "closed", "suspended", "cancelled"
]


class Cue(msgspec.Struct, frozen=True, omit_defaults=True):
    """One instruction. `until`: when the turn should end, UTC µs; `count`: items before the turn, or place in
    the queue; `at`: expected time of the turn; `do`: the run sheet's own words for sites, beside whatever else the
    cue says; `air`: whether picture and sound, or sound alone, is on air.
    """

    key: CueKey
    by: Text | None = None
    until: Micros | None = None
    count: int | None = None
    at: Micros | None = None
    do: Text | None = None
    air: Literal["air", "sound"] | None = None


def cue(state: State, site: SiteId, spans: Mapping[ItemId, Span], now: Micros) -> Cue:
    """Return a site's cue: the first row of CEREMONY §9 that is true. `spans` are the expected times."""
    if state.phase in ("none", "setup"):
        return Cue("setup")
    if state.phase == "suspended":
        return Cue("suspended")
    if state.phase == "cancelled":
        return Cue("cancelled")
    if state.phase != "open":
        return Cue("closed")
    live = state.live_copy
    do = live.sites_do if live is not None else None
    tally = scenes.tally(state, site)
    turn = live is not None and live.site == site
    if tally in ("air", "sound"):
        if turn and live is not None:
            return Cue("speak", by=live.by, until=times.due(state, now), air=tally)
        return Cue("speak", air=tally) if state.holder() == site else Cue("on-air", do=do, air=tally)
    if state.floor.state == "invited" and state.floor.site == site:
        return Cue("invited")
    return _waiting(state, site, spans, do) or Cue("follow", do=do)


def _waiting(state: State, site: SiteId, spans: Mapping[ItemId, Span], do: Text | None) -> Cue | None:
    following = state.next_copy
    if following is not None and following.site == site:
        at = spans[following.id].start if following.id in spans else None
        return Cue("next", by=following.by, at=at, do=do)
    coming = [item for item in state.sheet().items if state.runs[item.id].state in SELECTABLE]
    turn = next((i for i, item in enumerate(coming) if item.site == site), None)
    if turn is not None:
        at = spans[coming[turn].id].start if coming[turn].id in spans else None
        return Cue("later", count=turn, at=at, do=do)
    place = next((i for i, hand in enumerate(state.floor.queue, 1) if hand.site == site), None)
    return None if place is None else Cue("asked", count=place, do=do)
