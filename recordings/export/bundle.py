"""A record that is carried away whole: one stored zip with masters, indexes, log, documents, player and verifier.

`bundle.json`, the last file, names every other one with its length and SHA-256. `recordings.verify_bundle` reads it.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sqlite3
import zipfile
from collections.abc import Iterator
from typing import Any, Final

import recordings
import signaling
from recordings.chain import canonical, digest
from recordings.export import viewer as viewers
from recordings.export.programme import Tell
from recordings.export.viewer import Viewer
from recordings.logfiles import DATABASE, MIRROR, reader
from recordings.manifest import NAME as MANIFEST
from recordings.manifest import manifest
from recordings.tracks import TRACKS, clip_names, index_of, path_of
from recordings.wording import LANGUAGES, catalogue
from signaling.errors import Malformed, Refused

LISTING: Final = "bundle.json"
VERSION: Final = 1
README: Final = "README.txt"
FOLDERS: Final = ("documents", "sealed", "stills", "notes", "captions")
"""Folders of a ceremony that go along as they are, if they are there."""
VERIFIER: Final = (
    "recordings/__init__.py", "recordings/chain.py", "recordings/clocks.py", "recordings/clusters.py",
    "recordings/disk.py", "recordings/gaps.py", "recordings/idx.py", "recordings/lines.py", "recordings/log.py",
    "recordings/logfiles.py", "recordings/manifest.py", "recordings/merkle.py", "recordings/papers_asks.py",
    "recordings/payloads.py", "recordings/schema.sql", "recordings/seal.py", "recordings/tickets.py", "recordings/tracks.py",
    "recordings/verify.py", "recordings/verify_answers.py", "recordings/verify_bundle.py", "recordings/verify_clip.py",
    "recordings/verify_manifest.py", "recordings/verify_papers.py", "recordings/wording.py", "recordings/zips.py",
    "signaling/__init__.py", "signaling/errors.py",
)  # fmt: skip
"""What `python -m recordings.verify` needs, and nothing else; it wants Python ≥ 3.11 and msgspec; for the seal also cryptography."""
_PIECE: Final = 1 << 20


class _Zip:
    """The archive being written; keeps length and hash of every file."""

    def __init__(self, part: str, tell: Tell, whole: int) -> None:
        self._zip = zipfile.ZipFile(part, "w", zipfile.ZIP_STORED, allowZip64=True)
        self._tell, self._whole, self._done = tell, max(1, whole), 0
        self.files: list[list[Any]] = []

    def add(self, name: str, pieces: Iterator[bytes]) -> None:
        """Write a file from its pieces."""
        # a fixed date: the same record gives the same bytes
        entry = zipfile.ZipInfo(name)
        entry.external_attr = 0o100600 << 16
        whole, size = hashlib.sha256(), 0
        with self._zip.open(entry, "w", force_zip64=True) as file:
            for piece in pieces:
                file.write(piece)
                whole.update(piece)
                size += len(piece)
                self._done += len(piece)
                self._tell(min(1.0, self._done / self._whole))
        self.files.append([name, size, whole.hexdigest()])

    def close(self, *, whole: bool) -> None:
        """Write the listing if the archive is whole, then the directory."""
        if whole:
            listing = {"v": VERSION, "files": self.files}
            data = canonical(listing | {"sha": digest(canonical(listing))}) + b"\n"
            self._zip.writestr(zipfile.ZipInfo(LISTING), data)
        self._zip.close()


def write(folder: str, part: str, tell: Tell, *, viewer: Viewer | None = None) -> tuple[int, int]:
    """Write the bundle of a folder to `part`; with `viewer` it can be looked at without anything else (`player/index.html`).

    The log is taken as it is at the beginning; clips up to their last indexed byte. Raises `Malformed` for a log that
    cannot be read, `Refused("export-empty")` for a folder without one, `OSError`.
    """
    if not os.path.exists(os.path.join(folder, DATABASE)):
        raise Refused("export-empty")
    tell(0.0)
    clips = clip_names(folder)
    whole = sum(os.path.getsize(path_of(folder, clip)) for clip in clips if os.path.exists(path_of(folder, clip)))
    out = _Zip(part, tell, whole)
    done = False
    try:
        out.add(README, iter([_own("export/bundle.txt")]))
        out.add(MANIFEST, iter([_manifest(folder)]))
        _log(folder, out)
        for clip in clips:
            _clip(folder, clip, out)
        for name, path in _others(folder):
            out.add(name, _pieces(path, 0, None))
        for name, data in viewers.files(folder, viewer) if viewer is not None else ():
            out.add(name, iter([data]))
        for name, data in _spoken():
            out.add(name, iter([data]))
        done = True
    finally:
        with contextlib.ExitStack() as stack:
            if not done:
                # what is thrown away need not end well: a full disk would complain a second time
                stack.enter_context(contextlib.suppress(OSError, ValueError))
            out.close(whole=done)
    return 0, 0


def _manifest(folder: str) -> bytes:
    """Return the manifest as it was written, or a fresh one."""
    with contextlib.suppress(FileNotFoundError), open(os.path.join(folder, MANIFEST), "rb") as file:
        return file.read()
    return canonical(manifest(folder)) + b"\n"


def _log(folder: str, out: _Zip) -> None:
    """Add the database as it is now, and as much of the mirror as stands for the same events."""
    with contextlib.closing(reader(folder)) as source, contextlib.closing(sqlite3.connect(":memory:")) as copy:
        try:
            source.backup(copy)
            length = copy.execute("SELECT coalesce(sum(length(line) + 1), 0) FROM lines").fetchone()[0]
        except sqlite3.Error as error:
            raise Malformed(f"{DATABASE}: {error}") from None
        out.add(DATABASE, iter([copy.serialize()]))
    # its own bytes, not those of the database: a difference between the two is for the reader to see
    out.add(MIRROR, _pieces(os.path.join(folder, MIRROR), 0, length))


def _clip(folder: str, clip: str, out: _Zip) -> None:
    """Add a master up to what its index names, and the index; a damaged pair goes along as it is."""
    path = path_of(folder, clip)
    try:
        index = index_of(folder, clip)
        closed = index.end is not None
        media, lines = (None, None) if closed else (index.media_end, index.bytes_read)
    except (Malformed, OSError):
        media = lines = None
    for name, where, most in ((clip, path, media), (clip + ".idx", path + ".idx", lines)):
        if os.path.isfile(where):
            out.add(f"{TRACKS}/{name}", _pieces(where, 0, most))


def _others(folder: str) -> Iterator[tuple[str, str]]:
    if os.path.isfile(os.path.join(folder, "session.json")):
        yield "session.json", os.path.join(folder, "session.json")
    for sub in FOLDERS:
        yield from ((f"{sub}/{name}", path) for name, path in _walk(os.path.join(folder, sub)))
    for name in VERIFIER:
        yield f"verifier/{name}", _source(name)


def _spoken() -> Iterator[tuple[str, bytes]]:
    """Yield what the verifiers say, and the one that is a single file with its words inside."""
    for language in LANGUAGES:
        proof = {key: text for key, text in catalogue(language).items() if key.startswith("doc.proof.")}
        yield f"verifier/recordings/words/{language}.json", json.dumps(proof, ensure_ascii=False, indent=1).encode()
    words = {key.removeprefix("doc.single."): text for key, text in catalogue("vi").items() if key.startswith("doc.single.")}
    line = f"WORDS: dict[str, str] = {json.dumps(words, ensure_ascii=False)}\n".encode()
    yield "verifier/check.py", _own("single.py").replace(b"WORDS: dict[str, str] = {}\n", line)


def _source(name: str) -> str:
    package, _, rest = name.partition("/")
    file = {"recordings": recordings, "signaling": signaling}[package].__file__
    assert file is not None
    return os.path.join(os.path.dirname(file), rest)


def _own(name: str) -> bytes:
    with open(_source("recordings/" + name), "rb") as file:
        return file.read()


def _walk(top: str) -> Iterator[tuple[str, str]]:
    """Yield (relative name, path) of the regular files below a folder, in order; links are not followed."""
    for where, folders, names in os.walk(top):
        folders.sort()
        for name in sorted(names):
            path = os.path.join(where, name)
            if os.path.isfile(path) and not os.path.islink(path):
                yield os.path.relpath(path, top).replace(os.sep, "/"), path


def _pieces(path: str, begin: int, length: int | None) -> Iterator[bytes]:
    with open(path, "rb") as file:
        file.seek(begin)
        left = length
        while piece := file.read(_PIECE if left is None else min(_PIECE, left)):
            yield piece
            left = None if left is None else left - len(piece)
