"""Sound sent twice (RFC 2198): the last packet's Opus beside the present one's, so that a single loss is not heard."""

from __future__ import annotations

from typing import Final, NamedTuple

from signaling.errors import Malformed

FRAME: Final = 960
"""Opus at 48 kHz in packets of 20 ms, which is what browsers send."""
MOST_BLOCKS: Final = 8
MOST_OFFSET: Final = 0x3FFF
MOST_LENGTH: Final = 0x3FF


class Earlier(NamedTuple):
    """A packet sent again: `distance` packets before, `offset` of RTP time before."""

    distance: int
    offset: int
    data: bytes


class Doubled(NamedTuple):
    """What a payload holds."""

    data: bytes
    earlier: tuple[Earlier, ...]


def parse(payload: bytes) -> Doubled:
    """Return the present packet and those it repeats. Raises `Malformed`."""
    heads: list[tuple[int, int]] = []
    pos = 0
    while pos < len(payload) and payload[pos] & 0x80:
        if pos + 4 > len(payload) or len(heads) >= MOST_BLOCKS:
            raise Malformed("RED header")
        word = int.from_bytes(payload[pos : pos + 4])
        heads.append((word >> 10 & MOST_OFFSET, word & MOST_LENGTH))
        pos += 4
    pos += 1
    if pos + sum(length for _, length in heads) > len(payload):
        raise Malformed("RED blocks run past the end")
    earlier = []
    for place, (offset, length) in enumerate(heads):
        if length:
            earlier.append(Earlier(len(heads) - place, offset, payload[pos : pos + length]))
        pos += length
    return Doubled(payload[pos:], tuple(earlier))


def build(kind: int, data: bytes, before: bytes, offset: int) -> bytes:
    """Return a payload of the present packet and the one before it; `kind` is the payload type of both."""
    if not 0 < offset <= MOST_OFFSET or not 0 < len(before) <= MOST_LENGTH:
        return bytes([kind]) + data
    head = (0x80 | kind) << 24 | offset << 10 | len(before)
    return head.to_bytes(4) + bytes([kind]) + before + data
