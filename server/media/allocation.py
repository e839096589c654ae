"""Which layer every slot of a viewer gets for the rate of its line (MEDIA §7). Pure: rates in, layers out."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import Final, NamedTuple

SPARE: Final = 1.2
"""A layer that is not sent yet must fit this many times: with less, noise of ±5 % on rates and estimate flaps."""
OVERSHOOT_BPS: Final = 100_000
"""By this much the lowest layer of the first slot may exceed a poor line: one picture is always tried."""


class Rank(IntEnum):
    """In this order slots are served."""

    DOCUMENT = 0
    ON_AIR = 1
    TILE = 2


class Want(NamedTuple):
    """One slot's wish: `rates` in bit/s of the layers it may get, lowest first; `held` is the place of the present
    one, −1 for none.
    """

    rank: Rank
    rates: tuple[int, ...]
    held: int


class Allotment(NamedTuple):
    """`places[n]` is the layer of slot n, −1 paused; `spent` their rates; `next_bps` what the next step up would cost
    in all, 0 when every wish is met; `wished_bps` what all wishes cost.
    """

    places: tuple[int, ...]
    spent: int
    next_bps: int
    wished_bps: int


class _Purse:
    """What is given so far."""

    def __init__(self, wants: Sequence[Want], budget: int, proved: int) -> None:
        self.wants = wants
        self.budget = budget
        self.proved = min(budget, proved)
        self.places = [-1] * len(wants)
        self.spent = 0
        self.next_bps = 0

    def raise_to(self, n: int, place: int, overshoot: int = 0) -> None:
        """Give slot n its layer `place` if it fits; otherwise note what would be needed."""
        want = self.wants[n]
        total = self.spent - (want.rates[self.places[n]] if self.places[n] >= 0 else 0) + want.rates[place]
        fits = total <= self.budget + overshoot if place <= want.held else total * SPARE <= self.proved + overshoot
        if fits:
            self.places[n], self.spent = place, total
        elif not self.next_bps:
            self.next_bps = total


def allot(wants: Sequence[Want], budget: int, proved: int) -> Allotment:
    """Return a layer for each of `wants`, which stand in order of importance. A layer already held may use the whole
    `budget`, a new one only what is `proved`.
    """
    purse = _Purse(wants, budget, proved)
    for n, want in enumerate(wants):
        if want.rates:
            purse.raise_to(n, 0, OVERSHOOT_BPS if n == 0 else 0)
    for rank in Rank:
        highest = max((len(want.rates) for want in wants if want.rank is rank), default=0)
        for place in range(1, highest):
            for n, want in enumerate(wants):
                if want.rank is rank and purse.places[n] == place - 1 and place < len(want.rates):
                    purse.raise_to(n, place)
    wished = sum(want.rates[-1] for want in wants if want.rates)
    return Allotment(tuple(purse.places), purse.spent, purse.next_bps, wished)
