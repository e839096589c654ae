"""The WebSocket: cookie and Origin, hello, then commands up and views down (RULINGS, Socket).

A page that does not read costs only itself: views have one latest slot, other messages a bounded queue, and an
overflow closes that socket.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections import deque
from typing import TYPE_CHECKING, Final

from aiohttp import WSMsgType, web

from server.clock import monotonic_us
from server.rooms import Room, SocketScreen, bearer_use
from server.seats import signed_by
from signaling import messages
from signaling.channel import HELLO_WITHIN_US, Channel
from signaling.commands import Actor
from signaling.errors import DiemcauError, Malformed, Refused
from signaling.messages import Challenge, Declined, Done, Fault, Hello, Pong, ToPage, Welcome
from signaling.state import State

if TYPE_CHECKING:
    from server.web.gate import Gate

BEAT_S: Final = 2.0
"""A dead peer is noticed in 3 s (TRUST §6)."""
QUEUE: Final = 64
CLOSE = {"not-signed-in": 4401, "seat-revoked": 4403, "too-many": 4429}


class Socket(SocketScreen):
    """One page's socket, from hello to close."""

    def __init__(self, ws: web.WebSocketResponse, gate: Gate, room: Room) -> None:
        """Wrap an open WebSocket."""
        self.ws = ws
        self.gate = gate
        self.room = room
        self.actor = Actor(gate.nobody, "viewer")
        self.linked: str | None = None
        self.channel = Channel(monotonic_us())
        self._out: deque[ToPage] = deque()
        self._stale = False
        self._wake = asyncio.Event()
        self._closing: tuple[int, str] | None = None
        self._asked: set[asyncio.Task[None]] = set()

    def show(self, state: State) -> None:
        """Mark the page as out of date; the writer sends the latest view when the page reads."""
        del state
        self._stale = True
        self._wake.set()

    def tell(self, message: ToPage) -> None:
        """Queue one message; a page that let 64 pile up is closed."""
        if len(self._out) >= QUEUE:
            self.close(1008, "slow")
            return
        self._out.append(message)
        self._wake.set()

    def close(self, code: int, reason: str) -> None:
        """Close soon, with a code the page understands."""
        self._closing = self._closing or (code, reason)
        self._wake.set()

    async def serve(self, request: web.Request) -> None:
        """Greet, then read until the page goes."""
        nonce = secrets.token_urlsafe(24)
        await self.ws.send_str(messages.encode(Challenge(nonce, self.gate.build)))
        try:
            await self._greet(request, nonce)
        except DiemcauError as error:
            code = error.code if isinstance(error, Refused) else "malformed"
            await self._fault(code, CLOSE.get(code, 4409))
            return
        self.room.sockets.add(self)
        self.room.session.screens.add(self)
        writer = asyncio.create_task(self._write())
        try:
            await self._read()
        finally:
            self.room.sockets.discard(self)
            self.room.session.screens.discard(self)
            for task in (writer, *self._asked):
                task.cancel()
            await asyncio.gather(writer, *self._asked, return_exceptions=True)
            if self._closing is not None:
                with contextlib.suppress(ConnectionError):
                    await self.ws.close(code=self._closing[0], message=self._closing[1].encode())

    async def _greet(self, request: web.Request, nonce: str) -> None:
        try:
            message = await self.ws.receive(timeout=HELLO_WITHIN_US / 1_000_000)
        except TimeoutError:
            raise Refused("hello-late") from None
        if message.type is not WSMsgType.TEXT:
            raise Malformed("the first message is a hello")
        hello = self.channel.receive(message.data, monotonic_us())
        assert isinstance(hello, Hello)
        self.actor = await self._who(request, hello, nonce)
        mine = [s for s in self.room.sockets if s.actor.seat == self.actor.seat]
        if len(mine) >= self.gate.edge.limits.sockets_per_seat:
            raise Refused("too-many")
        self.room.session.seat(self.actor)
        self.room.cast()
        sections = self.channel.sections(self.room.view(self.actor))
        assert sections is not None
        slots = self.room.slots.get(self.actor.seat, ())
        now = self.room.session.now()
        welcome = Welcome(self.actor.seat, self.actor.role, self.actor.site, sections, slots, now)
        await self.ws.send_str(messages.encode(welcome))
        if self.linked is not None and (where := self.gate.current(self.linked)) != self.room.session.name:
            self.tell(messages.Follow(where))  # it was away when its ceremony went on elsewhere
        for source, layers in self.room.layers.items():
            if self.actor.site is not None and source.startswith(f"{self.actor.site}/"):
                self.tell(layers)

    async def _who(self, request: web.Request, hello: Hello, nonce: str) -> Actor:
        found = await self.gate.actor(request, str(hello.seat))
        if found is None:
            raise Refused("not-signed-in")
        session, actor, device = found
        self.linked = session
        if session is not None and not self.gate.belongs(session, self.room):
            raise Refused("not-signed-in")
        if device is not None and (
            hello.key != device or hello.sig is None or not signed_by(device, nonce, hello.sig)
        ):
            raise Refused("not-signed-in")
        return actor

    async def _read(self) -> None:
        async for message in self.ws:
            if message.type is not WSMsgType.TEXT:
                self.close(1003, "text only")
                break
            try:
                self._take(self.channel.receive(message.data, monotonic_us()))
            except DiemcauError as error:
                code = error.code if isinstance(error, Refused) else "malformed"
                self.tell(Fault(code))
                self.close(CLOSE.get(code, 4409), code)
            if self._closing is not None:
                self._wake.set()

    def _take(self, message: messages.FromPage) -> None:
        match message:
            case messages.Do():
                task = asyncio.create_task(self._do(message))
                self._asked.add(task)
                task.add_done_callback(self._asked.discard)
            case messages.MediaAsk(use):
                self._media(use)
            case messages.Wishes(heights):
                self.room.media.wishes(self.actor.seat, heights)
            case messages.Ping(sent):
                self.tell(Pong(sent, self.room.session.now()))
            case Hello():
                raise Refused("hello-twice")

    async def _do(self, asked: messages.Do) -> None:
        answers = self.room.session.answers_of(self.actor.seat)
        try:
            known = answers.begin(asked.ref)
        except Refused:
            return
        if known is not None:
            self.tell(known)
            return
        answer: Done | Declined
        try:
            # the command lives in the mailbox: a socket that goes away neither stops nor repeats it
            await asyncio.shield(self.room.session.ask(asked.command, self.actor))
            answer = Done(asked.ref)
        except Refused as error:
            answer = Declined(asked.ref, error.code, dict(error.detail))
        except DiemcauError:
            answer = Declined(asked.ref, "log-full")
        answers.keep(answer)
        self.tell(answer)

    def _media(self, use: str) -> None:
        try:
            source = bearer_use(self.room, self.actor, use)
        except Refused as error:
            self.tell(Fault(error.code))
            return
        self.tell(self.gate.bearers.mint(self.room, self.actor, use, source))

    async def _write(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._out:
                await self.ws.send_str(messages.encode(self._out.popleft()))
            if self._stale:
                self._stale = False
                shown = self.channel.show(self.room.view(self.actor))
                if shown is not None:
                    await self.ws.send_str(messages.encode(shown))
            if self._closing is not None:
                with contextlib.suppress(ConnectionError):
                    await self.ws.close(code=self._closing[0], message=self._closing[1].encode())
                return

    async def _fault(self, code: str, close: int) -> None:
        with contextlib.suppress(ConnectionError):
            await self.ws.send_str(messages.encode(Fault(code)))
            await self.ws.close(code=close, message=code.encode())


async def handle(request: web.Request) -> web.StreamResponse:
    """Serve `GET /api/sessions/{id}/socket`."""
    gate: Gate = request.app["gate"]
    gate.edge.check_origin(request)
    room = gate.room(request)
    ws = web.WebSocketResponse(heartbeat=BEAT_S, max_msg_size=messages.MAX_BYTES, compress=False)
    await ws.prepare(request)
    socket = Socket(ws, gate, room)
    gate.sockets.add(socket)
    try:
        await socket.serve(request)
    except ConnectionError:
        pass
    finally:
        gate.sockets.discard(socket)
    return ws
