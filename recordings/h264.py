"""H.264 payloads into whole pictures as MP4 keeps them, nothing decoded (RFC 6184; ISO/IEC 14496-15 §5; pure)."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Final, NamedTuple

from signaling.errors import Malformed
from signaling.h264 import size

IDR, SPS, PPS, DELIMITER, FILLER = 5, 7, 8, 9, 12
STAP_A, FU_A = 24, 28
_DROPPED: Final = frozenset((SPS, PPS, DELIMITER, FILLER))
"""Parameter sets are kept once, in the clip's head; the others say nothing a decoder needs."""
_MOST_SETS: Final = 8


class Frame(NamedTuple):
    """One picture: length-prefixed units; with a key frame its size and decoder configuration (`avcC`)."""

    data: bytes
    key: bool
    width: int
    height: int
    config: bytes


def begins(payload: bytes) -> bool:
    """Tell whether a picture may begin with this payload: it is no later piece of a fragmented unit."""
    return len(payload) > 1 and (payload[0] & 0x1F != FU_A or payload[1] & 0x80 != 0)


class Pieces:
    """Joins payloads; remembers parameter sets, which may come once for many key frames."""

    def __init__(self) -> None:
        """Know no parameter sets."""
        self._sets: tuple[tuple[bytes, ...], tuple[bytes, ...]] = ((), ())

    def join(self, parts: Sequence[bytes]) -> Frame | None:
        """Return the picture in all the payloads of one timestamp, None for what is none or cannot be shown yet."""
        try:
            units = _units(parts)
            self._learn(units)
            kinds = [unit[0] & 0x1F for unit in units]
            kept = [unit for unit, kind in zip(units, kinds, strict=True) if kind not in _DROPPED]
            if not any(1 <= kind <= IDR for kind in kinds):
                return None
            data = b"".join(struct.pack(">I", len(unit)) + unit for unit in kept)
            if IDR not in kinds:
                return Frame(data, False, 0, 0, b"")
            if not all(self._sets):
                return None
            return Frame(data, True, *size(self._sets[0][0]), _config(*self._sets))
        except Malformed:
            return None

    def _learn(self, units: list[bytes]) -> None:
        found = tuple(tuple(dict.fromkeys(u for u in units if u[0] & 0x1F == kind))[:_MOST_SETS] for kind in (SPS, PPS))
        self._sets = found[0] or self._sets[0], found[1] or self._sets[1]


def _units(parts: Sequence[bytes]) -> list[bytes]:
    """Return the NAL units in payloads (RFC 6184 §5.6–5.8). Raises `Malformed`."""
    found: list[bytes] = []
    pieces: list[bytes] = []
    for part in parts:
        kind = part[0] & 0x1F if len(part) > 1 else 0
        if kind == FU_A:
            if part[1] & 0x80:
                pieces = [bytes((part[0] & 0xE0 | part[1] & 0x1F,))]
            elif not pieces:
                raise Malformed("a fragment without its beginning")
            pieces.append(part[2:])
            if part[1] & 0x40:
                found.append(b"".join(pieces))
                pieces = []
            continue
        if pieces:
            raise Malformed("a fragment without its end")
        if kind == STAP_A:
            found += _aggregated(part)
        elif 1 <= kind < STAP_A:
            found.append(part)
        else:
            raise Malformed("an H.264 payload of packetization mode 2")
    if pieces:
        raise Malformed("a fragment without its end")
    return found


def _aggregated(part: bytes) -> list[bytes]:
    found = []
    at = 1
    while at < len(part):
        end = at + 2 + int.from_bytes(part[at : at + 2])
        if not at + 2 < end <= len(part):
            raise Malformed("an H.264 aggregate that runs past its end")
        found.append(part[at + 2 : end])
        at = end
    return found


def _config(sps: tuple[bytes, ...], pps: tuple[bytes, ...]) -> bytes:
    """Return an AVCDecoderConfigurationRecord (ISO/IEC 14496-15 §5.3.3.1) for lengths of four bytes."""
    head = bytes((1, *sps[0][1:4], 0xFF, 0xE0 | len(sps)))
    body = b"".join(struct.pack(">H", len(one)) + one for one in sps)
    return head + body + bytes((len(pps),)) + b"".join(struct.pack(">H", len(one)) + one for one in pps)
