"""A session's own data: title, host, start, microphones, pictures' codec, forms of address, quorum, starting items."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from aiohttp import web

from server.web.edge import body
from server.web.seated import preparer
from signaling.agenda import Text
from signaling.commands import EditSession
from signaling.draft import Address, Draft, MicPolicy, OnTake, Quorum, Video
from signaling.names import Micros

if TYPE_CHECKING:
    from server.web.gate import Gate


class Settings(msgspec.Struct, forbid_unknown_fields=True):
    """What the page shows and sends back whole. `start`: UTC µs; `quorum` null: the chair judges without a rule.

    In the log no rule is a rule nobody can miss, `least: 0`: a field left out of `session.edit` stays as it is.
    """

    title: Text
    host: Text
    start: Micros
    mic_policy: MicPolicy
    address: Address
    scene_on_take: OnTake
    video: Video
    quorum: Quorum | None = None


def settings_of(draft: Draft) -> Settings:
    """Return the settings of a run sheet."""
    found = Settings(**{name: getattr(draft, name) for name in Settings.__struct_fields__})
    return found if found.quorum is None or found.quorum.least else msgspec.structs.replace(found, quorum=None)


async def show(request: web.Request) -> web.Response:
    """Serve `GET …/settings`: the settings, the sheet's offset and whether they may still be changed (in setup only)."""
    await preparer(request)
    gate: Gate = request.app["gate"]
    state = gate.room(request).session.state
    settings = msgspec.to_builtins(settings_of(state.sheet()))
    told = {"settings": settings, "utc_offset_s": state.sheet().utc_offset_s, "open": state.phase == "setup"}
    return web.json_response(told, headers={"Cache-Control": "no-store"})


async def change(request: web.Request) -> web.Response:
    """Serve `POST …/settings`: what differs becomes one `session.edit`. Raises what the ceremony refuses."""
    by = await preparer(request)
    gate: Gate = request.app["gate"]
    session = gate.room(request).session
    asked = await body(request, Settings)
    now = settings_of(session.state.sheet())
    given = {name: getattr(asked, name) for name in asked.__struct_fields__ if getattr(asked, name) != getattr(now, name)}
    if "quorum" in given and given["quorum"] is None:
        given["quorum"] = Quorum("sites", 0)
    if given:
        await session.ask(EditSession(**given), by)
    return web.json_response({"settings": msgspec.to_builtins(settings_of(session.state.sheet()))})
