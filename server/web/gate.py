"""What every handler asks: who is calling, which ceremony is meant, and media bearers."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import msgspec
from aiohttp import web

from server.identity import Identity, Person
from server.lobby import Lobby
from server.machines import Machines, machine_seat
from server.rooms import Room
from server.seats import Seats
from server.turn import Relay
from server.web.edge import Edge
from signaling.commands import Actor
from signaling.errors import Refused
from signaling.messages import Follow, MediaToken
from signaling.names import Micros, Seat, SourceId, site_of, source_name

if TYPE_CHECKING:
    from server.clock import Clock
    from server.web.ws import Socket

PERSON_COOKIE: Final = "__Host-diemcau-p"
COOKIE: Final = "__Host-diemcau-"
"""Before a seat's name: each seat of a browser has a cookie of its own."""
SEAT_COOKIE: Final = "__Host-diemcau-s-"
LINKED_SEATS: Final = tuple(f"{COOKIE}{kind}-" for kind in "slg")
"""Cookies of seats that came by a link: sites, chair and other roles, signatories and clerks."""
FIRST_USE_US: Final = 60_000_000


class Bearer(msgspec.Struct):
    """A media token: whose, for what, and the resource it made once used."""

    room: Room
    actor: Actor
    use: str
    source: SourceId | None
    expires: Micros
    resource: str | None = None
    machine: bool = False


class Bearers:
    """Opaque bearers, minted over the socket, one per media resource; they die with the seat (TRUST §4). A machine's key is
    one as well, made anew at each of its offers.
    """

    def __init__(self, clock: Clock, machine: Callable[[str, str], Bearer | None]) -> None:
        """Begin with none; `machine` tells what a key opens in a session."""
        self._clock = clock
        self._machine = machine
        self._live: dict[str, Bearer] = {}
        self.relay: Relay | None = None

    def mint(self, room: Room, actor: Actor, use: str, source: SourceId | None) -> MediaToken:
        """Return a new bearer for `whep` or one own source."""
        now = self._clock.now()
        self._live = {
            token: one
            for token, one in self._live.items()
            if one.resource is not None or one.expires > now
        }
        token = secrets.token_urlsafe(32)
        expires = Micros(now + FIRST_USE_US)
        self._live[token] = Bearer(room, actor, use, source, expires)
        ice = self.relay.servers(actor.seat, now // 1_000_000) if self.relay is not None else ()
        tail = "whep" if source is None else f"whip/{use}"
        return MediaToken(use, token, f"/api/sessions/{room.session.name}/{tail}", ice, expires)

    def check(self, request: web.Request) -> Bearer:
        """Return the request's live bearer. Refuse (`bearer`) anything else."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            raise Refused("bearer")
        token, session = token.strip(), request.match_info.get("session", "")
        found = self._live.get(token)
        if request.method == "POST" and (found is None or found.machine):
            found = self._machine(token, session)
            if found is None or found.use != request.match_info.get("source"):
                raise Refused("bearer")
            self._live[token] = found
            return found  # its room may be the rehearsal that goes on
        if found is None or (found.resource is None and found.expires < self._clock.now()):
            raise Refused("bearer")
        if found.room.session.name != session:
            raise Refused("bearer")
        return found

    def drop_seat(self, seat: Seat) -> None:
        """Kill every bearer of a seat."""
        self._live = {token: one for token, one in self._live.items() if one.actor.seat != seat}

    def drop(self, bearer: Bearer) -> None:
        """Kill one bearer."""
        self._live = {token: one for token, one in self._live.items() if one is not bearer}


class Gate:
    """Shared by all handlers of the web edge."""

    nobody = Seat("nobody")

    def __init__(self, identity: Identity, seats: Seats, edge: Edge, clock: Clock) -> None:
        """Keep the doors; `rooms` is filled by the application."""
        self.identity = identity
        self.seats = seats
        self.edge = edge
        self.clock = clock
        self.bearers = Bearers(clock, self._of_machine)
        self.machines: Machines | None = None
        self.rooms: dict[str, Room] = {}
        self.lobby = Lobby()
        self.sockets: set[Socket] = set()
        self.build = "dev"

    def room(self, request: web.Request) -> Room:
        """Return the ceremony named in the path. Raises `Refused("no-session")`."""
        found = self.rooms.get(request.match_info.get("session", ""))
        if found is None:
            raise Refused("no-session")
        return found

    def any_open(self) -> bool:
        """Tell whether any session goes on, rehearsals included: then nothing may take their processor."""
        return any(room.session.state.phase in ("open", "suspended") for room in self.rooms.values())

    async def person(self, request: web.Request) -> tuple[Person, Actor] | None:
        """Return the signed-in person, or None."""
        secret = request.cookies.get(PERSON_COOKIE)
        return None if secret is None else await self.identity.person_of(secret, self.clock.now())

    async def desk(self, request: web.Request, *roles: str) -> Actor:
        """Return the signed-in person's seat. Raises `Refused`: `not-signed-in`, `not-allowed`."""
        found = await self.person(request)
        if found is None:
            raise Refused("not-signed-in")
        if roles and found[1].role not in roles:
            raise Refused("not-allowed")
        return found[1]

    async def actor(self, request: web.Request, seat: str) -> tuple[str | None, Actor, str | None] | None:
        """Return (ceremony, actor, device key) of the seat a hello names, if this browser holds its cookie.

        A person may call itself `p`; its seat is the one of this browser.
        """
        if seat == "p" or seat.startswith("p-"):
            found = await self.person(request)
            return None if found is None else (None, found[1], None)
        secret = request.cookies.get(f"__Host-diemcau-{seat}") if seat.startswith(("s-", "l-", "g-")) else None
        return None if secret is None else await self.identity.site_of(secret, self.clock.now())

    def _of_machine(self, key: str, session: str) -> Bearer | None:
        """Return what a machine's key is good for now; None once its ceremony is over."""
        found = self.machines.find(key) if self.machines is not None else None
        room = self.rooms.get(self.current(session))
        if found is None or found.session != session or room is None or room.session.state.phase not in ("setup", "open", "suspended"):
            return None
        actor = Actor(machine_seat(found.source), "site", site_of(found.source))
        return Bearer(room, actor, source_name(found.source), found.source, Micros(self.clock.now() + FIRST_USE_US), machine=True)

    def belongs(self, ceremony: str, room: Room) -> bool:
        """Tell whether a link of a ceremony opens this room: the ceremony itself, or a rehearsal of it."""
        return ceremony in (room.session.name, room.session.state.rehearsal_of)

    def latest(self) -> str | None:
        """Return the session a signed-in person most likely wants: one that goes on, else the latest ceremony."""

        def rank(name: str) -> tuple[bool, bool, int]:
            state = self.rooms[name].session.state
            return state.phase in ("open", "suspended"), state.rehearsal_of is None, state.sheet().start

        return max(self.rooms, key=rank, default=None)

    def current(self, ceremony: str) -> str:
        """Return where a ceremony's people belong now: its newest rehearsal while one goes on, else the ceremony."""
        official = self.rooms.get(ceremony)
        if official is None or official.session.state.phase != "setup":
            return ceremony
        going = [
            name for name, room in self.rooms.items()
            if room.session.state.rehearsal_of == ceremony and room.session.state.phase in ("setup", "open", "suspended")
        ]
        return going[-1] if going else ceremony

    def follow(self, ceremony: str) -> None:
        """Send every page that a link opened to where its ceremony is now (RULINGS: the page follows)."""
        where = self.current(ceremony)
        for socket in tuple(self.sockets):
            linked = socket.actor.seat.startswith(("s-", "l-", "g-"))
            if linked and self.belongs(ceremony, socket.room) and socket.room.session.name != where:
                socket.tell(Follow(where))
        for room in self.rooms.values():
            if self.machines is not None and self.belongs(ceremony, room) and room.session.name != where:
                for machine in self.machines.listed(ceremony):
                    # an encoder knows no page to follow: cut off, it posts again and comes out in the right room
                    self.revoke(room, machine_seat(machine.source))

    def revoke(self, room: Room, seat: Seat) -> None:
        """Close everything a seat holds: socket 4403, peers, bearers (RULINGS, Teardown)."""
        for socket in tuple(self.sockets):
            if socket.room is room and socket.actor.seat == seat:
                socket.close(4403, "seat-revoked")
        self.bearers.drop_seat(seat)
        room.media.close_seat(seat)
