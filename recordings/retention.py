"""How long a record is kept, what keeps it longer, and what two people may do together (pure; RECORDING §8)."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from signaling.errors import Refused

YEAR_US: Final = 31_556_952 * 1_000_000
"""A mean Gregorian year: periods are years, and nothing is destroyed on the day."""
CLASSES: Final[dict[str, int | None]] = {"permanent": None, "70-years": 70, "50-years": 50, "20-years": 20, "10-years": 10, "5-years": 5}
"""Periods by class; None: for ever. Which one applies is the agency's to say; until it does, a record stays."""
LONGEST_REASON: Final = 500


class Keeping(msgspec.Struct, frozen=True):
    """What is decided about one record. `asked_by` wants it destroyed; times UTC µs."""

    kind: str | None = None
    hold: str | None = None
    hold_by: str | None = None
    asked_by: int | None = None
    asked_name: str | None = None
    asked_at: int | None = None
    asked_reason: str | None = None


def due(keeping: Keeping, closed_at: int | None) -> int | None:
    """Return when a record may be destroyed, None for never: no class yet, for ever, or not closed."""
    years = CLASSES.get(keeping.kind or "permanent")
    return None if years is None or closed_at is None else closed_at + years * YEAR_US


def checked_reason(text: str) -> str:
    """Return a reason in one line. Raises `Refused("reason-required")` for none or one that is too long."""
    text = " ".join(text.split())
    if not 0 < len(text) <= LONGEST_REASON:
        raise Refused("reason-required")
    return text


def check_class(kind: str) -> None:
    """Raise `Refused("no-class")` for a class that is none."""
    if kind not in CLASSES:
        raise Refused("no-class")


def check_due(keeping: Keeping, closed_at: int | None, now: int) -> None:
    """Raise `Refused` for a record that may not be destroyed: `legal-hold`, `kept` (no class, or for ever), `not-due`."""
    if keeping.hold is not None:
        raise Refused("legal-hold")
    end = due(keeping, closed_at)
    if end is None:
        raise Refused("kept")
    if now < end:
        raise Refused("not-due")


def check_second(keeping: Keeping, person: int) -> None:
    """Raise `Refused` unless somebody else asked before: `not-asked`, `same-person`."""
    if keeping.asked_by is None:
        raise Refused("not-asked")
    if keeping.asked_by == person:
        raise Refused("same-person")


def destroyed(session: str, manifest: dict[str, Any], keeping: Keeping, second: str, at: int) -> dict[str, Any]:
    """Return what remains of a record: who, when, why, and the hashes that would tell a copy of it."""
    clips = [{"clip": one["clip"], "bytes": one["bytes"], "sha": one["sha"]} for one in manifest["clips"]]
    return {
        "v": 1, "session": session, "kind": keeping.kind, "reason": keeping.asked_reason, "asked_by": keeping.asked_name,
        "confirmed_by": second, "at": at, "log": manifest["log"], "manifest": manifest["sha"], "clips": clips,
    }  # fmt: skip
