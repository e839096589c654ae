"""The line test, and the results sites send to the readiness board."""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Final

import msgspec
from aiohttp import web

from server.readiness import Checks, Report
from server.web.edge import Bucket, body
from server.web.seated import DESK, preparer, seat
from signaling.errors import Refused

if TYPE_CHECKING:
    from server.web.gate import Gate

MOST_BYTES: Final = 8 << 20
"""Per transfer: eight seconds at the pace below."""
PACE: Final = 1_000_000
"""Bytes per second and transfer, 8 Mbit/s: well above the best verdict (2.9), far below what would hurt a live room."""
CHUNK: Final = 32_768
AT_ONCE: Final = 4
"""Transfers in the whole hub; the next one is asked to come again."""
PER_SEAT: Final = (0.2, 12.0)
"""Transfers per second and seat, and how many in a row."""
LONGEST_S: Final = 20.0
_NOISE: Final = os.urandom(CHUNK)
"""Random, so that nothing between the hub and the page can compress it."""


class _Posted(Report, frozen=True, forbid_unknown_fields=True):
    seat: str | None = None


class LineTest:
    """Who measures now, and how often they did."""

    def __init__(self) -> None:
        """Nobody yet."""
        self._now = 0
        self._buckets: dict[str, Bucket] = {}

    @contextlib.asynccontextmanager
    async def turn(self, key: str) -> AsyncIterator[None]:
        """Hold one of the places. Raises `Refused`: `busy`, `too-many`."""
        if len(self._buckets) > 1000:
            self._buckets.clear()
        if not self._buckets.setdefault(key, Bucket(*PER_SEAT)).take():
            raise Refused("too-many")
        if self._now >= AT_ONCE:
            raise Refused("busy")
        self._now += 1
        try:
            yield
        finally:
            self._now -= 1


async def _key(request: web.Request) -> str:
    gate: Gate = request.app["gate"]
    held = await seat(request)
    if held is not None:
        return f"{held[0]}/{held[1].seat}"
    person = await gate.person(request)
    if person is None:
        raise Refused("not-signed-in")
    return str(person[1].seat)


async def down(request: web.Request) -> web.StreamResponse:
    """Serve `GET /api/preflight/down?bytes=`: so many random bytes, at most 8 MiB, at most 8 Mbit/s."""
    asked = request.query.get("bytes", str(1 << 20))
    if not (asked.isascii() and asked.isdigit() and len(asked) < 10 and 0 < int(asked) <= MOST_BYTES):
        raise Refused("count-out-of-range")
    left = int(asked)
    test: LineTest = request.app["line_test"]
    async with test.turn(await _key(request)):
        response = web.StreamResponse(headers={"Cache-Control": "no-store", "Content-Type": "application/octet-stream"})
        response.content_length = left
        await response.prepare(request)
        try:
            async with asyncio.timeout(LONGEST_S):
                await _send(response, left)
        except TimeoutError:  # half an answer is on the wire: only closing it tells the page the truth
            if request.transport is not None:
                request.transport.abort()
        except ConnectionResetError:
            pass  # the page has seen enough, or its hall went in
        return response


async def _send(response: web.StreamResponse, left: int) -> None:
    began, sent = time.monotonic(), 0
    while left:
        piece = _NOISE[: min(left, CHUNK)]
        await response.write(piece)
        left, sent = left - len(piece), sent + len(piece)
        await asyncio.sleep(max(0.0, began + sent / PACE - time.monotonic()))
    await response.write_eof()


async def up(request: web.Request) -> web.Response:
    """Serve `POST /api/preflight/up`: count what comes, keep none of it; a slow line is measured for 20 s."""
    if (request.content_length or 0) > MOST_BYTES:
        raise web.HTTPRequestEntityTooLarge(MOST_BYTES, request.content_length or 0)
    test: LineTest = request.app["line_test"]
    async with test.turn(await _key(request)):
        began, count = time.monotonic(), 0
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LONGEST_S):
                async for piece in request.content.iter_chunked(CHUNK):
                    count += len(piece)
                    if count > MOST_BYTES:
                        raise web.HTTPRequestEntityTooLarge(MOST_BYTES, count)
                    await asyncio.sleep(max(0.0, began + count / PACE - time.monotonic()))
        return web.json_response({"bytes": count, "seconds": round(time.monotonic() - began, 3)})


async def post(request: web.Request) -> web.Response:
    """Serve `POST …/check`: a site's page tells what its check found."""
    gate: Gate = request.app["gate"]
    room = gate.room(request)
    if await seat(request) is None:
        raise Refused("not-signed-in")
    posted = await body(request, _Posted, 16_384)
    held = await seat(request, posted.seat)
    if held is None or held[1].site is None:
        raise Refused("not-allowed")
    fields = {name: getattr(posted, name) for name in Report.__struct_fields__}
    checks: Checks = request.app["checks"]
    await checks.keep(room.session.name, held[1].site, Report(**fields), gate.clock.now())
    return web.json_response({}, status=201)


async def board(request: web.Request) -> web.Response:
    """Serve `GET …/readiness`: one line per site."""
    gate: Gate = request.app["gate"]
    await preparer(request, *DESK)
    room = gate.room(request)
    checks: Checks = request.app["checks"]
    lines = await checks.board(room.session.name, room.session.state.sheet().sites)
    return web.json_response({"sites": msgspec.to_builtins(lines)})
