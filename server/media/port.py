"""The one UDP port: a non-blocking socket per local address (a wildcard socket may answer from the wrong one)."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket
import struct
from collections import Counter
from collections.abc import Callable
from typing import Final

from server.media.ice import Path
from server.media.tcp import STREAMS, Streams
from server.media.wire import Line as Native
from server.media.wire import Wire, flush

BATCH: Final = 64
"""Datagrams read at one wake-up before others get a turn."""
TURN: Final = 8
"""Datagrams read before what they made is sent."""
BUFFER: Final = 4 << 20
SOL_UDP, UDP_SEGMENT = 17, 103
"""Linux: one call sends many datagrams of one size (UDP generic segmentation offload, kernel 4.18)."""
SEGMENTS: Final = 44
"""Datagrams of one call: a payload of 64 KiB at 1,400 bytes each."""
NO_OFFLOAD: Final = (errno.EIO, errno.EINVAL, errno.ENOPROTOOPT, errno.EOPNOTSUPP, errno.EMSGSIZE)
Taken = Callable[[bytes, Path], None]


class Line:
    """A socket of our port connected to one address: the kernel looks up no route per packet (−1.3 µs, measured)."""

    def __init__(self, sock: socket.socket, counters: Counter[str], loose: tuple[str, int] | None = None) -> None:
        """Take over a connected socket, or one that is not and has to be told where to (`loose`)."""
        self.sock = sock
        self._counters = counters
        self._loose = loose
        self._offload = loose is None
        self.single: Callable[[bytes], object] | None = sock.send if loose is None else None
        self.native = Native(sock.fileno() if loose is None else -1)

    def close(self) -> None:
        """Close the socket; nothing may be written to its number any more, which may be another's soon."""
        self.native.file = -1
        self.sock.close()

    def emit(self, datagrams: list[bytes]) -> None:
        """Send at once or drop: a full buffer is counted, never waited for."""
        if len(datagrams) == 1:
            self._one(datagrams[0])
            return
        at = 0
        while at < len(datagrams):
            size, end = len(datagrams[at]), at + 1
            while end < len(datagrams) and len(datagrams[end]) == size and end - at < SEGMENTS:
                end += 1
            if end < len(datagrams) and len(datagrams[end]) < size and end - at < SEGMENTS:
                end += 1  # the last of a call may be shorter
            self._emit_alike(datagrams[at:end], size)
            at = end

    def _emit_alike(self, datagrams: list[bytes], size: int) -> None:
        if len(datagrams) > 1 and self._offload:
            try:
                self.sock.sendmsg(datagrams, [(SOL_UDP, UDP_SEGMENT, struct.pack("=H", size))])
            except OSError as error:
                if error.errno not in NO_OFFLOAD:
                    self._counters["port_send"] += len(datagrams)
                    return
                self._offload = False  # this kernel or card cannot: one by one from now on
            else:
                return
        for one in datagrams:
            self._one(one)

    def _one(self, datagram: bytes) -> None:
        try:
            if self._loose is None:
                self.sock.send(datagram)
            else:
                self.sock.sendto(datagram, self._loose)
        except OSError:
            self._counters["port_send"] += 1


class Port:
    """Sockets and their counters. `taken` is called with each datagram and where it came from; what media it made is
    sent at the end of its turn.
    """

    def __init__(
        self, addresses: tuple[str, ...], port: int, counters: Counter[str], empty: Callable[[list[Wire]], None] = flush
    ) -> None:
        """Bind them all; `empty` sends what wires hold. Raises `OSError` when the port is in use."""
        self._empty = empty
        self.counters = counters
        self.dirty: list[Wire] = []
        self._sockets: list[socket.socket] = []
        self._lines: dict[Path, Line] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._taken: Taken | None = None
        self._turned: Callable[[], None] = self._end_turn
        self.streams = Streams(counters, self._stream_taken, self._stream_turned)
        try:
            for address in addresses:
                found = _socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
                self._sockets.append(found)
                found.bind((address, port))
                port = found.getsockname()[1]
        except OSError:
            self.close()
            raise
        self.number = port
        self.addresses = addresses

    def listen(self, loop: asyncio.AbstractEventLoop, taken: Taken, turned: Callable[[], None] | None = None) -> None:
        """Read from now on. `turned` is called at the end of a wake-up; without it what was made is sent then."""
        self._loop, self._taken = loop, taken
        self._turned = turned if turned is not None else self._end_turn
        for n, one in enumerate(self._sockets):
            loop.add_reader(one.fileno(), self._readable, n, one)

    def _stream_taken(self, data: bytes, path: Path) -> None:
        if self._taken is not None:
            self._taken(data, path)

    def _stream_turned(self) -> None:
        self._turned()

    def _end_turn(self) -> None:
        self._empty(self.dirty)

    def _readable(self, n: int, one: socket.socket) -> None:
        receive, taken = one.recvfrom, self._taken
        assert taken is not None
        for turn in range(1, BATCH + 1):
            try:
                data, address = receive(2048)
            except (BlockingIOError, InterruptedError):
                break
            except OSError:
                continue  # an ICMP error of an earlier send: not ours to read
            taken(data, Path(n, address[0], address[1]))
            if not turn % TURN:
                self._empty(self.dirty)
        self._turned()

    def send(self, data: bytes, path: Path) -> None:
        """Send at once or drop: a full buffer is counted, never waited for."""
        if path.socket >= STREAMS:
            stream = self.streams.find(path)
            if stream is not None:
                stream.send(data)
            return
        try:
            self._sockets[path.socket].sendto(data, (path.host, path.port))
        except OSError:
            self.counters["port_send"] += 1

    def line(self, path: Path) -> Line:
        """Return the line to an address, made on first use; what comes from there is read from it too.

        Only for the moment of its binding is our port open to a second socket: nobody else can share it.
        """
        found = self._lines.get(path)
        if found is not None:
            return found
        main = self._sockets[path.socket]
        sock, loose = _socket(main.family), None
        try:
            for one in (main, sock):
                one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            sock.bind(main.getsockname())
            sock.connect((path.host, path.port))
        except OSError:
            sock.close()
            sock, loose = main.dup(), (path.host, path.port)  # no room for another socket: slower, and counted
            self.counters["line"] += 1
        finally:
            main.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 0)
        found = self._lines[path] = Line(sock, self.counters, loose)
        if self._loop is not None and loose is None:
            self._loop.add_reader(sock.fileno(), self._readable, path.socket, sock)
        return found

    def hang_up(self, path: Path) -> None:
        """Close the line to an address, if there is one."""
        line = self._lines.pop(path, None)
        if line is not None:
            self._unread(line.sock)
            line.close()

    def _unread(self, sock: socket.socket) -> None:
        if self._loop is not None and sock.fileno() >= 0:
            self._loop.remove_reader(sock.fileno())

    def close(self) -> None:
        """Stop reading and close."""
        self.streams.close()
        for path in tuple(self._lines):
            self.hang_up(path)
        for one in self._sockets:
            self._unread(one)
            one.close()
        self._sockets = []


def _socket(family: int) -> socket.socket:
    found = socket.socket(family, socket.SOCK_DGRAM)
    found.setblocking(False)
    for option in (socket.SO_RCVBUF, socket.SO_SNDBUF):
        with contextlib.suppress(OSError):
            found.setsockopt(socket.SOL_SOCKET, option, BUFFER)
    return found
