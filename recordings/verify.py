"""Checks a folder without a server: log, indexes, masters and manifest against each other (RECORDING §8, TRUST §8)."""

from __future__ import annotations

import contextlib
import os

import msgspec

from recordings.chain import GENESIS
from recordings.lines import Entry
from recordings.log import LogVerdict, read_log, verify_log
from recordings.logfiles import MIRROR
from recordings.manifest import NAME
from recordings.papers_asks import Said
from recordings.tracks import clip_names
from recordings.verify_answers import Answer, Judgement, answer
from recordings.verify_clip import ClipCheck, Masters, check_clip
from recordings.verify_manifest import check_manifest
from recordings.verify_papers import Outside, PaperChecks, check_papers, questions
from signaling.errors import Malformed

Verdict = Judgement


class _Told(msgspec.Struct):
    """What the log says about one clip."""

    heads: list[tuple[int, str]] = []
    closed: tuple[int, str] | None = None


class _Heads(msgspec.Struct):
    heads: list[tuple[str, int, str]]


class _Closed(msgspec.Struct):
    bytes: int
    h: str


def verify(folder: str, masters: Masters | None = None, outside: Outside | None = None) -> Verdict:
    """Return the verdict on a ceremony's folder, its masters taken from elsewhere if `masters` is given.

    `outside`: what whoever checks trusts and knows. Total: whatever is in there, it returns, and it changes nothing.
    """
    wrong: list[str] = []
    missing: list[str] = []
    log = _log(folder, wrong)
    entries = _entries(folder)
    told = _told(entries, wrong)
    try:
        names = clip_names(folder)
    except OSError as error:
        names = []
        wrong.append(f"the folder of clips cannot be read: {error.strerror}")
    checks = {name: check_clip(folder, name, masters) for name in names}
    for name, check in checks.items():
        wrong += [f"{name}: {sentence}" for sentence in check.wrong]
        missing += [f"{name}: {sentence}" for sentence in check.notes]
        wrong += _against_log(name, check, told.get(name))
    wrong += [f"{name}: in the event log, but not in the folder" for name in sorted(told.keys() - checks.keys())]
    whole = _manifest(folder, checks, wrong, missing)
    papers = check_papers(folder, entries, outside or Outside())
    return _judged((log, len(checks)), (wrong, missing), papers, (whole, [entry.at for entry in entries]))


def _judged(
    counted: tuple[LogVerdict, int], found: tuple[list[str], list[str]], papers: PaperChecks, more: tuple[bool, list[int]]
) -> Verdict:
    (log, clips), (wrong, missing), (whole, times) = counted, (found[0] + papers.wrong, found[1] + papers.missing), more
    whole = whole and not papers.missing
    says = (f"{log.count} events, {clips} clips checked", *wrong)
    integrity = answer("invalid" if wrong else "valid", (Said("record-changed" if wrong else "record-whole"),), (Said("open-copies"),), says)
    told = Said("record-complete" if whole else "record-lacks")
    complete = answer("valid" if whole else "invalid", (told,), (Said("open-truncated"),), missing or ["nothing is missing that log and manifest name"])
    signer, trust, stamped = questions(papers)
    ok = not wrong and whole
    return Verdict(ok, integrity, complete, _time(times, stamped), clips, log.head, signer, trust)


def _log(folder: str, wrong: list[str]) -> LogVerdict:
    try:
        log = verify_log(folder)
    except (OSError, ValueError, RecursionError) as error:
        log = LogVerdict(False, 0, GENESIS, 1, f"the event log cannot be read: {type(error).__name__}")
    if not log.ok:
        wrong.append(f"event log, line {log.first_bad_seq}: {log.reason}")
    return log


def _entries(folder: str) -> list[Entry]:
    """Return the events as far as their chain holds."""
    found: list[Entry] = []
    if os.path.isfile(os.path.join(folder, MIRROR)):
        # a broken chain was reported by the check of the log itself
        with contextlib.suppress(Malformed, OSError):
            for entry in read_log(folder):
                found.append(entry)  # noqa: PERF402 - what was read before the chain breaks counts
    return found


def _told(entries: list[Entry], wrong: list[str]) -> dict[str, _Told]:
    """Return what the log says about clips."""
    told: dict[str, _Told] = {}
    for entry in entries:
        if entry.event.get("is") == "recorder.changed":
            try:
                _hear(told, entry.event)
            except msgspec.ValidationError:
                wrong.append(f"event log, line {entry.seq}: news of the recorder that make no sense")
    return told


def _hear(told: dict[str, _Told], event: dict[str, object]) -> None:
    clip, detail = event.get("clip"), event.get("detail", {})
    match event.get("kind"):
        case "heads":
            for name, size, h in msgspec.convert(detail, _Heads).heads:
                told.setdefault(name, _Told()).heads.append((size, h))
        case "closed" if isinstance(clip, str):
            end = msgspec.convert(detail, _Closed)
            told.setdefault(clip, _Told()).closed = end.bytes, end.h
        case "opened" if isinstance(clip, str):
            told.setdefault(clip, _Told())


def _against_log(name: str, check: ClipCheck, told: _Told | None) -> list[str]:
    if told is None:
        return [f"{name}: not in the event log"] if check.end is not None else []
    found = [
        f"{name}: the first {size} bytes are not what the event log vouches for"
        for size, h in told.heads
        if check.marks.get(h) != size
    ]
    if told.closed is not None and told.closed != check.end:
        found.append(f"{name}: does not end as the event log says")
    return found[:3]


def _manifest(folder: str, checks: dict[str, ClipCheck], wrong: list[str], missing: list[str]) -> bool:
    """Check the manifest; return whether it is there if it has to be."""
    if not os.path.lexists(os.path.join(folder, NAME)):
        missing.append("no manifest yet" if checks else "no clips and no manifest")
        return not checks or any(check.end is None for check in checks.values())
    found, since = check_manifest(folder, checks)
    wrong += [f"{NAME}: {sentence}" for sentence in found]
    if since:
        missing.append(f"{since} clips were closed after the manifest was written")
    return True


def _time(times: list[int], stamped: Answer) -> Answer:
    back = [n for n in range(1, len(times)) if times[n] < times[n - 1]]
    says = ["the times of events are the hub's own clock; a time stamp says when the whole existed at the latest"]
    says += [f"the clock went back {(times[n - 1] - times[n]) // 1000} ms before event {n + 1}" for n in back[:5]]
    return msgspec.structs.replace(stamped, ok=stamped.ok and not back, says=tuple(says))


if __name__ == "__main__":
    import sys

    said = verify(sys.argv[1])
    sys.stdout.write("\n".join([*said.lines(), f"head: {said.head}", ""]))
    raise SystemExit(0 if said.ok else 1)
