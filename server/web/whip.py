"""WHIP (RFC 9725) and WHEP: one offer, one answer, no renegotiation; ICE restart by PATCH (MEDIA §4)."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from aiohttp import web

from server.media.plane import Answer
from server.web.edge import read
from signaling.errors import Malformed, Refused

if TYPE_CHECKING:
    from server.web.gate import Bearer, Gate

MOST_SDP: Final = 131_072
FRAGMENT: Final = "application/trickle-ice-sdpfrag"


async def publish(request: web.Request) -> web.Response:
    """Serve `POST …/whip/{source}`: an SDP offer in, 201 with the answer, Location and ETag out."""
    gate: Gate = request.app["gate"]
    bearer = gate.bearers.check(request)
    if bearer.source is None or bearer.use != request.match_info["source"]:
        raise Refused("bearer")
    offer = await _sdp(request)
    answer = bearer.room.media.publish(bearer.actor.seat, bearer.source, offer, _via(request))
    return _created(request, bearer, answer)


async def subscribe(request: web.Request) -> web.Response:
    """Serve `POST …/whep`."""
    gate: Gate = request.app["gate"]
    bearer = gate.bearers.check(request)
    if bearer.source is not None:
        raise Refused("bearer")
    offer = await _sdp(request)
    answer = bearer.room.media.subscribe(bearer.actor.seat, offer, _via(request))
    bearer.room.cast()
    return _created(request, bearer, answer)


async def restart(request: web.Request) -> web.Response:
    """Serve `PATCH …/media/{resource}`: an ICE restart is answered 200, trickled candidates 204 (they are not needed)."""
    bearer = _own(request)
    if request.content_type != FRAGMENT:
        raise web.HTTPUnsupportedMediaType
    text = await _text(request)
    if "a=ice-ufrag:" not in text:
        return web.Response(status=204)
    if "If-Match" not in request.headers:
        raise web.HTTPPreconditionRequired
    fragment = bearer.room.media.restart(request.match_info["resource"], text)
    return web.Response(text=fragment.sdpfrag, content_type=FRAGMENT, headers={"ETag": fragment.etag})


async def delete(request: web.Request) -> web.Response:
    """Serve `DELETE …/media/{resource}`."""
    bearer = _own(request)
    bearer.room.media.close_resource(request.match_info["resource"])
    gate: Gate = request.app["gate"]
    gate.bearers.drop(bearer)
    bearer.room.uses.pop(request.match_info["resource"], None)
    return web.Response()


async def options(request: web.Request) -> web.Response:
    """Serve `OPTIONS`: what may be posted."""
    del request
    return web.Response(status=204, headers={"Accept-Post": "application/sdp"})


def _own(request: web.Request) -> Bearer:
    gate: Gate = request.app["gate"]
    bearer = gate.bearers.check(request)
    if bearer.resource != request.match_info["resource"]:
        raise Refused("no-resource")
    return bearer


def _created(request: web.Request, bearer: Bearer, answer: Answer) -> web.Response:
    bearer.resource = answer.resource
    room = bearer.room
    room.uses[answer.resource] = (bearer.actor.seat, bearer.use)
    # uses only serve to name a stalled link; the oldest are of resources long gone
    while len(room.uses) > 1024:
        room.uses.pop(next(iter(room.uses)))
    where = f"/api/sessions/{room.session.name}/media/{answer.resource}"
    del request
    return web.Response(
        status=201, text=answer.sdp, content_type="application/sdp", headers={"Location": where, "ETag": answer.etag}
    )


async def _sdp(request: web.Request) -> str:
    if request.content_type != "application/sdp":
        raise web.HTTPUnsupportedMediaType
    return await _text(request)


async def _text(request: web.Request) -> str:
    async with asyncio.timeout(10):
        data = await read(request, MOST_SDP)
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise Malformed("SDP is UTF-8 text") from None


def _via(request: web.Request) -> str:
    """Return the local address this request came in by: the one a browser can reach us at."""
    name = request.transport.get_extra_info("sockname") if request.transport else None
    return str(name[0]) if name else "127.0.0.1"
