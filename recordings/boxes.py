"""MP4 boxes: written, and read from files that may be torn or hostile (ISO/IEC 14496-12 §4.2; no I/O)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

from signaling.errors import Malformed


class Box(NamedTuple):
    """A box in some bytes: its type, where it begins, where its body begins, where it ends."""

    name: bytes
    at: int
    body: int
    end: int


def box(name: bytes, *parts: bytes) -> bytes:
    """Return a box."""
    return struct.pack(">I", 8 + sum(map(len, parts))) + name + b"".join(parts)


def full(name: bytes, version: int, flags: int, *parts: bytes) -> bytes:
    """Return a box with version and flags."""
    return box(name, struct.pack(">I", version << 24 | flags), *parts)


def long_head(name: bytes, body: int) -> bytes:
    """Return the head of a box whose body of that many bytes follows, with a size of 64 bits."""
    return struct.pack(">I4sQ", 1, name, 16 + body)


def box_at(data: bytes, at: int) -> Box:
    """Return the box whose head begins at `at`; its body may be cut off. Raises `Malformed` for none or a torn head."""
    if not 0 <= at <= len(data) - 8:
        raise Malformed("a torn MP4 box")
    size = int.from_bytes(data[at : at + 4])
    if size < 8:
        raise Malformed("an MP4 box without a size")
    return Box(data[at + 4 : at + 8], at, at + 8, at + size)


def boxes(data: bytes, begin: int, end: int) -> Iterator[Box]:
    """Yield the boxes between two places. Raises `Malformed` unless they fill it exactly."""
    while begin < end:
        found = box_at(data, begin)
        if found.end > min(end, len(data)):
            raise Malformed("an MP4 box that runs past its parent")
        yield found
        begin = found.end


def numbers(data: bytes, layout: str, at: int, end: int) -> tuple[int, ...]:
    """Return big-endian numbers at a place before `end`. Raises `Malformed` beyond it."""
    if at + struct.calcsize(layout) > end:
        raise Malformed("an MP4 box that is too short")
    return struct.unpack_from(layout, data, at)
