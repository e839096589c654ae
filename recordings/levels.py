"""How loud each source was, for the meters of the replay: one character for each half second (RECORDING §3, `lv`; pure)."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from typing import Any, Final

from recordings.idx import ClipInfo

STEP_MS: Final = 500
"""As long as a cluster: an index knows nothing finer."""
ALPHABET: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
"""`A` is −60 dBov and all below it, each next character one more: 0 dBov is `8`. As long as base64's: no JSON escapes."""
FLOOR_DBOV: Final = -60
SILENT: Final = "."
"""Recorded, and silent or of unknown level (`lv` −127)."""
NOTHING: Final = " "
"""Nothing was recorded."""
_UNKNOWN_DBOV: Final = -127
LIMIT_MS: Final = 72 * 3_600_000
"""What an index places later than this is not believed: a folder may come from anywhere, and memory is kept for each step."""
_LONGEST_MS: Final = 1_000
"""A cluster is closed at 500 ms; what follows later than this follows a hole."""


def levels(clips: Iterable[ClipInfo], zero_us: int, from_ms: int = 0) -> dict[str, Any]:
    """Return {step_ms, from_ms, sources: {source: text}}; the n-th character of a text stands for the `step_ms` that begin at
    `from_ms` + n × `step_ms` of the timeline, the loudest of what the clips say of it. `from_ms` is rounded down to a step.

    Both classes of a source carry the same sound. What was recorded before 0 is left out, and what
    an index places beyond `LIMIT_MS`.
    """
    first = max(0, from_ms) // STEP_MS
    loudest: dict[str, bytearray] = {}
    for clip in clips:
        _take(loudest.setdefault(clip.source, bytearray()), clip, zero_us, first)
    sources = {source: cells.translate(_LETTERS).decode("ascii") for source, cells in sorted(loudest.items())}
    return {"step_ms": STEP_MS, "from_ms": first * STEP_MS, "sources": sources}


def _take(cells: bytearray, clip: ClipInfo, zero_us: int, first: int) -> None:
    """Put a clip's clusters into the steps from `first` on, each from its beginning to its end, both rounded, one step at least.

    What surely ends before is passed over: a page that follows asks every few seconds, through hours.
    """
    shift = (clip.zero_us - zero_us) // 1000
    found = clip.levels[bisect_left(clip.levels, (first * STEP_MS - shift - 2 * _LONGEST_MS,)) :]
    ends = [ms for ms, _ in found[1:]] + [clip.duration_ms]
    round_ms = shift - first * STEP_MS + STEP_MS // 2
    most = LIMIT_MS // STEP_MS - first
    for (ms, level), end in zip(found, ends, strict=False):
        begin = (ms + round_ms) // STEP_MS
        reach = end if end - ms < _LONGEST_MS else ms + _LONGEST_MS
        until = (reach + round_ms) // STEP_MS
        if until <= begin:
            until = begin + 1
        if until <= 0 or until > most:
            continue
        if until > len(cells):
            cells.extend(bytes(until - len(cells)))
        value = min(0, max(_UNKNOWN_DBOV, level)) - _UNKNOWN_DBOV + 1
        for n in range(max(0, begin), until):
            if value > cells[n]:  # noqa: PLR1730 - faster than max(), and hours of nine sites are 400,000 clusters
                cells[n] = value


def _letter(value: int) -> str:
    """Return the letter of a step: 0 is nothing, 1 silence, each more a decibel above it."""
    if value <= 1:
        return SILENT if value else NOTHING
    return ALPHABET[min(0, max(FLOOR_DBOV, value - 1 + _UNKNOWN_DBOV)) - FLOOR_DBOV]


_LETTERS: Final = "".join(_letter(value) for value in range(256)).encode()
