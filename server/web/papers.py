"""Documents over HTTP: files in, pages out, tickets, scans (CEREMONY §10).

Files are sent as the bare body. Pages are pictures drawn here, for everyone whose screen is told of the document; the
PDF itself is only ever an attachment. A signature value, a certificate and a chain are base64 in JSON.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Annotated, Any, Final

import msgspec
from aiohttp import web

from server.web.edge import body, read
from server.web.exports import clean, disposition
from server.web.gate import COOKIE, LINKED_SEATS
from signaling.errors import Malformed, Refused
from signaling.papers import Paper
from signaling.screens_papers import DocumentView
from signaling.views_papers import documents

if TYPE_CHECKING:
    from recordings.tickets import Ticket
    from server.access_chain import AccessChain
    from server.rooms import Room
    from server.web.gate import Gate
    from signaling.commands import Actor

DESK: Final = ("operator", "co-operator", "secretary")
READERS: Final = ("staff", "auditor", "admin")
"""Who reads the record afterwards: the pages that were shown are part of it."""
MOST_BYTES: Final = 50_000_000
MOST_SCAN: Final = 30_000_000
"""Bytes of an upload (TRUST §6): what a worker would refuse is not read to its end."""
_Words = Annotated[str, msgspec.Meta(max_length=200)]
_Der = Annotated[bytes, msgspec.Meta(max_length=16_384)]


class _Publish(msgspec.Struct, forbid_unknown_fields=True):
    after: int


class Issue(msgspec.Struct, forbid_unknown_fields=True):
    """A slot, the signer's certificate, its issuers'."""

    certificate: _Der
    slot: _Words = ""
    chain: Annotated[list[_Der], msgspec.Meta(max_length=6)] = []


class Finish(msgspec.Struct, forbid_unknown_fields=True):
    """The value of a signature or seal; for a seal on a scan also who put it there."""

    value: Annotated[bytes, msgspec.Meta(max_length=1024)]
    person: _Words = ""


class _Cancel(msgspec.Struct, forbid_unknown_fields=True):
    reason: _Words


def _room(request: web.Request) -> Room:
    gate: Gate = request.app["gate"]
    return gate.room(request)


def document_of(request: web.Request) -> str:
    """Return the document a request names."""
    return request.match_info["document"]


async def desk(request: web.Request) -> tuple[Room, Actor]:
    """Return the room and who of the desk asks. Raises `Refused`."""
    gate: Gate = request.app["gate"]
    return gate.room(request), await gate.desk(request, *DESK)


async def actors(request: web.Request) -> AsyncIterator[Actor]:
    """Yield everyone this browser may speak as in the request's ceremony: a person, and the seats it holds."""
    gate: Gate = request.app["gate"]
    room = gate.room(request)
    person = await gate.person(request)
    if person is not None:
        yield person[1]
    for name in request.cookies:
        if not name.startswith(LINKED_SEATS):
            continue
        held = await gate.actor(request, name.removeprefix(COOKIE))
        if held is not None and held[0] is not None and gate.belongs(held[0], room):
            yield held[1]


async def signer(request: web.Request, slot: str = "") -> tuple[Room, Actor]:
    """Return who signs: the seat of the slot (`seat` chooses where a browser holds several), else secretary or chair."""
    room, wanted, found = _room(request), request.query.get("seat", f"g-{slot}" if slot else ""), None
    async for actor in actors(request):
        if actor.role == "signatory" and (actor.seat == wanted or not wanted):
            return room, actor
        found = found or actor  # another seat is told that it may not
    if found is None:
        raise Refused("not-signed-in")
    return room, found


# --- files in --------------------------------------------------------------------------------------------------


async def upload(request: web.Request) -> web.Response:
    """Serve `POST …/documents/{document}/file?name=`: a PDF (or DOCX), handed in as the document's file."""
    room, by = await desk(request)
    data = await _bytes(request, MOST_BYTES)
    sha256 = await room.papers.add(document_of(request), request.query.get("name", ""), data, by)
    return told(room, document_of(request), 201, file=sha256)


async def publish(request: web.Request) -> web.Response:
    """Serve `POST …/documents/{document}/publish {after}`."""
    room, by = await desk(request)
    asked = await body(request, _Publish)
    sha256 = await room.papers.publish(document_of(request), asked.after, by)
    return told(room, document_of(request), 200, sha256=sha256)


async def scan(request: web.Request) -> web.Response:
    """Serve `POST …/documents/{document}/scan?signers={slot: name}`: the scan of the signed paper (PDF)."""
    room, by = await desk(request)
    try:
        signers = msgspec.json.decode(request.query.get("signers", "{}"), type=dict[_Words, _Words])
    except msgspec.MsgspecError as error:
        raise Malformed(f"signers: {error}") from None
    data = await _bytes(request, MOST_SCAN)
    sha256 = await room.papers.scan(document_of(request), data, signers, by)
    return told(room, document_of(request), 201, scan=sha256)


async def _bytes(request: web.Request, most: int) -> bytes:
    """Return the file sent, counted while it comes. Raises `Refused("document-too-large")`."""
    try:
        return await read(request, most)
    except web.HTTPRequestEntityTooLarge:
        raise Refused("document-too-large", most=most // 1_000_000) from None


def told(room: Room, document: str, status: int, **more: str) -> web.Response:
    """Answer with how a document stands now."""
    paper = room.papers.paper(document)
    return web.json_response({"document": document, "state": paper.state, "rev": paper.rev, **more}, status=status)


# --- pages and files out ---------------------------------------------------------------------------------------


async def page(request: web.Request) -> web.Response:
    """Serve `GET …/documents/{document}/pages/{page}.png?sha=&width=` to everyone whose screen is told of it.

    Raises `Refused`: `not-signed-in`, `no-document`, `no-page`.
    """
    room, document = _room(request), document_of(request)
    sha256, width = request.query.get("sha", ""), request.query.get("width", "1280")
    if not (width.isascii() and width.isdigit() and len(width) < 6):
        raise Malformed("width is a number of pixels")
    tag = f'"{sha256[:64]}-{request.match_info["page"]}-{width}"'
    await _may_see(request, room, document, sha256)
    headers = {"ETag": tag, "Cache-Control": "private, max-age=31536000, immutable"}
    if request.headers.get("If-None-Match") == tag:
        return web.Response(status=304, headers=headers)
    png = await room.papers.page(sha256, int(request.match_info["page"]), int(width))
    return web.Response(body=png, content_type="image/png", headers=headers)


async def _may_see(request: web.Request, room: Room, document: str, sha256: str) -> None:
    """Desks, and who reads the record, see every revision; everyone else what the own screen is told now."""
    known, anyone = room.state_paper(document), False
    async for actor in actors(request):
        anyone = True
        if actor.role in READERS and known is not None and sha256 in {*known.lineage, known.stamped}:
            return
        seen = documents(room.session.state, actor)
        shown = next((one for one in seen.documents if one.id == document), None) if seen else None
        if shown is not None and known is not None and sha256 in _revisions(shown, known, actor.role):
            return
    raise Refused("no-document" if anyone else "not-signed-in", **({"document": document[:40]} if anyone else {}))


def _revisions(shown: DocumentView, paper: Paper, role: str) -> set[str | None]:
    if role in (*DESK, "chair"):
        return {*paper.lineage, paper.file, paper.stamped} - {None}
    sheet = {paper.head} if role in ("viewer", "stage") else set()
    return ({shown.sha256, shown.head, shown.scan, shown.stamped} | sheet) - {None}


async def file(request: web.Request) -> web.Response:
    """Serve `GET …/documents/{document}/file?sha=`: a revision as an attachment, for desks; for a signatory what is to be
    signed: the check before a signature needs the very bytes that were read. Noted in the access chain.
    """
    room, by = await _reader(request)
    paper = room.papers.paper(document_of(request))
    sha256 = request.query.get("sha", paper.head or paper.file or "")
    seen = _told_of(room, by, paper) if by.role == "signatory" else {*paper.lineage, paper.file, paper.stamped}
    if sha256 not in seen:
        raise Refused("no-document", document=paper.id)
    data = await asyncio.to_thread(room.papers.store.read, sha256)
    chain: AccessChain = request.app["access"]
    await chain.note("document.downloaded", by, room.session.name, document=paper.id, sha=sha256)
    return attachment(data, "application/pdf", f"{clean(paper.title.vi)}.pdf", sha256)


async def _reader(request: web.Request) -> tuple[Room, Actor]:
    """Return who may have the file: a signatory of the document, a keeper of its seal the scan too, else somebody of the desk. Raises `Refused`."""
    room, document = _room(request), document_of(request)
    async for actor in actors(request):
        seen = documents(room.session.state, actor) if actor.role == "signatory" else None
        if seen is not None and any(one.id == document for one in seen.documents):
            return room, actor
    return await desk(request)


def _told_of(room: Room, by: Actor, paper: Paper) -> set[str | None]:
    """Return the revisions a signatory's own view names."""
    seen = documents(room.session.state, by)
    return {sha for one in (seen.documents if seen else ()) if one.id == paper.id for sha in (one.sha256, one.head, one.scan, one.stamped)} - {None}


async def means(request: web.Request) -> web.Response:
    """Serve `GET …/signing`: `{"p12"}`: whether this hub lets a page sign with a file (off unless configured, CEREMONY §10)."""
    room = _room(request)
    async for _ in actors(request):
        return web.json_response({"p12": room.papers.trust.p12})
    raise Refused("not-signed-in")


def attachment(data: bytes, kind: str, name: str, tag: str) -> web.Response:
    """Return a file to be kept, never shown by the browser itself."""
    headers = {"Content-Disposition": disposition(name), "Cache-Control": "private, no-store", "ETag": f'"{tag}"'}
    return web.Response(body=data, content_type=kind, headers=headers)


# --- tickets ---------------------------------------------------------------------------------------------------


def _ticket(ticket: Ticket, room: Room) -> web.Response:
    where = f"/api/sessions/{room.session.name}/tickets/{ticket.id}"
    answer: dict[str, Any] = {"ticket": msgspec.to_builtins(ticket), "pdf": f"{where}/pdf", "finish": f"{where}/finish"}
    return web.json_response(answer, status=201)


async def issue(request: web.Request) -> web.Response:
    """Serve `POST …/documents/{document}/tickets {slot, certificate, chain}`: what is to be signed; its PDF apart."""
    asked = await body(request, Issue)
    room, by = await signer(request, asked.slot)
    return _ticket(await room.papers.issue(document_of(request), asked.slot, asked.certificate, asked.chain, by), room)


async def ticket_pdf(request: web.Request) -> web.Response:
    """Serve `GET …/tickets/{ticket}/pdf` to whom it was issued: the bytes the signer checks and signs."""
    name = request.match_info["ticket"]
    room, by = await signer(request, _slot_of(_room(request), name))
    return attachment(await room.papers.prepared(name, by), "application/pdf", "ticket.pdf", name)


async def finish(request: web.Request) -> web.Response:
    """Serve `POST …/tickets/{ticket}/finish {value}`: the signature lands, once however often it is sent."""
    name = request.match_info["ticket"]
    room, by = await signer(request, _slot_of(_room(request), name))
    asked = await body(request, Finish)
    await room.papers.finish(name, asked.value, by)
    return web.json_response({"ticket": name})


async def cancel(request: web.Request) -> web.Response:
    """Serve `POST …/tickets/{ticket}/cancel {reason}`."""
    name = request.match_info["ticket"]
    room, by = await signer(request, _slot_of(_room(request), name))
    asked = await body(request, _Cancel)
    await room.papers.cancel(name, asked.reason, by)
    return web.json_response({"ticket": name})


def _slot_of(room: Room, name: str) -> str:
    """Return the slot a ticket is or was for, empty for none."""
    for paper in room.session.state.every_paper():
        if paper.ticket is not None and paper.ticket.id == name:
            return paper.ticket.slot
        for one in paper.landed:
            if one.ticket == name:
                return one.slot
    return ""
