"""Pictures of the moments of a signing, asked for by themselves: a pen leaves the paper, a signature lands, copies change
hands. A still of what was recorded at that moment, at its full resolution, through the exports like any other.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from recordings.export.asks import Ask
from signaling import events
from signaling.acting import SYSTEM
from signaling.errors import Refused
from signaling.names import HUB, Micros, SourceId, source_id
from signaling.state import State

if TYPE_CHECKING:
    from server.exports import Exports

SETTLED_S: Final = 4.0
"""How long until the moment is on disk: clusters of 1 s, synced within two (RECORDING §3)."""
_TABLE: Final = source_id(HUB, "table")
_HALL: Final = source_id(HUB, "camera")


class Stills:
    """Watches a session and asks for a still of each such moment, if its source is recorded."""

    def __init__(self, session: str, exports: Exports, recorded: Callable[[], frozenset[SourceId]], now: Callable[[], Micros]) -> None:
        """`recorded` names the sources that are being written now."""
        self._session, self._exports, self._recorded, self._now = session, exports, recorded, now
        self._waiting: set[asyncio.Task[None]] = set()

    def moved(self, state: State, happened: list[events.AnyEvent]) -> None:
        """Take note of what happened; never waits."""
        for event in happened:
            wanted = _wanted(event)
            if wanted is not None and state.opened_at is not None:
                task = asyncio.create_task(self._take(wanted, (self._now() - state.opened_at) // 1000))
                self._waiting.add(task)
                task.add_done_callback(self._waiting.discard)

    async def _take(self, wanted: tuple[SourceId, ...], at_ms: int) -> None:
        source = next((one for one in wanted if one in self._recorded()), None)
        if source is None:
            return
        await asyncio.sleep(SETTLED_S)
        with contextlib.suppress(Refused):  # a full queue: a person may still ask for the moment later
            await self._exports.add(self._session, Ask("still", source=source, from_ms=at_ms, caption=True), SYSTEM)

    def close(self) -> None:
        """Forget what still waits."""
        for task in tuple(self._waiting):
            task.cancel()


def _wanted(event: events.AnyEvent) -> tuple[SourceId, ...] | None:
    """Return the sources a moment is seen by, the best first; None for any other event."""
    match event:
        case events.PenRaised() | events.SignatureLanded(how="digital"):
            return (_TABLE, _HALL)
        case events.DocumentExchanged():
            return (_HALL, _TABLE)
    return None
