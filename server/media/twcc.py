"""Transport-wide congestion feedback for publishers (draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1).

Negotiated but not sent, Chromium collapses to 84 kbit/s; sent every 100 ms, all layers run in 2 s (MEDIA §5).
"""

from __future__ import annotations

import struct
from typing import Final

from server.media.rtp import extend

TICK_US: Final = 250
REFERENCE_US: Final = 64_000
MOST: Final = 600
"""Packets one feedback covers; older ones of a burst are left to the sender's own timeout."""


class Arrivals:
    """What arrived since the last feedback, by transport-wide number."""

    def __init__(self) -> None:
        """Begin with none."""
        self._got: dict[int, int] = {}
        self._highest: int | None = None
        self._next: int | None = None
        self._count = 0

    def arrived(self, number: int, now: int) -> None:
        """Note the arrival of a 16-bit number at `now` (monotonic µs)."""
        wide = number if self._highest is None else extend(self._highest, number)
        if self._highest is None or wide > self._highest:
            self._highest = wide
        if self._next is not None and wide < self._next:
            return
        self._got.setdefault(wide, now)

    def feedback(self, own: int, media: int) -> bytes | None:
        """Return one feedback packet for everything since the last, or None when nothing came."""
        if not self._got:
            return None
        last = max(self._got)
        first = self._next if self._next is not None else min(self._got)
        first = max(first, last - MOST + 1)
        got, self._got = self._got, {}
        self._next = last + 1
        times = [got.get(number) for number in range(first, last + 1)]
        base = min(at for at in times if at is not None) // REFERENCE_US
        symbols, deltas = _deltas(times, base * REFERENCE_US)
        body = struct.pack("!IIHH", own, media, first & 0xFFFF, len(times))
        body += (base & 0xFFFFFF).to_bytes(3) + bytes([self._count & 0xFF]) + _chunks(symbols) + deltas
        self._count += 1
        padding = -len(body) % 4
        padded = body + (bytes(padding - 1) + bytes([padding]) if padding else b"")
        return struct.pack("!BBH", 0x8F | (0x20 if padding else 0), 205, len(padded) // 4) + padded


def _deltas(times: list[int | None], reference: int) -> tuple[list[int], bytes]:
    symbols: list[int] = []
    deltas = bytearray()
    at = reference
    for time in times:
        if time is None:
            symbols.append(0)
            continue
        step = max(-32_768, min(32_767, round((time - at) / TICK_US)))
        at += step * TICK_US
        if 0 <= step < 256:
            symbols.append(1)
            deltas.append(step)
        else:
            symbols.append(2)
            deltas += struct.pack("!h", step)
    return symbols, bytes(deltas)


def _chunks(symbols: list[int]) -> bytes:
    """Encode as run lengths where seven and more repeat, else as two-bit vectors of seven (§3.1.3, §3.1.4)."""
    out = bytearray()
    at = 0
    while at < len(symbols):
        run = 1
        while at + run < len(symbols) and symbols[at + run] == symbols[at] and run < 8191:
            run += 1
        if run >= 7:
            out += struct.pack("!H", symbols[at] << 13 | run)
            at += run
            continue
        vector = 0xC000
        for place, symbol in enumerate(symbols[at : at + 7]):
            vector |= symbol << (12 - 2 * place)
        out += struct.pack("!H", vector)
        at += 7
    return bytes(out)
