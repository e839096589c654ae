"""Minutes and the seal over HTTP (CEREMONY §11)."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

import msgspec
from aiohttp import web

from recordings.papers_asks import MinutesAsk
from server import minutes, sealing
from server.web.edge import body
from server.web.papers import attachment, told
from signaling.draft import SigningMode
from signaling.papers import MINUTES

if TYPE_CHECKING:
    from server.rooms import Room
    from server.web.gate import Gate
    from signaling.commands import Actor

DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


class _Minutes(MinutesAsk, frozen=True, kw_only=True):
    """What the secretary gives beside the log, and how the minutes will be signed."""

    mode: SigningMode = "wet_ink"


async def _clerk(request: web.Request) -> tuple[Room, Actor, _Minutes]:
    gate: Gate = request.app["gate"]
    by = await gate.desk(request, "secretary", "operator", "co-operator")
    room = gate.room(request)
    asked: _Minutes = await body(request, _Minutes)
    if room.session.state.rehearsal_of is not None:
        asked = msgspec.structs.replace(asked, sample=True)
    return room, by, asked


def _bare(asked: _Minutes) -> MinutesAsk:
    return MinutesAsk(**{name: getattr(asked, name) for name in MinutesAsk.__struct_fields__})


async def make_minutes(request: web.Request) -> web.Response:
    """Serve `POST …/minutes`: render the minutes from the log as it stands, hand them in and publish them."""
    room, by, asked = await _clerk(request)
    sha256 = await minutes.make(room.papers, _bare(asked), asked.mode, by)
    return told(room, MINUTES, 201, sha256=sha256)


async def minutes_facts(request: web.Request) -> web.Response:
    """Serve `POST …/minutes/facts`: what they would say, as JSON, at any time."""
    room, _, asked = await _clerk(request)
    return web.Response(body=await minutes.facts(room.papers, _bare(asked)), content_type="application/json")


async def minutes_draft(request: web.Request) -> web.Response:
    """Serve `POST …/minutes/docx`: a draft to be written on elsewhere."""
    room, _, asked = await _clerk(request)
    data = await minutes.draft(room.papers, _bare(asked))
    return attachment(data, DOCX, "bien-ban.docx", str(room.session.state.seq))


async def make_seal(request: web.Request) -> web.Response:
    """Serve `POST …/seal`: close the record for good; secretary or admin."""
    gate: Gate = request.app["gate"]
    by = await gate.desk(request, "secretary", "admin")
    room = gate.room(request)
    await sealing.seal(room, await asyncio.to_thread(request.app["log_key"]), by)
    return web.json_response(await asyncio.to_thread(sealing.told, room), status=201)


async def show_seal(request: web.Request) -> web.Response:
    """Serve `GET …/seal`: whether there is one, by which key, and the last checkpoint."""
    gate: Gate = request.app["gate"]
    await gate.desk(request)
    room = gate.room(request)
    last = room.checkpoints.last
    found = await asyncio.to_thread(sealing.told, room)
    return web.json_response(found | {"checkpoint": None if last is None else msgspec.to_builtins(last)})
