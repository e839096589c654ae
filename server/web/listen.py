"""The one TCP port: pages by TLS and media by ICE-TCP, told apart by the first byte (RFC 7983 has no TCP; RFC 4571 frames
begin with a length below 2,048, TLS with 0x16).
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import ssl
from collections.abc import AsyncIterator, Callable
from typing import Final

TLS: Final = 0x16
FRAMED: Final = 0x08
FIRST_BYTE_S: Final = 10.0
WAITING: Final = 1_024
"""Connections that have not said anything yet."""
Factory = Callable[[], asyncio.Protocol]
log = logging.getLogger("diemcau.web")


class Listener:
    """Accepts, looks at the first byte without taking it, and hands on."""

    def __init__(self, sock: socket.socket, secure: ssl.SSLContext, pages: Factory, media: Factory) -> None:
        """`sock` listens and does not block."""
        self._sock = sock
        self._secure = secure
        self._pages = pages
        self._media = media
        self._waiting = asyncio.Semaphore(WAITING)

    async def run(self) -> None:
        """Accept until cancelled."""
        loop = asyncio.get_running_loop()
        async with asyncio.TaskGroup() as group:
            while True:
                try:
                    sock, _ = await loop.sock_accept(self._sock)
                except OSError:
                    # out of descriptors, or gone before it was taken: the next may do better
                    await asyncio.sleep(0.1)
                    continue
                if self._waiting.locked():
                    sock.close()
                    continue
                group.create_task(self._sort(sock))

    async def _sort(self, sock: socket.socket) -> None:
        sock.setblocking(False)
        async with self._waiting:
            first = await self._first_byte(sock)
        loop = asyncio.get_running_loop()
        try:
            if first == TLS:
                await loop.connect_accepted_socket(
                    self._pages, sock, ssl=self._secure, ssl_handshake_timeout=FIRST_BYTE_S
                )
            elif first is not None and first < FRAMED:
                await loop.connect_accepted_socket(self._media, sock)
            else:
                sock.close()
        except (OSError, ssl.SSLError):
            sock.close()  # not our TLS, or gone in the middle of it

    async def _first_byte(self, sock: socket.socket) -> int | None:
        """Return the first byte, which stays in the socket, or None when there is none in ten seconds."""
        loop = asyncio.get_running_loop()
        ready = asyncio.Event()
        loop.add_reader(sock.fileno(), ready.set)
        try:
            async with asyncio.timeout(FIRST_BYTE_S):
                await ready.wait()
            data = sock.recv(1, socket.MSG_PEEK)
        except (TimeoutError, OSError):
            return None
        finally:
            loop.remove_reader(sock.fileno())
        return data[0] if data else None


@contextlib.asynccontextmanager
async def listening(host: str, port: int, secure: ssl.SSLContext, pages: Factory, media: Factory) -> AsyncIterator[int]:
    """Listen while inside; gives the port's number. Raises `OSError` when it is in use."""
    with socket.create_server((host, port), backlog=256) as sock:
        sock.setblocking(False)
        task = asyncio.create_task(Listener(sock, secure, pages, media).run())
        try:
            yield int(sock.getsockname()[1])
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
