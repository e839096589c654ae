"""Foreign zip archives, read without trusting them: only stored files, only expected names, nothing unpacked."""

from __future__ import annotations

import io
import itertools
import os
import re
import stat
import struct
import zipfile
from collections.abc import Callable
from typing import Any, Final

from signaling.errors import Malformed

MOST_FILES: Final = 100_000
MOST_DIRECTORY: Final = 64 << 20
"""The directory is held in memory, so its size is looked at first (APPNOTE 4.3.12, 4.3.14, 4.3.16)."""
_END: Final = b"PK\x05\x06"
_END64: Final = b"PK\x06\x06"
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]{0,120}(/[A-Za-z0-9_][A-Za-z0-9._~-]{0,120}){0,8}")
_RAISED: Final = (
    zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, struct.error, ValueError,
    OverflowError, EOFError, KeyError, IndexError,
)  # fmt: skip


class Archive:
    """An open archive whose directory was found sane. `files` maps each name to its length."""

    def __init__(self, path: str, known: Callable[[str], bool]) -> None:
        """Open it; `known` tells which names may be in it. Raises `Malformed` in words, `OSError`."""
        if not stat.S_ISREG(os.stat(path).st_mode):
            raise Malformed("not a file")
        self._file = open(path, "rb")  # noqa: SIM115 - closed by `close`
        try:
            self._size = os.fstat(self._file.fileno()).st_size
            self._measure()
            self._zip = zipfile.ZipFile(self._file)
            self.files = self._checked(known)
        except _RAISED as error:
            self._file.close()
            raise Malformed(str(error) if isinstance(error, Malformed) else "not a zip archive, or a damaged one") from None
        except BaseException:
            self._file.close()
            raise

    def _measure(self) -> None:
        """Refuse a directory too large to be read at once."""
        self._file.seek(max(0, self._size - (1 << 16) - 22))
        tail = self._file.read()
        at = tail.rfind(_END)
        if at < 0 or len(tail) - at < 22:
            raise Malformed("not a zip archive, or one that was cut off")
        count, size = struct.unpack("<HI", tail[at + 10 : at + 16])
        at64 = tail.rfind(_END64, 0, at)
        if at64 >= 0 and at - at64 >= 56:
            count, size = (max(a, b) for a, b in zip((count % 0xFFFF, size % 0xFFFFFFFF), struct.unpack("<QQ", tail[at64 + 32 : at64 + 48]), strict=True))
        elif count == 0xFFFF or size == 0xFFFFFFFF:
            raise Malformed("its directory cannot be found")
        if count > MOST_FILES or size > MOST_DIRECTORY:
            raise Malformed(f"more than {MOST_FILES} files")

    def _checked(self, known: Callable[[str], bool]) -> dict[str, int]:
        found: dict[str, int] = {}
        spans = []
        for entry in self._zip.infolist():
            name = entry.filename
            shown = ascii(name[:80])
            if entry.orig_filename != name or _NAME.fullmatch(name) is None or "/.." in name:
                raise Malformed(f"{shown}: a name that leads elsewhere")
            mode = entry.external_attr >> 16
            if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
                raise Malformed(f"{shown}: a link or a device, not a file")
            if entry.compress_type != zipfile.ZIP_STORED or entry.file_size != entry.compress_size:
                raise Malformed(f"{shown}: packed; a bundle holds its files as they are")
            if entry.flag_bits & 0x1:
                raise Malformed(f"{shown}: encrypted")
            if name in found:
                raise Malformed(f"{shown}: there twice")
            if not known(name):
                raise Malformed(f"{shown}: does not belong in a bundle")
            found[name] = entry.file_size
            spans.append((entry.header_offset, entry.header_offset + 30 + len(name) + entry.file_size))
        spans.sort()
        if any(a[1] > b[0] for a, b in itertools.pairwise(spans)) or (spans and spans[-1][1] > self._size):
            raise Malformed("its files lie over each other")
        return found

    def open(self, name: str) -> io.BufferedIOBase:
        """Open a file of the archive for reading. Reads raise `Malformed` for bytes that fail their checksum."""
        try:
            return io.BufferedReader(_Entry(self._zip.open(name)), 1 << 16)
        except _RAISED:
            raise Malformed(f"{name}: cannot be read") from None

    def close(self) -> None:
        """Give the file back."""
        self._zip.close()
        self._file.close()


class _Entry(io.RawIOBase):
    """A file of an archive whose library errors become ours."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any) -> int:
        try:
            data = self._inner.read(len(into))
        except _RAISED:
            raise Malformed("bytes that fail their checksum") from None
        into[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._inner.close()
        super().close()
