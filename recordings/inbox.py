"""The queue between the event loop and the writer thread (RECORDING §2)."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Final, NamedTuple

from recordings.clocks import Report
from recordings.payloads import Packet

BOUND_BYTES: Final = 64 << 20
BOUND_US: Final = 8_000_000
STEP: Final = 8
"""Each further eighth beyond the bound costs the next kind of picture; sound is never dropped."""
_OVERHEAD: Final = 200
MOST: Final = 4_000


class Arrived(NamedTuple):
    """A packet of a layer (`a` for sound), captured at monotonic µs."""

    source: str
    generation: int
    layer: str
    packet: Packet
    capture_us: int


class Missing(NamedTuple):
    """Packets up to `last_seq` that will not come."""

    source: str
    generation: int
    layer: str
    last_seq: int


class Closed(NamedTuple):
    """A connection that ended."""

    source: str
    generation: int


class Reported(NamedTuple):
    """A sender report; its time is monotonic."""

    source: str
    generation: int
    layer: str
    report: Report


Item = Arrived | Missing | Closed | Reported


class Inbox:
    """Filled by the event loop through its methods, emptied by one thread. None of them waits."""

    def __init__(self, bound_bytes: int = BOUND_BYTES) -> None:
        """Begin empty."""
        self.on_air: frozenset[str] = frozenset()
        self._bound = bound_bytes
        self._items: deque[Item] = deque()
        self._dropped: deque[tuple[str, int, str]] = deque()
        # each side counts for itself: no lock
        self._in_bytes = 0
        self._out_bytes = 0
        self._out_us = 0

    def __len__(self) -> int:
        return len(self._items)

    def packet(self, source: str, generation: int, layer: str, packet: Packet, capture_us: int) -> None:
        """Take a packet, unless the writer is so far behind that this kind is dropped."""
        if layer != "a" and self._overfull(capture_us) > self._patience(source, layer):
            self._dropped.append((source, generation, layer))
            return
        self._in_bytes += len(packet.rest) + _OVERHEAD
        self._items.append(Arrived(source, generation, layer, packet, capture_us))

    def _overfull(self, capture_us: int) -> int:
        """Return 0 below the bound, then 1, 2, 3 with every further eighth."""
        held = self._in_bytes - self._out_bytes
        steps = (held - self._bound) * STEP // self._bound
        if self._items and self._out_us:
            steps = max(steps, (capture_us - self._out_us - BOUND_US) * STEP // BOUND_US)
        return max(0, steps + 1)

    def _patience(self, source: str, layer: str) -> int:
        if layer == "l":
            return 0
        return 2 if source in self.on_air else 1

    def gap(self, source: str, generation: int, layer: str, first_seq: int, last_seq: int, now_us: int) -> None:
        """Hear of packets that will not come."""
        del first_seq, now_us
        self._items.append(Missing(source, generation, layer, last_seq))

    def closed(self, source: str, generation: int) -> None:
        """Hear that a connection ended."""
        self._items.append(Closed(source, generation))

    def report(
        self, source: str, generation: int, layer: str, ssrc: int, rtp: int, ntp: int, arrival_us: int,
        rtt_us: int | None,
    ) -> None:  # fmt: skip
        """Take a sender report."""
        self._items.append(Reported(source, generation, layer, Report(ssrc, rtp, ntp, arrival_us, rtt_us)))

    def take(self) -> Iterator[Item]:
        """Yield what waits, at most so much that time still passes for the takes."""
        for _ in range(min(len(self._items), MOST)):
            item = self._items.popleft()
            if isinstance(item, Arrived):
                self._out_bytes += len(item.packet.rest) + _OVERHEAD
                self._out_us = item.capture_us
            yield item

    def dropped(self) -> set[tuple[str, int, str]]:
        """Return (source, generation, layer) of what was dropped since the last call."""
        return {self._dropped.popleft() for _ in range(len(self._dropped))}
