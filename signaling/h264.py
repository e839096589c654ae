"""The picture size in an H.264 sequence parameter set: what the media plane tells and the record writes down (pure).

ITU-T H.264 §7.3.2.1.1. One place for both, since neither may import the other.
"""

from __future__ import annotations

from typing import Final

from signaling.errors import Malformed

MOST: Final = 16_384
"""No picture is wider or higher; level 6.2 ends at 8,192 × 4,320."""
_CHROMA: Final = frozenset((100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135))
"""Profiles whose parameter sets tell the chroma format."""


class _Bits:
    def __init__(self, data: bytes) -> None:
        self._value = int.from_bytes(data)
        self._left = 8 * len(data)

    def take(self, count: int) -> int:
        self._left -= count
        if self._left < 0:
            raise Malformed("an H.264 parameter set that ends too early")
        return self._value >> self._left & (1 << count) - 1

    def golomb(self) -> int:
        """Return an unsigned Exp-Golomb number (§9.1)."""
        zeros = 0
        while not self.take(1):
            zeros += 1
            if zeros > 31:
                raise Malformed("an H.264 number beyond 32 bits")
        return (1 << zeros) - 1 + self.take(zeros)

    def signed(self) -> int:
        value = self.golomb()
        return (value + 1) // 2 if value & 1 else -value // 2


def size(sps: bytes) -> tuple[int, int]:
    """Return (width, height) in pixels of a sequence parameter set, cropped. Raises `Malformed`."""
    if len(sps) < 4 or sps[0] & 0x1F != 7:
        raise Malformed("no H.264 sequence parameter set")
    bits = _Bits(sps[1:256].replace(b"\0\0\3", b"\0\0"))
    profile = bits.take(8)
    bits.take(16)
    bits.golomb()
    chroma = _chroma(bits) if profile in _CHROMA else 1
    bits.golomb()
    _order(bits)
    bits.golomb()
    bits.take(1)
    width, height = 16 * (bits.golomb() + 1), 16 * (bits.golomb() + 1)
    frames_only = bits.take(1)
    if not frames_only:
        height *= 2
        bits.take(1)
    bits.take(1)
    if bits.take(1):
        left, right, top, bottom = (bits.golomb() for _ in range(4))
        width -= (left + right) * (2 if chroma in (1, 2) else 1)
        height -= (top + bottom) * (2 if chroma == 1 else 1) * (1 if frames_only else 2)
    if not (0 < width <= MOST and 0 < height <= MOST):
        raise Malformed("an H.264 picture without a size")
    return width, height


def _chroma(bits: _Bits) -> int:
    chroma = bits.golomb()
    if chroma == 3:
        bits.take(1)
    bits.golomb()
    bits.golomb()
    bits.take(1)
    if bits.take(1):
        for n in range(12 if chroma == 3 else 8):
            if bits.take(1):
                _scaling(bits, 16 if n < 6 else 64)
    return chroma


def _scaling(bits: _Bits, entries: int) -> None:
    last = following = 8
    for _ in range(entries):
        if following:
            following = (last + bits.signed()) & 0xFF
        last = following or last


def _order(bits: _Bits) -> None:
    kind = bits.golomb()
    if kind == 0:
        bits.golomb()
    elif kind == 1:
        bits.take(1)
        bits.golomb()
        bits.golomb()
        for _ in range(min(bits.golomb(), 255)):
            bits.golomb()
    elif kind != 2:
        raise Malformed("an H.264 picture order that is none")
