"""The signer's socket: loopback only, one origin of the hub, one of its own, everything else is turned away.

A browser sends its page's origin and cannot be talked out of it (RFC 6454); the name it reached us by has to be loopback
too, so that no foreign name can be bound to this address.
"""

from __future__ import annotations

import asyncio
import contextlib
import http
import logging
import os
import secrets
from collections.abc import AsyncIterator
from typing import Any, Final

import msgspec
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from recordings.ticket import MOST_PDF
from server.signer.confirm import Desk as Table
from server.signer.messages import Desk, FromDesk, Say
from server.signer.talk import Talk
from signaling.errors import Refused

_FILES: Final = {"/": ("page.html", "text/html"), "/page.js": ("page.js", "text/javascript"), "/page.css": ("page.css", "text/css")}
_HERE: Final = os.path.dirname(os.path.abspath(__file__))
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src blob:; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)


class Loopback:
    """Listens, tells pages apart, and lets each talk."""

    def __init__(self, hub: str, talk: Talk, table: Table, port: int) -> None:
        """`hub` is the one foreign origin that is answered."""
        self._hub, self._talk, self._table, self._port = hub, talk, table, port
        self.secret = secrets.token_urlsafe(24)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[int]:
        """Listen; gives the port."""
        quiet = logging.getLogger("server.signer.sockets")
        quiet.setLevel(logging.CRITICAL)
        async with serve(
            self._serve, "127.0.0.1", self._port, process_request=self._request, max_size=MOST_PDF + 1024, max_queue=4,
            server_header=None, logger=quiet, compression=None,
        ) as server:  # fmt: skip
            self._port = _port(server)
            yield self._port

    def own(self) -> frozenset[str]:
        """Return the origins of the signer's own page."""
        return frozenset({f"http://127.0.0.1:{self._port}", f"http://localhost:{self._port}"})

    def _request(self, connection: ServerConnection, request: Request) -> Response | None:
        """Answer files of the own page; let only two kinds of origin open a socket."""
        del connection
        if request.headers.get_all("Host") not in [[origin.removeprefix("http://")] for origin in self.own()]:
            return _answer(http.HTTPStatus.FORBIDDEN)
        if request.headers.get("Upgrade", "").lower() != "websocket":
            return _file(request.path)
        origins = request.headers.get_all("Origin")
        if len(origins) == 1 and (origins[0] == self._hub if request.path == "/" else origins[0] in self.own()):
            return None if request.path in ("/", "/desk") else _answer(http.HTTPStatus.NOT_FOUND)
        return _answer(http.HTTPStatus.FORBIDDEN)

    async def _serve(self, socket: ServerConnection) -> None:
        assert socket.request is not None
        with contextlib.suppress(ConnectionClosed):
            if socket.request.path == "/desk":
                await self._desk(socket)
            else:
                await self._talk.with_hub(socket)

    async def _desk(self, socket: ServerConnection) -> None:
        """Talk with the own page once it has shown that it was opened by this program."""
        async with asyncio.timeout(10):
            first = _heard(await socket.recv())
        if not isinstance(first, Desk) or not secrets.compare_digest(first.secret.encode(), self.secret.encode()):
            await socket.close(1008)
            return

        async def tell(what: Say | bytes) -> None:
            with contextlib.suppress(ConnectionClosed):
                await socket.send(what if isinstance(what, bytes) else msgspec.json.encode(what).decode())

        await self._table.join(tell)
        try:
            async for text in socket:
                said = _heard(text)
                if said is not None and not isinstance(said, Desk):
                    with contextlib.suppress(Refused):
                        await self._table.hear(said, tell)
        finally:
            self._table.leave(tell)


def _heard(text: Any) -> FromDesk | None:
    try:
        found: FromDesk = msgspec.json.decode(text, type=FromDesk)
    except (msgspec.MsgspecError, TypeError, ValueError, RecursionError):
        return None
    return found


def _port(server: Server) -> int:
    port: int = next(iter(server.sockets)).getsockname()[1]
    return port


def _file(path: str) -> Response:
    name, kind = _FILES.get(path.partition("?")[0], ("", ""))
    if not name:
        return _answer(http.HTTPStatus.NOT_FOUND)
    with open(os.path.join(_HERE, name), "rb") as file:
        return _answer(http.HTTPStatus.OK, file.read(), kind)


def _answer(status: http.HTTPStatus, body: bytes = b"", kind: str = "text/plain") -> Response:
    headers = Headers()
    for name, value in (
        ("Content-Type", f"{kind}; charset=utf-8"), ("Content-Length", str(len(body))), ("Cache-Control", "no-store"),
        ("Content-Security-Policy", _POLICY), ("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "no-referrer"),
        ("Cross-Origin-Opener-Policy", "same-origin"), ("Cross-Origin-Resource-Policy", "same-origin"), ("Connection", "close"),
    ):  # fmt: skip
        headers[name] = value
    return Response(status.value, status.phrase, headers, body)
