"""RTP payloads into whole pictures and Opus packets, nothing decoded (pure; RFC 7741, RFC 6184, RFC 6716)."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from recordings.h264 import Frame, Pieces, begins
from signaling.errors import Malformed

MOST_BYTES: Final = 4 << 20
"""A frame beyond this is no picture of a camera."""
OPUS_SILENCE: Final = b"\xf8\xff\xfe"
"""20 ms of CELT silence, full band."""
_OPUS_SAMPLES: Final = (*(480, 960, 1920, 2880) * 3, *(480, 960) * 2, *(120, 240, 480, 960) * 4)
"""RFC 6716 §3.1, table 2: samples at 48 kHz of one frame, by configuration number."""
Packet = Any
"""What the media plane's tap hands over; attributes `kind codec seq ts marker key d0 rest level` are read."""


class Picture(NamedTuple):
    """One whole video frame. `after_loss`: something before it is missing. Size and `config` only with a key frame."""

    ts: int
    capture_us: int
    data: bytes
    key: bool
    width: int
    height: int
    after_loss: bool
    config: bytes = b""


class Sound(NamedTuple):
    """One Opus packet of `samples` at 48 kHz; level in -dBov."""

    ts: int
    capture_us: int
    data: bytes
    samples: int
    level: int
    after_loss: bool


class _Vp8:
    """The frame in VP8 payloads without their descriptors."""

    def join(self, parts: Sequence[bytes]) -> Frame | None:
        data = b"".join(parts)
        size = frame_size(data)
        return None if size is None else Frame(data, size != (0, 0), *size, b"")


class Pictures:
    """Joins payloads into frames: complete ones only, and after a loss none before the next key frame (`waiting`)."""

    def __init__(self) -> None:
        """Wait for a key frame."""
        self.dropped = 0
        self._parts: list[bytes] = []
        self._size = 0
        self._ts = 0
        self._capture_us = 0
        self._whole = False
        self._lost = False
        self.waiting = True
        self._pieces: Pieces | _Vp8 = _Vp8()

    def push(self, lost: int, packet: Packet, capture_us: int) -> list[Picture]:
        """Take the next packet in order, `lost` missing before it; return the frames it completes."""
        found: list[Picture] = []
        if packet.codec == "h264" and not isinstance(self._pieces, Pieces):
            self._pieces = Pieces()
        if lost:
            self._fail()
        if not packet.rest:
            return found  # padding or a probe: counts for the order only
        if self._parts and packet.ts != self._ts:
            # its marker was never set; nothing is missing in between, so it is whole
            found += self._finish()
        if not self._parts:
            # RFC 7741 §4.2: S set and partition 0 begin a frame, and nothing else does
            self._whole = begins(packet.rest) if packet.codec == "h264" else packet.d0 & 0x17 == 0x10
            self._ts, self._capture_us, self._size = packet.ts, capture_us, 0
        self._parts.append(packet.rest)
        self._size += len(packet.rest)
        if self._size > MOST_BYTES:
            self._fail()
        elif packet.marker:
            found += self._finish()
        return found

    def _fail(self) -> None:
        if self._parts:
            self.dropped += 1
        self._parts, self._size = [], 0
        self._lost = self.waiting = True

    def _finish(self) -> list[Picture]:
        parts, self._parts = self._parts, []
        frame = self._pieces.join(parts) if self._whole else None
        if frame is None:
            self._lost = self.waiting = True
        if frame is None or (self.waiting and not frame.key):
            self.dropped += 1
            return []
        data, key, width, height, config = frame
        picture = Picture(self._ts, self._capture_us, data, key, width, height, self._lost, config)
        self._lost = self.waiting = False
        return [picture]


def frame_size(data: bytes) -> tuple[int, int] | None:
    """Return a VP8 key frame's size, (0, 0) for another frame, None for what is no whole frame (RFC 6386 §9.1)."""
    if len(data) < 4:
        return None
    tag = data[0] | data[1] << 8 | data[2] << 16
    if tag & 1:
        return (0, 0) if 3 + (tag >> 5) <= len(data) else None
    if len(data) < 10 or data[3:6] != b"\x9d\x01\x2a" or 10 + (tag >> 5) > len(data):
        return None
    width, height = (side & 0x3FFF for side in struct.unpack_from("<HH", data, 6))
    return (width, height) if width and height else None


def opus_samples(data: bytes) -> int:
    """Return the duration of an Opus packet in samples at 48 kHz. Raises `Malformed` (RFC 6716 §3.2, R1 and R5)."""
    if not data:
        raise Malformed("an empty Opus packet")
    count = 1 if data[0] & 3 == 0 else 2
    if data[0] & 3 == 3:
        if len(data) < 2:
            raise Malformed("an Opus packet without its frame count")
        count = data[1] & 63
    samples = _OPUS_SAMPLES[data[0] >> 3] * count
    if not 0 < samples <= 5760:
        raise Malformed("an Opus packet longer than 120 ms or empty")
    return samples


def sound(lost: int, packet: Packet, capture_us: int) -> Sound | None:
    """Return the Opus packet in an RTP packet, None for what is none."""
    try:
        samples = opus_samples(packet.rest)
    except Malformed:
        return None
    return Sound(packet.ts, capture_us, packet.rest, samples, packet.level, lost > 0)
