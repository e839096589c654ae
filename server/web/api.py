"""Links of a ceremony, as JSON."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import msgspec
import segno
from aiohttp import web

from server.web.edge import body
from signaling.errors import Refused
from signaling.names import SiteId, is_identifier, site_seat

if TYPE_CHECKING:
    from server.web.gate import Gate


class _Site(msgspec.Struct, forbid_unknown_fields=True):
    site: str


async def links(request: web.Request) -> web.Response:
    """Serve `GET …/links`: the state of every site's link."""
    gate: Gate = request.app["gate"]
    await gate.desk(request, "operator")
    room = gate.room(request)
    known = {link.site: link for link in await gate.seats.links(room.session.name)}
    rows = []
    for site in room.session.state.sheet().sites:
        link = known.get(site.id)
        rows.append({
            "site": site.id, "name": {"vi": site.name.vi, "en": site.name.en},
            "state": link.state if link else "none", "issued_at": link.issued_at if link else None,
        })  # fmt: skip
    return web.json_response({"links": rows})


async def issue(request: web.Request) -> web.Response:
    """Serve `POST …/links {site}`: a fresh link for a site, shown once; the one before it dies with its device."""
    gate: Gate = request.app["gate"]
    await gate.desk(request, "operator")
    room = gate.room(request)
    asked = await body(request, _Site)
    if not is_identifier(asked.site) or room.session.state.site(asked.site) is None:
        raise Refused("no-site", site=asked.site[:40])
    site = SiteId(asked.site)
    token = await gate.seats.issue(room.session.name, site, gate.clock.now())
    gate.revoke(room, site_seat(site))
    url = f"{request.app['public_url'](request)}/join#{token}"
    return web.json_response({"url": url, "qr": _qr(url)}, status=201)


async def revoke(request: web.Request) -> web.Response:
    """Serve `DELETE …/links/{site}`: the seat's socket, media and bearers close at once."""
    gate: Gate = request.app["gate"]
    await gate.desk(request, "operator")
    room = gate.room(request)
    site = SiteId(request.match_info["site"])
    await gate.seats.revoke(room.session.name, site, gate.clock.now())
    gate.revoke(room, site_seat(site))
    return web.json_response({})


def _qr(url: str) -> str:
    """Return the link as a QR code, SVG text (the page makes a blob image of it: no markup enters the document)."""
    out = io.BytesIO()
    segno.make(url, error="m").save(out, kind="svg", border=2, scale=4, xmldecl=False)
    return out.getvalue().decode()
