"""VP8 payload descriptors (RFC 7741 §4.2): read once at ingest, written again per subscriber."""

from __future__ import annotations

from typing import Final

from server.media.rtp import Packet
from signaling.errors import Malformed

FULL, ID_ONLY, RAW, PLAIN = 1, 2, 0, 3
"""FULL: picture id, TL0PICIDX and TID/KEYIDX; ID_ONLY: picture id; RAW: neither; PLAIN: a payload without descriptor."""
PICTURES: Final = 0x7FFF


def read(packet: Packet, payload: bytes) -> bool:
    """Fill the packet's descriptor fields. Returns True for a picture id of 7 bits, which the layer widens: a
    viewer always gets 15. Raises `Malformed`.
    """
    if not payload:
        raise Malformed("empty VP8 payload")
    first = payload[0]
    pos = 1
    second = pid = tl0 = tk = 0
    narrow = False
    try:
        if first & 0x80:
            second = payload[1]
            pos = 2
            if second & 0x80:
                pid = payload[pos]
                pos += 1
                narrow = not pid & 0x80
                if pid & 0x80:
                    pid = (pid & 0x7F) << 8 | payload[pos]
                    pos += 1
            if second & 0x40:
                tl0 = payload[pos]
                pos += 1
            if second & 0x30:
                tk = payload[pos]
                pos += 1
    except IndexError:
        raise Malformed("VP8 descriptor runs past the end") from None
    rest = payload[pos:]
    if not rest:
        raise Malformed("VP8 payload without data")
    packet.d0 = first
    packet.key = bool(first & 0x10) and not first & 7 and not rest[0] & 1
    if second & 0x80 and second & 0x70 == 0x70:
        packet.shape = FULL
    elif second & 0x80 and not second & 0x70:
        packet.shape = ID_ONLY
    else:
        packet.shape = RAW
    packet.d1 = second
    packet.pid, packet.tl0, packet.tk = pid, tl0, tk
    packet.rest = rest
    return narrow


def size(rest: bytes) -> tuple[int, int]:
    """Return (width, height) of a key frame's first packet, (0, 0) when it is too short (RFC 6386 §9.1)."""
    if len(rest) < 10 or rest[3:6] != b"\x9d\x01\x2a":
        return 0, 0
    return (rest[6] | rest[7] << 8) & 0x3FFF, (rest[8] | rest[9] << 8) & 0x3FFF
