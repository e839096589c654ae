"""The one UDP port: a non-blocking socket per local address (a wildcard socket may answer from the wrong one)."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable

from server.media.ice import Path

BATCH = 64
"""Datagrams read at one wake-up before others get a turn."""
BUFFER = 4 << 20


class Port:
    """Sockets and their counters. `taken` is called with each datagram and where it came from."""

    def __init__(self, addresses: tuple[str, ...], port: int) -> None:
        """Bind them all. Raises `OSError` when the port is in use."""
        self.dropped = 0
        self._sockets: list[socket.socket] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        try:
            for address in addresses:
                found = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_DGRAM)
                self._sockets.append(found)
                found.setblocking(False)
                for option in (socket.SO_RCVBUF, socket.SO_SNDBUF):
                    with contextlib.suppress(OSError):
                        found.setsockopt(socket.SOL_SOCKET, option, BUFFER)
                found.bind((address, port))
                port = found.getsockname()[1]
        except OSError:
            self.close()
            raise
        self.number = port
        self.addresses = addresses
        self._send = [one.sendto for one in self._sockets]

    def listen(self, loop: asyncio.AbstractEventLoop, taken: Callable[[bytes, Path], None]) -> None:
        """Read from now on."""
        self._loop = loop
        for n, one in enumerate(self._sockets):
            loop.add_reader(one.fileno(), self._readable, n, one, taken)

    def _readable(self, n: int, one: socket.socket, taken: Callable[[bytes, Path], None]) -> None:
        receive = one.recvfrom
        for _ in range(BATCH):
            try:
                data, address = receive(2048)
            except (BlockingIOError, InterruptedError):
                return
            except OSError:
                continue  # an ICMP error of an earlier send: not ours to read
            taken(data, Path(n, address[0], address[1]))

    def send(self, data: bytes, path: Path) -> None:
        """Send at once or drop: a full buffer is counted, never waited for."""
        try:
            self._send[path.socket](data, (path.host, path.port))
        except OSError:
            self.dropped += 1

    def sender(self, path: Path) -> Callable[[bytes, tuple[str, int]], int]:
        """Return the bare `sendto` of a path's socket, for the packet path."""
        return self._send[path.socket]

    def close(self) -> None:
        """Stop reading and close."""
        for one in self._sockets:
            if self._loop is not None and one.fileno() >= 0:
                self._loop.remove_reader(one.fileno())
            one.close()
        self._sockets = []
