"""First run, sign-in, sign-in links, site links (TRUST §3, §4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

import msgspec
from aiohttp import web

from server.identity import Person
from server.lobby import STILL_BYTES, check_still
from server.seats import Bound, Entry, check_key
from server.web.edge import Failures, address_class, body, read
from server.web.gate import COOKIE, LINKED_SEATS, PERSON_COOKIE
from signaling.commands import KnockSeat
from signaling.errors import Refused
from signaling.names import Seat

if TYPE_CHECKING:
    from server.config import Limits
    from server.web.gate import Gate

_Token = Annotated[str, msgspec.Meta(max_length=64)]
_Name = Annotated[str, msgspec.Meta(max_length=80)]
_Long = Annotated[str, msgspec.Meta(max_length=512)]
COOKIE_S: Final = 12 * 3600
PAGE_OF: Final = {"site": "/site", "chair": "/hub", "mc": "/hub", "stage": "/stage", "viewer": "/stage",
                  "signatory": "/sign"}
"""Where each role's link leads."""


class _Enter(msgspec.Struct, forbid_unknown_fields=True):
    token: _Token


class _Login(msgspec.Struct, forbid_unknown_fields=True):
    name: _Long
    password: _Long


class _Setup(msgspec.Struct, forbid_unknown_fields=True):
    token: _Token
    name: _Long
    password: _Long


class _Join(msgspec.Struct, forbid_unknown_fields=True):
    """A link's token; or a ceremony and its spoken code, which only knocks."""

    token: _Token = ""
    key: _Long | None = None
    session: _Token = ""
    code: _Token = ""
    name: _Name = ""


class _Waiting(msgspec.Struct, forbid_unknown_fields=True):
    secret: _Token


async def enter(request: web.Request) -> web.Response:
    """Serve `POST /api/enter`: use up a single-use sign-in link."""
    gate: Gate = request.app["gate"]
    asked = await body(request, _Enter)
    failures, key = _failures(request, "enter")
    failures.check(key)
    try:
        person = await gate.identity.enter(asked.token, gate.clock.now())
    except Refused:
        failures.count(key)
        raise
    return await _welcome(gate, person)


async def login(request: web.Request) -> web.Response:
    """Serve `POST /api/login`: name and password."""
    gate: Gate = request.app["gate"]
    asked = await body(request, _Login)
    failures, address = _failures(request, "login")
    account = f"{address}/{asked.name.strip().casefold()[:80]}"
    most_per_account = request.app["account_failures"]
    failures.check(address)
    most_per_account.check(account)
    try:
        person = await gate.identity.login(asked.name, asked.password)
    except Refused:
        failures.count(address)
        most_per_account.count(account)
        raise
    return await _welcome(gate, person)


async def setup(request: web.Request) -> web.Response:
    """Serve `POST /api/setup`: the first person claims the hub; one winner, 410 for everyone after."""
    gate: Gate = request.app["gate"]
    asked = await body(request, _Setup)
    failures, key = _failures(request, "setup")
    failures.check(key)
    if await gate.identity.has_people():
        raise Refused("setup-done")
    try:
        person = await gate.identity.claim(asked.token, asked.name, asked.password, gate.clock.now())
    except Refused:
        failures.count(key)
        raise
    return await _welcome(gate, person)


async def logout(request: web.Request) -> web.Response:
    """Serve `POST /api/logout`."""
    gate: Gate = request.app["gate"]
    secret = request.cookies.get(PERSON_COOKIE)
    if secret is not None:
        await gate.identity.close_cookie(secret)
    response = web.json_response({})
    response.del_cookie(PERSON_COOKIE, path="/", secure=True)
    return response


async def join(request: web.Request) -> web.Response:
    """Serve `POST /api/join`: a seat's link, used from a device; or its spoken code.

    The first device on a live link is let in (200); any other, and every code, waits in the lobby (202).
    """
    gate: Gate = request.app["gate"]
    asked = await body(request, _Join)
    failures, key = _failures(request, "join" if asked.token else "code")
    failures.check(key)
    now = gate.clock.now()
    try:
        if asked.token:
            entry = await gate.seats.join(asked.token, asked.key, now)
        else:
            check_key(asked.key)
            raise Bound(await gate.seats.knock(asked.session, asked.code), "code")
    except Bound as bound:
        return _knock(gate, asked, bound)
    except Refused:
        failures.count(key)
        raise
    return await _seated(gate, entry)


def _knock(gate: Gate, asked: _Join, bound: Bound) -> web.Response:
    room = gate.rooms.get(gate.current(bound.entry.session))
    if room is None:
        raise Refused("no-session")
    secret, made = gate.lobby.knock(bound.entry, asked.key, asked.name.strip(), bound.why, gate.clock.now())
    room.session.report(KnockSeat(made.seat, bound.entry.site or None, made.name, made.why))
    return web.json_response({"lobby": secret, "title": _text(room.session.state.sheet().title)}, status=202)


async def lobby(request: web.Request) -> web.Response:
    """Serve `POST /api/lobby {secret}`: how a waiting page stands; once admitted it takes the seat, once."""
    gate: Gate = request.app["gate"]
    asked = await body(request, _Waiting)
    knock = gate.lobby.find(asked.secret)
    room = gate.rooms.get(gate.current(knock.entry.session))
    told = None if room is None else room.session.state.lobby.get(knock.seat)
    if room is None or told is None or told.state == "waiting":
        return web.json_response({"state": "waiting"})
    gate.lobby.drop(asked.secret)
    if told.state != "admitted":
        return web.json_response({"state": "refused"})
    await gate.seats.rebind(knock.entry.link, knock.device, gate.clock.now())
    gate.revoke(room, knock.entry.seat)
    return await _seated(gate, knock.entry)


async def still(request: web.Request) -> web.Response:
    """Serve `POST /api/lobby/{secret}/still`: the waiting page's small picture, every few seconds."""
    gate: Gate = request.app["gate"]
    knock = gate.lobby.find(request.match_info["secret"])
    data = await read(request, STILL_BYTES)
    check_still(data)
    knock.still = data
    return web.json_response({})


async def still_of(request: web.Request) -> web.Response:
    """Serve `GET …/lobby/{seat}/still`, for the desk."""
    gate: Gate = request.app["gate"]
    await gate.desk(request, "operator", "co-operator")
    room = gate.room(request)
    ceremony = room.session.state.rehearsal_of or room.session.name
    knock = gate.lobby.of(ceremony, Seat(request.match_info["seat"]))
    if knock.still is None:
        raise Refused("no-seat")
    return web.Response(body=knock.still, content_type="image/jpeg")


async def _seated(gate: Gate, entry: Entry) -> web.Response:
    secret = await gate.identity.open_cookie(gate.clock.now(), link=entry.link, seat=entry.seat)
    answer = {
        "seat": entry.seat, "session": gate.current(entry.session), "site": entry.site,
        "page": PAGE_OF.get(entry.role, "/site"), "state": "admitted",
    }  # fmt: skip
    response = web.json_response(answer)
    _cookie(response, f"{COOKIE}{entry.seat}", secret)
    return response


async def me(request: web.Request) -> web.Response:
    """Serve `GET /api/me`: who this browser is, and which ceremonies it may open."""
    gate: Gate = request.app["gate"]
    found = await gate.person(request)
    seats = []
    seen: set[str] = set()
    for name in request.cookies:
        if not name.startswith(LINKED_SEATS):
            continue
        held = await gate.actor(request, name.removeprefix(COOKIE))
        if held is None or held[0] is None:
            continue
        session, actor = gate.current(held[0]), held[1]
        room = gate.rooms.get(session)
        if room is None:
            continue
        site = room.session.state.site(actor.site) if actor.site is not None else None
        named = None if site is None else _text(site.name)
        page = PAGE_OF.get(actor.role, "/site")
        seats.append({"seat": actor.seat, "session": session, "site": actor.site, "name": named, "role": actor.role, "page": page})
        seen.add(session)
    person = None
    if found is not None:
        person = {"name": found[0].name, "role": found[0].role, "seat": found[1].seat}
    shown = [_ceremony(name, room) for name, room in gate.rooms.items() if person is not None or name in seen]
    shown.sort(key=lambda one: -int(one["start"]))
    return web.json_response({"person": person, "seats": seats, "sessions": shown, "build": gate.build})


def _ceremony(name: str, room: Any) -> dict[str, Any]:
    state = room.session.state
    sheet = state.sheet()
    return {
        "id": name, "title": _text(sheet.title), "phase": state.phase, "start": sheet.start,
        "utc_offset_s": sheet.utc_offset_s,
        "opened_at": state.opened_at, "closed_at": state.closed_at,
    }  # fmt: skip


def _text(text: Any) -> dict[str, str]:
    return {"vi": text.vi, "en": text.en}


def _failures(request: web.Request, door: str) -> tuple[Failures, str]:
    return request.app["failures"], f"{door}/{address_class(request.remote)}"


async def _welcome(gate: Gate, person: Person) -> web.Response:
    secret = await gate.identity.open_cookie(gate.clock.now(), person=person)
    latest = gate.latest()
    response = web.json_response({"page": "/hub" if latest else "/", "session": latest})
    _cookie(response, PERSON_COOKIE, secret)
    return response


def _cookie(response: web.Response, name: str, secret: str) -> None:
    response.set_cookie(name, secret, path="/", secure=True, httponly=True, samesite="Lax", max_age=COOKIE_S)


def make_failures(limits: Limits) -> tuple[Failures, Failures]:
    """Return the failure counters: per address, and per account at an address (10 in 15 min)."""
    return Failures(limits.failures_per_window, limits.window_s), Failures(10, limits.window_s)
