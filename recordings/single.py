"""Checks a record with this one file, Python 3.11 or later, and nothing else but `cryptography` for the seal.

    python check.py FOLDER        an unpacked bundle, or the folder of a ceremony
    python check.py BUNDLE.zip

It answers one question, integrity: do log, indexes, masters, manifest, documents and seal agree? It says what it cannot
answer. It imports nothing of the product, so that it can be read on its own; a bundle carries it as `verifier/check.py`.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

WORDS: dict[str, str] = {}
"""Code → the same sentence in Vietnamese; filled in when a bundle is written."""
ENGLISH = {
    "checked": "{events} events, {clips} clips, {documents} documents checked; head of the log: {head}",
    "listing": "{name}: is not what bundle.json says",
    "log": "log.jsonl, line {line}: does not follow the line before",
    "index": "{name}, line {line}: does not follow the line before",
    "bytes": "{name}, byte {at}: is not what its index says",
    "told": "{name}: the event log vouches for other bytes",
    "absent": "{name}: named, but not there",
    "manifest": "manifest.json: was changed, or belongs to another log",
    "document": "{name}: is not what its name says",
    "seal": "sealed/seal.json: does not fit this record, or its signature is wrong",
    "unreadable": "{name}: cannot be read",
    "sealed": "The seal is that of the key {key}; compare it with the one on the minutes or kept elsewhere.",
    "unsealed": "There is no seal, or its signature cannot be checked here (pip install cryptography).",
    "whole": "INTEGRITY: good",
    "broken": "INTEGRITY: NOT GOOD",
    "cannot": "Not checked here: signatures inside PDF files, who may be trusted, the time stamp. Not proven: that the whole "
    "was not replaced, or cut at its end; that this program was not changed with it.",
}
GENESIS = "0" * 64
TRACK = re.compile(r"tracks/[a-z0-9-]{1,40}~[a-z]{1,16}~\d{1,6}(\.lo)?\.(webm|mp4)")
Read = Callable[[str], Iterator[bytes]]


def say(code: str, **facts: object) -> str:
    """Return a sentence, in both languages where both are known."""
    found = [text for text in (ENGLISH[code], WORDS.get(code)) if text]
    return " / ".join(text.format(**facts) for text in found)


class Record:
    """The files of a folder or of an archive, read piece by piece."""

    def __init__(self, path: str) -> None:
        self.zip = zipfile.ZipFile(path) if Path(path).is_file() else None
        self.top = Path(path)
        if self.zip is not None:
            self.names = [name for name in self.zip.namelist() if not name.endswith("/")]
        else:
            self.names = sorted(str(one.relative_to(path)).replace("\\", "/") for one in self.top.rglob("*") if one.is_file())

    def pieces(self, name: str) -> Iterator[bytes]:
        """Yield a file's bytes."""
        with (self.zip.open(name) if self.zip is not None else (self.top / name).open("rb")) as file:
            while piece := file.read(1 << 20):
                yield piece

    def whole(self, name: str) -> bytes:
        """Return a small file whole, nothing for one that is not there."""
        return b"".join(self.pieces(name)) if name in self.names else b""


def canonical(value: object) -> bytes:
    """Return canonical JSON; all keys of a record are ASCII."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def sha(data: bytes) -> str:
    """Return the hex SHA-256."""
    return hashlib.sha256(data).hexdigest()


def check(path: str) -> tuple[bool, list[str]]:
    """Return whether a record holds together, and sentences. Total: a record that cannot be read does not."""
    wrong: list[str] = []
    notes: list[str] = []
    try:
        record = Record(path)
        events, head = log(record, wrong)
        listing(record, wrong)
        clips = [name for name in record.names if TRACK.fullmatch(name)]
        marks = {name: clip(record, name, wrong) for name in clips}
        told(events, marks, wrong)
        manifest(record, wrong)
        papers = documents(record, events, wrong)
        notes.append(seal(record, wrong))
        counted = say("checked", events=len(events), clips=len(clips), documents=papers, head=head)
    except Exception as error:  # noqa: BLE001 - whatever a damaged record brings up, it is not good
        return False, [say("broken"), say("unreadable", name=f"{Path(path).name} ({type(error).__name__})")]
    return not wrong, [say("broken" if wrong else "whole"), counted, *wrong, *notes, say("cannot")]


def log(record: Record, wrong: list[str]) -> tuple[list[dict[str, Any]], str]:
    """Return the events as far as the chain holds, and the hash of the last line."""
    events: list[dict[str, Any]] = []
    head = GENESIS
    for number, line in enumerate(record.whole("log.jsonl").split(b"\n")[:-1], 1):
        found = json.loads(line)
        if found.get("prev") != head or found.get("seq") != number:
            wrong.append(say("log", line=number))
            break
        events.append(found["event"])
        head = sha(line)
    if not events:
        wrong.append(say("absent", name="log.jsonl"))
    return events, head


def listing(record: Record, wrong: list[str]) -> None:
    """Compare every file with the bundle's own list, if it is one."""
    if "bundle.json" not in record.names:
        return
    plain = json.loads(record.whole("bundle.json"))
    files = plain["files"]
    if sha(canonical({"v": plain["v"], "files": files})) != plain["sha"]:
        wrong.append(say("listing", name="bundle.json"))
    for name, size, expected in files:
        if name not in record.names:
            wrong.append(say("absent", name=name))
            continue
        digest, length = hashlib.sha256(), 0
        for piece in record.pieces(name):
            digest.update(piece)
            length += len(piece)
        if (length, digest.hexdigest()) != (size, expected):
            wrong.append(say("listing", name=name))


def clip(record: Record, name: str, wrong: list[str]) -> dict[str, int]:
    """Check a clip's index and every byte it names; return hash of the chain → bytes it stands for."""
    spans: list[tuple[int, int, str]] = []
    marks: dict[str, int] = {}
    h, end = GENESIS, 0
    for number, line in enumerate(record.whole(name + ".idx").split(b"\n")[:-1], 1):
        bare, _, tail = line.rpartition(b',"h":"')
        if not bare or hashlib.sha256(h.encode() + bare + b"}").hexdigest() != tail[:64].decode():
            wrong.append(say("index", name=name + ".idx", line=number))
            return marks
        h, plain = tail[:64].decode(), json.loads(line)
        if "head" in plain:
            spans.append((plain["head"][0], plain["head"][1], plain["sha"]))
        elif "c" in plain:
            spans.append((plain["c"][0], plain["c"][1], plain["sha"]))
        end = max(end, *(at + length for at, length, _ in spans)) if spans else 0
        marks[h] = end
    at_wrong = spoilt(record.pieces(name), spans)
    if at_wrong is not None or not spans:
        wrong.append(say("bytes", name=name, at=at_wrong or 0))
    return marks


def spoilt(pieces: Iterator[bytes], spans: list[tuple[int, int, str]]) -> int | None:
    """Return where the first span begins that is not what it was, None if all are."""
    have, start = b"", 0
    for at, length, expected in spans:
        while start + len(have) < at + length:
            piece = next(pieces, None)
            if piece is None:
                return at
            have += piece
        if sha(have[at - start : at - start + length]) != expected:
            return at
        have, start = have[at - start + length :], at + length
    return None


def told(events: list[dict[str, Any]], marks: dict[str, dict[str, int]], wrong: list[str]) -> None:
    """Compare what the log says of clips with their indexes."""
    for event in events:
        if event.get("is") != "recorder.changed":
            continue
        detail, named = event.get("detail") or {}, []
        if event.get("kind") == "heads":
            named = detail.get("heads", [])
        elif event.get("kind") == "closed":
            named = [[event.get("clip"), detail.get("bytes"), detail.get("h")]]
        for name, size, h in named:
            where = f"tracks/{name}"
            if where not in marks:
                wrong.append(say("absent", name=where))
            elif marks[where].get(h) != size:
                wrong.append(say("told", name=where))


def manifest(record: Record, wrong: list[str]) -> None:
    """Check the manifest's own hash and the log it names."""
    if "manifest.json" not in record.names:
        return
    plain = json.loads(record.whole("manifest.json"))
    good = sha(canonical({name: value for name, value in plain.items() if name != "sha"})) == plain["sha"]
    if plain.get("log") is not None:
        size, h = plain["log"]
        lines = record.whole("log.jsonl")[:size].split(b"\n")
        good = good and len(lines) > 1 and lines[-1] == b"" and sha(lines[-2]) == h
    if not good:
        wrong.append(say("manifest"))


def documents(record: Record, events: list[dict[str, Any]], wrong: list[str]) -> int:
    """Check that documents are what their names say, and that all the log names are there; return how many."""
    there = [name for name in record.names if re.fullmatch(r"documents/[0-9a-f]{64}\.pdf", name)]
    wrong += [say("document", name=name) for name in there if sha(record.whole(name)) != name[10:74]]
    kinds = ("document.added", "document.published", "document.extended", "signature.landed", "scan.attached", "scan.stamped")
    for event in events:
        if event.get("is") in kinds and f"documents/{event['sha256']}.pdf" not in there:
            wrong.append(say("absent", name=f"documents/{event['sha256']}.pdf"))
    return len(there)


def seal(record: Record, wrong: list[str]) -> str:
    """Check the seal against the record, and its signature if that can be done here; return a sentence."""
    if "sealed/seal.json" not in record.names:
        return say("unsealed")
    plain = json.loads(record.whole("sealed/seal.json"))
    fits = sha(record.whole("manifest.json")) == plain["manifest"]
    fits = fits and all(sha(record.whole(f"documents/{name}")) == expected for name, _, expected in plain["documents"])
    if not fits:
        wrong.append(say("seal"))
    try:
        from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - the one library that may be missing
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415
    except ImportError:
        return say("unsealed")
    signed = b"diemcau seal 1\n" + canonical({name: value for name, value in plain.items() if name != "sig"})
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(plain["key"])).verify(bytes.fromhex(plain["sig"]), signed)
    except InvalidSignature:
        wrong.append(say("seal"))
    return say("sealed", key=plain["key"])


if __name__ == "__main__":
    good, sentences = check(sys.argv[1])
    sys.stdout.write("\n".join([*sentences, ""]))
    raise SystemExit(0 if good else 1)
