"""Who prepares, and which site's page is asking: the two questions of the preparation doors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aiohttp import web

from server.web.gate import SEAT_COOKIE
from signaling.commands import Actor
from signaling.errors import Refused

if TYPE_CHECKING:
    from server.web.gate import Gate

PREPARERS: Final = ("operator", "admin")
DESK: Final = (*PREPARERS, "co-operator", "secretary")


async def preparer(request: web.Request, *roles: str) -> Actor:
    """Return the operator or admin (or one of `roles`). Raises `Refused`: `not-signed-in`; `not-allowed` for every other seat."""
    gate: Gate = request.app["gate"]
    if await gate.person(request) is None and await seat(request) is not None:
        raise Refused("not-allowed")
    return await gate.desk(request, *(roles or PREPARERS))


async def seat(request: web.Request, wanted: str | None = None) -> tuple[str, Actor] | None:
    """Return (ceremony, actor) of a site's cookie this browser holds, or None.

    In a request that names a ceremony only its seats count; `wanted` (`s-vu-thu`) chooses where one browser holds
    several.
    """
    gate: Gate = request.app["gate"]
    session = request.match_info.get("session")
    for name in request.cookies:
        if not name.startswith(SEAT_COOKIE):
            continue
        held = await gate.actor(request, "s-" + name.removeprefix(SEAT_COOKIE))
        if held is None or held[0] is None or held[0] not in gate.rooms or session not in (None, held[0]):
            continue
        if wanted is None or held[1].seat == wanted:
            return held[0], held[1]
    return None
