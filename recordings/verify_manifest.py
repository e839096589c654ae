"""Checks a manifest against the clips and the log it names."""

from __future__ import annotations

import os
import stat
from typing import Any

import msgspec

from recordings.chain import canonical, digest
from recordings.logfiles import MIRROR
from recordings.manifest import NAME, VERSION, clip_entry_of
from recordings.verify_clip import ClipCheck
from signaling.errors import Malformed

_MOST = 256 << 20


class _Manifest(msgspec.Struct, forbid_unknown_fields=True):
    v: int
    software: str
    clips: list[dict[str, Any]]
    log: tuple[int, str] | None
    sha: str


def check_manifest(folder: str, checks: dict[str, ClipCheck]) -> tuple[list[str], int]:
    """Return what is wrong with a folder's manifest, and how many closed clips are newer than it. Never raises."""
    try:
        found = _read(os.path.join(folder, NAME))
        wrong = _log(folder, found)
    except OSError as error:
        return [str(error.strerror)], 0
    except (Malformed, TypeError, ValueError, RecursionError, MemoryError) as error:
        return [str(error) or type(error).__name__], 0
    named = set()
    for entry in found.clips:
        name = str(entry.get("clip"))
        named.add(name)
        check = checks.get(name)
        if check is None or check.index is None or clip_entry_of(name, check.index) != entry:
            wrong.append(f"{name[:80]} is not as the manifest says")
    closed = {name for name, check in checks.items() if check.end is not None}
    return wrong, len(closed - named)


def _read(path: str) -> _Manifest:
    status = os.stat(path)
    if not stat.S_ISREG(status.st_mode) or status.st_size > _MOST:
        raise Malformed("not a manifest")
    with open(path, "rb") as file:
        data = file.read()
    found = msgspec.json.decode(data, type=_Manifest)
    plain = msgspec.json.decode(data)
    if found.v != VERSION:
        raise Malformed("a version this program does not read")
    if canonical(plain) + b"\n" != data:
        raise Malformed("not in canonical form")
    if digest(canonical({name: value for name, value in plain.items() if name != "sha"})) != found.sha:
        raise Malformed("it was changed after it was written")
    return found


def _log(folder: str, found: _Manifest) -> list[str]:
    if found.log is None:
        return []
    size, h = found.log
    with open(os.path.join(folder, MIRROR), "rb") as file:
        data = file.read(max(0, min(size, _MOST << 4)))
    lines = data.split(b"\n")
    if len(data) != size or lines[-1] != b"" or len(lines) < 2 or digest(lines[-2]) != h:
        return ["the event log is not the one the manifest vouches for"]
    return []
