"""Does the line carry more? A train of packets at once, and the rate at which it arrived (MEDIA §7)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from server.media.estimate import Delivered

LEAST: Final = 5
LEAST_SIZE: Final = 1_500
MOST: Final = 64_000
SPAN_US: Final = 25_000
"""A train is as long as the rate it asks about takes in this time."""
ABOVE: Final = 1.25
STRIDE: Final = 2.0
"""Times the estimate that is asked about where many wishes wait: one step at a time takes too long."""
MOST_STEP: Final = 3.0
"""Times the estimate that a train may ask about: on a weak line it must not fill the queue that sound waits in."""
WAIT_US: Final = 3_000_000
"""After a failure. A train costs a hundredth of the line; waiting ever longer would cost the return to the top."""
PATIENCE_US: Final = 1_000_000
SETTLE_US: Final = 500_000
MOST_LOST: Final = 0.15


class Prober:
    """One viewer's trains, one at a time."""

    def __init__(self) -> None:
        """The first may leave at once."""
        self._due_us = 0
        self.numbers = range(0)
        self._target = 0.0
        self._calm_us = 0
        self._ends_us = 0
        self._fates: dict[int, Delivered] = {}

    def wanted(self, next_bps: int, wished_bps: int, estimate_bps: float, now: int) -> int:
        """Return how many bytes to send now to learn whether `next_bps` would fit, or at once more of `wished_bps`;
        0: none.
        """
        if self.numbers:
            if now < self._ends_us:
                return 0
            self._failed(now)
        if not next_bps or now < self._due_us:
            return 0
        step = max(next_bps * ABOVE, min(wished_bps * ABOVE, estimate_bps * STRIDE))
        self._target = min(step, estimate_bps * MOST_STEP)
        return min(MOST, max(LEAST_SIZE, round(self._target * SPAN_US / 8e6)))

    def sent(self, numbers: range, now: int) -> None:
        """The train left with these transport-wide numbers."""
        self.numbers = numbers
        self._fates = {}
        self._ends_us = now + PATIENCE_US
        self._calm_us = now + SETTLE_US

    def disturbs(self, now: int) -> bool:
        """Tell whether a train may still delay what is behind it."""
        return now < self._calm_us

    def take(self, packets: Sequence[Delivered], now: int) -> float | None:
        """Take feedback. Returns the proved rate once the train's fate is known and it arrived, else None."""
        if not self.numbers:
            return None
        for one in packets:
            if one.number in self.numbers:
                self._fates[one.number] = one
        if len(self._fates) < len(self.numbers):
            return None
        proved = self._rate()
        if proved < 0.9 * self._target:
            self._failed(now)
        else:
            self.numbers = range(0)
            self._due_us = now + PATIENCE_US // 5
        # a line that did not take all of it carries what it took, less its other traffic
        return (proved if proved >= self._target else 0.9 * proved) or None

    def _rate(self) -> float:
        came = [(one.arrival_us, one.size) for one in self._fates.values() if one.arrival_us is not None]
        if len(came) < LEAST or len(came) < len(self.numbers) * (1 - MOST_LOST):
            return 0.0
        came.sort()
        span = came[-1][0] - came[0][0]
        # the first packet opens the span, the others filled it
        return min(self._target, sum(size for _, size in came[1:]) * 8e6 / max(span, 250))

    def _failed(self, now: int) -> None:
        self.numbers = range(0)
        self._due_us = now + WAIT_US
