"""Documents of a ceremony as the minutes tell them: what was published, who signed, how, by which authority (pure)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from recordings.lines import Entry


class Signature(msgspec.Struct, frozen=True):
    """A signature that landed. `how`: ink, scan or digital."""

    seq: int
    at: int
    slot: str
    how: str
    person: str
    authority: str
    sha256: str
    level: str
    office: dict[str, str]
    party: dict[str, str]
    kind: str


class PaperFacts(msgspec.Struct):
    """One document. `published`: (line, time, version, SHA-256) of each; those withdrawn keep their reason."""

    id: str
    title: dict[str, str]
    mode: str
    kind: str = "ceremony"
    basis: str = ""
    slots: list[dict[str, Any]] = []
    published: list[tuple[int, int, int, str]] = []
    withdrawn: list[tuple[int, str]] = []
    interrupted: list[tuple[int, str]] = []
    declined: list[tuple[int, str, str]] = []
    signatures: list[Signature] = []
    completed: tuple[int, int, str] | None = None
    exchanged: tuple[int, int] | None = None
    left: tuple[int, str] | None = None
    scan: tuple[int, str] | None = None


class Papers:
    """What is known of documents so far."""

    def __init__(self) -> None:
        """Nothing yet."""
        self._found: dict[str, PaperFacts] = {}
        self._parties: dict[str, dict[str, str]] = {}

    def plan(self, documents: Iterable[dict[str, Any]], parties: Iterable[dict[str, Any]]) -> None:
        """Take over what the sheet says of documents and parties."""
        self._parties |= {one["id"]: one["name"] for one in parties}
        for one in documents:
            known = self._found.get(one["id"]) or PaperFacts(one["id"], one["title"], "wet_ink")
            known.title, known.mode = one["title"], one.get("signing", "wet_ink")
            known.basis, known.slots = one.get("basis", ""), list(one.get("signatures", ()))
            self._found[one["id"]] = known

    def done(self) -> list[PaperFacts]:
        """Return every document."""
        return list(self._found.values())

    def hear(self, entry: Entry) -> None:
        """Take in an event about a document; others are passed over."""
        event = entry.event
        name = event.get("document")
        if event["is"] == "document.added":
            self._added(event)
        paper = self._found.get(name) if isinstance(name, str) else None
        if paper is None:
            return
        match event["is"]:
            case "document.published":
                paper.published = [*paper.published, (entry.seq, entry.at, event["version"], event["sha256"])]
                paper.signatures, paper.completed, paper.left = [], None, None
            case "document.withdrawn":
                paper.withdrawn = [*paper.withdrawn, (entry.seq, event["reason"])]
            case "document.left":
                paper.left = entry.seq, event["reason"]
            case "document.exchanged":
                paper.exchanged = entry.seq, entry.at
            case "document.completed":
                paper.completed = entry.seq, entry.at, event["sha256"]
            case "signing.interrupted":
                paper.interrupted = [*paper.interrupted, (entry.seq, event["reason"])]
            case "slot.declined":
                paper.declined = [*paper.declined, (entry.seq, event["slot"], event["reason"])]
            case "scan.attached":
                paper.scan = entry.seq, event["sha256"]
            case "signature.landed":
                paper.signatures = [*paper.signatures, self._signature(entry, paper)]

    def _added(self, event: dict[str, Any]) -> None:
        title = event.get("title")
        known = self._found.get(event["document"])
        if known is None and title is not None:
            known = self._found[event["document"]] = PaperFacts(event["document"], title, event.get("mode") or "wet_ink")
        if known is not None:
            known.kind = event.get("kind", "ceremony")
            known.slots = list(event.get("slots") or known.slots)

    def _signature(self, entry: Entry, paper: PaperFacts) -> Signature:
        event = entry.event
        slot = next((one for one in paper.slots if one["slot"] == event["slot"]), {})
        none = {"vi": "", "en": ""}
        return Signature(
            entry.seq, entry.at, event["slot"], event["how"], event.get("person", ""), event.get("authority", ""), event["sha256"],
            event.get("level") or "", slot.get("office", none), self._parties.get(slot.get("party", ""), none), slot.get("kind", "leader"),
        )  # fmt: skip
