"""The lite ICE agent of one peer: credentials, validated addresses, restart, consent (RFC 8445 §2.5, RFC 7675)."""

from __future__ import annotations

import secrets
import string
from typing import Final, NamedTuple

from server.media import stun

ADDRESSES: Final = 8
CONSENT_US: Final = 30_000_000
OVERLAP_US: Final = 3_000_000
"""How long the old credentials live after the first check with new ones."""
_ALPHABET: Final = string.ascii_letters + string.digits


class Path(NamedTuple):
    """A socket of ours and an address of theirs."""

    socket: int
    host: str
    port: int


class Credentials(NamedTuple):
    """What one side gives the other."""

    ufrag: str
    password: str


def fresh() -> Credentials:
    """Return new random credentials (RFC 8445 §5.3: 24 and 128 bits at least)."""

    def text(size: int) -> str:
        return "".join(secrets.choice(_ALPHABET) for _ in range(size))

    return Credentials(text(8), text(24))


class Agent:
    """State of one peer's checks. Times are monotonic µs."""

    def __init__(self, now: int) -> None:
        """Begin with fresh credentials and no address."""
        self.current = fresh()
        self.previous: Credentials | None = None
        self._overlap_ends: int | None = None
        self.selected: Path | None = None
        self.paths: dict[Path, int] = {}
        self.checked_us = now

    def live(self) -> tuple[str, ...]:
        """Return the ufrags that may be used now."""
        return (self.current.ufrag, *((self.previous.ufrag,) if self.previous else ()))

    def restart(self) -> Credentials:
        """Give out new credentials; the old live on until 3 s after the new are used (RFC 8445 §9)."""
        self.previous = self.current
        self.current = fresh()
        self._overlap_ends = None
        return self.current

    def check(self, request: stun.Request, path: Path, now: int) -> bytes | None:
        """Return the answer to a check that authenticates, None for one that does not."""
        held = self.current if request.ours == self.current.ufrag else self.previous
        if held is None or request.ours != held.ufrag or not request.is_from(held.password):
            return None
        if held is self.current and self.previous is not None and self._overlap_ends is None:
            self._overlap_ends = now + OVERLAP_US
        self.checked_us = now
        if path not in self.paths and len(self.paths) >= ADDRESSES:
            oldest = min((p for p in self.paths if p != self.selected), key=self.paths.__getitem__)
            del self.paths[oldest]
        self.paths[path] = now
        # the newest credentials nominate: an old check that was under way must not win the path back
        if (request.nominates and held is self.current) or self.selected is None:
            self.selected = path
        return stun.answer(request, held.password, path.host, path.port)

    def forget(self, path: Path) -> None:
        """A connection ended; the latest other address takes over until the peer nominates."""
        self.paths.pop(path, None)
        if self.selected == path:
            self.selected = max(self.paths, key=self.paths.__getitem__, default=None)

    def tick(self, now: int) -> bool:
        """Let old credentials go. Returns False when consent ended: no check for 30 s."""
        if self._overlap_ends is not None and now > self._overlap_ends:
            self.previous = None
            self._overlap_ends = None
        return now - self.checked_us < CONSENT_US
