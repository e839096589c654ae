"""The way out of one peer: sealing, transport-wide numbers, and what waits to be sent at the end of a wake-up."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from typing import Final

from server.media.estimate import Delivered
from server.media.rtp import extend
from server.media.twcc import Feedback

KEPT: Final = 2048
"""Packets whose send time and size are remembered; a power of two, five seconds of 4 Mbit/s."""
Emit = Callable[[list[bytes]], None]


class Line:
    """A connected socket as the C path knows it: `file` is its number, −1 as soon as it is closed or not connected."""

    __slots__ = ("file",)

    def __init__(self, file: int) -> None:
        """Lead to the socket of that number."""
        self.file = file


class Wire:
    """Media of all of a peer's slots leaves here. Nothing is sent before both `emit` and `seal` are known.

    `number` counts on in full; its lowest 16 bits go out (transport-wide sequence number). `times` (monotonic µs) and
    `sizes` (bytes of IP payload) are rings by number. `dirty` lists wires that hold datagrams: whoever ends a wake-up
    empties it. `burst_us` is when the last key frame left: what waits behind it says nothing of the line.
    """

    __slots__ = ("burst_us", "cipher", "dirty", "emit", "line", "number", "pending", "salt", "seal", "single", "sizes", "times")

    def __init__(self) -> None:
        """Lead nowhere yet."""
        self.number = 0
        self.burst_us = 0
        self.pending: list[bytes] = []
        self.dirty: list[Wire] = []
        self.emit: Emit | None = None
        self.single: Callable[[bytes], object] | None = None
        """Sends one datagram; raises `OSError`. May be missing where `emit` is not."""
        self.seal: Callable[[bytes, bytes, bytes], bytes] | None = None
        self.salt = 0
        self.cipher: object | None = None
        """The key for the C path; None where there is none."""
        self.line: Line | None = None
        self.times = array("q", bytes(8 * KEPT))
        self.sizes = array("H", bytes(2 * KEPT))

    @property
    def open(self) -> bool:
        """Tell whether a packet put here would go out."""
        return self.seal is not None

    def put(self, data: bytes, now: int) -> None:
        """Have a sealed packet of the present `number` sent at the end of this wake-up."""
        place = self.number & KEPT - 1
        self.times[place] = now
        self.sizes[place] = len(data)
        if not self.pending:
            self.dirty.append(self)
        self.pending.append(data)

    def delivered(self, feedback: Feedback) -> list[Delivered]:
        """Return what a feedback says of packets that were sent and not spoken of before; of others it says nothing."""
        first = extend(self.number, feedback.first)
        found = []
        for number, arrival_us in enumerate(feedback.arrivals, first):
            if not max(0, self.number - KEPT) < number <= self.number:
                continue
            place = number & KEPT - 1
            size = self.sizes[place]
            if size:
                found.append(Delivered(number, self.times[place], arrival_us, size))
                if arrival_us is not None:
                    self.sizes[place] = 0
        return found

    def flush(self) -> None:
        """Hand over what waits, as one list; without a way out it is lost."""
        waiting, self.pending = self.pending, []
        if self.emit is not None:
            self.emit(waiting)


def flush(dirty: list[Wire]) -> None:
    """Empty every wire that holds something. Most hold one packet: that goes out without a call between."""
    for wire in dirty:
        waiting, single = wire.pending, wire.single
        if len(waiting) == 1 and single is not None:
            try:
                single(waiting[0])
            except OSError:
                wire.flush()  # counts what cannot be sent now either
            else:
                waiting.clear()
        else:
            wire.flush()
    dirty.clear()
