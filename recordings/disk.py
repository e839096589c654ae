"""Room on the disk: the reserve that keeps the log writable, the forecast, what stops first (RECORDING §4)."""

from __future__ import annotations

import contextlib
import os
from typing import Final, Literal, NamedTuple

RESERVE: Final = "reserve.bin"
RESERVE_BYTES: Final = 64 << 20
"""Freed when the disk is full, so that the log and the closing lines of clips still land."""


def make_reserve(folder: str, size: int = RESERVE_BYTES) -> bool:
    """Allocate the reserve file for real. False if there is no room or the file system cannot."""
    path = os.path.join(folder, RESERVE)
    try:
        fd = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            os.posix_fallocate(fd, 0, size)
            os.fsync(fd)
        finally:
            os.close(fd)
    except OSError:
        release_reserve(folder)
        return False
    return True


def release_reserve(folder: str) -> bool:
    """Delete the reserve file. True if there was one."""
    with contextlib.suppress(OSError):
        os.unlink(os.path.join(folder, RESERVE))
        return True
    return False


class Left(NamedTuple):
    """What is left of a disk; seconds are None while nothing is written."""

    free_bytes: int
    seconds: int | None


def left(folder: str, bytes_per_s: int) -> Left:
    """Return the room left beside the reserve, and how long it lasts at a rate."""
    found = os.statvfs(folder)
    free = found.f_bavail * found.f_frsize
    return Left(free, free // bytes_per_s if bytes_per_s > 0 else None)


STEPS_S: Final = (600, 300, 120)
"""Under these many seconds stop, in order: off-air `hi`; every `hi` but what is on air; every picture."""
CALM_US: Final = 120_000_000
"""A step is taken back only when there was room for it this long."""


class Shedding:
    """Which step of saving room is in force. Pure: times and seconds left come in, the step comes out."""

    def __init__(self) -> None:
        """Begin with nothing shed."""
        self.step = 0
        self._calm_since_us: int | None = None

    def at(self, seconds: int | None, now_us: int) -> int:
        """Return the step, 0 to 3, given the seconds left."""
        wanted = 0 if seconds is None else sum(1 for limit in STEPS_S if seconds < limit)
        if wanted >= self.step:
            self.step, self._calm_since_us = wanted, None
        elif self._calm_since_us is None:
            self._calm_since_us = now_us
        elif now_us - self._calm_since_us >= CALM_US:
            self.step, self._calm_since_us = self.step - 1, None
        return self.step


Kept = Literal["all", "sound", "none"]


def keeps(step: int, klass: str, *, on_air: bool, both: bool) -> Kept:
    """Return what of a source's class is still written at a step; `both` when the source has two classes.

    Sound is written to the last: in `hi`, or in `lo` while that has the only picture.
    """
    if step >= 3:
        return "none" if klass == "lo" else "sound"
    if klass == "lo" or on_air or step == 0:
        return "all"
    if both:
        return "none"
    return "all" if step == 1 else "sound"
