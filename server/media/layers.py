"""One incoming RTP stream: its numbers, clock, losses, history, rates, and who it goes to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from server.media.clock import LayerClock, PublisherClock
from server.media.history import History
from server.media.losses import Losses
from server.media.rtp import Packet, extend

if TYPE_CHECKING:
    from server.media.forward import Out

RATES: Final = {"audio": 48_000, "video": 90_000}
RINGS: Final = {"a": 256, "l": 512, "m": 512, "h": 1024}
USUAL: Final = {"a": 40_000, "l": 100_000, "m": 350_000, "h": 400_000}
"""bit/s until measured; `h` is what a single picture without layers usually is."""
ALIVE_US: Final = 1_000_000


class Layer:
    """`name` is `a` for audio, `l` `m` `h` for video; a stream without rid is `h`. `bps` is its smoothed rate."""

    def __init__(self, kind: str, name: str, codec: str, ssrc: int, clock: PublisherClock) -> None:
        """Begin with nothing received."""
        self.kind = kind
        self.name = name
        self.codec = codec
        self.ssrc = ssrc
        self.clock = LayerClock(clock, RATES[kind])
        self.losses = Losses()
        self.history = History(RINGS[name])
        self.outs: list[Out] = []
        self.wanting: list[Out] = []
        self.last_us = 0
        self.key_us = 0
        self.key_seq: int | None = None
        self.key_ts: int | None = None
        self.width = self.height = 0
        self.level = 127
        self.sr_middle = 0
        self.sr_us = 0
        self.fps = self.kbps = self.loss = 0
        self.bps = USUAL[name]
        self._bytes = self._frames = 0
        self._since_us = 0
        self._pid = 0x4000
        self._expected = self._lost = 0

    def number(self, seq: int) -> int:
        """Return the extended number of a 16-bit one. The first lies in the upper epoch, so nothing is negative."""
        highest = self.losses.highest
        return seq + 0x10000 if highest is None else extend(highest, seq)

    def widen(self, packet: Packet) -> None:
        """Give a 7-bit picture id its place in 15 bits (RFC 7741 §4.2)."""
        self._pid = extend(self._pid, packet.pid, 7)
        packet.pid = self._pid & 0x7FFF

    def took(self, packet: Packet, now: int) -> None:
        """Count a packet."""
        self.last_us = now
        self._since_us = self._since_us or now
        self._bytes += packet.size
        if packet.marker and packet.kind == "video":
            self._frames += 1
        self.clock.arrived(packet.ts, now)
        self.history.keep(packet)

    def is_alive(self, now: int) -> bool:
        """Tell whether packets came within the last second."""
        return now - self.last_us < ALIVE_US

    def measure(self, now: int) -> None:
        """Renew the measured rates; called about once a second."""
        if self._since_us:
            span = max(1, now - self._since_us)
            self.kbps = self._bytes * 8_000 // span
            self.bps = (self.bps + self.kbps * 1000) // 2
            self.fps = round(self._frames * 1_000_000 / span)
            expected = self.losses.expected - self._expected
            lost = max(0, self.losses.lost - self._lost)
            self.loss = min(1000, 1000 * lost // expected) if expected > 0 else 0
        self._since_us = now
        self._bytes = self._frames = 0
        self._expected, self._lost = self.losses.expected, self.losses.lost
