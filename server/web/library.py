"""The library: every record, found by words; how long each is kept; the two-person end of one (CLIENT §5 /replay 1)."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated, Any, Final

import msgspec
from aiohttp import web

from recordings.retention import CLASSES, Keeping, due
from server.sheets.rows import fold
from server.web.edge import body
from signaling.errors import Malformed, Refused

if TYPE_CHECKING:
    from server.identity import Person
    from server.retention import Retention
    from server.rooms import Room
    from server.web.gate import Gate
    from signaling.commands import Actor

READERS: Final = ("operator", "admin", "co-operator", "secretary", "staff", "auditor")
KEEPERS: Final = ("operator", "admin", "staff")
"""Who decides how long, holds, and asks for or confirms the end."""
MOST_HITS: Final = 8
_Text = Annotated[str, msgspec.Meta(max_length=1_000)]


class _Kind(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    kind: _Text


class _Reason(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    reason: _Text


async def listed(request: web.Request) -> web.Response:
    """Serve `GET /api/library?q=`: `{records, destroyed, classes}`, the latest first; with `q` only what holds all its
    words, each record with its `hits` [{kind, text, ms}].
    """
    gate: Gate = request.app["gate"]
    await gate.desk(request, *READERS)
    keeper: Retention = request.app["retention"]
    words = fold(request.query.get("q", "")[:200]).split()
    found = []
    for room in gate.rooms.values():
        state = room.session.state
        if state.rehearsal_of is not None:
            continue
        hits = await asyncio.to_thread(_hits, room, words) if words else []
        if words and not hits:
            continue
        found.append(_shown(room, await keeper.of(room.session.name)) | {"hits": hits[:MOST_HITS]})
    found.sort(key=lambda one: -one["start"])
    return web.json_response({"records": found, "destroyed": await keeper.destroyed(), "classes": list(CLASSES)})


def _hits(room: Room, words: list[str]) -> list[dict[str, Any]]:
    """Return the moments and names of a record that hold every word."""
    sheet = room.session.state.sheet()
    texts: list[tuple[str, str, int | None]] = [("title", sheet.title.vi, None), ("title", sheet.title.en or "", None)]
    texts += [("site", site.name.vi, None) for site in sheet.sites]
    texts += [("delegate", f"{one.name} {one.office.vi} {one.unit.vi}", None) for one in sheet.delegates]
    try:
        line = room.past.timeline(room.session.now())
    except (Malformed, OSError):
        line = {"chapters": [], "marks": [], "notes": []}
    begun = {one["item"]: one["from_ms"] for one in line["chapters"]}
    texts += [("item", item.title.vi, begun.get(item.id)) for item in sheet.items]
    texts += [(one["kind"], one["text"], one["ms"]) for one in line["marks"]]
    texts += [("note", one["text"], one["ms"]) for one in line["notes"]]
    return [
        {"kind": kind, "text": text, "ms": ms}
        for kind, text, ms in texts
        if text and all(word in fold(text) for word in words)
    ]


def _shown(room: Room, keeping: Keeping) -> dict[str, Any]:
    state = room.session.state
    sheet = state.sheet()
    return {
        "id": room.session.name, "title": {"vi": sheet.title.vi, "en": sheet.title.en}, "start": sheet.start,
        "utc_offset_s": sheet.utc_offset_s, "phase": state.phase, "opened_at": state.opened_at,
        "closed_at": state.closed_at, "sites": len(sheet.sites), "kind": keeping.kind, "hold": keeping.hold,
        "hold_by": keeping.hold_by, "asked_name": keeping.asked_name, "asked_at": keeping.asked_at,
        "asked_reason": keeping.asked_reason, "due": due(keeping, state.closed_at),
    }  # fmt: skip


async def classify(request: web.Request) -> web.Response:
    """Serve `PUT …/retention` with `{kind}`."""
    room, actor, _, keeper = await _keeper(request)
    asked = await body(request, _Kind)
    return web.json_response(_shown(room, await keeper.classify(room.session.name, asked.kind, actor)))


async def hold(request: web.Request) -> web.Response:
    """Serve `PUT …/hold` with `{reason}`, and `DELETE …/hold`."""
    room, actor, person, keeper = await _keeper(request)
    reason = (await body(request, _Reason)).reason if request.method == "PUT" else None
    return web.json_response(_shown(room, await keeper.hold(room.session.name, reason, actor, person.name)))


async def ask(request: web.Request) -> web.Response:
    """Serve `PUT …/destruction` with `{reason}`: the first of two people; `DELETE` takes it back."""
    room, actor, person, keeper = await _keeper(request)
    if request.method == "DELETE":
        return web.json_response(_shown(room, await keeper.withdraw(room.session.name, actor)))
    asked = await body(request, _Reason)
    return web.json_response(_shown(room, await keeper.ask(room, asked.reason, actor, person, room.session.now())))


async def confirm(request: web.Request) -> web.Response:
    """Serve `POST …/destruction`: the second of two people; the record is destroyed, and what remains is answered."""
    room, actor, person, keeper = await _keeper(request)
    copies = [folder for folder in (request.app["mirror_of"](room.session.name),) if folder]
    remains = await keeper.destroy(room, actor, person, room.session.now(), copies)
    await request.app["let_go"](room.session.name)
    return web.json_response(remains)


async def _keeper(request: web.Request) -> tuple[Room, Actor, Person, Retention]:
    gate: Gate = request.app["gate"]
    actor = await gate.desk(request, *KEEPERS)
    found = await gate.person(request)
    room = gate.room(request)
    if found is None or room.session.state.rehearsal_of is not None:
        raise Refused("no-session")
    return room, actor, found[0], request.app["retention"]
