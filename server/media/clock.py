"""RTP time to server time: when was this captured, on one clock for every source (MEDIA §5, RFC 3550 §6.4.1)."""

from __future__ import annotations

from typing import Final

from server.media.rtcp import micros_of

KEEP: Final = 15
SLEW: Final = 1000
"""The offset moves by at most 1 ms a second: blocks never jump."""


class PublisherClock:
    """How far a publisher's NTP clock is from ours: the best (lowest round trip) of its latest sender reports."""

    __slots__ = ("_moved_us", "_samples", "offset_us")

    def __init__(self) -> None:
        """Begin without a report."""
        self._samples: list[tuple[int, int]] = []
        self._moved_us = 0
        self.offset_us: int | None = None

    def report(self, ntp_us: int, arrival_us: int, rtt_us: int | None) -> None:
        """Take a sender report: `arrival − ntp − RTT/2` is one sample of the offset."""
        rtt = rtt_us or 0
        self._samples = [*self._samples[-KEEP + 1 :], (rtt, arrival_us - ntp_us - rtt // 2)]
        lowest = min(rtt for rtt, _ in self._samples)
        good = sorted(offset for rtt, offset in self._samples if rtt <= lowest + 2_000)
        target = good[0] if lowest == 0 else good[len(good) // 2]
        if self.offset_us is None:
            self.offset_us = target
        else:
            room = max(1, (arrival_us - self._moved_us) * SLEW // 1_000_000)
            self.offset_us += max(-room, min(room, target - self.offset_us))
        self._moved_us = arrival_us


class LayerClock:
    """One RTP stream's time. Before a sender report the earliest `arrival − rtp` stands in."""

    __slots__ = ("_early", "_ntp_us", "_origin", "_publisher", "_rtp", "rate")

    def __init__(self, publisher: PublisherClock, rate: int) -> None:
        """`rate` is the RTP clock in Hz."""
        self._publisher = publisher
        self.rate = rate
        self._ntp_us: int | None = None
        self._rtp = 0
        self._origin: int | None = None
        self._early = 0

    @property
    def synced(self) -> bool:
        """Tell whether a sender report has come."""
        return self._ntp_us is not None

    def arrived(self, ts: int, now: int) -> None:
        """Note a packet before any report: the least delayed one dates the others."""
        if self._ntp_us is not None:
            return
        if self._origin is None:
            self._origin, self._early = ts, now
        early = now - self._span(ts, self._origin)
        self._early = min(self._early, early)

    def report(self, ntp: int, rtp: int) -> int:
        """Take a sender report; returns its NTP time in UTC µs."""
        self._ntp_us = micros_of(ntp)
        self._rtp = rtp
        return self._ntp_us

    def _span(self, ts: int, reference: int) -> int:
        ticks = ((ts - reference + 0x80000000) & 0xFFFFFFFF) - 0x80000000
        return ticks * 1_000_000 // self.rate

    def capture_us(self, ts: int) -> int:
        """Return when RTP time `ts` was captured, server monotonic µs."""
        if self._ntp_us is not None and self._publisher.offset_us is not None:
            return self._ntp_us + self._span(ts, self._rtp) + self._publisher.offset_us
        return self._early + self._span(ts, self._origin or 0)

    def rtp_at(self, capture_us: int) -> int:
        """Return the RTP time (32 bits) of a capture time."""
        if self._ntp_us is not None and self._publisher.offset_us is not None:
            since = capture_us - self._publisher.offset_us - self._ntp_us
            return (self._rtp + since * self.rate // 1_000_000) & 0xFFFFFFFF
        return ((self._origin or 0) + (capture_us - self._early) * self.rate // 1_000_000) & 0xFFFFFFFF
