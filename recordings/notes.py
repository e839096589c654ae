"""The clerk's notes, pinned to moments of a record: a log of their own beside the sealed one (CEREMONY §4, `note.add`)."""

from __future__ import annotations

import os
from typing import Any, Final

import msgspec

from recordings.log import EventLog, read_log
from recordings.logfiles import MIRROR
from signaling.errors import Malformed, Refused

FOLDER: Final = "notes"
MOST: Final = 2_000
MOST_TEXT: Final = 1_000


class Note(msgspec.Struct, frozen=True):
    """What somebody wrote at UTC µs `at` about the moment `moment_us` (UTC µs)."""

    id: int
    moment_us: int
    text: str
    by: str
    at: int


def add(folder: str, session: str, moment_us: int, text: str, who: tuple[dict[str, Any], int]) -> Note:
    """Keep a note of `who` = (actor, now in UTC µs) and return it once it is on disk.

    Raises `Refused`: `text-too-long` for more than a thousand characters or none, `too-many-notes`; `LogFull`, `LogFailed`.
    """
    text = text.strip()
    if not 0 < len(text) <= MOST_TEXT:
        raise Refused("text-too-long", most=MOST_TEXT)
    by, at = who
    log = EventLog.open(os.path.join(folder, FOLDER), session, create=True)
    try:
        if log.head[0] >= MOST:
            raise Refused("too-many-notes")
        (number,) = log.append([(by, {"is": "note.added", "moment_us": moment_us, "text": text})], at)
    finally:
        log.close()
    return Note(number, moment_us, text, _name(by), at)


def remove(folder: str, session: str, note: int, who: tuple[dict[str, Any], int]) -> None:
    """Take a note back; what it said stays in the log. Raises `Refused("no-note")` for one that is not there."""
    if all(one.id != note for one in notes_of(folder, session)):
        raise Refused("no-note")
    log = EventLog.open(os.path.join(folder, FOLDER), session)
    try:
        log.append([(who[0], {"is": "note.removed", "note": note})], who[1])
    finally:
        log.close()


def notes_of(folder: str, session: str) -> list[Note]:
    """Return the notes that stand, by their moment. Raises `Malformed` for a log that is damaged."""
    where = os.path.join(folder, FOLDER)
    if not os.path.exists(os.path.join(where, MIRROR)):
        return []
    found: dict[int, Note] = {}
    for entry in read_log(where, session):
        event = entry.event
        try:
            if event["is"] == "note.added":
                found[entry.seq] = Note(entry.seq, int(event["moment_us"]), str(event["text"]), _name(entry.by), entry.at)
            elif event["is"] == "note.removed":
                found.pop(int(event["note"]), None)
        except (KeyError, TypeError, ValueError):
            raise Malformed(f"line {entry.seq} of the notes makes no sense") from None
    return sorted(found.values(), key=lambda one: (one.moment_us, one.id))


def _name(by: dict[str, Any]) -> str:
    return str(by.get("name") or by.get("role") or by.get("seat") or "")
