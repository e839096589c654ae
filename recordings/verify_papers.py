"""Checks documents, their signatures and the seal of a record, without a server (TRUST §8, CEREMONY §11).

Signatures in PDF need the libraries the server uses; where they are missing (a bundle's own verifier) that stays open.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterable, Sequence
from typing import Any, Final

import msgspec

from recordings.chain import digest
from recordings.lines import Entry
from recordings.manifest import NAME as MANIFEST
from recordings.papers_asks import Finding, Said, ValidateAsk, Verdict
from recordings.verify_answers import Answer, answer, worst
from signaling.errors import Malformed

DOCUMENTS: Final = "documents"


class Outside(msgspec.Struct, frozen=True):
    """What whoever checks brings along: certificates they trust (DER), keys of hubs they know (hex), checkpoints (JSON)."""

    roots: tuple[bytes, ...] = ()
    keys: tuple[str, ...] = ()
    checkpoints: tuple[bytes, ...] = ()


class PaperChecks(msgspec.Struct):
    """What was found: faults of bytes, things missing, and three answers."""

    wrong: list[str] = []
    missing: list[str] = []
    signer: list[tuple[Verdict, Said]] = []
    trust: list[tuple[Verdict, Said]] = []
    time: list[tuple[Verdict, Said]] = []


class Lineage(msgspec.Struct):
    """The revisions of one document, and the slots that hold a signature."""

    digital: bool = False
    slots: tuple[str, ...] = ()
    revisions: tuple[str, ...] = ()
    landed: tuple[str, ...] = ()


def check_papers(folder: str, entries: Sequence[Entry], outside: Outside) -> PaperChecks:
    """Return what is wrong with documents and seal. Never raises."""
    checks = PaperChecks([], [], [], [], [])
    for work in (_files, _signatures, _sealed, _checkpoints):
        try:
            work(folder, entries, outside, checks)
        except Exception as error:  # noqa: BLE001 - total: whatever lies there is a finding
            checks.wrong.append(f"{work.__name__[1:]}: cannot be checked ({type(error).__name__})")
    return checks


def _files(folder: str, entries: Sequence[Entry], outside: Outside, checks: PaperChecks) -> None:
    """Every document's name is its hash, and every one the log names is there."""
    del outside
    place = os.path.join(folder, DOCUMENTS)
    there = set()
    for name in sorted(os.listdir(place)) if os.path.isdir(place) else []:
        if not name.endswith(".pdf"):
            continue
        there.add(name[:-4])
        if digest(_read(folder, name[:-4])) != name[:-4]:
            checks.wrong.append(f"{DOCUMENTS}/{name}: is not what its name says")
    for sha in dict.fromkeys(sha for entry in entries for sha in _named(entry.event)):
        if sha not in there:
            checks.missing.append(f"{DOCUMENTS}/{sha}.pdf: in the event log, but not in the folder")


def _named(event: dict[str, Any]) -> list[str]:
    kinds = ("document.added", "document.published", "document.extended", "signature.landed", "scan.attached", "scan.stamped")
    if event.get("is") not in kinds:
        return []
    return [str(event[field]) for field in ("sha256", "file") if event.get(field)]


def _read(folder: str, sha: str) -> bytes:
    with open(os.path.join(folder, DOCUMENTS, f"{sha}.pdf"), "rb") as file:
        return file.read()


def lineages(entries: Iterable[Entry]) -> dict[str, Lineage]:
    """Return the revisions of every document as the log tells them."""
    found: dict[str, Lineage] = {}
    for entry in entries:
        event = entry.event
        if event["is"] in ("session.created", "sheet.applied"):
            for one in event.get("draft", event.get("diff", {})).get("documents") or ():
                found.setdefault(one["id"], Lineage())
                found[one["id"]].digital = one.get("signing") == "digital"
                found[one["id"]].slots = tuple(slot["slot"] for slot in one.get("signatures", ()))
        elif isinstance(event.get("document"), str):
            _follow(found.setdefault(event["document"], Lineage()), event)
    return found


def _follow(one: Lineage, event: dict[str, Any]) -> None:
    match event["is"]:
        case "document.added" if event.get("slots"):
            one.slots, one.digital = tuple(slot["slot"] for slot in event["slots"]), event.get("mode") == "digital"
        case "document.published":
            one.revisions, one.landed = (event["sha256"],), ()
        case "document.withdrawn":
            one.revisions, one.landed = (), ()
        case "signature.landed" if event["how"] == "digital":
            one.revisions, one.landed = (*one.revisions, event["sha256"]), (*one.landed, event["slot"])
        case "document.extended":
            one.revisions = (*one.revisions, event["sha256"])


def _signatures(folder: str, entries: Sequence[Entry], outside: Outside, checks: PaperChecks) -> None:
    for name, one in lineages(entries).items():
        if not (one.digital and one.landed):
            continue
        judge = _library()
        if judge is None:
            open_ = Said("no-pdf-library", {"document": name})
            for part in (checks.signer, checks.trust, checks.time):
                part.append(("unknown", open_))
            continue
        validate, trust = judge
        try:
            pdf = _read(folder, one.revisions[-1])
        except OSError:
            # that it is missing was said; the other documents are judged all the same
            for part in (checks.signer, checks.trust, checks.time):
                part.append(("unknown", Said("document-gone", {"document": name})))
            continue
        report = validate(ValidateAsk(one.slots, one.revisions, one.landed), pdf, trust(outside.roots))
        if report.integrity.verdict == "invalid":
            checks.wrong.append(f"{name}: {', '.join(said.code for said in report.integrity.says)}")
        if report.completeness.verdict == "invalid":
            checks.wrong.append(f"{name}: {', '.join(said.code for said in report.completeness.says)}")
        for part, finding in ((checks.signer, report.signer), (checks.trust, report.trust), (checks.time, report.time)):
            _take(part, name, finding)


def _take(part: list[tuple[Verdict, Said]], name: str, finding: Finding) -> None:
    part += [(finding.verdict, Said(said.code, {"document": name} | said.detail)) for said in finding.says]


def _library() -> Any:
    """Return what judges a signed PDF, None where its libraries are missing."""
    try:
        return importlib.import_module("recordings.validate").validate, importlib.import_module("recordings.pades_ltv").Trust
    except ImportError:
        return None


def _sealed(folder: str, entries: Sequence[Entry], outside: Outside, checks: PaperChecks) -> None:
    try:
        seals = importlib.import_module("recordings.seal")
    except ImportError:
        checks.signer.append(("unknown", Said("no-key-library")))
        return
    try:
        kept = seals.read_seal(folder)
    except Malformed:
        _broken(checks)
        return
    if kept is None:
        late = any(entry.event["is"] == "session.sealed" for entry in entries)
        if late:
            checks.missing.append("the seal: in the event log, but not in the folder")
        checks.signer.append(("unknown", Said("not-sealed")))
        checks.time.append(("unknown", Said("own-clock")))
        return
    one, token = kept
    if not seals.seal_good(one):
        _broken(checks)
        return
    known = one.key in outside.keys
    checks.signer.append(("valid" if known else "unknown", Said("sealed-known" if known else "sealed", {"key": one.key})))
    _against(folder, one, seals, checks)
    checks.time.append(_token(token, seals.stamped(one), outside))


def _broken(checks: PaperChecks) -> None:
    checks.wrong.append("the seal: its signature is not that of its key, or it is no seal")
    checks.signer.append(("invalid", Said("seal-broken")))
    checks.time.append(("unknown", Said("own-clock")))


def _against(folder: str, one: Any, seals: Any, checks: PaperChecks) -> None:
    """Compare what the seal names with what is there."""
    with open(os.path.join(folder, MANIFEST), "rb") as file:
        manifest = file.read()
    if digest(manifest) != one.manifest:
        checks.wrong.append("the manifest is not the one that was sealed")
    leaves = seals.leaves_of(folder)
    if (seals.root(leaves).hex(), len(leaves)) != tuple(one.merkle):
        checks.wrong.append("the recordings are not those that were sealed")
    there = {name: (size, sha) for name, size, sha in seals.documents_in(folder)}
    for name, size, sha in one.documents:
        if name not in there:
            checks.missing.append(f"{DOCUMENTS}/{name}: sealed, but not in the folder")
        elif there[name] != (size, sha):
            checks.wrong.append(f"{DOCUMENTS}/{name}: is not what was sealed")


def _token(token: bytes | None, data: bytes, outside: Outside) -> tuple[Verdict, Said]:
    if token is None:
        return "unknown", Said("own-clock")
    try:
        stamps = importlib.import_module("recordings.timestamps")
    except ImportError:
        return "unknown", Said("no-pdf-library", {"document": "seal.tsr"})
    try:
        found = stamps.read_token(token, data)
    except stamps.StampFailed:
        return "invalid", Said("stamp-broken")
    trusted = stamps.token_trusted(token, data, outside.roots)
    return ("valid" if trusted else "unknown"), Said("sealed-stamped" if trusted else "stamp-untrusted", {"authority": found.authority})


def _checkpoints(folder: str, entries: Sequence[Entry], outside: Outside, checks: PaperChecks) -> None:
    """Compare copies of checkpoints kept elsewhere: only they show that a log was cut short."""
    del folder
    if not outside.checkpoints:
        return
    seals = importlib.import_module("recordings.seal")
    hashes = {entry.seq: entry.hash for entry in entries}
    for text in outside.checkpoints:
        try:
            one = msgspec.json.decode(text, type=seals.Checkpoint)
        except msgspec.MsgspecError:
            checks.wrong.append("a checkpoint that was handed in cannot be read")
            continue
        if outside.keys and not any(seals.checkpoint_good(one, key) for key in outside.keys):
            checks.wrong.append(f"the checkpoint of line {one.seq} was not signed by a key that is known")
        elif not seals.checkpoint_good(one, one.key):
            checks.wrong.append(f"the checkpoint of line {one.seq} is forged")
        elif hashes.get(one.seq) != one.hash:
            checks.wrong.append(f"line {one.seq} of the event log is not what a checkpoint kept elsewhere says")


def questions(checks: PaperChecks) -> tuple[Answer, Answer, Answer]:
    """Return the answers about signer, trust and time."""
    signer = _of(checks.signer, Said("open-holder"))
    trust = _of(checks.trust or [("unknown", Said("no-certificate"))], Said("open-roots"))
    return signer, trust, _of(checks.time or [("unknown", Said("own-clock"))], Said("open-before"))


def _of(parts: list[tuple[Verdict, Said]], not_proven: Said) -> Answer:
    told = tuple({(said.code, *said.detail.items()): said for _, said in parts}.values())
    return answer(worst(verdict for verdict, _ in parts), told, (not_proven,))
