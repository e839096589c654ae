"""Checks that name no live ufrag or fail integrity, counted by neighbourhood: a flood of them is not even read."""

from __future__ import annotations

import ipaddress
from typing import Final

PER_S: Final = 50.0
BURST: Final = 100.0
"""Checks per /24 or /64 that name no live ufrag or fail integrity (RULINGS: good ones never count)."""
MOST: Final = 4096


def around(host: str) -> str:
    """Return the /24 of an IPv4 address, the /64 of an IPv6 one: who can change the rest at will is one stranger."""
    if ":" not in host:
        return host.rpartition(".")[0]
    return ipaddress.IPv6Address(host.partition("%")[0]).exploded[:19]


class Strangers:
    """A bucket of tries for every neighbourhood. Times are monotonic µs."""

    def __init__(self) -> None:
        """Begin with nobody."""
        self._left: dict[str, tuple[float, int]] = {}

    def failed(self, host: str, now: int) -> None:
        """Take one try from around there."""
        key = around(host)
        left, then = self._left.get(key, (BURST, now))
        left = min(BURST, left + (now - then) / 1e6 * PER_S) - 1
        if len(self._left) > MOST:
            self._left.clear()
        self._left[key] = (max(-BURST, left), now)

    def are_flooding(self, host: str, now: int) -> bool:
        """Tell whether those around there have used up their tries."""
        left, then = self._left.get(around(host), (BURST, now))
        return left + (now - then) / 1e6 * PER_S < 0
