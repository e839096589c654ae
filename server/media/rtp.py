"""RTP headers read in place (RFC 3550 §5.1, RFC 8285), and the normalised packet every later stage uses."""

from __future__ import annotations

import struct
from typing import Final, NamedTuple

from signaling.errors import Malformed

HEADER: Final = struct.Struct("!BBHII")
ONE_BYTE: Final = 0xBEDE
UNKNOWN_LEVEL: Final = 127
MID, RID, RRID, AST, TWCC, LEVEL = range(6)
"""Keys of the header extensions we know."""
URIS: Final = (
    "urn:ietf:params:rtp-hdrext:sdes:mid",
    "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id",
    "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id",
    "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time",
    "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01",
    "urn:ietf:params:rtp-hdrext:ssrc-audio-level",
)
"""Their URIs, by key."""


class Header(NamedTuple):
    """An RTP header. `payload` is the range of the payload without padding; `extensions` by our keys."""

    marker: int
    payload_type: int
    seq: int
    ts: int
    ssrc: int
    extensions: dict[int, bytes]
    begin: int
    end: int


class Packet:
    """One media packet, normalised: no extension block, no padding.

    `seq` is extended (never wraps), `ts` 32 bits; `marker` 0x80 or 0; `key` begins a key frame; `rest` is the payload
    after the VP8 descriptor (whole otherwise). `shape` says how the descriptor is written again (see `vp8`).
    """

    __slots__ = (
        "arrival_us", "codec", "d0", "d1", "key", "kind", "level", "marker", "pid", "rest", "seq", "shape", "size", "tk",
        "tl0", "ts",
    )  # fmt: skip

    def __init__(self, kind: str, codec: str, seq: int, ts: int, marker: int) -> None:
        """Begin with everything a codec may leave out."""
        self.kind = kind
        self.codec = codec
        self.seq = seq
        self.ts = ts
        self.marker = marker
        self.key = False
        self.level = UNKNOWN_LEVEL
        self.arrival_us = 0
        self.shape = 0
        self.d0 = self.d1 = self.pid = self.tl0 = self.tk = 0
        self.rest = b""
        self.size = 0


def parse(data: bytes, ids: dict[int, int]) -> Header:
    """Return the header; `ids` maps extension ids of this peer to our keys. Raises `Malformed`."""
    size = len(data)
    if size < 12 or data[0] >> 6 != 2:
        raise Malformed("RTP header")
    first, second, seq, ts, ssrc = HEADER.unpack_from(data)
    pos = 12 + 4 * (first & 15)
    extensions: dict[int, bytes] = {}
    if first & 0x10:
        if pos + 4 > size:
            raise Malformed("RTP extension header")
        profile, words = struct.unpack_from("!HH", data, pos)
        pos += 4
        end = pos + 4 * words
        if end > size:
            raise Malformed("RTP extension runs past the end")
        if profile == ONE_BYTE:
            _one_byte(data, pos, end, ids, extensions)
        elif profile & 0xFFF0 == 0x1000:
            _two_byte(data, pos, end, ids, extensions)
        pos = end
    stop = size - (data[-1] if first & 0x20 else 0)
    if pos > stop:
        raise Malformed("RTP padding")
    return Header(second & 0x80, second & 0x7F, seq, ts, ssrc, extensions, pos, stop)


def _one_byte(data: bytes, pos: int, end: int, ids: dict[int, int], found: dict[int, bytes]) -> None:
    while pos < end:
        octet = data[pos]
        if octet == 0:
            pos += 1
            continue
        name, length = octet >> 4, (octet & 15) + 1
        if name == 15:
            return  # RFC 8285 §4.2: stop at 15
        key = ids.get(name)
        if key is not None:
            found[key] = data[pos + 1 : min(end, pos + 1 + length)]
        pos += 1 + length


def _two_byte(data: bytes, pos: int, end: int, ids: dict[int, int], found: dict[int, bytes]) -> None:
    while pos + 1 < end:
        name, length = data[pos], data[pos + 1]
        if name == 0:
            pos += 1
            continue
        key = ids.get(name)
        if key is not None:
            found[key] = data[pos + 2 : min(end, pos + 2 + length)]
        pos += 2 + length


def send_time(now_us: int) -> int:
    """Return the abs-send-time of `now_us`: seconds as 6.18 fixed point, 24 bits."""
    return now_us * 262_144 // 1_000_000 & 0xFFFFFF


def extend(reference: int, low: int, bits: int = 16) -> int:
    """Return the extended number nearest to `reference` whose lowest `bits` are `low` (RFC 3550 A.1)."""
    span = 1 << bits
    half = span >> 1
    return reference + ((low - reference + half) & (span - 1)) - half
