"""Masters in WebM: a head, then clusters of at most 500 ms that are never patched (RECORDING §1; no I/O)."""

from __future__ import annotations

import struct
from typing import Final

from recordings.clusters import AUDIO, SOFTWARE, VIDEO, Block
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

_2001_US: Final = 978_307_200_000_000
"""Matroska counts dates from 2001-01-01 (RFC 9559 §5.1.2.11)."""


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


def seal(blocks: list[Block]) -> bytes:
    """Return blocks in order as one cluster (RFC 9559 §5.1.3)."""
    start = blocks[0].ms
    body = [uint(TIMECODE, start, 4)]
    for block in blocks:
        head = number(len(block.data) + 4) + number(block.track)
        flags = struct.pack(">hB", block.ms - start, 0x80 if block.key else 0)
        body += (bytes((SIMPLE_BLOCK,)), head, flags, block.data)
    return element(CLUSTER, b"".join(body), 4)
