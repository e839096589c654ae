"""What the whole process measures of itself: how late the loop is, what it drops, how long its certificate lasts."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from typing import Final

STEP_S: Final = 0.05
WINDOW: Final = 200
"""Ten seconds of steps."""


class Pulse:
    """Measured by a task of its own; read by anybody on the loop."""

    def __init__(self, dropped: Callable[[], int], days_left: Callable[[], int | None]) -> None:
        """`dropped` counts datagrams dropped since the start; `days_left` is the certificate's."""
        self._dropped = dropped
        self._late: deque[float] = deque(maxlen=WINDOW)
        self._before = 0
        self.days_left = days_left
        self.drops_per_s = 0

    @property
    def lag_ms(self) -> int:
        """Return how late a timer of the last ten seconds was, 99 times of 100 at most."""
        late = sorted(self._late)
        return round(late[len(late) * 99 // 100 - 1 if len(late) > 1 else 0] * 1000) if late else 0

    async def run(self) -> None:
        """Measure until cancelled."""
        self._before, then = self._dropped(), time.monotonic()
        while True:
            due = time.monotonic() + STEP_S
            await asyncio.sleep(STEP_S)
            now = time.monotonic()
            self._late.append(max(0.0, now - due))
            if now - then >= 1:
                count = self._dropped()
                self.drops_per_s = round((count - self._before) / (now - then))
                self._before, then = count, now
