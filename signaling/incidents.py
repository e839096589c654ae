"""Incidents that open and close by themselves: a fold of what happened anyway, no events of their own (CEREMONY §9)."""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from signaling import events as ev
from signaling.names import Micros
from signaling.parts import Incident, IncidentKind
from signaling.state import State

GAP_MS: Final = 2_000
ONE_GAP_US: Final = 20_000_000
"""The recorder tells a long gap in pieces: those of one source this close together are one incident."""


def followed(state: State, event: ev.AnyEvent, at: Micros) -> tuple[Incident, ...]:
    """Return the incidents after `event`; `state` is the state before it."""
    live = state.phase in ("open", "suspended")
    match event:
        case ev.SiteAbsent(site) if live and not state.is_absent(site):
            return (*state.incidents, Incident("absent", at, site=site))
        case ev.SiteBack(site):
            return closed(state.incidents, "absent", at, site=site)
        case ev.SessionOpened() | ev.SessionReopened():
            return _missing(state, at)
        case ev.RecorderChanged(kind, source) if live or kind == "opened":
            return _recorder(state, event, at, source)
        case ev.ControlMoved(seat, _, "taken", reason):
            return (*state.incidents, Incident("control", at, at, text=reason, source=seat))
        case ev.ClockJumped(by_us):
            return (*state.incidents, Incident("clock", at, at, amount_ms=by_us // 1_000))
        case ev.SigningInterrupted(document, reason):
            return (*state.incidents, Incident("signing", at, source=document, text=reason))
        case (
            ev.SigningBegun(document) | ev.DocumentWithdrawn(document) | ev.DocumentLeft(document)
            | ev.DocumentCompleted(document)
        ):  # fmt: skip
            return closed(state.incidents, "signing", at, source=document)
        case ev.IncidentNoted(text, site):
            return (*state.incidents, Incident("noted", at, at, site=site, text=text))
        case _:
            return state.incidents


def closed(
    incidents: tuple[Incident, ...], kind: IncidentKind, at: Micros, *, site: str | None = None, source: str | None = None
) -> tuple[Incident, ...]:
    """Return the incidents with the open one of this kind closed, if there is one."""
    for i in range(len(incidents) - 1, -1, -1):
        one = incidents[i]
        if one.kind == kind and one.site == site and one.source == source:
            if one.closed is not None:
                return incidents
            return (*incidents[:i], replace(one, closed=at), *incidents[i + 1 :])
    return incidents


def _missing(state: State, at: Micros) -> tuple[Incident, ...]:
    noted = {one.site for one in state.incidents if one.kind == "absent" and one.closed is None}
    missing = (site.id for site in state.sheet().sites if state.is_absent(site.id) and site.id not in noted)
    return (*state.incidents, *(Incident("absent", at, site=site) for site in missing))


def _recorder(state: State, event: ev.RecorderChanged, at: Micros, source: str | None) -> tuple[Incident, ...]:
    match event.kind:
        case "gap":
            return _gap(state.incidents, event, at)
        case "error" | "shed":
            told = any(o.kind == "disk" and o.source == source and o.closed is None for o in state.incidents)
            return state.incidents if told else (*state.incidents, Incident("disk", at, source=source, text=event.kind))
        case "opened":
            return closed(state.incidents, "disk", at, source=source)
        case _:
            return state.incidents


def _gap(incidents: tuple[Incident, ...], event: ev.RecorderChanged, at: Micros) -> tuple[Incident, ...]:
    long = _longest_ms(event.detail.get("gaps"))
    if long <= GAP_MS:
        return incidents
    for i in range(len(incidents) - 1, -1, -1):
        one = incidents[i]
        if one.kind == "gap" and one.source == event.source:
            if one.closed is None or not 0 <= at - one.closed <= ONE_GAP_US:
                break
            grown = replace(one, closed=at, amount_ms=(one.amount_ms or 0) + long)
            return (*incidents[:i], grown, *incidents[i + 1 :])
    return (*incidents, Incident("gap", Micros(at - long * 1_000), at, source=event.source, amount_ms=long))


def _longest_ms(gaps: object) -> int:
    """Return the longest of the recorder's gaps, `[from_ms, to_ms, reason, kind]`; anything else counts nothing."""
    found = gaps if isinstance(gaps, list) else []
    lengths = [
        gap[1] - gap[0]
        for gap in found
        if isinstance(gap, list | tuple) and len(gap) > 1 and isinstance(gap[0], int) and isinstance(gap[1], int)
    ]
    return max(lengths, default=0)
