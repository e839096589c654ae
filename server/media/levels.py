"""Who speaks: loudness over a moment, and one active speaker who is not changed by a cough (MEDIA §8). For meters and
halos only: sound never cuts a scene.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Final

SILENCE: Final = 127
LOUD: Final = 35
"""−dBov; speech into a meeting microphone is louder, a hall's hum is not."""
SHARE: Final = 0.4
WINDOW: Final = 20
"""Packets of 20 ms: 400 ms."""
BETTER_DB: Final = 6
HOLD_US: Final = 1_500_000
ONSET: Final = 3
"""Packets of 20 ms that must be loud before somebody counts as having begun: a word is barely clipped, a click is none."""


class Meter:
    """One source's loudness, fed by packet, read five times a second."""

    __slots__ = ("_recent", "_smooth")

    def __init__(self) -> None:
        """Begin silent."""
        self._recent: list[int] = []
        self._smooth = float(SILENCE)

    def take(self, level: int) -> None:
        """Take a packet's level, 0 (loudest) to 127 −dBov (RFC 6464)."""
        self._recent.append(level)
        if len(self._recent) > WINDOW:
            del self._recent[0]

    def read(self) -> tuple[int, bool]:
        """Return (−dBov smoothed over two readings, whether it is speech)."""
        if not self._recent:
            self._smooth = float(SILENCE)
            return SILENCE, False
        now = sum(self._recent) / len(self._recent)
        self._smooth = (self._smooth + now) / 2
        loud = sum(level <= LOUD for level in self._recent)
        return round(self._smooth), loud >= SHARE * WINDOW

    def onset(self) -> int:
        """Return −dBov of somebody who is speaking this moment, `SILENCE` of anybody else."""
        last = self._recent[-ONSET:]
        return sum(last) // ONSET if len(last) == ONSET and max(last) <= LOUD else SILENCE

    def fall_silent(self) -> None:
        """Nothing came for a while: what is kept is the past."""
        self._recent.clear()


class Speaker:
    """The active speaker: stays until another speaks clearly louder, or speaks on when this one has stopped."""

    def __init__(self) -> None:
        """Begin with nobody."""
        self.name: Hashable | None = None
        self._heard_us = 0

    def follow(self, readings: Mapping[Hashable, tuple[int, bool]], now: int) -> Hashable | None:
        """Take the readings of all sources that may be heard; returns who is the speaker now."""
        speaking = {name: level for name, (level, speech) in readings.items() if speech}
        if self.name in speaking:
            self._heard_us = now
        best = min(speaking, key=lambda name: speaking[name], default=None)
        if best is None or best == self.name:
            return self.name
        louder = self.name in speaking and speaking[best] + BETTER_DB <= speaking[self.name]
        if louder or now - self._heard_us > HOLD_US or self.name is None:
            self.name, self._heard_us = best, now
        return self.name
