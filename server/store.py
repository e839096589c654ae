"""`diemcau.sqlite`: people, web sessions, links, the index of ceremonies. One thread owns the connection."""

from __future__ import annotations

import asyncio
import importlib.resources
import os
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from signaling.errors import Malformed

T = TypeVar("T")
VERSION = 3
MIGRATIONS = {
    1: """
ALTER TABLE links ADD COLUMN seat TEXT NOT NULL DEFAULT '';
ALTER TABLE links ADD COLUMN role TEXT NOT NULL DEFAULT 'site';
ALTER TABLE links ADD COLUMN code BLOB;
UPDATE links SET seat = 's-' || site;
DROP INDEX one_live_link;
CREATE UNIQUE INDEX one_live_link ON links (session, seat) WHERE revoked_us IS NULL;
CREATE INDEX link_codes ON links (code) WHERE code IS NOT NULL;
PRAGMA user_version = 2;
""",
    2: """
ALTER TABLE people ADD COLUMN closed_us INTEGER;
PRAGMA user_version = 3;
""",
}
"""What brings a database of that version to the next."""


class Store:
    """The database, opened in its own thread. Every use goes through `run`."""

    def __init__(self, folder: str) -> None:
        """Open or make `folder/diemcau.sqlite`. Raises `Malformed` for a database of another version."""
        os.makedirs(folder, mode=0o700, exist_ok=True)
        self._thread = ThreadPoolExecutor(1, "store")
        self._db = self._thread.submit(_open, os.path.join(folder, "diemcau.sqlite")).result()

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Carry out `work` as one transaction in the store's thread; an exception undoes it all."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._transaction, work)

    def run_now(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Do the same and wait: for start-up and the command line, never on the loop of a live server."""
        return self._thread.submit(self._transaction, work).result()

    def _transaction(self, work: Callable[[sqlite3.Connection], T]) -> T:
        with self._db:
            return work(self._db)

    def close(self) -> None:
        """Close the database; the store may not be used any more."""
        self._thread.submit(self._db.close).result()
        self._thread.shutdown()


def _open(path: str) -> sqlite3.Connection:
    db = sqlite3.connect(path, check_same_thread=True)
    try:
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("PRAGMA foreign_keys=ON")
        version: Any = db.execute("PRAGMA user_version").fetchone()[0]
        if version == 0:
            db.executescript(importlib.resources.files("server").joinpath("schema.sql").read_text("utf-8"))
        while 0 < version < VERSION:
            db.executescript(f"BEGIN;{MIGRATIONS[version]}COMMIT;")
            version += 1
        if version > VERSION:
            raise Malformed(f"{path} is of version {version}; this program reads {VERSION}")
        for name in ("preparation.sql", "exports.sql", "retention.sql", "machines.sql"):
            db.executescript(importlib.resources.files("server").joinpath(name).read_text("utf-8"))
    except sqlite3.DatabaseError as error:
        db.close()
        raise Malformed(f"{path}: {error}") from None
    return db
