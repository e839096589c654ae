"""The event log of one session: `log.sqlite` and its mirror `log.jsonl` (TRUST §8).

An event is kept when `append` has returned: committed with `synchronous=FULL`. The mirror follows each commit;
it is the reading copy, and the source from which a broken database is rebuilt. One process writes: the mirror
carries an exclusive `flock`.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import msgspec

from recordings import lines
from recordings.chain import GENESIS, head
from recordings.disk import release_reserve
from recordings.lines import Entry
from recordings.logfiles import DATABASE, MIRROR, aside, commit, database, read_only, whole
from signaling.errors import DiemcauError, Malformed

__all__ = ["Entry", "EventLog", "LogFailed", "LogFull", "LogVerdict", "read_log", "verify_log"]


class LogFailed(DiemcauError):  # noqa: N818 - a name of the house
    """The log could not be written and nothing was appended; it takes no more events until reopened."""


class LogFull(LogFailed):
    """The disk is full, the reserve is used up, and nothing was appended. May be tried again."""


class LogVerdict(msgspec.Struct, frozen=True):
    """What a check of the log found. `first_bad_seq` is the first line that is wrong or missing."""

    ok: bool
    count: int
    head: str
    first_bad_seq: int | None = None
    reason: str | None = None


class EventLog:
    """An open log. Synchronous; used from one thread at a time."""

    def __init__(self, folder: str, session: str, db: sqlite3.Connection, mirror: int) -> None:
        """Take over an opened database and a locked mirror; see `open`."""
        self.head: tuple[int, str] = (0, GENESIS)
        self._session = session
        self._db = db
        self._mirror = mirror
        self._mirror_end = 0
        self._owed = b""
        self._failed = False
        self._release: Callable[[], bool] = lambda: release_reserve(folder)

    @classmethod
    def open(cls, folder: str, session: str, *, create: bool = False) -> EventLog:
        """Open the log in `folder`, mending what a crash left; `create` makes it when there is none.

        Raises `Malformed` for what is no log of this session, for an unknown version, and when database and
        mirror are both damaged; `LogFailed` if another process has it open. A damaged file is set aside, kept.
        """
        if create:
            os.makedirs(folder, mode=0o700, exist_ok=True)
        elif not any(os.path.exists(os.path.join(folder, name)) for name in (DATABASE, MIRROR)):
            raise Malformed(f"no event log in {folder}")
        mirror = os.open(os.path.join(folder, MIRROR), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _lock(mirror, folder)
            copy = lines.split(whole(os.path.join(folder, MIRROR)))
            db, kept = database(folder, session, copy)
        except BaseException:
            os.close(mirror)
            raise
        log = cls(folder, session, db, mirror)
        log._settle(folder, kept, copy)
        return log

    def _settle(self, folder: str, kept: list[bytes], copy: list[bytes]) -> None:
        """Bring the mirror to what the database keeps; lines that contradict it are set aside."""
        same = 0
        while same < min(len(kept), len(copy)) and kept[same] == copy[same]:
            same += 1
        if same < len(copy):
            path = os.path.join(folder, MIRROR)
            shutil.copy(path, aside(path))
        self.head = (len(kept), head(kept[-1:]))
        self._mirror_end = sum(len(line) + 1 for line in kept[:same])
        self._follow(b"".join(line + b"\n" for line in kept[same:]))
        folder_fd = os.open(folder, os.O_RDONLY)
        os.fsync(folder_fd)
        os.close(folder_fd)

    def append(self, entries: Sequence[tuple[dict[str, Any], dict[str, Any]]], at: int) -> list[int]:
        """Append (by, event) pairs at UTC µs `at`, all or none, and return their numbers once they are on disk.

        Raises `LogFull` or `LogFailed`; then nothing was appended.
        """
        if self._failed:
            raise LogFailed("the event log failed before; it must be opened again")
        seq, prev = self.head
        rows: list[tuple[int, bytes]] = []
        for what in entries:
            seq += 1
            rows.append((seq, lines.write(self._session, at, what, seq, prev)))
            prev = head([rows[-1][1]])
        try:
            commit(self._db, rows)
        except sqlite3.Error as error:
            self._again(rows, error)
        self.head = (seq, prev)
        self._follow(b"".join(line + b"\n" for _, line in rows))
        return [number for number, _ in rows]

    def _again(self, rows: list[tuple[int, bytes]], error: sqlite3.Error) -> None:
        """Try once more after freeing the reserve if the disk is full; raise otherwise."""
        if error.sqlite_errorcode == sqlite3.SQLITE_FULL:
            self._release()
            try:
                commit(self._db, rows)
            except sqlite3.Error as again:
                error = again
            else:
                return
        if error.sqlite_errorcode == sqlite3.SQLITE_FULL:
            raise LogFull("the disk is full: the event was not kept") from error
        # whether such a commit reached the disk is unknown: only opening again can tell
        self._failed = True
        raise LogFailed(f"the event log cannot be written: {error}") from error

    def _follow(self, more: bytes) -> None:
        """Bring the mirror up to date. A full disk leaves it behind until the next call: the database has all."""
        self._owed += more
        for _ in range(2):
            try:
                os.ftruncate(self._mirror, self._mirror_end)
                view = memoryview(self._owed)
                while view:
                    view = view[os.pwrite(self._mirror, view, self._mirror_end + len(self._owed) - len(view)) :]
                os.fdatasync(self._mirror)
            except OSError:
                self._release()
            else:
                self._mirror_end += len(self._owed)
                self._owed = b""
                return

    def read(self, after: int = 0) -> Iterator[Entry]:
        """Yield the entries with a number above `after`; the chain was checked at opening."""
        for seq, line in self._db.execute("SELECT seq, line FROM lines WHERE seq > ? ORDER BY seq", (after,)):
            yield lines.kept(line, seq)

    def close(self) -> None:
        """Close both files; the log may not be used any more."""
        self._db.close()
        os.close(self._mirror)


def read_log(folder: str, session: str | None = None) -> Iterator[Entry]:
    """Yield the entries of a log, live or not, from its mirror, without locking it.

    Raises `Malformed` where the chain breaks, or if there is no log.
    """
    return lines.entries(lines.split(whole(os.path.join(folder, MIRROR))), session)


def verify_log(folder: str) -> LogVerdict:
    """Check every line of database and mirror, and that they say the same. Total: never raises, never writes.

    A live log is looked at again while its mirror is one commit behind. A mirror that a crash left behind is a
    difference too: opening the log mends it.
    """
    verdict = _compare(folder)
    for _ in range(3):
        # without a journal nobody writes: a second look would see the same
        if verdict.ok or not os.path.exists(os.path.join(folder, DATABASE + "-wal")):
            break
        time.sleep(0.05)
        verdict = _compare(folder)
    return verdict


def _compare(folder: str) -> LogVerdict:
    try:
        mirror = whole(os.path.join(folder, MIRROR))
        kept = read_only(folder)
    except (Malformed, sqlite3.Error) as error:
        return LogVerdict(False, 0, GENESIS, 1, str(error))
    copy = lines.split(mirror)
    last, session = GENESIS, None
    for seq, line in enumerate(kept, 1):
        try:
            last = lines.read(line, session, seq, last).hash
            session = session or msgspec.json.decode(line)["session"]
        except Malformed as error:
            return LogVerdict(False, seq - 1, last, seq, f"{DATABASE} {error}")
        if seq > len(copy) or copy[seq - 1] != line:
            return LogVerdict(False, seq - 1, last, seq, f"{MIRROR} line {seq} differs from {DATABASE}")
    if len(copy) > len(kept) or not mirror.endswith(b"\n"[: len(mirror)]):
        return LogVerdict(False, len(kept), last, len(kept) + 1, f"{MIRROR} has more than {DATABASE}")
    return LogVerdict(bool(kept), len(kept), last, None if kept else 1, None if kept else "the log is empty")


def _lock(mirror: int, folder: str) -> None:
    try:
        fcntl.flock(mirror, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise LogFailed(f"another process writes the event log in {folder}") from None
