"""The composition root: builds every part, starts and stops them in order."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import gc
import logging
import os
import secrets
import ssl
import sys
import time
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, cast

import msgspec
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from recordings.log import EventLog
from server import later, rehearsals, sealing, turn
from server.access_chain import AccessChain
from server.ca import Authority
from server.checkpoints import Checkpoints
from server.clock import Clock, monotonic_us
from server.config import Config
from server.exports import Exports
from server.identity import Identity
from server.machines import Machines
from server.media import fast
from server.media.plane import MediaConfig, Plane
from server.people import People
from server.preparation import Preparation
from server.pulse import Pulse
from server.readiness import Checks
from server.retention import Retention
from server.rooms import Room
from server.seats import Seats
from server.sessions import Session
from server.signing import Papers
from server.stills import Stills
from server.store import Store
from server.tls import Served
from server.web import checks, doors, pages
from server.web.edge import Edge, Guard
from server.web.gate import Gate
from server.web.listen import listening
from server.web.routes import routes
from server.workers import Workers
from signaling import commands
from signaling.draft import Draft
from signaling.errors import DiemcauError, Refused
from signaling.names import Micros, Seat

VERSION: Final = "0.1.0"
SWITCH_S: Final = 0.0005
"""Thread switch interval: beside a busy thread it brings the loop's wake-up p99 from 8.3 to 2.3 ms (measured)."""
CERTIFICATE_S: Final = 5.0
"""How soon an installed certificate is taken up."""
RENEW_S: Final = 6 * 3600.0
log = logging.getLogger("diemcau")


class PortBusy(DiemcauError):  # noqa: N818 - a name of the house
    """Another program holds a port we need."""

    def __init__(self, port: int, kind: str) -> None:
        """Name it."""
        super().__init__(f"{kind} port {port} is in use by another program; choose another with PORT=")
        self.port = port


class App:
    """One hub: its doors, its ceremonies, its media plane."""

    def __init__(self, config: Config) -> None:
        """Open the store; nothing listens yet. Raises `DiemcauError` for a data folder of another version."""
        self.config = config
        self.clock = Clock()
        os.makedirs(config.data, mode=0o700, exist_ok=True)
        self.store = Store(config.data)
        self.identity = Identity(self.store)
        self.seats = Seats(self.store)
        self.edge = Edge(config.limits)
        self.gate = Gate(self.identity, self.seats, self.edge, self.clock)
        self.machines = self.gate.machines = Machines(self.store)
        self.gate.bearers.relay = turn.from_environment(os.environ)
        self.authority = Authority(os.path.join(config.data, "ca"))
        self.plane = self._plane(config.port)
        self.workers = Workers()
        self.preparation = Preparation(self.store, self.workers)
        self.access = AccessChain(config.data, self.clock)
        self.exports = Exports(self.store, self.access, self.folder, self.clock.now, self.gate.any_open, pages.PLAYER, config.captioner)
        self.https_port = config.port
        self.local_port = config.local_port
        self._writers: dict[str, ThreadPoolExecutor] = {}
        self._logs: dict[str, EventLog] = {}
        self._tasks: dict[str, list[asyncio.Task[None]]] = {}
        self._group: asyncio.TaskGroup | None = None
        self.tls: Served | None = None
        self.pulse = Pulse(lambda: sum(self.plane.counters.values()), self._days_left)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[App]:
        """Listen, take up unfinished ceremonies, and stop everything in order on the way out.

        Ports open first: clip recovery waits in the recorder's own thread (RULINGS, Restart).
        """
        sys.setswitchinterval(SWITCH_S)
        self.gate.build = pages.build_id()
        async with contextlib.AsyncExitStack() as stack:
            stack.callback(self.store.close)
            stack.callback(self.access.close)
            stack.push_async_callback(self.workers.close)
            await self._open_ports(stack)
            self._group = await stack.enter_async_context(_cancelling_group())
            await self._take_up(stack)
            self._group.create_task(self._keep_certificate())
            self._group.create_task(self.pulse.run())
            self._group.create_task(self.exports.run())
            gc.collect()
            gc.freeze()
            yield self

    async def _open_ports(self, stack: contextlib.AsyncExitStack) -> None:
        loop = asyncio.get_running_loop()
        self.authority.ensure(self.config.names(), dt.datetime.now(dt.UTC))
        self.tls = Served(self.config.data, self.authority)
        runner = web.AppRunner(
            self._web(), access_log=None, max_line_size=8190, max_field_size=8190, keepalive_timeout=75
        )
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        host = "0.0.0.0" if self.config.lan else "127.0.0.1"  # noqa: S104 - asked for by --lan
        self.https_port = await self._listen(stack, runner, host, self.config.port, self.tls.context)
        self.local_port = await self._listen(stack, runner, "127.0.0.1", self.config.local_port, None)
        self.edge.origins = self._origins()
        if self.config.lan:
            ca = web.AppRunner(pages.ca_app(self.authority, self.urls()), access_log=None)
            await ca.setup()
            stack.push_async_callback(ca.cleanup)
            await self._listen(stack, ca, host, self.config.ca_port, None)
        if self.config.port == 0:
            self.plane = self._plane(self.https_port)
        try:
            self.plane.open(loop)
        except OSError:
            raise PortBusy(self.https_port, "UDP") from None
        stack.callback(self.plane.close)
        self.plane.announce_tcp(self.https_port)

    def _plane(self, port: int) -> Plane:
        way = fast.BEST if self.config.native else fast.PYTHON
        return Plane(MediaConfig(port, self.config.addresses, self.config.advertise, way, self.config.loudest), monotonic_us)

    async def _listen(
        self, stack: contextlib.AsyncExitStack, runner: web.AppRunner, host: str, port: int, secure: ssl.SSLContext | None
    ) -> int:
        deadline = self.config.limits.head_deadline_s

        def factory() -> asyncio.Protocol:
            assert runner.server is not None
            return Guard(cast("asyncio.Protocol", runner.server()), deadline)

        try:
            if secure is not None:
                # the port of pages is the port of media, too: where UDP is blocked it comes by TCP (ICE-TCP)
                return await stack.enter_async_context(listening(host, port, secure, factory, self._stream))
            server = await asyncio.get_running_loop().create_server(factory, host, port)
        except OSError:
            raise PortBusy(port, "TCP") from None
        stack.callback(server.close)
        return int(server.sockets[0].getsockname()[1])

    def _stream(self) -> asyncio.Protocol:
        """Return the protocol of a media connection; the plane is opened only when its port is known."""
        return self.plane.stream()

    def _web(self) -> web.Application:
        app = web.Application(middlewares=[self.edge.middleware()], client_max_size=1 << 20)
        app["gate"] = self.gate
        app["retention"] = Retention(self.store, self.access)
        app["mirror_of"], app["let_go"] = self._mirror, self._let_go
        app["people"] = People(self.store, self.identity)
        app["failures"], app["account_failures"] = doors.make_failures(self.config.limits)
        app["make"], app["rehearse"] = self.create, self.rehearse
        app["preparation"], app["checks"] = self.preparation, Checks(self.store)
        app["line_test"], app["prints"] = checks.LineTest(), {}
        app["public_url"], app["log_key"] = self._public_url, self.log_key
        app["machines"] = self.machines
        app["exports"], app["access"] = self.exports, self.access
        app["media_counters"] = lambda: dict(self.plane.counters)
        app.add_routes(routes())
        return app

    def urls(self) -> tuple[str, ...]:
        """Return the addresses halls type, best first."""
        hosts = self.config.advertise if self.config.lan else ()
        return tuple(f"https://{host}:{self.https_port}" for host in hosts) or (self.local_url(),)

    def local_url(self) -> str:
        """Return the address of the hub's own browser: localhost is a secure context without any certificate."""
        return f"http://localhost:{self.local_port}"

    def _public_url(self, request: web.Request) -> str:
        del request
        return self.urls()[0]

    def _origins(self) -> set[str]:
        local = {f"http://{name}:{self.local_port}" for name in ("localhost", "127.0.0.1")}
        return local | {f"https://{name}:{self.https_port}" for name in self.config.names()}

    # --- ceremonies ---------------------------------------------------------------------------------------

    def _revoked(self, room: Room, seat: Seat) -> None:
        """Close everything a seat holds, now, and the door it came by: its link and code."""
        self.gate.revoke(room, seat)
        assert self._group is not None
        self._group.create_task(self._forget(room.session.state.rehearsal_of or room.session.name, seat))

    async def _forget(self, ceremony: str, seat: Seat) -> None:
        with contextlib.suppress(Refused):
            await self.seats.revoke_seat(ceremony, seat, self.clock.now())

    def _mirror(self, name: str) -> str | None:
        """Return where a session's second copy goes, None without one."""
        return os.path.join(self.config.mirror, "sessions", name) if self.config.mirror else None

    def log_key(self) -> Ed25519PrivateKey:
        """Return the hub's log key, made at first need. Raises `Malformed`, `OSError`."""
        return sealing.log_key(self.config.data)

    def folder(self, name: str) -> str:
        """Return a ceremony's folder."""
        return os.path.join(self.config.data, "sessions", name)

    async def _take_up(self, stack: contextlib.AsyncExitStack) -> None:
        """Fold the log of every ceremony there is; one that was open goes on exactly where it was."""
        root = os.path.join(self.config.data, "sessions")
        os.makedirs(root, mode=0o700, exist_ok=True)
        stack.push_async_callback(self._stop_rooms)
        for name in sorted(os.listdir(root)):
            if os.path.exists(os.path.join(root, name, "log.sqlite")):
                try:
                    room = await self._open_room(name, create=False)
                except DiemcauError:
                    log.exception("ceremony %s cannot be opened", name)
                    continue
                if room.session.state.phase in ("open", "suspended", "setup"):
                    room.session.report(commands.ReportStart(VERSION))

    async def _open_room(
        self, name: str, *, create: bool, draft: Draft | None = None, rehearsal_of: str | None = None
    ) -> Room:
        loop = asyncio.get_running_loop()
        writer = self._writers[name] = ThreadPoolExecutor(1, f"log-{name}")

        def opened() -> EventLog:
            return EventLog.open(self.folder(name), name, create=create)

        log_ = self._logs[name] = await loop.run_in_executor(writer, opened)
        session = await loop.run_in_executor(writer, Session, name, log_, writer, self.clock.now)
        assert self._group is not None
        tasks = self._tasks[name] = [self._group.create_task(session.run())]
        if draft is not None:
            await session.ask(commands.CreateSession(name, draft, rehearsal_of), commands.SYSTEM)
        if session.state.draft is None:
            raise DiemcauError(f"ceremony {name} has no run sheet in its log")
        room = Room(session, self.plane, self.folder(name), self.clock, self.pulse, mirror=self._mirror(name))
        room.papers = Papers(session, self.folder(name), self.workers, self.config.trust)
        room.stills = Stills(name, self.exports, room.recorded, self.clock.now)
        session.moved.append(room.stills.moved)
        self.gate.rooms[name] = room
        room.revoked = lambda seat: self._revoked(room, seat)
        rehearsals.attend(self.gate, room)
        room.start()
        checkpoints = room.checkpoints = Checkpoints(room, self.log_key)
        session.moved.append(checkpoints.moved)
        going = (
            session.retell(), room.pulse(), checkpoints.run(), sealing.keep_stamping(room), later.keep_extending(room.papers),
        )  # fmt: skip
        tasks += [self._group.create_task(one) for one in going]
        return room

    async def create(self, draft: Draft, rehearsal_of: str | None = None) -> Room:
        """Make a ceremony from a checked run sheet, or a rehearsal of one."""
        day = dt.datetime.fromtimestamp(draft.start / 1e6, dt.UTC) + dt.timedelta(seconds=draft.utc_offset_s)
        name = f"{day:%Y-%m-%d}-{secrets.token_hex(3)}"
        os.makedirs(self.folder(name), mode=0o700)
        card = {"id": name, "title": msgspec.to_builtins(draft.title), "created_us": self.clock.now()}
        with open(os.path.join(self.folder(name), "session.json"), "wb") as file:
            file.write(msgspec.json.encode(card))
        room = await self._open_room(name, create=True, draft=draft, rehearsal_of=rehearsal_of)
        assert self._group is not None
        self._tasks[name].append(self._group.create_task(room.papers.beside()))
        return room

    async def rehearse(self, room: Room) -> str:
        """Make a rehearsal of a ceremony and return its name; pages that a link opened follow it."""
        made = await self.create(room.session.state.sheet(), room.session.name)
        self.gate.follow(room.session.name)
        return made.session.name

    async def _let_go(self, name: str) -> None:
        """Forget a ceremony whose record was destroyed: its room, its pages, its log."""
        room = self.gate.rooms.pop(name)
        for socket in tuple(self.gate.sockets):
            if socket.room is room:
                socket.close(4403, "session-destroyed")
        room.media.close()
        for task in self._tasks.pop(name):
            task.cancel()
        log_ = self._logs.pop(name)
        await asyncio.get_running_loop().run_in_executor(self._writers[name], log_.close)

    async def _stop_rooms(self) -> None:
        """Clips first, then sockets (1012: the page comes back by itself), then logs."""
        for room in self.gate.rooms.values():
            room.stills.close()
            await room.papers.close()
            await asyncio.to_thread(room.recorder.stop, 5.0)
        for socket in tuple(self.gate.sockets):
            socket.close(1012, "restart")
        for room in self.gate.rooms.values():
            room.media.close()
        for name, writer in self._writers.items():
            if name in self._logs:
                writer.submit(self._logs[name].close).result()
            writer.shutdown()

    async def _keep_certificate(self) -> None:
        """Renew the leaf in place when two thirds of its life are over, and take up one that was installed, for as long
        as the server lives.
        """
        assert self.tls is not None
        looked = 0.0
        while True:
            await asyncio.sleep(CERTIFICATE_S)
            if time.monotonic() - looked > RENEW_S:
                looked = time.monotonic()
                await asyncio.to_thread(self.authority.ensure, self.config.names(), dt.datetime.now(dt.UTC))
            await asyncio.to_thread(self.tls.refresh)

    def _days_left(self) -> int | None:
        """Return how many days the served certificate has; read when it changes, not every second."""
        if self.tls is None:
            return None
        return (self.tls.ends - dt.datetime.now(dt.UTC)).days


@contextlib.asynccontextmanager
async def _cancelling_group() -> AsyncIterator[asyncio.TaskGroup]:
    """Yield a TaskGroup whose tasks are cancelled on the way out; their failures end the server."""
    async with asyncio.TaskGroup() as group:
        children: list[asyncio.Task[Any]] = []
        create = group.create_task

        def create_task(coro: Any, **options: Any) -> asyncio.Task[Any]:
            task: asyncio.Task[Any] = create(coro, **options)
            children.append(task)
            return task

        group.create_task = create_task  # type: ignore[method-assign]
        try:
            yield group
        finally:
            for child in children:
                child.cancel()


def next_start(now: Micros) -> Micros:
    """Return when a demonstration begins: the next full minute and two more (HOUSE §9)."""
    minute = 60_000_000
    return Micros((now // minute + 3) * minute)
