"""Transport-wide congestion feedback, built for publishers and read from viewers
(draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1).

Negotiated but not sent, Chromium collapses to 84 kbit/s; sent every 100 ms, all layers run in 2 s (MEDIA §5).
"""

from __future__ import annotations

import struct
from typing import Final, NamedTuple

from server.media.rtp import extend
from signaling.errors import Malformed

TICK_US: Final = 250
REFERENCE_US: Final = 64_000
MOST: Final = 600
"""Packets one feedback covers; older ones of a burst are left to the sender's own timeout."""


MOST_TOLD: Final = 4096
"""Packets a feedback may speak of: more than any sender remembers. Without it 40 bytes could name 65,535."""


class Feedback(NamedTuple):
    """`first` is a 16-bit number; `arrivals` of it and those that follow on the viewer's clock, µs, None: not there."""

    first: int
    arrivals: tuple[int | None, ...]


def parse(body: bytes) -> Feedback:
    """Return what a feedback packet says; `body` begins at its sender's SSRC. Raises `Malformed`."""
    if len(body) < 16:
        raise Malformed("transport-cc header")
    first, count = struct.unpack_from("!HH", body, 8)
    if not 0 < count <= MOST_TOLD:
        raise Malformed("transport-cc count")
    symbols, pos = _symbols(body, count)
    at = int.from_bytes(body[12:15]) * REFERENCE_US
    arrivals: list[int | None] = []
    for symbol in symbols:
        size = symbol if symbol < 3 else 0
        if pos + size > len(body):
            raise Malformed("transport-cc deltas run past the end")
        if size:
            at += TICK_US * int.from_bytes(body[pos : pos + size], signed=size == 2)
        arrivals.append(at if size else None)
        pos += size
    return Feedback(first, tuple(arrivals))


def _symbols(body: bytes, count: int) -> tuple[list[int], int]:
    """Return the status of each packet and where the deltas begin (§3.1.3, §3.1.4)."""
    symbols: list[int] = []
    pos = 16
    while len(symbols) < count:
        if pos + 2 > len(body):
            raise Malformed("transport-cc chunks run past the end")
        chunk = body[pos] << 8 | body[pos + 1]
        pos += 2
        if not chunk & 0x8000:
            symbols += [chunk >> 13 & 3] * min(chunk & 0x1FFF, count - len(symbols))
            if not chunk & 0x1FFF:
                raise Malformed("an empty transport-cc run")
        elif chunk & 0x4000:
            symbols += [chunk >> shift & 3 for shift in range(12, -1, -2)]
        else:
            symbols += [chunk >> shift & 1 for shift in range(13, -1, -1)]
    return symbols[:count], pos


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
