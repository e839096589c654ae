"""The agency's digital seal on the scan of a document signed by hand, over HTTP: outside the slots, never a leader's signature
(CEREMONY §10). Prepared, checked and signed by the key's holder, put in; a ticket lives fifteen minutes, as those of slots do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from aiohttp import web

from server.web.edge import body
from server.web.papers import Finish, Issue, attachment, desk, document_of, signer

if TYPE_CHECKING:
    from server.rooms import Room
    from signaling.commands import Actor


async def _keeper(request: web.Request) -> tuple[Room, Actor]:
    """Return who seals a scan: the seat of a seal, which names itself (`?seat=`), else somebody of the desk."""
    return await (signer(request) if "seat" in request.query else desk(request))


async def prepare(request: web.Request) -> web.Response:
    """Serve `POST …/documents/{document}/stamp[?seat=] {certificate, chain}`: the clerk's digital seal on a scan, prepared."""
    room, by = await _keeper(request)
    asked = await body(request, Issue)
    ticket = await room.papers.stamp(document_of(request), asked.certificate, asked.chain, by)
    where = f"/api/sessions/{room.session.name}/stamps/{ticket.id}"
    return web.json_response({"ticket": msgspec.to_builtins(ticket), "pdf": f"{where}/pdf", "finish": where}, status=201)


async def pdf(request: web.Request) -> web.Response:
    """Serve `GET …/stamps/{ticket}/pdf[?seat=]`: the scan with its empty field, which the key's holder checks and signs."""
    room, by = await _keeper(request)
    name = request.match_info["ticket"]
    return attachment(await room.papers.to_stamp(name, by), "application/pdf", "ticket.pdf", name)


async def finish(request: web.Request) -> web.Response:
    """Serve `POST …/stamps/{ticket}[?seat=] {value, person}`: the seal's value; the sealed scan is kept beside the scan."""
    room, by = await _keeper(request)
    asked = await body(request, Finish)
    sha256 = await room.papers.stamped(request.match_info["ticket"], asked.value, asked.person, by)
    return web.json_response({"stamped": sha256})
