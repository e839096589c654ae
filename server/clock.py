"""One clock: monotonic µs for every timer, and UTC µs as monotonic plus a fixed offset, so that time never jumps."""

from __future__ import annotations

import time
from typing import Final

from signaling.names import Micros

JUMP_US: Final = 250_000
"""A wall clock that moved by more than this against the monotonic one has jumped (TRUST §9)."""


def monotonic_us() -> int:
    """Return monotonic µs."""
    return time.monotonic_ns() // 1000


class Clock:
    """UTC that cannot go back: the wall time at construction carried on by the monotonic clock."""

    def __init__(self) -> None:
        """Read the wall clock once."""
        self.epoch_us = time.time_ns() // 1000 - monotonic_us()

    def now(self) -> Micros:
        """Return UTC µs."""
        return Micros(monotonic_us() + self.epoch_us)

    def jump_us(self) -> int:
        """Return by how many µs the wall clock has moved away since construction."""
        return time.time_ns() // 1000 - monotonic_us() - self.epoch_us
