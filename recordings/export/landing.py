"""A result appears whole, on disk and under its name, or not at all."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import secrets
import shutil
from collections.abc import Iterator
from typing import Any, Final

import msgspec

from signaling.errors import DiemcauError, Refused

PART: Final = ".part-"
_FULL: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_PIECE: Final = 1 << 20


class Cancelled(DiemcauError):  # noqa: N818 - a name of the house
    """The export was called off between two blocks; nothing is left of it."""


class DiskFull(Refused):
    """There was no room for the result; nothing is left of it."""

    def __init__(self) -> None:
        """Carry the code of its sentence."""
        super().__init__("export-disk-full")


class ExportFailed(Refused):
    """A library gave up on bytes of the record. `why` is for the log."""

    def __init__(self, why: str) -> None:
        """Keep the reason."""
        super().__init__("export-failed")
        self.why = why


class Made(msgspec.Struct, frozen=True):
    """A finished export: its length in bytes, its SHA-256, the span of the timeline it covers."""

    bytes: int
    sha: str
    from_ms: int
    to_ms: int


@contextlib.contextmanager
def landing(path: str) -> Iterator[str]:
    """Yield a temporary path beside `path`; afterwards it is fsynced and renamed, or removed on any failure.

    Raises `DiskFull` and `ExportFailed` for what the libraries below say about it.
    """
    part = f"{path}{PART}{secrets.token_hex(4)}"
    try:
        yield part
        fd = os.open(part, os.O_RDONLY)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)
        os.replace(part, path)
        _sync_folder(os.path.dirname(path) or ".")
    except BaseException as error:
        with contextlib.suppress(OSError):
            os.unlink(part)
        if isinstance(error, DiemcauError) or not isinstance(error, Exception):
            raise
        raise _named(error) from error


def _named(error: Exception) -> Exception:
    """Return the error as one of ours: full disks in every guise, libraries that gave up."""
    if getattr(error, "errno", None) in _FULL:
        return DiskFull()
    if type(error).__module__.startswith("av."):
        return ExportFailed(f"{type(error).__name__}: {error}"[:200])
    return error


def _sync_folder(path: str) -> None:
    fd = os.open(path, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def made(path: str, span: tuple[int, int]) -> Made:
    """Return what was made, hashed from the disk."""
    whole, size = hashlib.sha256(), 0
    with open(path, "rb") as file:
        while piece := file.read(_PIECE):
            whole.update(piece)
            size += len(piece)
    return Made(size, whole.hexdigest(), *span)


def sweep(folder: str, of: str = "") -> list[str]:
    """Remove what interrupted exports left in a folder, or those of one file name; return the names."""
    found: list[str] = []
    with contextlib.suppress(FileNotFoundError):
        for name in os.listdir(folder):
            if PART in name and name.startswith(of):
                path = os.path.join(folder, name)
                with contextlib.suppress(OSError):
                    if os.path.isdir(path) and not os.path.islink(path):
                        shutil.rmtree(path)
                    else:
                        os.unlink(path)
                    found.append(name)
    return found


def av_output(part: str, kind: str, **options: str) -> Any:
    """Open a container for writing at a temporary path, whose name says nothing about its format."""
    import av  # noqa: PLC0415 - a bundle is made without it

    return av.open(part, "w", format=kind, options=options)
