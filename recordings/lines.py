"""One line of the event log, and chains of them (pure; TRUST §8)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

import msgspec

from recordings.chain import GENESIS, canonical, digest, is_canonical
from signaling.errors import Malformed

VERSION: Final = 1


class Entry(msgspec.Struct, frozen=True):
    """One event as it was kept: number, UTC µs, who, what, the hash of the line before and of its own."""

    seq: int
    at: int
    by: dict[str, Any]
    event: dict[str, Any]
    prev: str
    hash: str


class _Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    v: int
    seq: int
    session: str
    at: int
    by: dict[str, Any]
    event: dict[str, Any]
    prev: str


class Broken(Malformed):
    """A line that does not follow from the one before. `seq` is the number it should have had."""

    def __init__(self, seq: int, why: str) -> None:
        """Keep the number for the verdict."""
        super().__init__(f"line {seq}: {why}")
        self.seq = seq
        self.why = why


def write(session: str, at: int, what: tuple[dict[str, Any], dict[str, Any]], seq: int, prev: str) -> bytes:
    """Return the line of (by, event), without line feed."""
    by, event = what
    assert isinstance(event.get("is"), str), "an event names itself"
    line = {"v": VERSION, "seq": seq, "session": session, "at": at, "by": by, "event": event, "prev": prev}
    return canonical(line)


def read(line: bytes, session: str | None, seq: int, prev: str) -> Entry:
    """Return what the line says. Raises `Broken` unless it is canonical and follows `prev` as number `seq`."""
    try:
        version = msgspec.json.decode(line)
        known = isinstance(version, dict) and version.get("v", VERSION) == VERSION
        found = msgspec.json.decode(line, type=_Line) if known else None
        same = known and is_canonical(line)
    except (msgspec.MsgspecError, ValueError, TypeError, RecursionError):
        raise Broken(seq, "not a line of an event log") from None
    if found is None:
        raise Malformed(f"line {seq}: a version this program does not read")
    if not same:
        raise Broken(seq, "not in canonical form")
    if found.seq != seq or found.prev != prev or not isinstance(found.event.get("is"), str):
        raise Broken(seq, "does not follow the line before it")
    if session is not None and found.session != session:
        raise Malformed(f"line {seq}: belongs to session {found.session[:60]!r}")
    return Entry(seq, found.at, found.by, found.event, prev, digest(line))


def kept(line: bytes, seq: int) -> Entry:
    """Return what a line says whose chain was checked before. Raises `Broken` for what is no line at all."""
    try:
        found = msgspec.json.decode(line, type=_Line)
    except msgspec.MsgspecError:
        raise Broken(seq, "not a line of an event log") from None
    return Entry(seq, found.at, found.by, found.event, found.prev, digest(line))


def entries(lines: Iterable[bytes], session: str | None = None) -> Iterator[Entry]:
    """Yield the entries of a chain from its first line. Raises `Broken` at the first line that does not follow."""
    prev = GENESIS
    for seq, line in enumerate(lines, 1):
        entry = read(line, session, seq, prev)
        prev = entry.hash
        yield entry


def split(mirror: bytes) -> list[bytes]:
    """Return the whole lines of a mirror file; a torn last line, which a crash leaves, is not one."""
    return mirror.split(b"\n")[:-1]
