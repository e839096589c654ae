"""The edge: deadlines, Origin, headers, rates, and errors as words (TRUST §6)."""

from __future__ import annotations

import asyncio
import hashlib
import ipaddress
import logging
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec
from aiohttp import web

from server.config import Limits
from signaling.errors import DiemcauError, Malformed, Refused

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
log = logging.getLogger("diemcau.web")
CSP: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; connect-src 'self';"
    " img-src 'self' blob:; media-src 'self' blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
    " require-trusted-types-for 'script'; trusted-types diemcau"
)
HEADERS: Final = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(self), display-capture=(self), screen-wake-lock=(self),"
    " autoplay=(self), speaker-selection=(self)",
}
SIGNER: Final = "ws://127.0.0.1:18443"
"""Where `diemcau signer` listens: the signing page alone may reach out to it (CLIENT §1, CSP)."""
_SIGNING: Final = HEADERS | {"Content-Security-Policy": CSP.replace("connect-src 'self'", f"connect-src 'self' {SIGNER}")}
STATUS: Final = {
    "not-signed-in": 401, "wrong-password": 401, "bearer": 401, "not-allowed": 403, "origin": 403,
    "link-unknown": 403, "link-revoked": 403, "link-bound": 403, "seat-revoked": 403,
    "no-session": 404, "no-resource": 404, "no-clip": 404, "no-export": 404, "no-captions": 404, "no-seat": 404, "setup-done": 410, "no-common-codec": 406,
    "no-bundle": 406, "setup": 406, "data-channel": 406, "no-fingerprint": 406, "no-ice": 406,
    "too-many-sections": 406, "peers-full": 503, "too-many": 429, "too-many-tries": 429, "busy": 503,
    "export-wrong": 400, "captions-wrong": 400, "exports-full": 429, "no-upload": 404, "no-person": 404, "no-note": 404,
    "worker-failed": 503, "file-too-large": 413,
}  # fmt: skip
"""HTTP status of a refusal; 409 where none is named."""
MOST_KEPT: Final = 10_000
BEARER: Final = "bearer-only"
"""Route name prefix of WHIP and WHEP, where the bearer is all that counts (RULINGS)."""


class Bucket:
    """A token bucket. Times are monotonic seconds."""

    __slots__ = ("burst", "left", "rate", "then")

    def __init__(self, rate: float, burst: float) -> None:
        """Begin full."""
        self.rate, self.burst, self.left, self.then = rate, burst, burst, time.monotonic()

    def is_empty(self) -> bool:
        """Tell whether nothing could be taken now."""
        return self.left + (time.monotonic() - self.then) * self.rate < 1

    def take(self) -> bool:
        """Take one token; False when there is none."""
        now = time.monotonic()
        self.left = min(self.burst, self.left + (now - self.then) * self.rate)
        self.then = now
        if self.left < 1:
            return False
        self.left -= 1
        return True


class Failures:
    """Failed tries per key in a window: only failures count, since a province may sit behind one address."""

    def __init__(self, most: int, window_s: int) -> None:
        """Allow `most` failures in `window_s` seconds."""
        self._most, self._window = most, window_s
        self._seen: dict[str, list[float]] = {}

    def check(self, *keys: str) -> None:
        """Refuse (`too-many-tries`) when any key has used up its tries."""
        now = time.monotonic()
        for key in keys:
            recent = [at for at in self._seen.get(key, ()) if now - at < self._window]
            if len(recent) >= self._most:
                raise Refused("too-many-tries")

    def count(self, *keys: str) -> None:
        """Note a failure for each key."""
        now = time.monotonic()
        for key in keys:
            recent = [at for at in self._seen.get(key, ()) if now - at < self._window]
            self._seen[key] = [*recent[-self._most :], now]
        if len(self._seen) > 10_000:
            self._seen = {k: v for k, v in self._seen.items() if now - v[-1] < self._window}


class Edge:
    """The middleware of every request. `origins` are the exact origins this hub is reached by."""

    def __init__(self, limits: Limits) -> None:
        """Begin with no known address."""
        self.limits = limits
        self.origins: set[str] = set()
        self.refused = 0
        self._proved: OrderedDict[str, Bucket] = OrderedDict()
        self._strangers: OrderedDict[str, Bucket] = OrderedDict()

    def _admit(self, request: web.Request) -> Callable[[int], None]:
        """Refuse (`too-many`) a caller that asks too often; return what its answer's status is told to.

        A caller that has proved itself (cookie or bearer) has a rate of its own. All others share their address,
        and pay there only for what failed or shows nothing: a province may sit behind one address (RULINGS).
        """
        proof = credential(request)
        key = hashlib.sha256(proof.encode()).hexdigest() if proof else ""
        if key in self._proved:
            self._proved.move_to_end(key)
            if not self._proved[key].take():
                raise Refused("too-many")
            return _settled
        bucket = self._stranger(request)
        if bucket.is_empty():
            raise Refused("too-many")

        def settle(status: int) -> None:
            if status >= 400 or (not key and request.method == "GET"):
                bucket.take()
            elif key:
                self._proved[key] = Bucket(self.limits.requests_per_s, self.limits.requests_burst)
                if len(self._proved) > MOST_KEPT:
                    self._proved.popitem(last=False)

        return settle

    def _stranger(self, request: web.Request) -> Bucket:
        address = address_class(request.remote)
        found = self._strangers.get(address)
        if found is None:
            if len(self._strangers) >= MOST_KEPT:
                self._strangers.popitem(last=False)
            found = Bucket(self.limits.strangers_per_s, self.limits.strangers_burst)
            self._strangers[address] = found
        return found

    def check_origin(self, request: web.Request) -> None:
        """Refuse (`origin`) what does not come from one of our own pages."""
        origin = request.headers.get("Origin", "")
        site = request.headers.get("Sec-Fetch-Site", "same-origin")
        if origin not in self.origins or site != "same-origin":
            raise Refused("origin")

    def _guard(self, request: web.Request) -> None:
        unsafe = request.method not in ("GET", "HEAD", "OPTIONS")
        bearer = (request.match_info.route.name or "").startswith(BEARER)
        if unsafe and not bearer:
            self.check_origin(request)
            if request.headers.get("X-Diemcau") != "1":
                raise Refused("origin")

    def middleware(self) -> Any:
        """Return the aiohttp middleware: guards before, headers after, every refusal as JSON with its code."""

        @web.middleware
        async def handle(request: web.Request, handler: Handler) -> web.StreamResponse:
            settle = None
            try:
                if request.path.startswith("/api/"):
                    settle = self._admit(request)
                self._guard(request)
                response = await handler(request)
            except DiemcauError as error:
                self.refused += 1
                response = refusal(error)
            except web.HTTPException as error:
                response = refusal(Refused("no-page" if error.status == 404 else "http", status=error.status), error.status)
                response.headers.update({k: v for k, v in error.headers.items() if k == "Allow"})
            except (ConnectionError, asyncio.CancelledError):
                raise
            except Exception:
                log.exception("request failed")
                response = refusal(Refused("internal"), 500)
            if settle is not None:
                settle(response.status)
            if not response.prepared:
                response.headers.update(_SIGNING if request.path == "/sign" else HEADERS)
                response.headers.setdefault("Cache-Control", "no-store")
            return response

        return handle


def refusal(error: DiemcauError, status: int | None = None) -> web.Response:
    """Return the JSON answer of a refusal: `{"code", "detail"}`."""
    if isinstance(error, Refused):
        status = status or STATUS.get(error.code, 409)
        body = {"code": error.code, "detail": error.detail}
    elif isinstance(error, Malformed):
        status, body = status or 400, {"code": "malformed", "detail": {"why": str(error)[:200]}}
    else:
        status, body = status or 507, {"code": "log-full", "detail": {}}
    headers = {"Retry-After": "5"} if status in (429, 503) else {}
    return web.json_response(body, status=status, headers=headers)


async def body(request: web.Request, kind: type[Any], most: int = 262_144) -> Any:
    """Return the JSON body as `kind`. Raises `Malformed`; 413 beyond `most` bytes."""
    if request.content_type != "application/json":
        raise Malformed("send application/json")
    data = await read(request, most)
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise Malformed(str(error)[:200]) from None


async def read(request: web.Request, most: int) -> bytes:
    """Return the whole body. Raises HTTP 413 beyond `most` bytes."""
    data = bytearray()
    async for chunk in request.content.iter_any():
        data += chunk
        if len(data) > most:
            raise web.HTTPRequestEntityTooLarge(most, len(data))
    return bytes(data)


def _settled(_status: int) -> None:
    """Charge nothing more: this caller has paid from its own rate."""


def credential(request: web.Request) -> str:
    """Return what the caller shows to be known by: a bearer, one of our cookies, or nothing."""
    if (request.match_info.route.name or "").startswith(BEARER):
        return request.headers.get("Authorization", "")[:200]
    return next((v[:200] for k, v in request.cookies.items() if k.startswith("__Host-diemcau-")), "")


def address_class(remote: str | None) -> str:
    """Return the address as limits count it: IPv4 whole, IPv6 by /64."""
    try:
        address = ipaddress.ip_address(remote or "")
    except ValueError:
        return "?"
    return str(address) if address.version == 4 else str(ipaddress.ip_network(f"{address}/64", strict=False))


def host_of(request: web.Request) -> str:
    """Return the bare host name the request was sent to."""
    return urlsplit(f"//{request.host}").hostname or ""


class Guard(asyncio.Protocol):
    """Stands before aiohttp's protocol and aborts a connection that sends no whole request head in time: aiohttp
    alone never does (measured > 40 s). Its keep-alive covers later heads on the same connection.
    """

    def __init__(self, inner: asyncio.Protocol, deadline_s: float) -> None:
        """Pass everything on to `inner`."""
        self._inner = inner
        self._deadline_s = deadline_s
        self._timer: asyncio.TimerHandle | None = None
        self._transport: asyncio.Transport | None = None
        self._tail = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Start the clock."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._timer = asyncio.get_running_loop().call_later(self._deadline_s, transport.abort)
        self._inner.connection_made(transport)

    def data_received(self, data: bytes) -> None:
        """Stop the clock at the end of the first head."""
        if self._timer is not None:
            self._tail = (self._tail + data)[-len(data) - 3 :]
            if b"\r\n\r\n" in self._tail:
                self._timer.cancel()
                self._timer = None
                self._tail = b""
        self._inner.data_received(data)

    def eof_received(self) -> bool | None:
        """Pass on."""
        return self._inner.eof_received()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the clock."""
        if self._timer is not None:
            self._timer.cancel()
        self._inner.connection_lost(exc)

    def pause_writing(self) -> None:
        """Pass on."""
        self._inner.pause_writing()

    def resume_writing(self) -> None:
        """Pass on."""
        self._inner.resume_writing()
