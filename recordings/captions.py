"""Captions that people bring: WebVTT read, checked, and kept beside the record (W3C WebVTT, 4 April 2019).

What is kept is written anew from what was understood: times and text. Styles, regions, notes and cue settings are left
out: pages draw captions their own way. Markup stays text for the reader's browser, which knows no script in WebVTT.
"""

from __future__ import annotations

import os
import re
from typing import Final

import msgspec

from recordings.export.landing import landing
from signaling.errors import Malformed

FOLDER: Final = "captions"
LANGUAGES: Final = ("vi", "en")
MOST_BYTES: Final = 4 << 20
MOST_CUES: Final = 50_000
MOST_TEXT: Final = 2_000
_STAMP: Final = re.compile(r"(?:(\d{2,4}):)?([0-5]\d):([0-5]\d)\.(\d{3})")
_TIMES: Final = re.compile(r"\s*(\S+)[ \t]+-->[ \t]+(\S+)(?:[ \t].*)?")
_SKIPPED: Final = ("NOTE", "STYLE", "REGION")


class Cue(msgspec.Struct, frozen=True):
    """A text from one time to another, ms of the timeline."""

    from_ms: int
    to_ms: int
    text: str


class CaptionsFault(Malformed):
    """A file that is not WebVTT, or not as it may be. `code` and `line` (from 1) say what and where.

    Codes: `too-large` `not-text` `not-webvtt` `bad-time` `backwards` `too-long` `too-many` `empty`.
    """

    def __init__(self, code: str, line: int = 1) -> None:
        """Keep both."""
        super().__init__(f"captions, line {line}: {code}")
        self.code, self.line = code, line


def parse(data: bytes) -> list[Cue]:
    """Return the cues of a WebVTT file in its order. Raises `CaptionsFault`, nothing else."""
    if len(data) > MOST_BYTES:
        raise CaptionsFault("too-large")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CaptionsFault("not-text", data[: error.start].count(b"\n") + 1) from None
    if "\0" in text:
        raise CaptionsFault("not-text", text[: text.index("\0")].count("\n") + 1)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if not re.fullmatch(r"WEBVTT([ \t].*)?", lines[0]):
        raise CaptionsFault("not-webvtt")
    cues: list[Cue] = []
    for number, block in _blocks(lines):
        cue = _cue(number, block, cues[-1].from_ms if cues else 0)
        if cue is not None:
            cues.append(cue)
        if len(cues) > MOST_CUES:
            raise CaptionsFault("too-many", number)
    if not cues:
        raise CaptionsFault("empty", len(lines))
    return cues


def _blocks(lines: list[str]) -> list[tuple[int, list[str]]]:
    """Return what stands between empty lines after the head, each with the number of its first line."""
    found: list[tuple[int, list[str]]] = []
    fresh = True
    for number, line in enumerate(lines, 1):
        if not line.strip():
            fresh = True
        elif fresh:
            found.append((number, [line]))
            fresh = False
        else:
            found[-1][1].append(line)
    return found[1:] if found and "-->" not in "".join(found[0][1]) else _after_head(found)


def _after_head(found: list[tuple[int, list[str]]]) -> list[tuple[int, list[str]]]:
    """Return the blocks where the first cue follows the head without an empty line."""
    number, block = found[0]
    at = next(n for n, line in enumerate(block) if "-->" in line)
    return [(number + at, block[at:]), *found[1:]]


def _cue(number: int, block: list[str], after_ms: int) -> Cue | None:
    if "-->" not in block[0]:
        if block[0].split()[0] in _SKIPPED or len(block) == 1:
            return None
        number, block = number + 1, block[1:]  # its name
    match = _TIMES.fullmatch(block[0])
    if match is None:
        raise CaptionsFault("bad-time", number)
    begin, end = (_ms(stamp, number) for stamp in match.groups())
    if end <= begin or begin < after_ms:
        raise CaptionsFault("backwards", number)
    text = "\n".join(line.strip() for line in block[1:])
    if len(text) > MOST_TEXT:
        raise CaptionsFault("too-long", number)
    if "-->" in text:
        raise CaptionsFault("bad-time", number + 1)
    return Cue(begin, end, text) if text else None


def _ms(stamp: str, number: int) -> int:
    match = _STAMP.fullmatch(stamp)
    if match is None or not stamp.isascii():
        raise CaptionsFault("bad-time", number)
    hours, minutes, seconds, rest = (int(part or 0) for part in match.groups())
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + rest


def written(cues: list[Cue]) -> bytes:
    """Return cues as a WebVTT file; `parse` reads it back as the same cues."""
    parts = [f"{_stamp(cue.from_ms)} --> {_stamp(cue.to_ms)}\n{cue.text}\n" for cue in cues]
    return ("WEBVTT\n\n" + "\n".join(parts)).encode()


def _stamp(ms: int) -> str:
    return f"{ms // 3_600_000:02d}:{ms // 60_000 % 60:02d}:{ms // 1000 % 60:02d}.{ms % 1000:03d}"


def keep(folder: str, language: str, cues: list[Cue]) -> None:
    """Put captions beside a record, in place of those of that language. Raises `DiskFull`, `OSError`."""
    assert language in LANGUAGES
    path = path_of(folder, language)
    os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
    with landing(path) as part, open(part, "xb") as file:
        file.write(written(cues))


def path_of(folder: str, language: str) -> str:
    """Return where the captions of a language are or would be."""
    return os.path.join(folder, FOLDER, f"{language}.vtt")


def kept(folder: str) -> list[str]:
    """Return the languages a record has captions in."""
    return [language for language in LANGUAGES if os.path.isfile(path_of(folder, language))]
