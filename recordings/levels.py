"""How loud each source was, for the meters of the replay: one character for each half second (RECORDING §3, `lv`; pure)."""

from __future__ import annotations

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
_NONE: Final = -128
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
    loudest: dict[str, list[int]] = {}
    for clip in clips:
        cells = loudest.setdefault(clip.source, [])
        for begin, end, level in _cells(clip, zero_us):
            begin, end = begin - first, end - first
            if end <= 0 or end > LIMIT_MS // STEP_MS:
                continue
            cells.extend([_NONE] * (end - len(cells)))
            for n in range(max(0, begin), end):
                cells[n] = max(cells[n], level, _UNKNOWN_DBOV)
    sources = {source: "".join(map(_letter, cells)) for source, cells in sorted(loudest.items())}
    return {"step_ms": STEP_MS, "from_ms": first * STEP_MS, "sources": sources}


def _cells(clip: ClipInfo, zero_us: int) -> Iterable[tuple[int, int, int]]:
    """Yield (first step, step after the last, dBov) of each cluster: its ends rounded to steps, one step at least."""
    shift = (clip.zero_us - zero_us) // 1000
    ends = [ms for ms, _ in clip.levels[1:]] + [clip.duration_ms]
    for (ms, level), end in zip(clip.levels, ends, strict=True):
        begin = (ms + shift + STEP_MS // 2) // STEP_MS
        until = (min(end, ms + _LONGEST_MS) + shift + STEP_MS // 2) // STEP_MS
        yield begin, max(begin + 1, until), level


def _letter(level: int) -> str:
    if level == _NONE:
        return NOTHING
    if level == _UNKNOWN_DBOV:
        return SILENT
    return ALPHABET[min(0, max(FLOOR_DBOV, level)) - FLOOR_DBOV]
