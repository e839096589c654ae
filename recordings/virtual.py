"""Masters served as finished files: a fresh head with duration and cues, then the master's own bytes (RECORDING §5)."""

from __future__ import annotations

import bisect
import os
import threading
from collections import OrderedDict
from typing import Final, NamedTuple

from recordings import ebml, mp4, virtual_mp4, webm
from recordings.clusters import AUDIO, VIDEO
from recordings.ebml import CUES, SEEK_HEAD, SEGMENT, element, number, uint
from recordings.idx import Index, Indexed
from recordings.tracks import index_of, path_of
from signaling.errors import Malformed

HEAD_VERSION: Final = "1"
CUE_MS: Final = 2_000
"""Cues of a clip without pictures are this far apart; every block of sound is a key."""
_KEPT: Final = 128


class VirtualFile:
    """A clip up to a pinned time: constant length and bytes, however long the master grows."""

    def __init__(self, path: str, head: bytes, body: tuple[int, int], upto_ms: int) -> None:
        """Serve `head`, then the master's bytes from `body[0]` to `body[1]`."""
        self.content_type = "video/mp4" if path.endswith(".mp4") else "video/webm"
        self._path = path
        self._head = head
        self._begin, end = body
        self.length = len(head) + end - self._begin
        self.upto_ms = upto_ms
        self.etag = ""
        self.final = False

    def read(self, offset: int, n: int) -> bytes:
        """Return up to `n` bytes from `offset`, fewer only at the end. Raises `Malformed` if the master is cut."""
        end = min(offset + max(n, 0), self.length)
        if not 0 <= offset < end:
            return b""
        found = self._head[offset:end]
        if end > len(self._head):
            at = max(offset, len(self._head)) - len(self._head)
            want = end - len(self._head) - at
            with open(self._path, "rb", buffering=0) as file:
                more = os.pread(file.fileno(), want, self._begin + at)
            if len(more) != want:
                raise Malformed(f"{os.path.basename(self._path)} is shorter than its index says")
            found += more
        return found


class _Key(NamedTuple):
    path: str
    inode: int
    clusters: int
    final: bool
    h: str


_heads: OrderedDict[_Key, VirtualFile] = OrderedDict()
_lock = threading.Lock()


def open_clip(folder: str, clip: str, upto_ms: int | None = None) -> VirtualFile:
    """Return a clip up to `upto_ms`, or up to its last indexed cluster.

    Raises `FileNotFoundError` if there is none, `Malformed` if its files contradict each other or hold nothing yet.
    """
    index = index_of(folder, clip)
    path = path_of(folder, clip)
    stat = os.stat(path)
    clusters = _upto(index, upto_ms)
    if not clusters:
        raise Malformed(f"{clip} holds nothing yet")
    last = clusters[-1]
    final = index.end is not None and len(clusters) == len(index.clusters)
    if stat.st_size < last.offset + last.length:
        raise Malformed(f"{clip} is shorter than its index says")
    key = _Key(path, stat.st_ino, len(clusters), final, last.h)
    with _lock:
        known = _heads.pop(key, None)
        if known is None:
            known = _build(path, index, clusters)
            known.etag, known.final = f"{last.h[:40]}-{HEAD_VERSION}", final
        _heads[key] = known
        while len(_heads) > _KEPT:
            _heads.popitem(last=False)
    return known


def _upto(index: Index, upto_ms: int | None) -> list[Indexed]:
    clusters = index.clusters[:]
    if upto_ms is None:
        return clusters
    return clusters[: bisect.bisect_right(clusters, upto_ms, key=lambda one: one.to_ms)]


def _build(path: str, index: Index, clusters: list[Indexed]) -> VirtualFile:
    opening = index.opening
    assert opening is not None
    begin, last = clusters[0].offset, clusters[-1]
    upto_ms = last.to_ms
    body = (begin, last.offset + last.length)
    with open(path, "rb") as file:
        first = file.read(opening.head[1])
        if opening.codec == "h264":
            head = virtual_mp4.head(file.fileno(), *mp4.described(first), opening.zero_us, clusters)
        else:
            head = _head(opening.zero_us, ebml.head_parts(first), clusters, upto_ms)
    return VirtualFile(path, head, body, upto_ms)


def _head(zero_us: int, tracks: bytes, clusters: list[Indexed], duration_ms: int) -> bytes:
    info = webm.info(zero_us, duration_ms)
    points = _points(clusters)
    # values of 8 bytes: the length of what is before the clusters is known before their positions are
    seek = len(_seek_head(0, 0, 0))
    before = seek + len(info) + len(tracks) + len(_cues(points, 0))
    shift = before - clusters[0].offset
    body = (
        _seek_head(seek, seek + len(info), seek + len(info) + len(tracks))
        + info + tracks + _cues(points, shift)
    )  # fmt: skip
    assert len(body) == before
    size = len(body) + clusters[-1].offset + clusters[-1].length - clusters[0].offset
    return webm.ebml_head() + SEGMENT.to_bytes(4, "big") + number(size, 8) + body


def _points(clusters: list[Indexed]) -> list[tuple[int, int, int]]:
    """Return (ms, track, offset) of every place to begin."""
    pictures = [(ms, VIDEO, one.offset) for one in clusters for ms in one.keys]
    if pictures:
        return pictures
    found: list[tuple[int, int, int]] = []
    for one in clusters:
        if not found or one.from_ms - found[-1][0] >= CUE_MS:
            found.append((one.from_ms, AUDIO, one.offset))
    return found


def _cues(points: list[tuple[int, int, int]], shift: int) -> bytes:
    body = [
        element(0xBB, uint(0xB3, ms, 8) + element(0xB7, uint(0xF7, track) + uint(0xF1, offset + shift, 8)))
        for ms, track, offset in points
    ]
    return element(CUES, b"".join(body), 8)


def _seek_head(info: int, tracks: int, cues: int) -> bytes:
    places = ((ebml.INFO, info), (ebml.TRACKS, tracks), (CUES, cues))
    return element(
        SEEK_HEAD, b"".join(element(0x4DBB, uint(0x53AB, what) + uint(0x53AC, at, 8)) for what, at in places)
    )
