"""Links of a ceremony, as JSON."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

import msgspec
import segno
from aiohttp import web

from server.web.edge import body
from signaling.errors import Refused
from signaling.names import Role, Seat, SiteId, seat_of, site_seat

if TYPE_CHECKING:
    from server.rooms import Room
    from server.web.gate import Gate
    from signaling.state import State


class _Site(msgspec.Struct, forbid_unknown_fields=True):
    """A site's seat by its site, a signatory's by its slot, or another seat by its role."""

    site: str = ""
    role: str = ""
    slot: str = ""


LINKED: Final[tuple[Role, ...]] = ("chair", "mc", "stage")
"""Roles whose seats have a link, beside the sites' (TRUST §4)."""


async def links(request: web.Request) -> web.Response:
    """Serve `GET …/links`: the state of every seat's link: the sites', then the chair's, the MC's, the stage's."""
    gate: Gate = request.app["gate"]
    await gate.desk(request, "operator")
    room = gate.room(request)
    known = {link.seat: link for link in await gate.seats.links(_ceremony(room))}
    rows = []
    for seat, role, site, name in _seats(room):
        link = known.get(seat)
        rows.append({
            "seat": seat, "role": role, "site": site or seat, "name": name,
            "state": link.state if link else "none", "issued_at": link.issued_at if link else None,
        })  # fmt: skip
    return web.json_response({"links": rows})


def _ceremony(room: Room) -> str:
    """Return whose links these are: a rehearsal has none of its own."""
    return room.session.state.rehearsal_of or room.session.name


def _seats(room: Room) -> list[tuple[Seat, Role, SiteId, dict[str, str] | None]]:
    sites = room.session.state.sheet().sites
    found: list[tuple[Seat, Role, SiteId, dict[str, str] | None]] = [
        (site_seat(site.id), "site", site.id, {"vi": site.name.vi, "en": site.name.en}) for site in sites
    ]
    found += [(Seat(f"l-{role}"), role, SiteId(""), None) for role in LINKED]
    return found + [(seat_of(slot), "signatory", SiteId(""), name) for slot, name in _signatories(room.session.state)]


def _signatories(state: State) -> list[tuple[str, dict[str, str]]]:
    """Return every slot and the office that signs or seals there, once however many documents name it."""
    named: dict[str, dict[str, str]] = {}
    for paper in state.every_paper():
        for slot in paper.slots:
            named.setdefault(slot.slot, {"vi": slot.office.vi, "en": slot.office.en})
    return list(named.items())


async def issue(request: web.Request) -> web.Response:
    """Serve `POST …/links {site | role | slot}`: a fresh link for a seat, shown once; the one before it dies with its
    device.
    """
    gate: Gate = request.app["gate"]
    await gate.desk(request, "operator")
    room = gate.room(request)
    asked = await body(request, _Site)
    seat, role, site, _ = _chosen(room, asked.site or (seat_of(asked.slot) if asked.slot else f"l-{asked.role}"))
    made = await gate.seats.issue_seat(_ceremony(room), seat, role, site, gate.clock.now())
    _close(gate, room, seat)
    url = f"{request.app['public_url'](request)}/join#{made.token}"
    return web.json_response({"url": url, "qr": _qr(url), "code": f"{made.code[:4]}-{made.code[4:]}"}, status=201)


def _chosen(room: Room, name: str) -> tuple[Seat, Role, SiteId, dict[str, str] | None]:
    for one in _seats(room):
        if name in (one[0], one[2]) and name:
            return one
    raise Refused("no-site", site=name[:40])


def _close(gate: Gate, room: Room, seat: Seat) -> None:
    """Close a seat's sockets and media in the ceremony and its rehearsals."""
    for one in gate.rooms.values():
        if gate.belongs(_ceremony(room), one):
            gate.revoke(one, seat)


async def revoke(request: web.Request) -> web.Response:
    """Serve `DELETE …/links/{site}`: the seat's socket, media and bearers close at once."""
    gate: Gate = request.app["gate"]
    await gate.desk(request, "operator")
    room = gate.room(request)
    seat = _chosen(room, request.match_info["site"])[0]
    await gate.seats.revoke_seat(_ceremony(room), seat, gate.clock.now())
    _close(gate, room, seat)
    return web.json_response({})


async def rehearse(request: web.Request) -> web.Response:
    """Serve `POST …/rehearsal`: a session of its own with the same run sheet; every page that a link opened follows.

    Raises `Refused("not-in-setup")` once the ceremony has begun.
    """
    gate: Gate = request.app["gate"]
    await gate.desk(request, "operator")
    room = gate.room(request)
    if room.session.state.phase != "setup" or room.session.state.rehearsal_of is not None:
        raise Refused("not-in-setup")
    name = await request.app["rehearse"](room)
    return web.json_response({"session": name}, status=201)


def _qr(url: str) -> str:
    """Return the link as a QR code, SVG text (the page makes a blob image of it: no markup enters the document)."""
    out = io.BytesIO()
    segno.make(url, error="m").save(out, kind="svg", border=2, scale=4, xmldecl=False)
    return out.getvalue().decode()
