"""Media over TCP where UDP is blocked: passive ICE-TCP (RFC 6544) with two-byte frames (RFC 4571)."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections import Counter
from collections.abc import Callable
from typing import Final

from server.media.ice import Path
from signaling.errors import Malformed

MOST_FRAME: Final = 1_500
VALID_S: Final = 5.0
"""A connection without a valid check for so long is a stranger's."""
FULL: Final = 256 << 10
"""Bytes waiting at which pictures are dropped: sound goes on."""
STUCK: Final = 512 << 10
STREAMS: Final = 1_000
"""Socket numbers of paths from here on are connections."""
MOST_STREAMS: Final = 1_024


class Frames:
    """Cuts a stream into frames; total."""

    def __init__(self) -> None:
        """Begin at the beginning."""
        self._rest = b""

    def take(self, data: bytes) -> list[bytes]:
        """Return the frames that `data` completes. Raises `Malformed` for one too large."""
        rest = self._rest + data
        found, at = [], 0
        while at + 2 <= len(rest):
            size = rest[at] << 8 | rest[at + 1]
            if size > MOST_FRAME:
                raise Malformed("a frame of more than 1,500 bytes")
            if at + 2 + size > len(rest):
                break
            if size:  # an empty frame says nothing (RFC 4571 §2)
                found.append(rest[at + 2 : at + 2 + size])
            at += 2 + size
        self._rest = rest[at:]
        return found


class Stream(asyncio.Protocol):
    """One connection: what comes goes to `taken` as datagrams do, with a path of its own."""

    def __init__(self, streams: Streams) -> None:
        """Wait for the connection."""
        self._streams = streams
        self._frames = Frames()
        self._transport: asyncio.Transport | None = None
        self._timer: asyncio.TimerHandle | None = None
        self.path = Path(0, "", 0)
        self.sound: frozenset[int] = frozenset()
        """Payload types that are sent even when the connection is full."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take a number; without one, or a valid check in time, close."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        host, port = transport.get_extra_info("peername")[:2]
        own = transport.get_extra_info("socket")
        with contextlib.suppress(OSError):
            own.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        number = self._streams.admit(self)
        if number is None:
            transport.abort()
            return
        self.path = Path(number, host, port)
        self._timer = asyncio.get_running_loop().call_later(VALID_S, self._judge)

    def _judge(self) -> None:
        if not self._streams.is_valid(self.path):
            self._streams.counters["tcp_stranger"] += 1
            self.close()

    def data_received(self, data: bytes) -> None:
        """Pass frames on; a stream that cannot be cut any more is closed."""
        try:
            frames = self._frames.take(data)
        except Malformed:
            self._streams.counters["tcp_malformed"] += 1
            self.close()
            return
        for frame in frames:
            self._streams.taken(frame, self.path)
        self._streams.taken_all()

    def connection_lost(self, exc: Exception | None) -> None:
        """Give the number back."""
        del exc
        if self._timer is not None:
            self._timer.cancel()
        self._streams.lost(self)

    def send(self, data: bytes) -> None:
        """Send one frame at once, or close a connection that takes nothing any more."""
        if self._transport is None or self._transport.is_closing():
            return
        if self._transport.get_write_buffer_size() > STUCK:
            self._streams.counters["tcp_stuck"] += 1
            self.close()
            return
        self._transport.write(len(data).to_bytes(2) + data)

    def emit(self, datagrams: list[bytes]) -> None:
        """Send media; pictures are dropped and counted while much is waiting."""
        full = self._transport is not None and self._transport.get_write_buffer_size() > FULL
        for data in datagrams:
            if full and data[1] & 0x7F not in self.sound:
                self._streams.counters["tcp_full"] += 1
            else:
                self.send(data)

    def close(self) -> None:
        """End it at once; nothing that waits is worth sending."""
        if self._transport is not None:
            self._transport.abort()


class Streams:
    """All connections of the port. `taken` gets frames, `taken_all` is called when a read has been passed on whole;
    `is_valid` tells whether a path has passed a check, `gone` is told of a path that ended.
    """

    def __init__(self, counters: Counter[str], taken: Callable[[bytes, Path], None], taken_all: Callable[[], None]) -> None:
        """Begin without connections."""
        self.counters = counters
        self.taken = taken
        self.taken_all = taken_all
        self.is_valid: Callable[[Path], bool] = lambda _path: False
        self.gone: Callable[[Path], None] = lambda _path: None
        self._open: dict[int, Stream] = {}
        self._next = STREAMS

    def admit(self, stream: Stream) -> int | None:
        """Return a number for a new connection, None when there are too many."""
        if len(self._open) >= MOST_STREAMS:
            self.counters["tcp_refused"] += 1
            return None
        self._next += 1
        self._open[self._next] = stream
        return self._next

    def find(self, path: Path) -> Stream | None:
        """Return the connection of a path, None when it ended."""
        return self._open.get(path.socket)

    def lost(self, stream: Stream) -> None:
        """A connection ended."""
        if self._open.pop(stream.path.socket, None) is not None:
            self.gone(stream.path)

    def close(self) -> None:
        """End all."""
        for stream in tuple(self._open.values()):
            stream.close()
