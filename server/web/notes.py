"""The doors of the clerk's notes: to add one to a moment of the record, and to take it back."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import msgspec
from aiohttp import web

from recordings import notes
from recordings.log import LogFailed, LogFull
from server.web.edge import body
from signaling.errors import Refused

if TYPE_CHECKING:
    from server.rooms import Room
    from server.web.gate import Gate

WRITERS = ("operator", "secretary", "staff")


class _Posted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    at_ms: int
    text: str


async def add(request: web.Request) -> web.Response:
    """Serve `POST …/replay/notes`: `at_ms` counts from the opening, as all times of the timeline do."""
    room, who = await _writer(request)
    posted = await body(request, _Posted)
    async with room.noting:
        line = await asyncio.to_thread(room.past.timeline, room.session.now())
        made = await _kept(
            notes.add, room.folder, room.session.name, line["zero_us"] + 1000 * posted.at_ms, posted.text, who
        )
    told = {"id": made.id, "ms": posted.at_ms, "text": made.text, "by": made.by, "at": made.at}
    return web.json_response(told, status=201)


async def remove(request: web.Request) -> web.Response:
    """Serve `DELETE …/replay/notes/{id}`."""
    room, who = await _writer(request)
    async with room.noting:
        await _kept(notes.remove, room.folder, room.session.name, int(request.match_info["id"]), who)
    return web.Response(status=204)


async def _writer(request: web.Request) -> tuple[Room, tuple[dict[str, Any], int]]:
    gate: Gate = request.app["gate"]
    actor = await gate.desk(request, *WRITERS)
    found = await gate.person(request)
    assert found is not None
    room = gate.room(request)
    return room, ({"seat": actor.seat, "role": actor.role, "name": found[0].name}, room.session.now())


async def _kept(work: Any, *args: Any) -> Any:
    try:
        return await asyncio.to_thread(work, *args)
    except (LogFull, LogFailed):
        raise Refused("log-full") from None
