"""Time-limited TURN credentials, one set a seat (the REST scheme coturn speaks as `use-auth-secret`; TRUST §5)."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from typing import Final, NamedTuple

from signaling.errors import Malformed
from signaling.messages import IceServer
from signaling.names import Seat

VALID_S: Final = 600
"""A link that fails for longer asks for a new token anyway."""
SCHEMES: Final = ("turn:", "turns:")
LEAST_SECRET: Final = 16


class Secret(str):
    """Text that no log or error shows."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "…"

    __str__ = __repr__


class Relay(NamedTuple):
    """A TURN server we share a secret with."""

    urls: tuple[str, ...]
    secret: Secret

    def servers(self, seat: Seat, now_s: int) -> tuple[IceServer, ...]:
        """Return what a page may use for ten minutes. The name says who only to us: the relay counts by it, so that a
        seat cannot use up what others need, and logs it.
        """
        who = hmac.new(self._key(), f"seat {seat}".encode(), hashlib.sha256).hexdigest()[:16]
        username = f"{now_s + VALID_S}:{who}"
        digest = hmac.new(self._key(), username.encode(), hashlib.sha1).digest()
        return (IceServer(self.urls, username, base64.b64encode(digest).decode()),)

    def _key(self) -> bytes:
        return str.encode(self.secret)


def from_environment(environ: Mapping[str, str]) -> Relay | None:
    """Return the relay of `DIEMCAU_TURN` (URLs, separated by spaces) and `TURN_SECRET`, None without one.

    Raises `Malformed` for URLs of another kind, or a secret that could be guessed.
    """
    urls = tuple(environ.get("DIEMCAU_TURN", "").split())
    if not urls:
        return None
    if not all(url.startswith(SCHEMES) for url in urls):
        raise Malformed("DIEMCAU_TURN holds turn: or turns: addresses")
    secret = Secret(environ.get("TURN_SECRET", ""))
    if len(secret) < LEAST_SECRET:
        raise Malformed(f"TURN_SECRET must have {LEAST_SECRET} characters or more")
    return Relay(urls, secret)
