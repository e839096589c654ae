"""Brings clips to the disk and says what is safe there: the work of the sync thread (RECORDING §2, §3)."""

from __future__ import annotations

import contextlib
import errno
from collections import deque
from collections.abc import Callable
from typing import Final

from recordings.clipfile import ClipFile
from recordings.disk import Left, Shedding, left, make_reserve, release_reserve
from recordings.manifest import write_manifest
from recordings.recover import recover_clip
from recordings.takes import RecorderNews

SYNC_US: Final = 500_000
"""A file is synced this long after its oldest unsynced write; the promise is one second."""
HEADS_US: Final = 10_000_000
DISK_US: Final = 5_000_000
MANIFEST_US: Final = 3_600_000_000


class Keeping:
    """Owns clip files from the moment they are open. `add` from any thread, everything else from one."""

    def __init__(self, folder: str, tell: Callable[[RecorderNews], None]) -> None:
        """Keep clips of `folder`; news goes to `tell`."""
        self.folder = folder
        self.left = Left(0, None)
        self.on_air: frozenset[str] = frozenset()
        self.step = 0
        self._tell = tell
        self._new: deque[ClipFile] = deque()
        self._files: list[ClipFile] = []
        self._told_heads: dict[str, tuple[int, str]] = {}
        self._heads_us = self._disk_us = self._manifest_us = 0
        self._shedding = Shedding()
        self._bytes = self._last_total = 0
        self._stale = False

    def add(self, file: ClipFile) -> None:
        """Take charge of a new file."""
        self._new.append(file)

    def begin(self, old: list[str]) -> None:
        """End the clips that an earlier run left open, and set room aside."""
        make_reserve(self.folder)
        for clip in old:
            self._recover(clip)

    def _recover(self, clip: str) -> None:
        try:
            found = recover_clip(self.folder, clip)
        except OSError as error:
            self._failed(clip, None, error)
            return
        if found is not None:
            detail = {"why": "crash", "bytes": found.size, "duration_ms": found.duration_ms, "h": found.h}
            self._tell(RecorderNews("closed", found.source, clip, detail | {"found": found.found}))
            self._stale = True

    def once(self, now_us: int) -> None:
        """Do what is due."""
        while self._new:
            self._files.append(self._new.popleft())
        for file in sorted(self._files, key=lambda one: one.spec.source not in self.on_air):
            dirty = file.dirty_since_us
            if not file.announced or file.why is not None or (dirty is not None and now_us - dirty >= SYNC_US):
                self._sync(file)
        self._files = [file for file in self._files if not file.let_go]
        if now_us - self._heads_us >= HEADS_US:
            self._heads_us = now_us
            self._heads()
        if now_us - self._disk_us >= DISK_US:
            self._room(now_us)
        if (self._stale and not self._files) or now_us - self._manifest_us >= MANIFEST_US:
            self._manifest_us, self._stale = now_us, False
            with contextlib.suppress(OSError):
                write_manifest(self.folder)

    def _sync(self, file: ClipFile) -> None:
        ended = file.why is not None
        try:
            file.sync()
        except OSError as error:
            self._failed(file.name, file.spec.source, error)
        if not file.announced:
            file.announced = True
            what = {"class": file.spec.klass, "codec": file.spec.codec, "zero_us": file.spec.zero_us}
            self._tell(RecorderNews("opened", file.spec.source, file.name, what))
        if not ended:
            return
        self._bytes += file.size
        file.close()
        file.let_go = self._stale = True
        self._told_heads.pop(file.name, None)
        if not file.complete:
            self._recover(file.name)
            return
        size, h = file.mark
        detail = {"why": file.why, "bytes": size, "duration_ms": file.duration_ms, "h": h}
        self._tell(RecorderNews("closed", file.spec.source, file.name, detail))

    def _failed(self, clip: str, source: str | None, error: OSError) -> None:
        if error.errno == errno.ENOSPC:
            release_reserve(self.folder)
        self._tell(RecorderNews("error", source, clip, {"what": error.strerror or type(error).__name__}))

    def _heads(self) -> None:
        heads = []
        for file in self._files:
            mark = file.synced
            if mark[1] and self._told_heads.get(file.name) != mark:
                self._told_heads[file.name] = mark
                heads.append([file.name, *mark])
        if heads:
            self._tell(RecorderNews("heads", None, None, {"heads": heads}))

    def _room(self, now_us: int) -> None:
        total = self._bytes + sum(file.size for file in self._files)
        elapsed = now_us - self._disk_us
        rate = (total - self._last_total) * 1_000_000 // elapsed if self._disk_us else 0
        self._disk_us, self._last_total = now_us, total
        with contextlib.suppress(OSError):
            self.left = left(self.folder, rate)
        step = self._shedding.at(self.left.seconds, now_us)
        if step != self.step:
            self.step = step
            self._tell(RecorderNews("shed", None, None, {"step": step, "left_s": self.left.seconds}))

    def finish(self, now_us: int) -> None:
        """Let go of every file; those still open are left to the next run."""
        self.once(now_us)
        self._heads()
        for file in self._files:
            file.close()
        with contextlib.suppress(OSError):
            write_manifest(self.folder)
