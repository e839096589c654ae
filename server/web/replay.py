"""The replay: a timeline folded from the log, and the clips as virtual files in ranges (RECORDING §5)."""

from __future__ import annotations

import asyncio
import hashlib
import re
from typing import TYPE_CHECKING, Any, Final, Protocol

import msgspec
from aiohttp import web

from recordings.virtual import open_clip
from server.web.edge import HEADERS
from signaling.errors import Malformed, Refused

if TYPE_CHECKING:
    from server.history import Past
    from server.web.gate import Gate
    from signaling.names import Micros

CHUNK: Final = 262_144
_CLIP: Final = re.compile(r"[a-z0-9-]{1,40}~[a-z]{1,16}~\d{1,6}(\.lo)?\.(webm|mp4)")
_RANGE: Final = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")


async def timeline(request: web.Request) -> web.Response:
    """Serve `GET …/replay/timeline`."""
    gate: Gate = request.app["gate"]
    await gate.desk(request)
    room = gate.room(request)
    return told(request, await asyncio.to_thread(room.past.timeline, room.session.now()))


async def levels(request: web.Request) -> web.Response:
    """Serve `GET …/replay/levels?from=<ms>`: how loud each source was from then on, which a timeline of hours does not hold."""
    gate: Gate = request.app["gate"]
    await gate.desk(request)
    return await levels_of(request, gate.room(request).past, gate.room(request).session.now())


async def levels_of(request: web.Request, past: Past, now: Micros) -> web.Response:
    """Answer with the levels of a record. Raises `Malformed`."""
    from_ms = _number(request.query.get("from"), "from")
    return web.json_response(await asyncio.to_thread(past.levels, now, from_ms or 0), headers={"Cache-Control": "private, no-cache"})


def told(request: web.Request, found: dict[str, Any]) -> web.Response:
    """Answer with a timeline under its tag, 304 if the page has it already."""
    tag = f'"{hashlib.sha256(msgspec.json.encode(found)).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if request.headers.get("If-None-Match") == tag:  # a page that follows a running ceremony asks every few seconds
        return web.Response(status=304, headers=headers)
    return web.json_response(found, headers=headers)


async def media(request: web.Request) -> web.StreamResponse:
    """Serve `GET …/replay/media/{clip}`: a growing clip is redirected to a URL pinned at its last cluster, so
    that every range of one playback agrees on length and bytes.
    """
    gate: Gate = request.app["gate"]
    await gate.desk(request)
    return await clip_of(request, gate.room(request).folder)


async def clip_of(request: web.Request, folder: str) -> web.StreamResponse:
    """Answer with the clip a request names. Raises `Refused("no-clip")`, `Malformed`."""
    clip = request.match_info["clip"]
    if _CLIP.fullmatch(clip) is None:
        raise Refused("no-clip")
    upto = _number(request.query.get("upto"), "upto")
    try:
        file = await asyncio.to_thread(open_clip, folder, clip, upto)
    except (FileNotFoundError, Malformed):
        raise Refused("no-clip") from None
    if upto is None and not file.final:
        return web.Response(status=307, headers={"Location": f"{request.path}?upto={file.upto_ms}"})
    return await send(request, file)


def _number(text: str | None, name: str) -> int | None:
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 12):
        raise Malformed(f"{name} is a number of milliseconds")
    return int(text)


class Sendable(Protocol):
    """A file whose length and bytes do not change under its tag."""

    content_type: str
    length: int
    etag: str

    def read(self, offset: int, n: int) -> bytes:
        """Return up to `n` bytes from `offset`."""


async def send(request: web.Request, file: Sendable, more: dict[str, str] | None = None) -> web.StreamResponse:
    """Answer with a file or the one range of it that was asked for (RFC 9110 §14); `more` headers go along."""
    headers = {
        "ETag": f'"{file.etag}"',
        "Accept-Ranges": "bytes",
        "Content-Type": file.content_type,
        "Cache-Control": "private, max-age=31536000, immutable" if "upto" in request.query else "private, no-cache",
    } | (more or {})
    if request.headers.get("If-None-Match") == headers["ETag"]:
        return web.Response(status=304, headers=headers)
    span = _span(request, file.length, headers["ETag"])
    if span is None:
        return web.Response(status=416, headers={"Content-Range": f"bytes */{file.length}"})
    begin, end, is_part = span
    if is_part:
        headers["Content-Range"] = f"bytes {begin}-{end - 1}/{file.length}"
    headers["Content-Length"] = str(end - begin)
    response = web.StreamResponse(status=206 if is_part else 200, headers=headers)
    response.headers.update(HEADERS)
    await response.prepare(request)
    if request.method == "HEAD":
        return response
    while begin < end:
        data = await asyncio.to_thread(file.read, begin, min(CHUNK, end - begin))
        if not data:
            break
        await response.write(data)
        begin += len(data)
    await response.write_eof()
    return response


def _span(request: web.Request, length: int, etag: str) -> tuple[int, int, bool] | None:
    """Return [begin, end) of the one range asked for and True; the whole file and False for none, several, or an old
    tag (RFC 9110 §13.1.5, §14.2); None beyond the file.
    """
    asked = request.headers.get("Range")
    if asked is None or request.headers.get("If-Range", etag) != etag:
        return 0, length, False
    match = _RANGE.fullmatch(asked.strip())
    if match is None or match.group() == "bytes=-":
        return 0, length, False
    first, last = match.groups()
    if not first:
        begin, end = max(0, length - int(last)), length
    else:
        begin, end = int(first), min(length, int(last) + 1 if last else length)
    return (begin, end, True) if begin < end else None
