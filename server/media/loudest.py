"""Where every microphone is open, only the loudest are forwarded: a hall must not hear eight halls breathe (MEDIA §8).

The record keeps every open microphone; this is about what is sent to viewers, and about nobody who has the floor.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

import msgspec

from server.media.levels import BETTER_DB, HOLD_US, SILENCE
from signaling.names import SourceId
from signaling.scenes import Casting, Placement

CONTEST_US: Final = 300_000
"""How long somebody must speak clearly louder than one who is speaking before taking that place."""


class Voices:
    """At most `most` sources at a time beside those that are always heard; who has a place keeps it until it is wanted."""

    def __init__(self, most: int) -> None:
        """Begin with nobody."""
        self.most = most
        self._spoke_us: dict[SourceId, int] = {}
        """When each of those who have a place last spoke."""
        self._louder_us: dict[SourceId, int] = {}

    @property
    def chosen(self) -> frozenset[SourceId]:
        """Return who has a place."""
        return frozenset(self._spoke_us)

    def follow(self, speaking: Mapping[SourceId, int], now: int) -> frozenset[SourceId]:
        """Take −dBov of this moment of every source that may want a place (`SILENCE`: is not speaking); called every 20 ms."""
        for name in [name for name in self._spoke_us if name not in speaking]:
            del self._spoke_us[name]
        for name, level in sorted(speaking.items(), key=lambda one: one[1]):
            if name in self._spoke_us:
                if level < SILENCE:
                    self._spoke_us[name] = now
            elif len(self._spoke_us) < self.most:
                self._spoke_us[name] = now if level < SILENCE else now - HOLD_US
            elif level < SILENCE:
                self._contest(name, level, speaking, now)
            else:
                self._louder_us.pop(name, None)
        return self.chosen

    def _contest(self, name: SourceId, level: int, speaking: Mapping[SourceId, int], now: int) -> None:
        """Somebody without a place speaks: take that of who has been silent longest, else of one clearly softer."""
        if not self._spoke_us:
            return
        silent = min(self._spoke_us, key=lambda one: self._spoke_us[one])
        if now - self._spoke_us[silent] >= HOLD_US:
            self._replace(silent, name, now)
            return
        softest = max(self._spoke_us, key=lambda one: speaking[one] if speaking[one] < SILENCE else 0)
        if not level + BETTER_DB <= speaking[softest] < SILENCE:
            self._louder_us.pop(name, None)
        elif now - self._louder_us.setdefault(name, now) >= CONTEST_US:
            self._replace(softest, name, now)

    def _replace(self, old: SourceId, new: SourceId, now: int) -> None:
        del self._spoke_us[old]
        self._louder_us.pop(new, None)
        self._spoke_us[new] = now


def only(casting: Casting, heard: Collection[SourceId]) -> Casting:
    """Return a casting that sends the sound of open microphones only from `heard`; pictures and `pre` stay as they are."""

    def limited(placed: Placement) -> Placement:
        name = placed.source
        if name is None or not placed.sound or name in heard or casting.gates.get(name) != "open":
            return placed
        return Placement(name, picture=placed.picture, sound=False)

    slots = {seat: tuple(limited(one) for one in placements) for seat, placements in casting.slots.items()}
    return msgspec.structs.replace(casting, slots=slots)
