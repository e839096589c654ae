"""First run, sign-in, sign-in links, site links (TRUST §3, §4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

import msgspec
from aiohttp import web

from server.identity import Person
from server.web.edge import Failures, address_class, body
from server.web.gate import PERSON_COOKIE, SEAT_COOKIE
from signaling.errors import Refused
from signaling.names import SiteId, site_seat

if TYPE_CHECKING:
    from server.config import Limits
    from server.web.gate import Gate

_Token = Annotated[str, msgspec.Meta(max_length=64)]
_Long = Annotated[str, msgspec.Meta(max_length=512)]
COOKIE_S: Final = 12 * 3600


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
    token: _Token
    key: _Long | None = None


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
    """Serve `POST /api/join`: a site's link, used from a device."""
    gate: Gate = request.app["gate"]
    asked = await body(request, _Join)
    failures, key = _failures(request, "join")
    failures.check(key)
    now = gate.clock.now()
    try:
        entry = await gate.seats.join(asked.token, asked.key, now)
    except Refused:
        failures.count(key)
        raise
    seat = site_seat(SiteId(entry.site))
    secret = await gate.identity.open_cookie(now, link=entry.link, seat=seat)
    answer = {"seat": seat, "session": entry.session, "site": entry.site, "page": "/site"}
    response = web.json_response(answer)
    _cookie(response, f"{SEAT_COOKIE}{entry.site}", secret)
    return response


async def me(request: web.Request) -> web.Response:
    """Serve `GET /api/me`: who this browser is, and which ceremonies it may open."""
    gate: Gate = request.app["gate"]
    found = await gate.person(request)
    seats = []
    seen: set[str] = set()
    for name in request.cookies:
        if not name.startswith(SEAT_COOKIE):
            continue
        held = await gate.actor(request, "s-" + name.removeprefix(SEAT_COOKIE))
        room = gate.rooms.get(held[0] or "") if held else None
        if held is None or room is None or held[1].site is None:
            continue
        site = room.session.state.site(held[1].site)
        if site is not None:
            seats.append({"seat": held[1].seat, "session": held[0], "site": site.id, "name": _text(site.name)})
            seen.add(str(held[0]))
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
    latest = max(gate.rooms, key=lambda name: gate.rooms[name].session.state.sheet().start, default=None)
    response = web.json_response({"page": "/hub" if latest else "/", "session": latest})
    _cookie(response, PERSON_COOKIE, secret)
    return response


def _cookie(response: web.Response, name: str, secret: str) -> None:
    response.set_cookie(name, secret, path="/", secure=True, httponly=True, samesite="Lax", max_age=COOKIE_S)


def make_failures(limits: Limits) -> tuple[Failures, Failures]:
    """Return the failure counters: per address, and per account at an address (10 in 15 min)."""
    return Failures(limits.failures_per_window, limits.window_s), Failures(10, limits.window_s)
