"""Exports over HTTP: asked for, watched, called off, taken away. Operator, secretary and staff only.

A job, in every answer (times UTC µs; spans ms of the timeline; `null` where unknown)::

    {"id": "…16 hex", "kind": "programme|site|clip|audio|still|bundle", "format": "mp4|webm|mp3|opus|jpeg|png|zip",
     "ask": {…as asked}, "state": "queued|waiting|running|done|failed|cancelled", "fraction": 0.42, "left_s": 130.5,
     "created_at": …, "ended_at": …, "from_ms": …, "to_ms": …, "bytes": …, "sha256": "…", "code": "export-…",
     "name": "Lễ ký kết - Toàn buổi lễ.mp4", "url": "/api/sessions/…/exports/…/file"}

`waiting`: it decodes, and a session is open; it goes on by itself. `code` has a sentence `refused.<code>`. `url` and
`sha256` are there when it is done.
"""

from __future__ import annotations

import asyncio
import os
import re
import unicodedata
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

import msgspec
from aiohttp import web

from recordings.export.asks import TYPES, Ask
from server.catalogue import say
from server.web.edge import body
from server.web.replay import send
from signaling.errors import Refused

if TYPE_CHECKING:
    from server.access_chain import AccessChain
    from server.exports import Exports, Job
    from server.rooms import Room
    from server.web.gate import Gate
    from signaling.commands import Actor

ROLES: Final = ("operator", "secretary", "staff")
LONGEST_NAME: Final = 120


class _File:
    """A finished export as `send` wants it."""

    def __init__(self, path: str, job: Job) -> None:
        assert job.made is not None
        assert job.ask.format is not None
        self._path = path
        self.length, self.etag, self.content_type = job.made.bytes, job.made.sha, TYPES[job.ask.format]

    def read(self, offset: int, n: int) -> bytes:
        with open(self._path, "rb", buffering=0) as file:
            return os.pread(file.fileno(), n, offset)


async def _asked(request: web.Request) -> tuple[Room, Actor, Exports]:
    gate: Gate = request.app["gate"]
    by = await gate.desk(request, *ROLES)
    return gate.room(request), by, request.app["exports"]


async def create(request: web.Request) -> web.Response:
    """Serve `POST …/exports` with an `Ask` (`recordings.export.asks`): 201 and the job.

    Raises `Refused`: `export-wrong`, `exports-full`; `export-session-open` for the record of a ceremony that goes on.
    """
    room, by, exports = await _asked(request)
    ask = await body(request, Ask)
    if ask.kind == "bundle" and room.session.state.phase in ("open", "suspended"):
        raise Refused("export-session-open")
    job = await exports.add(room.session.name, ask, by)
    return web.json_response(_shown(exports, room, job), status=201)


async def listed(request: web.Request) -> web.Response:
    """Serve `GET …/exports`: `{"exports": [job…], "captioner"}`, newest first; `captioner`: captions can be made here."""
    room, _, exports = await _asked(request)
    shown = [_shown(exports, room, job) for job in exports.of(room.session.name)]
    return web.json_response({"exports": shown, "captioner": bool(exports.captioner)})


async def one(request: web.Request) -> web.Response:
    """Serve `GET …/exports/{export}`: the job."""
    room, _, exports = await _asked(request)
    return web.json_response(_shown(exports, room, _job(request, exports, room)))


async def remove(request: web.Request) -> web.Response:
    """Serve `DELETE …/exports/{export}`: an unfinished export is called off; a finished one's file is removed."""
    room, by, exports = await _asked(request)
    job = _job(request, exports, room)
    what = "export.removed" if job.ended else "export.cancelled"
    await exports.remove(job)
    chain: AccessChain = request.app["access"]
    await chain.note(what, by, room.session.name, export=job.id)
    return web.json_response(_shown(exports, room, job))


async def file(request: web.Request) -> web.StreamResponse:
    """Serve `GET …/exports/{export}/file`, whole or in ranges; each download is one line of the access chain.

    Raises `Refused`: `no-export`, `export-not-done`.
    """
    room, by, exports = await _asked(request)
    job = _job(request, exports, room)
    if job.state != "done" or job.made is None:
        raise Refused("export-not-done")
    path = exports.path(job)
    if not await asyncio.to_thread(os.path.isfile, path):
        raise Refused("no-export")
    # players and download managers ask for many ranges; the first one is the download
    if request.method == "GET" and request.headers.get("Range", "bytes=0-").startswith("bytes=0-"):
        chain: AccessChain = request.app["access"]
        await chain.note("record.downloaded", by, room.session.name, export=job.id, kind=job.ask.kind, sha=job.made.sha)
    return await send(request, _File(path, job), {"Content-Disposition": disposition(_name(room, job))})


def _job(request: web.Request, exports: Exports, room: Room) -> Job:
    return exports.find(room.session.name, request.match_info["export"])


def _shown(exports: Exports, room: Room, job: Job) -> dict[str, Any]:
    made, done = job.made, job.state == "done"
    return {
        "id": job.id, "kind": job.ask.kind, "format": job.ask.format, "ask": msgspec.to_builtins(job.ask),
        "state": exports.shown(job), "fraction": round(job.fraction, 4),
        "left_s": None if job.left_s is None else round(job.left_s, 1),
        "created_at": job.created_us, "ended_at": job.ended_us, "from_ms": made.from_ms if made else None,
        "to_ms": made.to_ms if made else None, "bytes": made.bytes if made else None, "sha256": made.sha if made else None,
        "code": job.code, "name": _name(room, job),
        "url": f"/api/sessions/{room.session.name}/exports/{job.id}/file" if done else None,
    }  # fmt: skip


def _name(room: Room, job: Job) -> str:
    """Return the file's name as people read it: ceremony, what it is, whose."""
    sheet, language = room.session.state.sheet(), job.ask.lang
    title = sheet.title.en if language == "en" and sheet.title.en else sheet.title.vi
    parts = [title, say(language, f"doc.export.{job.ask.kind}")]
    site = sheet.halls.get(job.ask.source.partition("/")[0])
    if site is not None:
        parts.append(site.name.en if language == "en" and site.name.en else site.name.vi)
    return f"{clean(' - '.join(parts))}.{'jpg' if job.ask.format == 'jpeg' else job.ask.format}"


def clean(text: str) -> str:
    """Return a text any file system takes as a name: no separators, reserved or control characters, not too long."""
    found = unicodedata.normalize("NFC", re.sub(r'[\x00-\x1f\x7f-\x9f<>:"/\\|?*\u200e\u200f\u202a-\u202e\u2066-\u2069]+', " ", text))
    return " ".join(found.split())[:LONGEST_NAME].strip(". ") or "diemcau"


def disposition(name: str) -> str:
    """Return the header for a download (RFC 6266 §4): the name in ASCII for old programs, whole as RFC 8187 has it."""
    # d with stroke is a letter of its own: it does not fall apart as the others do
    bare = unicodedata.normalize("NFD", name.translate({0x110: "D", 0x111: "d"})).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^A-Za-z0-9._ -]+", "-", bare).strip() or "diemcau"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
