"""Media time: RTP ticks held to the server's clock without jumps, and recomputed from what was kept (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

RATES: Final = {"video": 90_000, "audio": 48_000}
"""RTP clock rates (RFC 7741 §6.1, RFC 7587 §4.1)."""
SLEW: Final = 1_000
"""One part in so many: 1 ms per second, which no ear or eye notices (RECORDING §2)."""
JUMP_US: Final = 100_000
"""Beyond this the sender's clock was replaced, not drifting: a new SSRC, another encoder."""


def unwrap(last: int, value: int, bits: int = 32) -> int:
    """Return the number nearest to `last` that ends in the `bits` bits of `value`."""
    size = 1 << bits
    ahead = (value - last) & (size - 1)
    return last + (ahead if ahead < size // 2 else ahead - size)


class Slew:
    """Times of one RTP stream: its own ticks, drawn towards the capture times by at most 1 ms per second."""

    def __init__(self, rate: int) -> None:
        """Follow a stream of `rate` ticks per second."""
        self._rate = rate
        self._ticks: int | None = None
        self._time_us = 0

    def at(self, ts: int, capture_us: int) -> int:
        """Return the time in µs of tick `ts`, whose capture time was estimated as `capture_us`.

        The first is taken as it is, and so is one more than 100 ms off.
        """
        if self._ticks is None:
            self._ticks, self._time_us = ts, capture_us
            return capture_us
        ticks = unwrap(self._ticks, ts)
        elapsed = (ticks - self._ticks) * 1_000_000 // self._rate
        time_us = self._time_us + elapsed
        error = capture_us - time_us
        if abs(error) > JUMP_US:
            time_us = capture_us
        else:
            most = abs(elapsed) // SLEW + 1
            time_us += max(-most, min(most, error))
        self._ticks, self._time_us = ticks, time_us
        return time_us


class Report(NamedTuple):
    """One kept sender report: RTP tick and NTP time (64 bit) of the sender, arrival in UTC µs, round trip."""

    ssrc: int
    rtp: int
    ntp: int
    server_us: int
    rtt_us: int | None


class Line(NamedTuple):
    """Server time as a line over one stream's ticks: `server_us + (ticks - rtp) / rate`, `ppm` off the nominal."""

    rtp: int
    server_us: int
    ppm: int
    reports: int

    def at(self, rtp: int, rate: int) -> int:
        """Return the server's UTC µs at a tick."""
        micros = (unwrap(self.rtp, rtp) - self.rtp) * 1_000_000 // rate
        return self.server_us + micros + micros * self.ppm // 1_000_000


def ntp_us(ntp: int) -> int:
    """Return the UTC µs of a 64-bit NTP time (RFC 3550 §4)."""
    return ((ntp >> 32) - 2_208_988_800) * 1_000_000 + ((ntp & 0xFFFFFFFF) * 1_000_000 >> 32)


def line(reports: Sequence[Report], rate: int) -> Line | None:
    """Recompute the alignment of one SSRC from its kept reports by least squares; None without a report.

    An unknown round trip counts as none, which makes the answer late by half of it.
    """
    if not reports:
        return None
    first = reports[0]
    ticks, points = first.rtp, []
    for report in reports:
        ticks = unwrap(ticks, report.rtp)
        x = (ticks - first.rtp) * 1_000_000 // rate
        points.append((x, report.server_us - (report.rtt_us or 0) // 2 - first.server_us - x))
    n = len(points)
    mean_x, mean_y = sum(x for x, _ in points) // n, sum(y for _, y in points) // n
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    slope = sum((x - mean_x) * (y - mean_y) for x, y in points)
    ppm = slope * 1_000_000 // spread if spread else 0
    return Line(first.rtp, first.server_us + mean_y - mean_x * ppm // 1_000_000, ppm, n)
