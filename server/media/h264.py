"""H.264 payloads (RFC 6184): where a key frame starts, and its size. They are forwarded as they come."""

from __future__ import annotations

from typing import Final

from server.media.rtp import Packet
from server.media.vp8 import PLAIN
from signaling import h264
from signaling.errors import Malformed

IDR, SPS, STAP_A, FU_A = 5, 7, 24, 28
_SINGLE: Final = range(1, 24)


def read(packet: Packet, payload: bytes, started: int | None) -> bytes | None:
    """Fill the packet's fields; return the parameter set it holds, if any.

    `started` is the timestamp of the last key start. A key frame starts with its parameter set, or with its first
    slice where none comes (MEDIA §6). Raises `Malformed`.
    """
    if len(payload) < 2:
        raise Malformed("empty H.264 payload")
    kind = payload[0] & 0x1F
    if kind not in _SINGLE and kind not in (STAP_A, FU_A):
        raise Malformed("an H.264 payload of packetization mode 2")
    packet.shape = PLAIN
    packet.rest = payload
    sps = payload if kind == SPS else _in_aggregate(payload) if kind == STAP_A else None
    slice_starts = kind == IDR or (kind == FU_A and payload[1] & 0x9F == 0x80 | IDR)
    packet.key = packet.ts != started and (sps is not None or slice_starts)
    return sps


def _in_aggregate(payload: bytes) -> bytes | None:
    at = 1
    while at + 2 < len(payload):
        length = payload[at] << 8 | payload[at + 1]
        if length == 0 or at + 2 + length > len(payload):
            raise Malformed("an H.264 aggregate that runs past its end")
        if payload[at + 2] & 0x1F == SPS:
            return payload[at + 2 : at + 2 + length]
        at += 2 + length
    return None


def size(sps: bytes) -> tuple[int, int]:
    """Return (width, height), (0, 0) for a parameter set that does not parse."""
    try:
        return h264.size(sps)
    except Malformed:
        return 0, 0
