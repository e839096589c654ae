"""Keys of encoders, as JSON: listed, made, revoked by the operator."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from aiohttp import web

from server.machines import machine_seat
from server.web.edge import body
from signaling.errors import Refused
from signaling.names import HUB, SOURCE_NAMES, SourceId, source_name

if TYPE_CHECKING:
    from server.machines import Machines
    from server.rooms import Room
    from server.web.gate import Gate


class _Source(msgspec.Struct, forbid_unknown_fields=True):
    source: str


async def listed(request: web.Request) -> web.Response:
    """Serve `GET …/machines`: `{"machines": [{source, issued_at}], "sources": [every source that may have one]}`."""
    room, machines = await _asked(request)
    live = [{"source": one.source, "issued_at": one.issued_at} for one in machines.listed(_ceremony(room))]
    return web.json_response({"machines": live, "sources": _sources(room)})


async def issue(request: web.Request) -> web.Response:
    """Serve `POST …/machines {source}`: 201 `{url, key}`, shown once: a WHIP address and its bearer."""
    room, machines = await _asked(request)
    source = _chosen(room, (await body(request, _Source)).source)
    gate: Gate = request.app["gate"]
    key = await machines.issue(_ceremony(room), source, gate.clock.now())
    _close(gate, room, source)
    url = f"{request.app['public_url'](request)}/api/sessions/{_ceremony(room)}/whip/{source_name(source)}"
    return web.json_response({"url": url, "key": key}, status=201)


async def revoke(request: web.Request) -> web.Response:
    """Serve `DELETE …/machines/{site}/{name}`: the key is dead and its stream ends at once."""
    room, machines = await _asked(request)
    source = _chosen(room, f"{request.match_info['site']}/{request.match_info['name']}")
    await machines.revoke(_ceremony(room), source)
    gate: Gate = request.app["gate"]
    _close(gate, room, source)
    return web.json_response({})


async def _asked(request: web.Request) -> tuple[Room, Machines]:
    gate: Gate = request.app["gate"]
    await gate.desk(request, "operator")
    return gate.room(request), request.app["machines"]


def _ceremony(room: Room) -> str:
    return room.session.state.rehearsal_of or room.session.name


def _sources(room: Room) -> list[str]:
    sites = [site.id for site in room.session.state.sheet().sites]
    return [f"{HUB}/{name}" for name in SOURCE_NAMES] + [f"{site}/camera" for site in sites if site != HUB]


def _chosen(room: Room, source: str) -> SourceId:
    if source not in _sources(room):
        raise Refused("no-site", site=source[:60])
    return SourceId(source)


def _close(gate: Gate, room: Room, source: SourceId) -> None:
    """End what the key before this one publishes, in the ceremony and its rehearsals."""
    for one in gate.rooms.values():
        if gate.belongs(_ceremony(room), one):
            gate.revoke(one, machine_seat(source))
