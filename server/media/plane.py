"""The media plane: the port, who is who on it, and the clockwork (MEDIA §2, §3)."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections import Counter
from collections.abc import Callable
from typing import Final, NamedTuple

from server.media import stun
from server.media.dtls import Identity
from server.media.fast import BEST, Way
from server.media.forward import Fan
from server.media.ice import Path
from server.media.news import (
    Answer,
    Back,
    Fragment,
    Gone,
    Layers,
    Levels,
    Lost,
    News,
    Sink,
    Slots,
    SlotState,
    SourceStats,
    Stalled,
    Stats,
)
from server.media.peer import Peer
from server.media.port import Port
from server.media.room import Room
from server.media.strangers import Strangers
from server.media.tcp import STREAMS, Stream
from signaling.errors import Malformed

__all__ = [
    "Answer", "Back", "Fragment", "Gone", "Layers", "Levels", "Lost", "MediaConfig", "News", "Plane", "Room", "Sink",
    "SlotState", "Slots", "SourceStats", "Stalled", "Stats",
]  # fmt: skip
TICK_S: Final = 0.02
TICK_US: Final = 20_000
BUSY_S: Final = 0.1
"""How late a tick may be when a stream of datagrams ends at once: nothing is repaired then anyway."""
PERIODS_US: Final = (98_000, 195_000, 990_000)
"""Feedback, levels, reports: a little less than 100, 200 and 1,000 ms, for ticks come up to 5 ms late."""
HANDSHAKES: Final = 64


class MediaConfig(NamedTuple):
    """`addresses` are bound, `advertise` announced beside the address the request came in by; `loudest`: how many open
    microphones are forwarded at a time in a ceremony where all are open.
    """

    port: int
    addresses: tuple[str, ...]
    advertise: tuple[str, ...] = ()
    way: Way = BEST
    loudest: int = 3


def _monotonic() -> int:
    return time.monotonic_ns() // 1000


class Plane:
    """One process, one port, any number of rooms."""

    def __init__(self, config: MediaConfig, now_us: Callable[[], int] = _monotonic) -> None:
        """Nothing is bound yet."""
        self._config = config
        self._now = now_us
        self.way = config.way
        self.identity = Identity()
        self.counters: Counter[str] = Counter()
        self.port = config.port
        self.tcp_port: int | None = None
        self._port: Port | None = None
        self._rooms: dict[str, Room] = {}
        self._by_path: dict[Path, tuple[Peer, Room]] = {}
        self._by_ufrag: dict[str, tuple[Peer, Room]] = {}
        self._strangers = Strangers()
        self._timer: asyncio.TimerHandle | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ticked_us = 0
        self._due = [0, 0, 0]

    def now_us(self) -> int:
        """Return monotonic µs."""
        return self._now()

    def open(self, loop: asyncio.AbstractEventLoop) -> None:
        """Bind and begin. Raises `OSError` when the port is in use."""
        self._port = Port(self._config.addresses, self._config.port, self.counters, self.way.flush)
        self.port = self._port.number
        self._loop = loop
        self._port.streams.is_valid = self._by_path.__contains__
        self._port.streams.gone = self._stream_gone
        self._port.listen(loop, self._taken, self._turned)
        self._timer = loop.call_later(TICK_S, self._alarm)

    def close(self) -> None:
        """End every room and the port."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        for room in self._rooms.values():
            room.close()
        if self._port is not None:
            self._port.close()
            self._port = None

    def room(self, name: str, *, sink: Sink, news: Callable[[News], None]) -> Room:
        """Return a new room."""
        found = self._rooms[name] = Room(_Net(self, lambda: found), sink, news, self._config.loudest)
        return found

    def announced(self, via: str) -> tuple[str, ...]:
        """Return `via` and the configured addresses; never one of another class (a browser would ask its user)."""
        first = via if via in self._config.addresses else self._config.addresses[0]
        return tuple(dict.fromkeys([first, *self._config.advertise]))

    # --- datagrams ----------------------------------------------------------------------------------------------

    def _taken(self, data: bytes, path: Path) -> None:
        """Take one datagram (RFC 7983 §7): STUN from anyone, the rest from validated addresses only."""
        if not data:
            return
        first = data[0]
        if first < 4:
            self._checked(data, path)
            return
        known = self._by_path.get(path)
        if known is None:
            self.counters["stranger"] += 1
            return
        peer, room = known
        if peer.closed:
            return
        now = self._now()
        if 128 <= first < 192:
            room.receive(peer, data, now)
        elif 20 <= first < 64:
            self._handshake(peer, room, data, path, now)
        else:
            self.counters["first_byte"] += 1

    def _handshake(self, peer: Peer, room: Room, data: bytes, path: Path, now: int) -> None:
        was_up = peer.up
        peer.handshake(data, path, now)
        if peer.up and not was_up:
            room.connected(peer)

    def _checked(self, data: bytes, path: Path) -> None:
        try:
            request = stun.parse(data)
        except Malformed:
            self._strange(path, "stun_malformed")
            return
        known = self._by_ufrag.get(request.ours)
        if known is None:
            self._strange(path, "stun_unknown")
            return
        if self._is_flooding(path):
            return
        peer, _room = known
        answer = peer.agent.check(request, path, self._now())
        if answer is None or peer.closed:
            self._strange(path, "stun_integrity")
            return
        self._by_path[path] = known
        if len(self._by_path) > 16 * max(4, len(self._by_ufrag)):
            self._forget_stale()
        assert self._port is not None
        self._port.send(answer, path)
        chosen = peer.agent.selected
        if chosen is not None and chosen != peer.path:
            self._point(peer, chosen)

    def _point(self, peer: Peer, path: Path) -> None:
        """Lead a peer's media by another way."""
        assert self._port is not None
        self._hang_up(peer)
        stream = self._port.streams.find(path)
        if stream is not None:
            stream.sound = peer.sound
        elif path.socket >= STREAMS:
            return  # it ended while its check was answered
        if stream is not None:
            peer.point(path, stream.emit)
        else:
            line = self._port.line(path)
            peer.point(path, line.emit, line.single, line.native)

    def stream(self) -> Stream:
        """Return the protocol of a new connection that speaks media (ICE-TCP); announced from the first call of
        `announce_tcp` on.
        """
        assert self._port is not None, "the plane is not open"
        return Stream(self._port.streams)

    def announce_tcp(self, port: int) -> None:
        """Have answers tell that media may come by TCP to this port."""
        self.tcp_port = port

    def _stream_gone(self, path: Path) -> None:
        known = self._by_path.pop(path, None)
        if known is None:
            return
        peer = known[0]
        peer.agent.forget(path)
        if peer.path == path:
            peer.part()
            if peer.agent.selected is not None:
                self._point(peer, peer.agent.selected)

    def _strange(self, path: Path, reason: str) -> None:
        self.counters[reason] += 1
        self._strangers.failed(path.host, self._now())

    def _is_flooding(self, path: Path) -> bool:
        """Tell whether checks from around here have used up their tries; a validated address never has."""
        flooding = path not in self._by_path and self._strangers.are_flooding(path.host, self._now())
        if flooding:
            self.counters["stun_limited"] += 1
        return flooding

    def _forget_stale(self) -> None:
        self._by_path = {path: one for path, one in self._by_path.items() if path in one[0].agent.paths}

    # --- peers --------------------------------------------------------------------------------------------------

    def adopt(self, peer: Peer, room: Room) -> None:
        """Let a peer's live credentials in."""
        assert self._port is not None, "the plane is not open"
        peer.send = self._port.send
        peer.wire.dirty = self._port.dirty
        peer.count = self._count
        for ufrag in peer.agent.live():
            self._by_ufrag[ufrag] = (peer, room)

    def _count(self, reason: str) -> None:
        self.counters[reason] += 1

    def _hang_up(self, peer: Peer) -> None:
        """Close a peer's line, unless its address has become another peer's."""
        owner = self._by_path.get(peer.path) if peer.path is not None else None
        if owner is not None and owner[0] is peer and peer.path is not None and self._port is not None:
            self._port.hang_up(peer.path)

    def release(self, peer: Peer) -> None:
        """Forget a peer."""
        self._hang_up(peer)
        self._by_ufrag = {ufrag: one for ufrag, one in self._by_ufrag.items() if one[0] is not peer}
        self._by_path = {path: one for path, one in self._by_path.items() if one[0] is not peer}

    # --- time ---------------------------------------------------------------------------------------------------

    def _alarm(self) -> None:
        """Tick when no datagram did; while they come, only look now and then (a wake-up of its own costs as much as
        twenty packets, measured).
        """
        assert self._loop is not None
        now = self._now()
        busy = now - self._ticked_us < TICK_US
        self._timer = self._loop.call_later(BUSY_S if busy else TICK_S, self._alarm)
        if not busy:
            self.tick(now)

    def _turned(self) -> None:
        """End the work of one wake-up: send what it made, and tick when it is time."""
        now = self._now()
        if now - self._ticked_us >= TICK_US:
            self.tick(now)
        else:
            self.flush()

    def tick(self, now: int) -> None:
        """Do what is due: every 20 ms repair, every 100 ms feedback, every 200 ms levels, every second reports."""
        self._ticked_us = now
        due = [now >= at for at in self._due]
        self._due = [now + every if late else at for at, every, late in zip(self._due, PERIODS_US, due, strict=True)]
        feedback, levels, report = due
        for room in tuple(self._rooms.values()):
            room.tick(now)
            if feedback:
                room.feedback()
            if levels:
                room.levels()
            if report:
                room.report(now)
        self.flush()

    def flush(self) -> None:
        """Send what waits."""
        if self._port is not None:
            self.way.flush(self._port.dirty)


class _Net:
    """A room's view of the plane."""

    def __init__(self, plane: Plane, room: Callable[[], Room]) -> None:
        self.identity = plane.identity
        self._plane = plane
        self._room = room

    @property
    def port(self) -> int:
        return self._plane.port

    @property
    def tcp_port(self) -> int | None:
        return self._plane.tcp_port

    def now_us(self) -> int:
        return self._plane.now_us()

    def bits(self, count: int) -> int:
        return secrets.randbits(count)

    def adopt(self, peer: Peer) -> None:
        self._plane.adopt(peer, self._room())

    def release(self, peer: Peer) -> None:
        self._plane.release(peer)

    def flush(self) -> None:
        self._plane.flush()

    @property
    def fan(self) -> Fan:
        return self._plane.way.fan

    def announced(self, via: str) -> tuple[str, ...]:
        return self._plane.announced(via)
