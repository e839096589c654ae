"""The clips of a ceremony's folder: their names, their indexes, what they hold (RECORDING §2)."""

from __future__ import annotations

import os
import re
import threading
from collections import OrderedDict
from typing import Final

from recordings.idx import ClipInfo, Index, clip_info
from signaling.errors import Malformed

__all__ = ["ClipInfo", "clip_name", "clip_names", "clips_of", "closed", "index_of", "next_number", "path_of"]

TRACKS: Final = "tracks"
_NAME: Final = re.compile(r"([a-z0-9-]{1,40})~([a-z]{1,16})~(\d{1,6})(\.lo)?\.(webm|mp4)")
_KEPT: Final = 256
"""Indexes held in memory, so that a growing clip is read on, not read again."""
_LAST: Final = 4096
"""Bytes in which the last line of an index is found."""
_PIECE: Final = 1 << 20


def clip_name(source: str, number: int, klass: str, codec: str) -> str:
    """Return the file name of a clip."""
    site, _, name = source.partition("/")
    return f"{site}~{name}~{number}{'.lo' if klass == 'lo' else ''}.{'mp4' if codec == 'h264' else 'webm'}"


def path_of(folder: str, clip: str) -> str:
    """Return the path of a clip. Raises `FileNotFoundError` for a name that is none."""
    if _NAME.fullmatch(clip) is None:
        raise FileNotFoundError(clip)
    return os.path.join(folder, TRACKS, clip)


def clip_names(folder: str) -> list[str]:
    """Return the names of all clips that have a master or an index, in order of source and number."""
    try:
        found = os.listdir(os.path.join(folder, TRACKS))
    except FileNotFoundError:
        return []
    names = {name.removesuffix(".idx") for name in found}
    matches = [match for match in map(_NAME.fullmatch, names) if match is not None]
    return [match.group() for match in sorted(matches, key=_order)]


def _order(match: re.Match[str]) -> tuple[str, str, int, str]:
    return match[1], match[2], int(match[3]), match[4] or ""


def next_number(folder: str) -> dict[str, int]:
    """Return for each source that has clips the number after its last one."""
    found: dict[str, int] = {}
    for name in clip_names(folder):
        match = _NAME.fullmatch(name)
        assert match is not None
        source = f"{match[1]}/{match[2]}"
        found[source] = max(found.get(source, 1), int(match[3]) + 1)
    return found


class _Shelf:
    """Indexes already read, by path; each grows with its file."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._read: OrderedDict[str, tuple[tuple[int, int, int], Index]] = OrderedDict()

    def read(self, path: str) -> Index:
        with self._lock, open(path, "rb") as file:
            status = os.fstat(file.fileno())
            now = status.st_ino, status.st_size, status.st_mtime_ns
            before, index = self._read.pop(path, (now, Index()))
            if before != now and (before[0] != now[0] or now[1] <= before[1]):
                index = Index()  # another file, or one that did not simply grow
            try:
                file.seek(index.bytes_read)
                index.feed(file.read())
            except Malformed:
                # recovery may have taken lines back since: what counts is what the file says now
                index = Index()
                file.seek(0)
                index.feed(file.read())
            if index.opening is None:
                raise Malformed(f"{os.path.basename(path)} has no first line")
            self._read[path] = now, index
            while len(self._read) > _KEPT:
                self._read.popitem(last=False)
            return index


_shelf = _Shelf()


def index_of(folder: str, clip: str) -> Index:
    """Return the index of a clip as far as it is written; it may be read again later and be longer.

    Raises `FileNotFoundError` if there is no such clip, `Malformed` if its index is damaged.
    """
    return _shelf.read(path_of(folder, clip) + ".idx")


def closed(folder: str, clip: str) -> Index | None:
    """Return the summary of a clip's index, without its clusters; None while it is being written.

    Nothing of it is kept: a record is summed up while it grows, and its server's memory must not grow with it.
    Raises `FileNotFoundError`, `Malformed` like `index_of`.
    """
    with open(path_of(folder, clip) + ".idx", "rb") as file:
        file.seek(max(0, os.fstat(file.fileno()).st_size - _LAST))
        if b'"x":[' not in file.read().rstrip(b"\n").rpartition(b"\n")[2]:
            return None
        file.seek(0)
        index = Index(clusters=False)
        while piece := file.read(_PIECE):
            index.feed(piece + file.readline())
    return index if index.end is not None else None


def clips_of(folder: str) -> list[ClipInfo]:
    """Return every clip whose index can be read, growing ones up to their last cluster."""
    found = []
    for name in clip_names(folder):
        try:
            found.append(clip_info(name, index_of(folder, name)))
        except (OSError, Malformed):
            continue  # `verify` says what is wrong with it; the others are still worth showing
    return found
