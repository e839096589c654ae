"""The viewer of a bundle: the built page, what of the record it shows, and the pages of documents that were in the picture.

    player/index.html viewer.js viewer.css     the page as it was built, the same in every bundle
    player/record.js                           timeline, levels, facts, run sheet, captions: all of it text for the page
    player/pages/<sha256>-<page>.png           drawn from the revisions the log names

A page opened from disk may ask for nothing, so what it shows is a script; and clips are the masters themselves, where they
lie (`tracks/`). None of it is proof: `bundle.json` lists these files like any other, and no verifier believes them.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator
from typing import Any, Final

import msgspec

from recordings import captions, lines
from recordings.levels import levels
from recordings.logfiles import MIRROR
from recordings.minutes import facts
from recordings.pdf import page_image
from recordings.tracks import clips_of
from recordings.wording import LANGUAGES
from signaling.errors import DiemcauError, Malformed

FOLDER: Final = "player"
RECORD: Final = "record.js"
PAGES: Final = "pages"
VERSION: Final = 1
WIDTH: Final = 1_600
"""As wide as the hub's own replay asks for."""
_DOCUMENTS: Final = "documents"
_REVISION: Final = re.compile(r"([0-9a-f]{64})\.pdf")


class Viewer(msgspec.Struct, frozen=True):
    """What a bundle needs for its viewer: the folder of the built page, the timeline, the run sheet with planned times."""

    page: str
    timeline: dict[str, Any]
    plan: list[dict[str, Any]]


def files(folder: str, viewer: Viewer) -> Iterator[tuple[str, bytes]]:
    """Yield (name in the bundle, bytes) of the viewer: the same for the same record. Nothing if the log cannot be told.

    A page of a document that is gone or cannot be drawn is left out: the viewer says so in its place.
    """
    try:
        record = _record(folder, viewer)
    except (DiemcauError, KeyError, TypeError, ValueError, OSError):
        return
    for name, data in _built(viewer.page):
        yield f"{FOLDER}/{name}", data
    yield f"{FOLDER}/{RECORD}", script(record)
    for sha256, page in _shown(viewer.timeline):
        drawn = _page(folder, sha256, page)
        if drawn is not None:
            yield f"{FOLDER}/{PAGES}/{sha256}-{page}.png", drawn


def script(record: dict[str, Any]) -> bytes:
    """Return a script that hands a record to the page: a string, so that no name in it is read as code.

    ASCII, without `<`: neither an encoding guessed wrongly nor a page that holds it inline changes what it says.
    """
    text = json.dumps(record, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    quoted = json.dumps(text, ensure_ascii=True).replace("<", "\\u003c")
    return f'"use strict";\nself.diemcauRecord = JSON.parse({quoted});\n'.encode("ascii")


def _record(folder: str, viewer: Viewer) -> dict[str, Any]:
    """Return what the page is given. Raises what reading a log raises."""
    with open(os.path.join(folder, MIRROR), "rb") as file:
        entries = list(lines.entries(lines.split(file.read()), str(viewer.timeline["session"])))
    return {
        "v": VERSION, "timeline": viewer.timeline, "plan": viewer.plan, "levels": _levels(folder, viewer), "facts": msgspec.to_builtins(facts(entries)),
        "captions": dict(_captions(folder)), "files": _revisions(folder), "sealed": any(one.event["is"] == "session.sealed" for one in entries),
    }  # fmt: skip


def _levels(folder: str, viewer: Viewer) -> dict[str, Any]:
    return levels(clips_of(folder), int(viewer.timeline.get("zero_us", 0)))


def _captions(folder: str) -> Iterator[tuple[str, str]]:
    there = captions.kept(folder)
    for language in LANGUAGES:
        if language in there:
            with open(captions.path_of(folder, language), "rb") as file:
                yield language, file.read().decode(errors="replace")


def _revisions(folder: str) -> list[str]:
    """Return the SHA-256 of every revision that is there."""
    place = os.path.join(folder, _DOCUMENTS)
    names = os.listdir(place) if os.path.isdir(place) else []
    return sorted(found[1] for name in names if (found := _REVISION.fullmatch(name)))


def _built(page: str) -> Iterator[tuple[str, bytes]]:
    for name in sorted(os.listdir(page)):
        path = os.path.join(page, name)
        if os.path.isfile(path) and name != RECORD:
            with open(path, "rb") as file:
                yield name, file.read()


def _shown(timeline: dict[str, Any]) -> list[tuple[str, int]]:
    """Return each page of a document that was in the picture."""
    sheets = [scene["sheet"] for scene in timeline["scenes"] if scene.get("sheet")]
    return sorted({(str(one["sha256"]), int(one["page"])) for one in sheets})


def _page(folder: str, sha256: str, page: int) -> bytes | None:
    if _REVISION.fullmatch(f"{sha256}.pdf") is None:
        return None
    try:
        with open(os.path.join(folder, _DOCUMENTS, f"{sha256}.pdf"), "rb") as file:
            data = file.read()
        if hashlib.sha256(data).hexdigest() != sha256:
            raise Malformed("a revision that is no longer what it was")
        return page_image(data, page, WIDTH)[1]
    except (OSError, DiemcauError):
        return None
