"""Captions of a record: WebVTT brought by people, offered to players as tracks.

`GET …/captions` → `{"captions": [{"lang": "vi", "url": "/api/sessions/…/captions/vi.vtt"}]}`; times are those of the
replay's timeline.
"""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING

from aiohttp import web

from recordings import captions
from server.web.edge import read
from server.web.exports import ROLES
from signaling.errors import Refused

if TYPE_CHECKING:
    from server.access_chain import AccessChain
    from server.rooms import Room
    from server.web.gate import Gate


def shown(folder: str, session: str) -> dict[str, list[dict[str, str]]]:
    """Return the list of a folder's captions as pages want it."""
    path = f"/api/sessions/{session}/captions"
    return {"captions": [{"lang": one, "url": f"{path}/{one}.vtt"} for one in captions.kept(folder)]}


def _shown(room: Room) -> dict[str, list[dict[str, str]]]:
    return shown(room.folder, room.session.name)


async def listed(request: web.Request) -> web.Response:
    """Serve `GET …/captions`."""
    gate: Gate = request.app["gate"]
    await gate.desk(request)
    return web.json_response(_shown(gate.room(request)))


async def track(request: web.Request) -> web.Response:
    """Serve `GET …/captions/{lang}.vtt`."""
    gate: Gate = request.app["gate"]
    await gate.desk(request)
    return await track_of(request, gate.room(request).folder)


async def track_of(request: web.Request, folder: str) -> web.Response:
    """Answer with the captions a request names. Raises `Refused("no-captions")`."""
    path = captions.path_of(folder, request.match_info["lang"])
    try:
        data = await asyncio.to_thread(_bytes, path)
    except FileNotFoundError:
        raise Refused("no-captions") from None
    return web.Response(body=data, content_type="text/vtt", charset="utf-8", headers={"Cache-Control": "private, no-cache"})


def _bytes(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


async def replace(request: web.Request) -> web.Response:
    """Serve `PUT …/captions/{lang}.vtt` with a WebVTT file: 200 and the list.

    Raises `Refused`: `file-too-large`; `captions-wrong` with `what` (codes of `CaptionsFault`) and `line`.
    """
    gate: Gate = request.app["gate"]
    by = await gate.desk(request, *ROLES)
    room, language = gate.room(request), request.match_info["lang"]
    try:
        data = await read(request, captions.MOST_BYTES)
        cues = await asyncio.to_thread(captions.parse, data)
    except web.HTTPRequestEntityTooLarge:
        raise Refused("file-too-large") from None
    except captions.CaptionsFault as error:
        raise Refused("captions-wrong", what=error.code, line=error.line) from None
    await asyncio.to_thread(captions.keep, room.folder, language, cues)
    chain: AccessChain = request.app["access"]
    await chain.note("captions.replaced", by, room.session.name, lang=language, cues=len(cues))
    return web.json_response(_shown(room))


async def remove(request: web.Request) -> web.Response:
    """Serve `DELETE …/captions/{lang}.vtt`."""
    gate: Gate = request.app["gate"]
    by = await gate.desk(request, *ROLES)
    room, language = gate.room(request), request.match_info["lang"]
    try:
        await asyncio.to_thread(os.unlink, captions.path_of(room.folder, language))
    except FileNotFoundError:
        raise Refused("no-captions") from None
    chain: AccessChain = request.app["access"]
    await chain.note("captions.removed", by, room.session.name, lang=language)
    return web.json_response(_shown(room))
