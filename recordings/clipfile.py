"""One clip being written: the master and its index, unbuffered, append-only (RECORDING §2)."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
from typing import Any

import msgspec

from recordings import idx, mp4, webm
from recordings.clusters import Cluster
from recordings.gaps import Gap
from recordings.tracks import TRACKS, clip_name


class ClipSpec(msgspec.Struct, frozen=True):
    """What a clip is before it begins; `size` is the picture's first, None for sound alone; `config` is H.264's."""

    session: str
    source: str
    number: int
    klass: str
    codec: str
    zero_us: int
    size: tuple[int, int] | None
    config: bytes = b""


class ClipFile:
    """Written by one thread (`cluster`, `note`, `end`), synced by another (`sync`)."""

    def __init__(self, folder: str, spec: ClipSpec) -> None:
        """Create both files and write their first bytes. Raises `OSError`, leaving nothing half begun."""
        self.spec = spec
        self.name = clip_name(spec.source, spec.number, spec.klass, spec.codec)
        self.size = 0
        self.duration_ms = 0
        self.why: str | None = None
        self.announced = self.complete = self.let_go = False
        self.synced: tuple[int, str] = (0, "")
        self.dirty_since_us: int | None = None
        self.mark: tuple[int, str] = (0, "")
        self._chain = idx.Writer()
        self._whole = hashlib.sha256()
        self._folder = os.path.join(folder, TRACKS)
        path = os.path.join(self._folder, self.name)
        self._broken = False
        self._media = self._index = -1
        made = []
        try:
            self._media = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
            made.append(path)
            self._index = os.open(path + ".idx", os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
            made.append(path + ".idx")
            head = _head(spec)
            self._write(self._media, head)
            self._whole.update(head)
            clip = (spec.number, spec.klass, spec.codec)
            self._line(idx.opening(spec.session, spec.source, clip, spec.zero_us, head))
            self.size = len(head)
            self.mark = self.size, self._chain.head
        except OSError:
            self.close()
            for name in made:
                with contextlib.suppress(OSError):
                    os.unlink(name)
            raise
        self._new = True

    def cluster(self, cluster: Cluster, now_us: int) -> None:
        """Append a cluster with one write, then its line. Raises `OSError`; what is torn then stays unindexed."""
        self._write(self._media, cluster.data)
        self._whole.update(cluster.data)
        self.size += len(cluster.data)
        self._line(idx.of_cluster(self.size - len(cluster.data), cluster))
        self.duration_ms = max(self.duration_ms, cluster.to_ms)
        if self.dirty_since_us is None:
            self.dirty_since_us = now_us

    def note(self, line: dict[str, Any]) -> None:
        """Append another line of the index. Raises `OSError`."""
        self._line(line)

    def gap(self, gap: Gap) -> None:
        """Append the line of a hole. Raises `OSError`."""
        self._line(idx.of_gap(gap))

    def end(self, why: str, now_us: int) -> None:
        """Append the last line. Raises `OSError`, and then the clip is for `recover_clip` to end."""
        self.dirty_since_us = now_us if self.dirty_since_us is None else self.dirty_since_us
        self._line(idx.of_end(why, self.duration_ms, self.size, self._whole.hexdigest()))
        self.complete = True
        self.why = why  # last: the other thread lets go of a file that has a reason to

    def sync(self) -> None:
        """Bring everything written before the call to the disk: media, then index. Raises `OSError`."""
        written = self.mark
        self.dirty_since_us = None
        os.fdatasync(self._media)
        os.fdatasync(self._index)
        if self._new:
            folder = os.open(self._folder, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
            self._new = False
        self.synced = written

    def close(self) -> None:
        """Give the files back."""
        for fd in (self._media, self._index):
            if fd >= 0:
                os.close(fd)
        self._media = self._index = -1

    def _line(self, line: dict[str, Any]) -> None:
        self._write(self._index, self._chain.encode(line))
        self.mark = self.size, self._chain.head

    def _write(self, fd: int, data: bytes) -> None:
        """Write all of `data` or raise `OSError`, then for ever: only recovery may go on behind a failed write."""
        if self._broken:
            raise OSError(errno.EIO, "an earlier write of this clip failed")
        self._broken = True
        view = memoryview(data)
        while view:
            view = view[os.write(fd, view) :]
        self._broken = False


def _head(spec: ClipSpec) -> bytes:
    if spec.codec == "h264":
        assert spec.size is not None
        return mp4.master_head(spec.size, spec.zero_us, spec.config)
    return webm.master_head(spec.size, spec.zero_us)
