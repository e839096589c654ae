"""A second copy of a ceremony's folder while it grows: `recording.mirror` (RECORDING §4).

Every file of the record only grows, so the copy goes on where it ended; a file that did not simply grow (an index that
recovery shortened, a manifest) is copied again under another name and then put in place. Nothing here is waited for by
the recorder: a copy on a slow share lags, a missing share is told, and both catch up by themselves.
"""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
from collections.abc import Iterator
from typing import Final, NamedTuple

from recordings.lines import split
from recordings.logfiles import MIRROR, database
from recordings.tracks import TRACKS
from signaling.errors import Malformed

PIECE: Final = 1 << 20
TAIL: Final = 4_096
"""So much before the end of the copy is compared before it is gone on with."""
FOLDERS: Final = (TRACKS, "stills", "documents", "notes")
FILES: Final = (MIRROR, "manifest.json")


class Lag(NamedTuple):
    """How far the copy is behind: bytes not yet copied, and what went wrong at the last try ('' for nothing)."""

    bytes: int
    error: str


class Mirror:
    """Copies one folder into another. Used by one thread; `lag` may be read by any."""

    def __init__(self, folder: str, target: str) -> None:
        """Copy `folder` into `target`, which is made."""
        self._folder = folder
        self._target = target
        self._same: set[str] = set()
        self._told = 0
        self.lag = Lag(0, "")

    def once(self, most: int = 64 << 20) -> Lag:
        """Copy what is new, at most so many bytes; return what is left. Never raises."""
        left, error = most, ""
        behind = 0
        try:
            for name in self._names():
                done, missing = self._file(name, left)
                left -= done
                behind += missing
            self._forget_stale()
            self._database()
        except OSError as problem:
            error = problem.strerror or type(problem).__name__
        except (Malformed, sqlite3.Error) as problem:
            error = str(problem)
        self.lag = Lag(behind, error)
        return self.lag

    def _names(self) -> Iterator[str]:
        """Yield what is copied, each master before its index: no line may name bytes that the copy lacks."""
        for folder in FOLDERS:
            with contextlib.suppress(FileNotFoundError, NotADirectoryError):
                found = sorted(os.listdir(os.path.join(self._folder, folder)))
                yield from (os.path.join(folder, name) for name in found if not name.endswith((".idx", ".part")))
                # the index is measured first and the master copied up to what it is then: see `_file`
                yield from (os.path.join(folder, name) for name in found if name.endswith(".idx"))
        yield from FILES

    def _file(self, name: str, most: int) -> tuple[int, int]:
        """Go on with one file; return (bytes copied, bytes still missing)."""
        source, copy = os.path.join(self._folder, name), os.path.join(self._target, name)
        try:
            size = self._size(name, source)
        except FileNotFoundError:
            return 0, 0
        os.makedirs(os.path.dirname(copy), mode=0o700, exist_ok=True)
        have = os.stat(copy).st_size if os.path.exists(copy) else 0
        if have > size or (name not in self._same and not _agree(source, copy, have)) or not _grows(name):
            return self._again(source, copy, size)
        self._same.add(name)
        done = _append(source, copy, have, min(size, have + max(0, most)))
        return done, size - have - done

    def _size(self, name: str, source: str) -> int:
        """Return how much of a file may be copied: of an index only lines whose bytes the copy has."""
        size = os.stat(source).st_size
        if not name.endswith(".idx"):
            return size
        master = name.removesuffix(".idx")
        return _lines_within(source, size, os.stat(os.path.join(self._target, master)).st_size)

    def _again(self, source: str, copy: str, size: int) -> tuple[int, int]:
        if os.path.exists(copy) and os.stat(copy).st_size == size and _agree(source, copy, size, whole=True):
            return 0, 0
        part = copy + ".part"
        with contextlib.suppress(FileNotFoundError):
            os.unlink(part)
        _append(source, part, 0, size)
        os.replace(part, copy)
        return size, 0

    def _database(self) -> None:
        """Bring the copy's database up to its log, from the copied lines: `verify` wants both."""
        copy = os.path.join(self._target, MIRROR)
        size = os.stat(copy).st_size if os.path.exists(copy) else 0
        if size == self._told:
            return
        with open(copy, "rb") as file:
            told = split(file.read())
        if told:
            database(self._target, json.loads(told[0])["session"], told)[0].close()
        self._told = size

    def _forget_stale(self) -> None:
        """A clip that never began was removed by recovery: so is its copy."""
        for folder in (TRACKS,):
            with contextlib.suppress(FileNotFoundError):
                for name in os.listdir(os.path.join(self._target, folder)):
                    if not os.path.exists(os.path.join(self._folder, folder, name)):
                        os.unlink(os.path.join(self._target, folder, name))


def _grows(name: str) -> bool:
    return name == MIRROR or name.startswith(TRACKS)


def _agree(source: str, copy: str, size: int, *, whole: bool = False) -> bool:
    """Tell whether the end of a copy is what the source has there."""
    begin = 0 if whole else max(0, size - TAIL)
    if size == 0:
        return True
    with open(source, "rb") as one, open(copy, "rb") as two:
        return os.pread(one.fileno(), size - begin, begin) == os.pread(two.fileno(), size - begin, begin)


def _append(source: str, copy: str, begin: int, end: int) -> int:
    if begin >= end and os.path.exists(copy):
        return 0
    with open(source, "rb") as one, open(copy, "ab") as two:
        at = begin
        while at < end:
            piece = os.pread(one.fileno(), min(PIECE, end - at), at)
            if not piece:
                break
            two.write(piece)
            at += len(piece)
        two.flush()
        os.fdatasync(two.fileno())
    return at - begin


def _lines_within(index: str, size: int, media: int) -> int:
    """Return the length of the whole index lines, up to `size`, that name nothing beyond `media` bytes."""
    with open(index, "rb") as file:
        data = file.read(size)
    end = data.rfind(b"\n") + 1
    while end:
        begin = data.rfind(b"\n", 0, end - 1) + 1
        if _reach(data[begin:end]) <= media:
            return end
        end = begin
    return 0


def _reach(line: bytes) -> int:
    """Return how many bytes of its master a line needs; lines of other kinds need none."""
    try:
        found = json.loads(line)
        if "c" in found:
            return int(found["c"][0]) + int(found["c"][1])
        if "x" in found:
            return int(found["x"][2])
        return int(found["head"][1]) if "head" in found else 0
    except (ValueError, TypeError, KeyError, IndexError):
        return 0
