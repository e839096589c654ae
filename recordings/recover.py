"""Clips that a crash left open are brought to an end, from their own bytes (RECORDING §3)."""

from __future__ import annotations

import contextlib
import hashlib
import os
from typing import Final, NamedTuple

from recordings import ebml, idx, mp4
from recordings.clusters import AUDIO, VIDEO, Cluster
from recordings.ebml import CLUSTER
from recordings.idx import Index
from recordings.tracks import clip_names, path_of
from signaling.errors import Malformed

DOUBTFUL: Final = 20
"""Clusters at the end whose bytes are checked: ten seconds, five times what a power cut may take."""
NOMINAL_MS: Final = {VIDEO: 40, AUDIO: 20}
"""How long the last block of a recovered cluster is taken to last; the bytes do not say."""
MOST_BYTES: Final = 64 << 20
"""No cluster of 500 ms is larger."""
_PIECE: Final = 1 << 20


class Closing(NamedTuple):
    """How a clip was brought to its end: what the event log is told."""

    clip: str
    source: str
    size: int
    duration_ms: int
    h: str
    found: int


def unfinished(folder: str) -> list[str]:
    """Return the clips without a last line."""
    return [name for name in clip_names(folder) if not _ended(path_of(folder, name))]


def _ended(path: str) -> bool:
    try:
        with open(path + ".idx", "rb") as file:
            file.seek(max(0, os.fstat(file.fileno()).st_size - 4096))
            last = file.read().rsplit(b"\n", 2)
    except FileNotFoundError:
        return False
    return len(last) > 1 and last[-1] == b"" and b'"x":[' in last[-2]


def recover_clip(folder: str, clip: str) -> Closing | None:
    """Bring a clip to its end: drop torn or unfounded index lines, index whole clusters behind them, end it.

    Returns None for a clip that had not yet begun, whose files are removed, and for one that is damaged in a way
    a crash does not explain, which is left as it is. The master is never changed.
    """
    path = path_of(folder, clip)
    index = Index()
    with contextlib.suppress(FileNotFoundError, Malformed), open(path + ".idx", "rb") as lines:
        index.feed(lines.read())
    if index.end is not None:
        return None
    if index.opening is None:
        _remove_stillborn(path)
        return None
    try:
        with open(path, "rb", buffering=0) as media:
            index = _founded(index, path, media.fileno())
            return _end(index, clip, path, media.fileno())
    except (FileNotFoundError, Malformed):
        return None


def _remove_stillborn(path: str) -> None:
    size = 0
    with contextlib.suppress(FileNotFoundError):
        size = os.stat(path).st_size
    if size > 4096:
        return  # a master with media but no index is no crash of ours
    for name in (path, path + ".idx"):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(name)


def _founded(index: Index, path: str, media: int) -> Index:
    """Return the index up to the last line whose bytes are there."""
    size = os.fstat(media).st_size
    keep = len(index.clusters)
    while keep and index.clusters[keep - 1].offset + index.clusters[keep - 1].length > size:
        keep -= 1
    for n in range(max(0, keep - DOUBTFUL), keep):
        one = index.clusters[n]
        if idx.sha(os.pread(media, one.length, one.offset)) != one.sha:
            keep = n
            break
    if keep == len(index.clusters):
        return index
    with open(path + ".idx", "rb") as lines:
        data = lines.read(index.clusters[keep].at)
    shorter = Index()
    shorter.feed(data)
    return shorter


def _end(index: Index, clip: str, path: str, media: int) -> Closing:
    opening = index.opening
    assert opening is not None
    writer = idx.Writer(index.h)
    whole = hashlib.sha256()
    _hash_to(media, whole, index.media_end)
    more, at, end_ms = [], index.media_end, index.duration_ms
    cluster_at = _unit_at if opening.codec == "h264" else _cluster_at
    while (cluster := cluster_at(media, at, end_ms)) is not None:
        more.append(writer.encode(idx.of_cluster(at, cluster, recovered=True)))
        whole.update(cluster.data)
        at, end_ms = at + len(cluster.data), cluster.to_ms
    more.append(writer.encode(idx.of_end("crash", end_ms, at, whole.hexdigest())))
    fd = os.open(path + ".idx", os.O_WRONLY)
    try:
        os.fdatasync(media)
        os.ftruncate(fd, index.bytes_read)
        os.pwrite(fd, b"".join(more), index.bytes_read)
        os.fdatasync(fd)
    finally:
        os.close(fd)
    source = f"{opening.site}/{opening.source}"
    return Closing(clip, source, at, end_ms, writer.head, len(more) - 1)


def _hash_to(media: int, whole: hashlib._Hash, end: int) -> None:
    at = 0
    while at < end:
        piece = os.pread(media, min(_PIECE, end - at), at)
        if not piece:
            raise Malformed("the master is shorter than its index says")
        whole.update(piece)
        at += len(piece)


def _cluster_at(media: int, at: int, end_ms: int) -> Cluster | None:
    """Return the whole cluster at an offset, None for a torn one, another element, or the end."""
    try:
        top = ebml.element_at(os.pread(media, 12, at), 0)
        if top.id != CLUSTER or top.size is None or top.size > MOST_BYTES:
            return None
        data = os.pread(media, top.body + top.size, at)
        blocks = list(ebml.blocks(data))
    except (Malformed, OSError):
        return None
    if not blocks or min(block.ms for block in blocks) < 0:
        return None
    keys = tuple(block.ms for block in blocks if block.key and block.track == VIDEO)
    to_ms = max(block.ms + NOMINAL_MS.get(block.track, 0) for block in blocks)
    return Cluster(data, min(block.ms for block in blocks), max(to_ms, end_ms + 1), keys, 127)


def _unit_at(media: int, at: int, end_ms: int) -> Cluster | None:
    """Return the whole unit of MP4 at an offset, None for a torn one, another box, or the end."""
    try:
        top, _ = mp4.unit_size(os.pread(media, 16, at))
        if top > MOST_BYTES:
            return None
        _, size = mp4.unit_size(os.pread(media, top + 8, at))
        data = os.pread(media, size, at) if size <= MOST_BYTES else b""
        found = mp4.samples(data)
    except (Malformed, OSError):
        return None
    if not found or len(data) != size or any(one.offset + one.size > size for one in found):
        return None
    times = [one.ticks // mp4.TICKS[one.track] for one in found]
    keys = tuple(ms for ms, one in zip(times, found, strict=True) if one.key and one.track == VIDEO)
    to_ms = max(ms + NOMINAL_MS[one.track] for ms, one in zip(times, found, strict=True))
    return Cluster(data, min(times), max(to_ms, end_ms + 1), keys, 127)
