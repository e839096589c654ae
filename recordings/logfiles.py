"""The two files of an event log on disk: read, checked, set aside, rebuilt one from the other (TRUST §8)."""

from __future__ import annotations

import contextlib
import importlib.resources
import os
import sqlite3
from typing import Final

from recordings import lines
from signaling.errors import Malformed

DATABASE: Final = "log.sqlite"
MIRROR: Final = "log.jsonl"
SCHEMA_VERSION: Final = 1


def read_only(folder: str) -> list[bytes]:
    """Return the lines of the database without writing anything. Raises `Malformed` or `sqlite3.Error`."""
    with contextlib.closing(reader(folder)) as db:
        return _lines_of(db) or []


def reader(folder: str) -> sqlite3.Connection:
    """Open the database for reading, live or not; nothing is written. Raises `Malformed` or `sqlite3.Error`."""
    path = os.path.join(folder, DATABASE)
    if not os.path.exists(path):
        raise Malformed(f"no {DATABASE}")
    # without a journal beside it nobody writes, and the folder itself may be read-only
    how = "mode=ro" if os.path.exists(path + "-wal") else "immutable=1"
    quoted = path.replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    return sqlite3.connect(f"file:{quoted}?{how}", uri=True)


def _lines_of(db: sqlite3.Connection) -> list[bytes] | None:
    """Return all lines, None for an empty database. Raises `Broken` for a damaged one, `Malformed` for another."""
    if db.execute("PRAGMA quick_check").fetchone() != ("ok",):
        raise lines.Broken(1, f"{DATABASE} is damaged")
    version = db.execute("PRAGMA user_version").fetchone()[0]
    if version == 0 and db.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,):
        return None
    if version != SCHEMA_VERSION:
        raise Malformed(f"{DATABASE} is of version {version}; this program reads {SCHEMA_VERSION}")
    found = [line for (line,) in db.execute("SELECT line FROM lines ORDER BY seq")]
    if not all(isinstance(line, bytes) for line in found):
        raise Malformed(f"{DATABASE} holds something else than lines")
    return found


def database(folder: str, session: str, copy: list[bytes]) -> tuple[sqlite3.Connection, list[bytes]]:
    """Return the database and its lines; a missing or damaged one is rebuilt from the mirror's lines."""
    path = os.path.join(folder, DATABASE)
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    try:
        found = _checked(db, session)
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("PRAGMA synchronous=FULL")
        if found is None:
            db.executescript(importlib.resources.files("recordings").joinpath("schema.sql").read_text("utf-8"))
        kept = found or []
        if len(kept) < len(copy) and kept == copy[: len(kept)]:
            kept = [*kept, *_missing(copy, len(kept), session)]
            commit(db, list(enumerate(kept, 1))[len(found or []) :])
    except lines.Broken as damage:
        db.close()
        _check_mirror(copy, session, damage)
        _set_aside(path)
        return database(folder, session, copy)
    except BaseException:
        db.close()
        raise
    return db, kept


def _checked(db: sqlite3.Connection, session: str) -> list[bytes] | None:
    """Return the lines, chain checked. Raises `Broken` for damage, `Malformed` for what is not this log."""
    try:
        found = _lines_of(db)
    except sqlite3.Error as error:
        if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            raise lines.Broken(1, f"{DATABASE}: {error}") from None
        raise Malformed(f"{DATABASE}: {error}") from None
    for _ in lines.entries(found or [], session):
        pass
    return found


def _missing(copy: list[bytes], kept: int, session: str) -> list[bytes]:
    """Return the mirror's lines that the database lost, as far as their chain holds."""
    good = 0
    with contextlib.suppress(Malformed):
        for entry in lines.entries(copy, session):
            good = entry.seq
    return copy[kept:good]


def _check_mirror(copy: list[bytes], session: str, damage: lines.Broken) -> None:
    """Raise `Malformed` unless the mirror is whole, or not there for a database that lost everything."""
    try:
        count = sum(1 for _ in lines.entries(copy, session))
    except Malformed as error:
        raise Malformed(f"log damaged twice: {damage}; {MIRROR} {error}") from None
    if not count:
        raise Malformed(f"log damaged and no mirror to rebuild it from: {damage}")


def _set_aside(path: str) -> None:
    kept = aside(path)
    os.replace(path, kept)
    for tail in ("-wal", "-shm"):
        with contextlib.suppress(FileNotFoundError):
            os.replace(path + tail, kept + tail)


def aside(path: str) -> str:
    """Return a free name beside a damaged file."""
    n = 1
    while os.path.exists(f"{path}.damaged-{n}"):
        n += 1
    return f"{path}.damaged-{n}"


def commit(db: sqlite3.Connection, rows: list[tuple[int, bytes]]) -> None:
    """Insert numbered lines, all or none; on disk when it returns. Raises `sqlite3.Error`."""
    db.execute("BEGIN IMMEDIATE")
    try:
        db.executemany("INSERT INTO lines (seq, line) VALUES (?, ?)", rows)
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


def whole(path: str) -> bytes:
    """Return a file's bytes. Raises `Malformed` when it cannot be read."""
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise Malformed(f"{path}: {error.strerror}") from None
