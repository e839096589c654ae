"""The accounts of people: who there is, a new one and its sign-in link, closing one, one's own password."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import msgspec
from aiohttp import web

from server.web.edge import Failures, body
from signaling.errors import Refused
from signaling.names import person_of
from signaling.views import OPERATORS

if TYPE_CHECKING:
    from server.identity import Person
    from server.people import People
    from server.web.gate import Gate

ROLES: Final = ("operator", "admin")
_Text = Annotated[str, msgspec.Meta(max_length=512)]


class _New(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: _Text
    role: _Text


class _Password(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    password: _Text
    before: _Text = ""


async def listed(request: web.Request) -> web.Response:
    """Serve `GET /api/people`: `{"people": [{id, name, role, has_password, seen_at, closed}]}`."""
    await _chief(request)
    people: People = request.app["people"]
    return web.json_response({"people": [msgspec.to_builtins(one) for one in await people.listed()]})


async def add(request: web.Request) -> web.Response:
    """Serve `POST /api/people`: 201 `{id, token}`; the page makes the link `/#enter=<token>` of it."""
    await _chief(request)
    people: People = request.app["people"]
    gate: Gate = request.app["gate"]
    asked = await body(request, _New)
    person, token = await people.add(asked.name, asked.role, gate.clock.now())
    return web.json_response({"id": person.id, "token": token}, status=201)


async def link(request: web.Request) -> web.Response:
    """Serve `POST /api/people/{id}/link`: `{token}` of a fresh link."""
    await _chief(request)
    people: People = request.app["people"]
    gate: Gate = request.app["gate"]
    return web.json_response({"token": await people.link(_id(request), gate.clock.now())})


async def close(request: web.Request) -> web.Response:
    """Serve `DELETE /api/people/{id}`: the account is closed and all its pages are sent away."""
    person = await _chief(request)
    people: People = request.app["people"]
    gate: Gate = request.app["gate"]
    await people.close(_id(request), person.id, gate.clock.now())
    prefix = f"p-{_id(request)}-"
    for socket in tuple(gate.sockets):
        if socket.actor.seat.startswith(prefix):
            gate.revoke(socket.room, socket.actor.seat)
    return web.json_response({})


async def reopen(request: web.Request) -> web.Response:
    """Serve `POST /api/people/{id}/reopen`: a closed account may be given a link again."""
    await _chief(request)
    people: People = request.app["people"]
    await people.reopen(_id(request))
    return web.json_response({})


async def operators(request: web.Request) -> web.Response:
    """Serve `GET /api/sessions/{id}/operators`: `{"operators": [{seat, name, role}]}`, those on this ceremony's console now
    whom control can be handed to: one seat each of other people.
    """
    gate: Gate = request.app["gate"]
    asking = await gate.desk(request, *OPERATORS)
    people: People = request.app["people"]
    names = {f"p-{one.id}": one.name for one in await people.listed()}
    here = {
        person_of(socket.actor.seat): socket.actor for socket in gate.room(request).sockets if socket.actor.role in OPERATORS
    }
    told = [
        {"seat": actor.seat, "name": names.get(person, ""), "role": actor.role}
        for person, actor in sorted(here.items()) if person != person_of(asking.seat)
    ]  # fmt: skip
    return web.json_response({"operators": told})


async def password(request: web.Request) -> web.Response:
    """Serve `POST /api/me/password`: one's own; wrong tries count as at the door."""
    gate: Gate = request.app["gate"]
    found = await gate.person(request)
    if found is None:
        raise Refused("not-signed-in")
    asked = await body(request, _Password)
    failures: Failures = request.app["account_failures"]
    key = f"password/{found[0].id}"
    failures.check(key)
    try:
        await gate.identity.set_password(found[0].id, asked.before, asked.password)
    except Refused as refused:
        if refused.code == "wrong-password":
            failures.count(key)
        raise
    return web.json_response({})


def _id(request: web.Request) -> int:
    return int(request.match_info["number"])


async def _chief(request: web.Request) -> Person:
    gate: Gate = request.app["gate"]
    await gate.desk(request, *ROLES)
    found = await gate.person(request)
    assert found is not None
    return found[0]
