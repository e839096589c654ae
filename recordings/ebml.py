"""EBML elements: written, and read from files that may be torn or hostile (RFC 8794; no I/O)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final, NamedTuple

from signaling.errors import Malformed

EBML: Final = 0x1A45DFA3
SEGMENT: Final = 0x18538067
SEEK_HEAD: Final = 0x114D9B74
INFO: Final = 0x1549A966
TRACKS: Final = 0x1654AE6B
CLUSTER: Final = 0x1F43B675
CUES: Final = 0x1C53BB6B
TIMECODE: Final = 0xE7
SIMPLE_BLOCK: Final = 0xA3
UNKNOWN: Final = b"\x01" + b"\xff" * 7
"""A size that is not known (RFC 8794 §6.2)."""


class Element(NamedTuple):
    """An element in some bytes: its identifier, where it begins, where its body begins, its body's size or None."""

    id: int
    at: int
    body: int
    size: int | None


def number(value: int, width: int = 0) -> bytes:
    """Return a variable-size integer, as short as can be or `width` bytes long."""
    width = width or next(n for n in range(1, 9) if value < (1 << 7 * n) - 1)
    return (value | 1 << 7 * width).to_bytes(width, "big")


def element(identifier: int, body: bytes, width: int = 0) -> bytes:
    """Return an element; `width` fixes the length of its size."""
    return identifier.to_bytes((identifier.bit_length() + 7) // 8, "big") + number(len(body), width) + body


def uint(identifier: int, value: int, width: int = 0) -> bytes:
    """Return an unsigned integer element."""
    return element(identifier, value.to_bytes(width or max(1, (value.bit_length() + 7) // 8), "big"))


def real(identifier: int, value: int) -> bytes:
    """Return a floating-point element with a whole value."""
    return element(identifier, struct.pack(">d", value))


def _width(first: int) -> int:
    return 9 - first.bit_length()


def element_at(data: bytes, at: int) -> Element:
    """Return the element whose header begins at `at`. Raises `Malformed` for none or a torn one; its body may be."""
    if at >= len(data) or _width(data[at]) > 4:
        raise Malformed(f"no element at {at}")
    size_at = at + _width(data[at])
    if size_at >= len(data) or _width(data[size_at]) > 8:
        raise Malformed(f"no size of the element at {at}")
    body = size_at + _width(data[size_at])
    if body > len(data):
        raise Malformed(f"torn header at {at}")
    bits = 7 * (body - size_at)
    size = int.from_bytes(data[size_at:body], "big") & (1 << bits) - 1
    return Element(int.from_bytes(data[at:size_at], "big"), at, body, None if size == (1 << bits) - 1 else size)


def children(data: bytes, begin: int, end: int) -> Iterator[Element]:
    """Yield the elements that fill a span. Raises `Malformed` unless they do so exactly and have known sizes."""
    while begin < end:
        found = element_at(data, begin)
        if found.size is None or found.body + found.size > end:
            raise Malformed(f"element at {begin} is longer than what holds it")
        yield found
        begin = found.body + found.size


class Block(NamedTuple):
    """One frame in a cluster: its track, time in ms, whether it is a key, where its bytes are."""

    track: int
    ms: int
    key: bool
    begin: int
    end: int


def blocks(cluster: bytes) -> Iterator[Block]:
    """Yield the blocks of a whole cluster as this program writes them. Raises `Malformed` for anything else."""
    top = element_at(cluster, 0)
    if top.id != CLUSTER or top.size is None or top.body + top.size != len(cluster):
        raise Malformed("not a whole cluster")
    start = None
    for found in children(cluster, top.body, len(cluster)):
        assert found.size is not None
        body = cluster[found.body : found.body + found.size]
        if found.id == TIMECODE and start is None and 0 < len(body) <= 8:
            start = int.from_bytes(body, "big")
        elif found.id == SIMPLE_BLOCK and start is not None and len(body) >= 4 and body[0] & 0x80:
            relative, flags = struct.unpack_from(">hB", body, 1)
            yield Block(
                body[0] & 0x7F, start + relative, bool(flags & 0x80), found.body + 4, found.body + found.size
            )
        else:
            raise Malformed(f"element {found.id:x} does not belong into a cluster")


def head_parts(head: bytes) -> bytes:
    """Return the Tracks element of a master's head. Raises `Malformed` for what is no such head."""
    first = element_at(head, 0)
    if first.id != EBML or first.size is None:
        raise Malformed("not a WebM file")
    segment = element_at(head, first.body + first.size)
    if segment.id != SEGMENT:
        raise Malformed("no segment")
    for found in children(head, segment.body, len(head)):
        if found.id == TRACKS:
            assert found.size is not None
            return head[found.at : found.body + found.size]
    raise Malformed("no tracks")
