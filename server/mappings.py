"""Columns people confirmed, remembered per agency: the next file of the same office is understood at once."""

from __future__ import annotations

import sqlite3

from server.sheets.mapping import Remembered, TabMap, learned
from server.sheets.rows import fold
from server.store import Store

MOST = 500
"""Headings kept per agency."""


class Mappings:
    """What agencies call their columns. Every method is one transaction of the store."""

    def __init__(self, store: Store) -> None:
        """Use `store`."""
        self._store = store

    async def of(self, agency: str) -> Remembered:
        """Return what is remembered of an agency, by its name."""
        name = fold(agency)[:200]

        def work(db: sqlite3.Connection) -> Remembered:
            found: Remembered = {}
            for table, heading, field in db.execute(
                "SELECT tab, heading, field FROM sheet_columns WHERE agency = ?", (name,)
            ):
                found.setdefault(table, {})[heading] = field
            return found

        return await self._store.run(work)

    async def remember(self, agency: str, maps: tuple[TabMap, ...]) -> None:
        """Keep a confirmed mapping; the latest word on a heading holds."""
        name = fold(agency)[:200]
        rows = [(name, tab, heading, field) for tab, columns in learned(maps).items() for heading, field in columns.items()]

        def work(db: sqlite3.Connection) -> None:
            db.executemany("INSERT OR REPLACE INTO sheet_columns VALUES (?, ?, ?, ?)", rows[:MOST])
            db.execute(
                "DELETE FROM sheet_columns WHERE agency = ? AND rowid NOT IN"
                " (SELECT rowid FROM sheet_columns WHERE agency = ? ORDER BY rowid DESC LIMIT ?)",
                (name, name, MOST),
            )

        await self._store.run(work)
