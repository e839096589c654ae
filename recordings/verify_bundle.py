"""Checks a bundle without unpacking its masters: the archive, its listing, then what a folder is checked for."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from typing import Any, BinaryIO, Final

import msgspec

from recordings.chain import GENESIS, canonical, digest
from recordings.tracks import TRACKS
from recordings.verify import Verdict, verify
from recordings.verify_answers import Answer
from recordings.verify_papers import Outside
from recordings.zips import Archive
from signaling.errors import Malformed

LISTING: Final = "bundle.json"
_MOST_SMALL: Final = 1 << 30
"""Log, indexes and documents are unpacked beside the archive to be checked; together no more than this."""
_MOST_LISTING: Final = 64 << 20
_PIECE: Final = 1 << 20
_TRACK: Final = re.compile(r"tracks/[a-z0-9-]{1,40}~[a-z]{1,16}~\d{1,6}(\.lo)?\.(webm|mp4)(\.idx)?")
_SMALL: Final = ("log.jsonl", "log.sqlite", "manifest.json")
_PAPER: Final = re.compile(r"documents/[0-9a-f]{64}\.pdf|sealed/seal\.(json|tsr)")
_KNOWN: Final = re.compile(
    r"log\.jsonl|log\.sqlite|manifest\.json|session\.json|bundle\.json|README\.txt|(documents|sealed|stills|notes|captions|player|verifier)/.+"
)


class _Listing(msgspec.Struct, forbid_unknown_fields=True):
    v: int
    files: list[tuple[str, int, str]]
    sha: str


def is_known(name: str) -> bool:
    """Tell whether a file belongs in a bundle."""
    return _TRACK.fullmatch(name) is not None or _KNOWN.fullmatch(name) is not None


def verify_bundle(path: str, outside: Outside | None = None) -> Verdict:
    """Return the verdict on a bundle. Total: whatever the file is, it returns; bounded memory; nothing is changed."""
    try:
        archive = Archive(path, is_known)
    except (Malformed, OSError) as error:
        return _bad(str(error.strerror) if isinstance(error, OSError) else str(error))
    try:
        wrong = _listed(archive)
        with tempfile.TemporaryDirectory() as aside:
            _unpack_small(archive, aside)
            found = verify(aside, lambda name: _master(archive, name), outside)
    except (Malformed, OSError) as error:
        return _bad(str(error.strerror) if isinstance(error, OSError) else str(error))
    finally:
        archive.close()
    if not wrong:
        return found
    integrity = Answer(False, (*found.integrity.says, *wrong))
    return msgspec.structs.replace(found, ok=False, integrity=integrity)


def _bad(why: str) -> Verdict:
    says = (f"the bundle cannot be trusted: {why}",)
    nothing = Answer(True, ("nothing else was looked at",), unknown=True)
    return Verdict(False, Answer(False, says), nothing, nothing, 0, GENESIS)


def _listed(archive: Archive) -> list[str]:
    """Return what the archive's own listing and its bytes disagree about."""
    listing = _listing(archive)
    if listing is None:
        return [f"{LISTING}: missing, changed after it was written, or of a version this program does not read"]
    named = {name: (size, sha) for name, size, sha in listing.files}
    wrong = [f"{name}: in {LISTING}, but not in the bundle" for name in sorted(named.keys() - archive.files.keys())]
    wrong += [f"{name}: not in {LISTING}" for name in sorted(archive.files.keys() - named.keys() - {LISTING})]
    for name in sorted(named.keys() & archive.files.keys()):
        try:
            found = _hashed(archive, name)
        except Malformed as error:
            wrong.append(f"{name}: {error}")
            continue
        if found != named[name]:
            wrong.append(f"{name}: is not what {LISTING} says")
    return wrong


def _listing(archive: Archive) -> _Listing | None:
    if archive.files.get(LISTING, _MOST_LISTING + 1) > _MOST_LISTING:
        return None
    try:
        with archive.open(LISTING) as file:
            data = file.read()
        found, plain = msgspec.json.decode(data, type=_Listing), msgspec.json.decode(data)
        without = {name: value for name, value in plain.items() if name != "sha"}
        good = found.v == 1 and canonical(plain) + b"\n" == data and digest(canonical(without)) == found.sha
    except (Malformed, msgspec.MsgspecError, TypeError, ValueError, RecursionError):
        return None
    return found if good and len({name for name, _, _ in found.files}) == len(found.files) else None


def _hashed(archive: Archive, name: str) -> tuple[int, str]:
    whole, size = hashlib.sha256(), 0
    with archive.open(name) as file:
        while piece := file.read(_PIECE):
            whole.update(piece)
            size += len(piece)
    return size, whole.hexdigest()


def _unpack_small(archive: Archive, aside: str) -> None:
    """Write log, manifest and indexes into a folder of ours, under names of ours."""
    for place in (TRACKS, "documents", "sealed"):
        os.mkdir(os.path.join(aside, place))
    small = [name for name in archive.files if name in _SMALL or (name.endswith(".idx") and _TRACK.fullmatch(name))]
    small += [name for name in archive.files if _PAPER.fullmatch(name)]
    if sum(archive.files[name] for name in small) > _MOST_SMALL:
        raise Malformed("its log, indexes and documents are larger than those of any ceremony")
    # a master without an index still has to be seen
    for name in archive.files:
        if _TRACK.fullmatch(name) and not name.endswith(".idx"):
            with open(os.path.join(aside, name), "xb"):
                pass
    for name in small:
        with archive.open(name) as file, open(os.path.join(aside, name), "xb") as into:
            _copy(file, into)


def _copy(file: Any, into: BinaryIO) -> None:
    try:
        while piece := file.read(_PIECE):
            into.write(piece)
    except Malformed:
        # `_listed` has said which file it is; what was read so far is checked for what it is
        return


def _master(archive: Archive, name: str) -> tuple[Any, int]:
    """Open a master inside the archive: (file, length). Raises `Malformed` if it is not there."""
    inside = f"{TRACKS}/{name}"
    if inside not in archive.files:
        raise Malformed(f"{name} is not in the bundle")
    return archive.open(inside), archive.files[inside]
