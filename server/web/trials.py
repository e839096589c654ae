"""The doors of a trial recording: to make one, to see what it found, to play it back."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from aiohttp import web

from recordings.virtual import open_clip
from server.web.replay import send
from server.web.seated import DESK, preparer
from signaling.errors import Malformed, Refused

if TYPE_CHECKING:
    from server.web.gate import Gate


async def run(request: web.Request) -> web.Response:
    """Serve `POST …/trial`: answers after ten seconds with what was recorded of every source."""
    actor = await preparer(request)
    gate: Gate = request.app["gate"]
    try:
        return web.json_response(await gate.room(request).trial.run(actor))
    except OSError:
        raise Refused("recorder-not-ready") from None


async def found(request: web.Request) -> web.Response:
    """Serve `GET …/trial`: what the last one found."""
    await preparer(request, *DESK)
    gate: Gate = request.app["gate"]
    return web.json_response(await asyncio.to_thread(gate.room(request).trial.found))


async def media(request: web.Request) -> web.StreamResponse:
    """Serve `GET …/trial/{clip}`."""
    await preparer(request, *DESK)
    gate: Gate = request.app["gate"]
    folder = gate.room(request).trial.folder
    try:
        file = await asyncio.to_thread(open_clip, folder, request.match_info["clip"])
    except (FileNotFoundError, Malformed):
        raise Refused("no-clip") from None
    return await send(request, file)
