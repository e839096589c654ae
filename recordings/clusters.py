"""Frames of two tracks put in order and cut into clusters, which are written, hashed and lost as one (RECORDING §2; no I/O).

What a cluster looks like on the disk is its container's: a Cluster of WebM, a `moof` and `mdat` of MP4.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from typing import Final, NamedTuple

VIDEO: Final = 1
AUDIO: Final = 2
CLUSTER_MS: Final = 500
HOLD_MS: Final = 300
"""How long a block waits for an earlier one of the other track; later ones are moved up."""
SOFTWARE: Final = "diemcau"


class Cluster(NamedTuple):
    """One cluster: what is written with one call and hashed as one. `level` is the loudest, in -dBov."""

    data: bytes
    from_ms: int
    to_ms: int
    keys: tuple[int, ...]
    level: int


class Block(NamedTuple):
    """One frame on its way into a cluster."""

    ms: int
    order: int
    track: int
    data: bytes
    key: bool
    duration_ms: int
    level: int


class Muxer:
    """Orders the blocks of one clip and cuts them into clusters; `seal` turns blocks into a cluster's bytes."""

    def __init__(self, seal: Callable[[list[Block]], bytes], hold_ms: int = HOLD_MS) -> None:
        """Wait `hold_ms` for blocks that come late; 0 for a single track."""
        self.hold_ms = hold_ms
        self._seal = seal
        self._heap: list[Block] = []
        self._count = 0
        self._top = 0
        self._cluster: list[Block] = []
        self._last: dict[int, int] = {}
        self.end_ms = 0

    def push(self, block: Block) -> list[Cluster]:
        """Take a block; return the clusters that are complete now."""
        self._count += 1
        heapq.heappush(self._heap, block._replace(order=self._count))
        self._top = max(self._top, block.ms)
        found: list[Cluster] = []
        while self._heap and self._heap[0].ms <= self._top - self.hold_ms:
            found += self._place(heapq.heappop(self._heap))
        return found

    def flush(self) -> list[Cluster]:
        """Return everything that is held."""
        found: list[Cluster] = []
        while self._heap:
            found += self._place(heapq.heappop(self._heap))
        return found + self._cut()

    def _place(self, block: Block) -> list[Cluster]:
        # MSE refuses blocks that go back in time; two of one track at the same time are one too many
        ms = max(block.ms, max(self._last.values(), default=0), self._last.get(block.track, -1) + 1)
        block = block._replace(ms=ms)
        found: list[Cluster] = []
        first = self._cluster[0].ms if self._cluster else ms
        if (block.key and block.track == VIDEO) or ms + block.duration_ms - first > CLUSTER_MS:
            found = self._cut()
        self._cluster.append(block)
        self._last[block.track] = ms
        return found

    def _cut(self) -> list[Cluster]:
        if not self._cluster:
            return []
        blocks, self._cluster = self._cluster, []
        keys = tuple(block.ms for block in blocks if block.key and block.track == VIDEO)
        level = min(block.level for block in blocks)
        # a pin names a cluster by its end, so no two may end together
        self.end_ms = max(self.end_ms + 1, *(block.ms + block.duration_ms for block in blocks))
        return [Cluster(self._seal(blocks), blocks[0].ms, self.end_ms, keys, level)]
