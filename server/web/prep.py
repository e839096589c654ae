"""Preparing a ceremony: files in with a preview, files out, sheets to print."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Annotated, Any, Final

import msgspec
from aiohttp import web

from server import prints
from server.catalogue import language_of
from server.preparation import Preparation, Upload, apply_draft, cloned, draft_of
from server.sheets.mapping import TabMap, choices_of_fields
from server.sheets.rows import MAX_FILE, SheetErrors
from server.web.edge import body, read
from server.web.seated import preparer
from signaling.draft import Draft, planned_end, redated
from signaling.errors import Refused
from signaling.names import Micros, SiteId, site_seat

if TYPE_CHECKING:
    from server.rooms import Room
    from server.web.gate import Gate

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
YAML: Final = "application/yaml"
PRINTS: Final = 8
"""Print pages kept in memory; they hold links, so they never touch the disk."""
_Name = Annotated[str, msgspec.Meta(max_length=64)]


class _Mapping(msgspec.Struct, forbid_unknown_fields=True):
    maps: Annotated[tuple[TabMap, ...], msgspec.Meta(max_length=20)]


class _Clone(msgspec.Struct, forbid_unknown_fields=True):
    clone_of: _Name
    start: Annotated[int, msgspec.Meta(ge=0, lt=1 << 53)] | None = None


class _Prints(msgspec.Struct, forbid_unknown_fields=True):
    sites: Annotated[tuple[_Name, ...], msgspec.Meta(max_length=200)] = ()
    rehearsal: Annotated[int, msgspec.Meta(ge=0, lt=1 << 53)] | None = None
    lang: str = "vi"


# --- in --------------------------------------------------------------------------------------------------------


async def create(request: web.Request) -> web.Response:
    """Serve `POST /api/sessions`: a file (YAML, CSV, XLSX), or `{clone_of, start?}`; errors name every wrong row."""
    await preparer(request)
    prepared: Preparation = request.app["preparation"]
    if request.content_type == "application/json":
        asked = await body(request, _Clone)
        gate: Gate = request.app["gate"]
        room = gate.rooms.get(asked.clone_of)
        if room is None:
            raise Refused("no-session")
        draft = cloned(room.session.state.sheet())
        draft = draft if asked.start is None else redated(draft, Micros(asked.start))
    else:
        try:
            draft = await prepared.read_new(await _bytes(request))
        except SheetErrors as error:
            answer = {"code": "sheet-errors", "detail": {"count": len(error.errors)}}
            return web.json_response(answer | {"errors": msgspec.to_builtins(error.errors)}, status=400)
    made: Room = await request.app["make"](draft)
    return web.json_response({"session": made.session.name}, status=201)


async def _bytes(request: web.Request) -> bytes:
    """Return the file sent, counted while it comes. Raises `Refused("file-too-large")`."""
    try:
        return await read(request, MAX_FILE)
    except web.HTTPRequestEntityTooLarge:
        raise Refused("file-too-large") from None


def _room(request: web.Request) -> Room | None:
    """Return the ceremony in the path; None where the file is to become a new one."""
    gate: Gate = request.app["gate"]
    return gate.room(request) if "session" in request.match_info else None


async def upload(request: web.Request) -> web.Response:
    """Serve `POST …/import`: the bytes of a file; the answer is what it would change, nothing is changed yet."""
    await preparer(request)
    room = _room(request)
    data = await _bytes(request)
    prepared: Preparation = request.app["preparation"]
    base = None if room is None else room.session.state.sheet()
    found = await prepared.upload(data, None if room is None else room.session.name, base)
    return web.json_response(_shown(found), status=201)


async def mapping(request: web.Request) -> web.Response:
    """Serve `POST …/import/{id}/mapping {maps}`: the same file read by a person's mapping."""
    await preparer(request)
    found = _upload(request)
    asked = await body(request, _Mapping)
    prepared: Preparation = request.app["preparation"]
    return web.json_response(_shown(await prepared.remap(found, asked.maps)))


async def apply(request: web.Request) -> web.Response:
    """Serve `POST …/import/{id}/apply`: only a file without any error."""
    by = await preparer(request)
    found = _upload(request)
    draft = draft_of(found.reading)
    name = await apply_draft(request.app["make"], _room(request), draft, found.base, by)
    prepared: Preparation = request.app["preparation"]
    await prepared.mappings.remember(draft.host.vi, found.reading.maps)  # the file may have given another host
    prepared.forget(found)
    return web.json_response({"session": name}, status=201)


def _upload(request: web.Request) -> Upload:
    room = _room(request)
    prepared: Preparation = request.app["preparation"]
    return prepared.find(None if room is None else room.session.name, request.match_info["id"])


def _shown(found: Upload) -> dict[str, Any]:
    reading = found.reading
    draft = reading.draft
    sheet = None if draft is None else {
        "title": {"vi": draft.title.vi, "en": draft.title.en}, "utc_offset_s": draft.utc_offset_s, "start": draft.start, "end": planned_end(draft),
        "items": len(draft.items), "sites": len(draft.sites), "delegates": len(draft.delegates),
    }  # fmt: skip
    return {
        "import": found.id, "kind": reading.kind, "code": reading.code, "maps": msgspec.to_builtins(reading.maps),
        "fields": msgspec.to_builtins(choices_of_fields()) if reading.maps else [],
        "preview": msgspec.to_builtins(reading.preview), "errors": msgspec.to_builtins(reading.errors),
        "diff": msgspec.to_builtins(reading.diff), "sheet": sheet,
    }  # fmt: skip


# --- out -------------------------------------------------------------------------------------------------------


def _file(data: bytes, kind: str, name: str) -> web.Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return web.Response(body=data, content_type=kind, headers=headers)


async def template(request: web.Request) -> web.Response:
    """Serve `GET …/template.xlsx`: the workbook to start from."""
    await preparer(request)
    prepared: Preparation = request.app["preparation"]
    language = language_of(request.query.get("lang", ""))
    return _file(await prepared.template(language), XLSX, "diemcau-template.xlsx")


def _sheet(request: web.Request) -> tuple[str, Draft]:
    gate: Gate = request.app["gate"]
    room = gate.room(request)
    return room.session.name, room.session.state.sheet()


async def sheet_xlsx(request: web.Request) -> web.Response:
    """Serve `GET …/sheet.xlsx`: the sheet in force; importing it again changes nothing."""
    await preparer(request)
    name, draft = _sheet(request)
    prepared: Preparation = request.app["preparation"]
    language = language_of(request.query.get("lang", ""))
    return _file(await prepared.to_xlsx(draft, language), XLSX, f"diemcau-{name}.xlsx")


async def sheet_yaml(request: web.Request) -> web.Response:
    """Serve `GET …/sheet.yaml`: the same as YAML."""
    await preparer(request)
    name, draft = _sheet(request)
    prepared: Preparation = request.app["preparation"]
    return _file(await prepared.to_yaml(draft), YAML, f"diemcau-{name}.yaml")


# --- print -----------------------------------------------------------------------------------------------------


async def make_prints(request: web.Request) -> web.Response:
    """Serve `POST …/prints {sites, rehearsal?, lang?}`: fresh links for these sites (none named: every site whose
    link no device uses yet), on sheets to print. A link is kept as a hash only, so printing means issuing.
    """
    gate: Gate = request.app["gate"]
    await preparer(request)
    room = gate.room(request)
    asked = await body(request, _Prints)
    draft, now = room.session.state.sheet(), gate.clock.now()
    ceremony = room.session.state.rehearsal_of or room.session.name
    bound = {link.site for link in await gate.seats.links(ceremony) if link.state == "bound"}
    known = {site.id for site in draft.sites}
    if not set(asked.sites) <= known:
        raise Refused("no-site", site=next(one for one in asked.sites if one not in known)[:40])
    chosen = {SiteId(one) for one in asked.sites} or known - bound
    address = request.app["public_url"](request)
    cards = []
    for site in draft.sites:
        if site.id in chosen:
            made = await gate.seats.issue_seat(ceremony, site_seat(site.id), "site", site.id, now)
            gate.revoke(room, site_seat(site.id))
            cards.append(prints.Card(site, f"{address}/join#{made.token}", f"{made.code[:4]}-{made.code[4:]}"))
    sheet = prints.Sheet(draft, _short(address, ceremony), None if asked.rehearsal is None else Micros(asked.rehearsal))
    page = prints.page(sheet, cards, language_of(asked.lang))
    kept: dict[tuple[str, str], str] = request.app["prints"]
    name = secrets.token_urlsafe(16)
    kept[room.session.name, name] = page
    while len(kept) > PRINTS:
        del kept[next(iter(kept))]
    where = f"/api/sessions/{room.session.name}/prints/{name}"
    return web.json_response({"url": where, "sites": [card.site.id for card in cards]}, status=201)


async def show_prints(request: web.Request) -> web.Response:
    """Serve `GET …/prints/{id}`: the page made a moment ago; 404 when it is forgotten."""
    gate: Gate = request.app["gate"]
    await preparer(request)
    kept: dict[tuple[str, str], str] = request.app["prints"]
    page = kept.get((gate.room(request).session.name, request.match_info["id"]))
    if page is None:
        raise web.HTTPNotFound
    return web.Response(text=page, content_type="text/html", headers={"Cache-Control": "no-store"})


async def bare_prints(request: web.Request) -> web.Response:
    """Serve `GET …/prints`: the same sheets without links or codes; changes nothing."""
    await preparer(request)
    name, draft = _sheet(request)
    sheet = prints.Sheet(draft, _short(request.app["public_url"](request), name))
    page = prints.page(sheet, [prints.Card(site) for site in draft.sites], language_of(request.query.get("lang", "")))
    return web.Response(text=page, content_type="text/html", headers={"Cache-Control": "no-store"})


def _short(address: str, ceremony: str) -> str:
    """Return the address as people type it, where the spoken code is asked for."""
    return f"{address.removeprefix('https://')}/join?s={ceremony}"
