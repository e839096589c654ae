"""The manifest: what a folder holds and how it hashes, in one canonical file (RECORDING §8)."""

from __future__ import annotations

import contextlib
import os
from typing import Any, Final

from recordings.chain import canonical, digest
from recordings.clusters import SOFTWARE
from recordings.idx import Index, merged
from recordings.logfiles import MIRROR
from recordings.tracks import clip_names, closed
from signaling.errors import Malformed

NAME: Final = "manifest.json"
VERSION: Final = 1
_TAIL: Final = 1 << 20


def manifest(folder: str) -> dict[str, Any]:
    """Return the manifest of a folder as it is: its closed clips, the head of its log, and its own SHA-256."""
    clips = []
    for name in clip_names(folder):
        with contextlib.suppress(OSError, Malformed):
            index = closed(folder, name)
            found = None if index is None else clip_entry_of(name, index)
            if found is not None:
                clips.append(found)
    whole: dict[str, Any] = {"v": VERSION, "software": SOFTWARE, "clips": clips, "log": log_head(folder)}
    return whole | {"sha": digest(canonical(whole))}


def clip_entry_of(name: str, index: Index) -> dict[str, Any] | None:
    """Return what a manifest says about a clip, None for one that is not closed."""
    opening, end = index.opening, index.end
    if opening is None or end is None:
        return None
    return {
        "clip": name, "bytes": end.size, "sha": end.sha, "h": index.h, "zero_us": opening.zero_us,
        "duration_ms": end.duration_ms, "codec": opening.codec, "class": opening.klass, "end": end.why,
        "sizes": [list(size) for size in index.sizes], "gaps": merged(index.gaps),
    }  # fmt: skip


def log_head(folder: str) -> list[Any] | None:
    """Return [length in bytes, hash of the last whole line] of the log's mirror, None without one."""
    try:
        with open(os.path.join(folder, MIRROR), "rb") as file:
            size = os.fstat(file.fileno()).st_size
            file.seek(max(0, size - _TAIL))
            tail = file.read(_TAIL)
    except OSError:
        return None
    whole, feed, torn = tail.rpartition(b"\n")
    if not feed:
        return None
    return [size - len(torn), digest(whole.rpartition(b"\n")[2])]


def write_manifest(folder: str) -> None:
    """Write the manifest beside the log, all or nothing. Raises `OSError`."""
    data = canonical(manifest(folder)) + b"\n"
    path = os.path.join(folder, NAME)
    fd = os.open(path + ".new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(fd, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(path + ".new", path)
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(path + ".new")
        raise
