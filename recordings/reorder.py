"""Packets back into the order they were sent in (pure; RECORDING §2)."""

from __future__ import annotations

from typing import Final, Generic, TypeVar

T = TypeVar("T")
WINDOW_US: Final = 400_000
"""How long a hole may wait for NACK and RTX."""
MOST: Final = 4_096
"""Packets held at once; beyond it the oldest hole is given up. 20 Mbit/s fill the window with 800."""
STRAYS: Final = 64
"""So many packets in a row from before the window are a sender that began anew, not stragglers."""


class Reorder(Generic[T]):
    """Returns items by extended sequence number, each once; a hole older than the window counts as lost."""

    def __init__(self, window_us: int = WINDOW_US) -> None:
        """Wait at most `window_us` for what is missing."""
        self._window_us = window_us
        self._next: int | None = None
        self._held: dict[int, tuple[int, T]] = {}
        self._strays = 0

    def push(self, seq: int, item: T, now_us: int) -> list[tuple[int, T]]:
        """Take an item; return (how many were lost before it, item) for all that are now in order.

        Duplicates and what comes after its hole was given up vanish.
        """
        if self._next is None:
            self._next = seq
        if seq < self._next:
            return self._late(seq, item)
        self._strays = 0
        if seq in self._held:
            return []
        if seq == self._next and not self._held:
            self._next += 1
            return [(0, item)]
        self._held[seq] = (now_us, item)
        return self.expire(now_us)

    def _late(self, seq: int, item: T) -> list[tuple[int, T]]:
        self._strays += 1
        if self._strays < STRAYS:
            return []
        self._strays, self._next = 0, seq + 1
        self._held.clear()
        return [(1, item)]

    def expire(self, now_us: int) -> list[tuple[int, T]]:
        """Return what is in order at `now_us`, giving up holes that are too old."""
        found: list[tuple[int, T]] = []
        while self._held:
            assert self._next is not None
            lost = 0
            if self._next not in self._held:
                first = min(self._held)
                if now_us - self._held[first][0] < self._window_us and len(self._held) < MOST:
                    break
                lost, self._next = first - self._next, first
            found.append((lost, self._held.pop(self._next)[1]))
            self._next += 1
        return found

    def give_up(self, last: int, now_us: int) -> list[tuple[int, T]]:
        """Return what waits behind a hole that ends with number `last`, which will not be filled."""
        found: list[tuple[int, T]] = []
        while self._next is not None and self._next <= last and self._held and min(self._held) <= last + 1:
            first = min(self._held)
            lost, self._next = first - self._next, first
            found.append((lost, self._held.pop(first)[1]))
            self._next += 1
        return found + self.expire(now_us)

    def flush(self) -> list[tuple[int, T]]:
        """Return everything held, holes counted as lost."""
        found = []
        for seq in sorted(self._held):
            assert self._next is not None
            found.append((seq - self._next, self._held[seq][1]))
            self._next = seq + 1
        self._held.clear()
        return found
