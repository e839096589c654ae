"""Checks one clip: every line of its index, every byte of its master that a line names."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable
from typing import BinaryIO

import msgspec

from recordings.idx import Index
from recordings.tracks import clip_name, path_of
from signaling.errors import Malformed

_PIECE = 1 << 20


class ClipCheck(msgspec.Struct):
    """What was found: faults, remarks, (bytes, hash) of the end, and the bytes each line's hash stands for."""

    wrong: list[str] = []
    notes: list[str] = []
    end: tuple[int, str] | None = None
    marks: dict[str, int] = {}
    index: Index | None = None


Masters = Callable[[str], tuple[BinaryIO, int]]
"""Opens the master of a clip for one reading from its beginning: (file, length)."""


def check_clip(folder: str, name: str, masters: Masters | None = None) -> ClipCheck:
    """Return what is wrong with a clip, its master taken from `masters` or from the folder. Never raises."""
    check = ClipCheck()
    try:
        path = path_of(folder, name)
        index = _index(path + ".idx", check)
        if index.opening is None:
            check.wrong.append("its index has no first line")
            return check
        check.index, check.marks = index, index.marks
        opening = index.opening
        if clip_name(f"{opening.site}/{opening.source}", opening.clip, opening.klass, opening.codec) != name:
            check.wrong.append("its index belongs to another clip")
        _media(masters(name) if masters is not None else _sized(path), index, check)
        if index.end is not None:
            check.end = index.end.size, index.h
        else:
            check.notes.append("has no last line: it is being written, or a crash cut it and no server ran since")
    except OSError as error:
        check.wrong.append(f"{os.path.basename(str(error.filename or name))}: {error.strerror}")
    except (Malformed, OverflowError, MemoryError) as error:
        check.wrong.append(str(error) or type(error).__name__)
    return check


def _regular(path: str) -> BinaryIO:
    """Open a regular file; a pipe would wait for ever."""
    if not stat.S_ISREG(os.stat(path).st_mode):
        raise Malformed(f"{os.path.basename(path)} is no file")
    return open(path, "rb")


def _sized(path: str) -> tuple[BinaryIO, int]:
    file = _regular(path)
    return file, os.fstat(file.fileno()).st_size


def _index(path: str, check: ClipCheck) -> Index:
    index = Index(marks=True)
    with _regular(path) as file:
        data = file.read()
    try:
        index.feed(data)
    except Malformed as error:
        check.wrong.append(str(error))
        return index
    if index.bytes_read != len(data):
        place = check.wrong if index.end is not None else check.notes
        place.append("the last line of its index is torn")
    return index


def _media(master: tuple[BinaryIO, int], index: Index, check: ClipCheck) -> None:
    opening = index.opening
    assert opening is not None
    whole = hashlib.sha256()
    file, size = master
    with file:
        parts = [(0, opening.head[1], opening.sha, "its head")]
        parts += [(one.offset, one.length, one.sha, f"cluster at {one.from_ms} ms") for one in index.clusters]
        for at, length, sha, what in parts:
            data = file.read(length) if at + length <= size else b""
            whole.update(data)
            if hashlib.sha256(data).hexdigest() != sha:
                check.wrong.append(f"{what} (byte {at}) is not what its index says")
                return  # the first bad cluster is named; behind it everything may be shifted
        end = index.end
        if end is not None and end.sha != whole.hexdigest():
            check.wrong.append("the whole is not what its index says")
        if end is not None and end.duration_ms != index.duration_ms:
            check.wrong.append("its length is not that of its clusters")
        if end is not None and size > end.size:
            _tail(size - end.size, end.why, check)


def _tail(more: int, why: str, check: ClipCheck) -> None:
    if why in {"crash", "error"}:
        check.notes.append(f"{more} bytes of an unfinished cluster follow its end and count for nothing")
    else:
        check.wrong.append(f"{more} bytes follow its end")
