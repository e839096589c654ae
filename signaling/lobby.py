"""The lobby: who waits, who was let in; one table of states (TRUST §4). Default deny: only an operator admits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from signaling import events as ev
from signaling.commands import AdmitSeat, KnockSeat, MoveSeat, RefuseSeat, RevokeSeat
from signaling.errors import Refused
from signaling.names import Micros, Seat, site_seat
from signaling.parts import LobbySeat, LobbyState
from signaling.state import State

LobbyCommand = AdmitSeat | RefuseSeat | RevokeSeat | MoveSeat | KnockSeat
LobbyEvent = ev.SeatKnocked | ev.SeatAdmitted | ev.SeatRefused | ev.SeatRevoked | ev.SeatMoved
MOST: Final = 500
"""Entries kept; the oldest that do not wait are forgotten first."""

TABLE: Final[dict[str, dict[LobbyState | None, LobbyState]]] = {
    "seat.knock": {None: "waiting", "waiting": "waiting", "refused": "waiting", "revoked": "waiting"},
    "seat.admit": {"waiting": "admitted"},
    "seat.refuse": {"waiting": "refused"},
    "seat.move": {"waiting": "admitted"},
    "seat.revoke": {"admitted": "revoked"},
}
"""Verb × state before → state after. What is not in it is refused: there is no other way to `admitted`."""


def decide(state: State, command: LobbyCommand) -> list[ev.AnyEvent]:
    """Return what a command about a seat leads to. Raises `Refused`."""
    entry = state.lobby.get(command.seat)
    match command:
        case KnockSeat(seat, site, name, reason):
            if entry is not None and entry.state == "admitted":
                return []
            return [ev.SeatKnocked(seat, site, name, reason)]
        case AdmitSeat(seat, reason):
            _passes("seat.admit", entry)
            return [ev.SeatAdmitted(seat, reason)]
        case RefuseSeat(seat, reason):
            _passes("seat.refuse", entry)
            return [ev.SeatRefused(seat, reason)]
        case MoveSeat(seat, reason):
            _passes("seat.move", entry)
            if entry is not None and (entry.site is None or state.site(entry.site) is None):
                raise Refused("no-site", site=entry.site or "")
            return [ev.SeatMoved(seat, reason)]
        case RevokeSeat(seat, reason):
            # the device of a site's link was admitted by the link itself, each time one is issued
            if all(site_seat(site.id) != seat for site in state.sheet().sites):
                _passes("seat.revoke", entry)
            return [ev.SeatRevoked(seat, reason)]


def _passes(verb: str, entry: LobbySeat | None) -> None:
    if entry is None:
        raise Refused("no-seat")
    if entry.state not in TABLE[verb]:
        raise Refused("not-waiting")


def moved(lobby: Mapping[Seat, LobbySeat], event: LobbyEvent, at: Micros) -> dict[Seat, LobbySeat]:
    """Return the lobby after an event."""
    entry = lobby.get(event.seat) or LobbySeat("admitted", at)
    match event:
        case ev.SeatKnocked(seat, site, name, reason):
            return _kept({**lobby, seat: LobbySeat("waiting", at, site, name, reason)})
        case ev.SeatAdmitted(seat):
            return {**lobby, seat: _as(entry, "admitted", at)}
        case ev.SeatRefused(seat):
            return {**lobby, seat: _as(entry, "refused", at)}
        case ev.SeatRevoked(seat):
            return _kept({**lobby, seat: _as(entry, "revoked", at)})
        case ev.SeatMoved(seat):
            out = {
                one: _as(held, "revoked", at)
                for one, held in lobby.items()
                if one != seat and held.state == "admitted" and held.site == entry.site
            }
            return {**lobby, **out, seat: _as(entry, "admitted", at)}


def _as(entry: LobbySeat, state: LobbyState, at: Micros) -> LobbySeat:
    return LobbySeat(state, at, entry.site, entry.name, entry.reason)


def _kept(lobby: dict[Seat, LobbySeat]) -> dict[Seat, LobbySeat]:
    if len(lobby) <= MOST:
        return lobby
    old = sorted((entry.state == "waiting", entry.since, seat) for seat, entry in lobby.items())
    drop = {seat for _, _, seat in old[: len(lobby) - MOST]}
    return {seat: entry for seat, entry in lobby.items() if seat not in drop}
