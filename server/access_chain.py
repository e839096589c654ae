"""Who looked at which record and took what away: a hash chain of its own (TRUST §8).

The log of a ceremony may be sealed and is never touched for this. The chain is an event log like any other
(`recordings.log`), in `<data>/access/`; `verify_log` checks it.
"""

from __future__ import annotations

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import msgspec

from recordings.log import EventLog
from server.clock import Clock
from signaling.commands import Actor

NAME: Final = "access"


class AccessChain:
    """The chain, opened at its first line; one thread writes."""

    def __init__(self, data: str, clock: Clock) -> None:
        """Keep it in the data folder."""
        self.folder = os.path.join(data, NAME)
        self._clock = clock
        self._log: EventLog | None = None
        self._thread = ThreadPoolExecutor(1, NAME)

    async def note(self, what: str, by: Actor, session: str, **facts: Any) -> None:
        """Append a line; on disk when it returns. Raises `DiemcauError` when it cannot be written."""
        entry = (msgspec.to_builtins(by), {"is": what, "session": session, **facts})
        await asyncio.get_running_loop().run_in_executor(self._thread, self._append, entry)

    def _append(self, entry: tuple[dict[str, Any], dict[str, Any]]) -> None:
        if self._log is None:
            self._log = EventLog.open(self.folder, NAME, create=True)
        self._log.append([entry], self._clock.now())

    def close(self) -> None:
        """Close the chain; it may not be used any more."""
        if self._log is not None:
            self._thread.submit(self._log.close).result()
        self._thread.shutdown()
