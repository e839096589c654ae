"""Masters in WebM: a head, then clusters of at most 500 ms that are never patched (RECORDING §1; no I/O)."""

from __future__ import annotations

import heapq
import struct
from typing import Final, NamedTuple

from recordings.ebml import (
    CLUSTER,
    EBML,
    INFO,
    SEGMENT,
    SIMPLE_BLOCK,
    TIMECODE,
    TRACKS,
    UNKNOWN,
    element,
    number,
)

from recordings.ebml import real, uint  # isort: skip

VIDEO: Final = 1
AUDIO: Final = 2
CLUSTER_MS: Final = 500
HOLD_MS: Final = 300
"""How long a block waits for an earlier one of the other track; later ones are moved up."""
SOFTWARE: Final = "diemcau"
_2001_US: Final = 978_307_200_000_000
"""Matroska counts dates from 2001-01-01 (RFC 9559 §5.1.2.11)."""


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


def ebml_head() -> bytes:
    """Return the EBML element of every WebM file (RFC 9559 §4.2)."""
    return element(
        EBML,
        uint(0x4286, 1) + uint(0x42F7, 1) + uint(0x42F2, 4) + uint(0x42F3, 8)
        + element(0x4282, b"webm") + uint(0x4287, 4) + uint(0x4285, 2),
    )  # fmt: skip


def info(zero_us: int | None = None, duration_ms: int | None = None) -> bytes:
    """Return an Info element in milliseconds; zero_us is the UTC of time 0."""
    body = uint(0x2AD7B1, 1_000_000)
    if duration_ms is not None:
        body += real(0x4489, duration_ms)
    if zero_us is not None:
        body += element(0x4461, struct.pack(">q", (zero_us - _2001_US) * 1000))
    return element(INFO, body + element(0x4D80, SOFTWARE.encode()) + element(0x5741, SOFTWARE.encode()))


def master_head(size: tuple[int, int] | None, zero_us: int) -> bytes:
    """Return the head of a master; `size` is the picture's first, None for sound alone.

    The segment's size stays unknown: the file grows until it is no longer written.
    """
    tracks = b""
    if size is not None:
        video = element(0xE0, uint(0xB0, size[0]) + uint(0xBA, size[1]))
        tracks += _track(VIDEO, 1, b"V_VP8", video)
    opus = b"OpusHead\x01" + struct.pack("<BHIhB", 2, 0, 48_000, 0, 0)  # RFC 7845 §5.1
    sound = uint(0x56AA, 0) + uint(0x56BB, 80_000_000) + element(0x63A2, opus)
    tracks += _track(AUDIO, 2, b"A_OPUS", sound + element(0xE1, real(0xB5, 48_000) + uint(0x9F, 2)))
    segment = SEGMENT.to_bytes(4, "big") + UNKNOWN
    return ebml_head() + segment + info(zero_us) + element(TRACKS, tracks)


def _track(track: int, kind: int, codec: bytes, more: bytes) -> bytes:
    plain = uint(0xD7, track) + uint(0x73C5, track) + uint(0x83, kind) + uint(0x9C, 0) + element(0x86, codec)
    return element(0xAE, plain + more)


class Muxer:
    """Orders the blocks of one clip and cuts them into clusters."""

    def __init__(self, hold_ms: int = HOLD_MS) -> None:
        """Wait `hold_ms` for blocks that come late; 0 for a single track."""
        self.hold_ms = hold_ms
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
        start = blocks[0].ms
        body = [uint(TIMECODE, start, 4)]
        for block in blocks:
            head = number(len(block.data) + 4) + number(block.track)
            flags = struct.pack(">hB", block.ms - start, 0x80 if block.key else 0)
            body += (bytes((SIMPLE_BLOCK,)), head, flags, block.data)
        keys = tuple(block.ms for block in blocks if block.key and block.track == VIDEO)
        level = min(block.level for block in blocks)
        data = element(CLUSTER, b"".join(body), 4)
        # a pin names a cluster by its end, so no two may end together
        self.end_ms = max(self.end_ms + 1, *(block.ms + block.duration_ms for block in blocks))
        return [Cluster(data, start, self.end_ms, keys, level)]
