"""The facts of the minutes: a pure fold of log lines, callable at any line (CEREMONY §11). Nothing is invented.

What was undone is left out; what was written twice stands as it was written last. Every fact names its line (`seq`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import msgspec

from recordings.lines import Entry
from recordings.minutes_incidents import Incident, Incidents
from recordings.minutes_papers import PaperFacts, Papers

Words = dict[str, str]
"""A text in both languages: vi, en."""
NONE: Final[Words] = {"vi": "", "en": ""}


class Attendance(msgspec.Struct):
    """One site at the roll call; its last answer stands."""

    site: str
    name: Words
    role: str
    expected: int
    seq: int = 0
    present: int | None = None
    head: str = ""
    by_phone: bool = False
    mark: str = ""


class Speaker(msgspec.Struct, frozen=True):
    """A site that was given the floor."""

    seq: int
    at: int
    site: str


class RunFacts(msgspec.Struct):
    """One start of an item and what came of it."""

    seq: int
    item: str
    run: int
    at: int
    title: Words
    by: Words
    kind: str = "generic"
    ended: int | None = None
    held: bool = False
    speakers: list[Speaker] = []
    text: str = ""


class Answer(msgspec.Struct, frozen=True):
    """One site's answer to a question."""

    seq: int
    site: str
    choice: str
    name: str
    by_phone: bool
    counts: dict[str, int] | None
    remarks: str


class Question(msgspec.Struct):
    """A question that was put to sites."""

    seq: int
    at: int
    text: str
    choices: str
    asked: list[str]
    document: str = ""
    sha256: str = ""
    closed: int | None = None
    answers: dict[str, Answer] = {}


class Facts(msgspec.Struct):
    """Everything the minutes say. Times are UTC µs; `head`: the last line used and its hash."""

    session: str = ""
    rehearsal: bool = False
    title: Words = msgspec.field(default_factory=lambda: dict(NONE))
    host: Words = msgspec.field(default_factory=lambda: dict(NONE))
    utc_offset_s: int = 0
    opened: int | None = None
    closed: int | None = None
    cancelled: str = ""
    pauses: list[tuple[int, int | None, str]] = []
    sites: dict[str, Attendance] = {}
    delegates: list[dict[str, Any]] = []
    declared: tuple[int, bool, str] | None = None
    runs: list[RunFacts] = []
    skipped: list[tuple[int, Words, str]] = []
    questions: list[Question] = []
    papers: list[PaperFacts] = []
    incidents: list[Incident] = []
    head: tuple[int, str] = (0, "")


def facts(entries: Iterable[Entry]) -> Facts:
    """Return the facts of a log prefix. Raises `KeyError` or `TypeError` for events of a shape no version of ours wrote."""
    lines = list(entries)
    void = undone(lines)
    fold = _Fold()
    for entry in lines:
        if entry.seq not in void:
            fold.hear(entry)
    return fold.done(lines[-1] if lines else None)


def undone(lines: Iterable[Entry]) -> set[int]:
    """Return the lines of acts that were taken back."""
    acts: dict[int, int] = {}
    found: set[int] = set()
    for entry in lines:
        acts[entry.seq] = int(entry.event.get("acts", 0))
        if entry.event["is"] == "agenda.undone":
            first = int(entry.event["seq"])
            found |= set(range(first, first + max(1, acts.get(first, 1)))) | {entry.seq}
    return found


class _Fold:
    """What is known so far."""

    def __init__(self) -> None:
        self.facts = Facts()
        self._items: dict[str, dict[str, Any]] = {}
        self._texts: dict[str, str] = {}
        self._papers = Papers()
        self._incidents = Incidents()

    def hear(self, entry: Entry) -> None:
        kind = str(entry.event["is"]).replace(".", "_")
        heard = getattr(self, f"_{kind}", None)
        if heard is not None:
            heard(entry, entry.event)
        self._papers.hear(entry)
        self._incidents.hear(entry)

    def done(self, last: Entry | None) -> Facts:
        for item, text in self._texts.items():
            run = self._last_of(item)
            if run is not None:
                run.text = text
        self.facts.papers = self._papers.done()
        self.facts.incidents = self._incidents.done()
        if last is not None:
            self.facts.head = (last.seq, last.hash)
        return self.facts

    def _last_of(self, item: str) -> RunFacts | None:
        return next((run for run in reversed(self.facts.runs) if run.item == item), None)

    # the session and its plan

    def _session_created(self, entry: Entry, event: dict[str, Any]) -> None:
        draft, found = event["draft"], self.facts
        found.session, found.rehearsal = event["session"], event.get("rehearsal_of") is not None
        found.title, found.host, found.utc_offset_s = draft["title"], draft["host"], draft["utc_offset_s"]
        found.delegates = list(draft.get("delegates", []))
        self._sites(draft["sites"])
        self._items |= {one["id"]: one for one in draft["items"]}
        self._papers.plan(draft.get("documents", []), draft.get("parties", []))

    def _session_edited(self, entry: Entry, event: dict[str, Any]) -> None:
        self.facts.title = event.get("title") or self.facts.title
        self.facts.host = event.get("host") or self.facts.host

    def _sheet_applied(self, entry: Entry, event: dict[str, Any]) -> None:
        diff = event["diff"]
        self._items |= {one["id"]: one for one in (*diff.get("added", ()), *diff.get("changed", ()))}
        for site in diff.get("sites_removed", ()):
            self.facts.sites.pop(site, None)
        self._sites([*diff.get("sites_added", ()), *diff.get("sites_changed", ())])
        if diff.get("delegates") is not None:
            self.facts.delegates = list(diff["delegates"])
        self._papers.plan(diff.get("documents") or [], diff.get("parties") or [])

    def _sites(self, sites: list[dict[str, Any]]) -> None:
        for one in sites:
            known = self.facts.sites.get(one["id"]) or Attendance(one["id"], NONE, one["role"], 0)
            known.name, known.expected = one["name"], int(one.get("expected", 0))
            self.facts.sites[one["id"]] = known

    def _item_added(self, entry: Entry, event: dict[str, Any]) -> None:
        self._items[event["item"]["id"]] = event["item"]

    _item_edited = _item_added

    def _next_set(self, entry: Entry, event: dict[str, Any]) -> None:
        if event.get("frozen"):
            self._items[event["item"]] = event["frozen"]

    def _session_opened(self, entry: Entry, event: dict[str, Any]) -> None:
        self.facts.opened = self.facts.opened or entry.at

    def _session_closed(self, entry: Entry, event: dict[str, Any]) -> None:
        self.facts.closed = entry.at

    def _session_reopened(self, entry: Entry, event: dict[str, Any]) -> None:
        self.facts.closed = None

    def _session_cancelled(self, entry: Entry, event: dict[str, Any]) -> None:
        self.facts.closed, self.facts.cancelled = entry.at, event["reason"]

    def _session_suspended(self, entry: Entry, event: dict[str, Any]) -> None:
        self.facts.pauses.append((entry.at, None, event["reason"]))

    def _session_resumed(self, entry: Entry, event: dict[str, Any]) -> None:
        if self.facts.pauses:
            since, _, reason = self.facts.pauses.pop()
            self.facts.pauses.append((since, entry.at, reason))

    # what ran

    def _item_taken(self, entry: Entry, event: dict[str, Any]) -> None:
        item = self._items.get(event["item"], {})
        self.facts.runs.append(RunFacts(
            entry.seq, event["item"], event["run"], entry.at, item.get("title", NONE), item.get("by") or NONE, item.get("kind", "generic"),
        ))  # fmt: skip

    def _item_ended(self, entry: Entry, event: dict[str, Any]) -> None:
        run = self._last_of(event["item"])
        if run is not None:
            run.ended = entry.at

    def _item_held(self, entry: Entry, event: dict[str, Any]) -> None:
        run = self._last_of(event["item"])
        if run is not None:
            run.ended, run.held = entry.at, True

    def _item_skipped(self, entry: Entry, event: dict[str, Any]) -> None:
        title = self._items.get(event["item"], {}).get("title", NONE)
        self.facts.skipped.append((entry.seq, title, event.get("reason") or ""))

    def _item_restored(self, entry: Entry, event: dict[str, Any]) -> None:
        title = self._items.get(event["item"], {}).get("title", NONE)
        self.facts.skipped = [one for one in self.facts.skipped if one[1] != title]

    def _floor_granted(self, entry: Entry, event: dict[str, Any]) -> None:
        if self.facts.runs and self.facts.runs[-1].ended is None:
            self.facts.runs[-1].speakers = [*self.facts.runs[-1].speakers, Speaker(entry.seq, entry.at, event["site"])]

    def _proceedings_written(self, entry: Entry, event: dict[str, Any]) -> None:
        self._texts[event["item"]] = event["text"]

    # who was there, and what they said

    def _rollcall_answered(self, entry: Entry, event: dict[str, Any]) -> None:
        found = self.facts.sites.get(event["site"])
        if found is not None:
            found.seq, found.present, found.head, found.mark = entry.seq, event["present"], event.get("head", ""), ""
            found.by_phone = event.get("by") is not None

    def _rollcall_marked(self, entry: Entry, event: dict[str, Any]) -> None:
        found = self.facts.sites.get(event["site"])
        if found is not None:
            found.seq, found.mark = entry.seq, event["mark"]

    def _rollcall_declared(self, entry: Entry, event: dict[str, Any]) -> None:
        self.facts.declared = entry.seq, event["met"], event.get("note") or ""

    def _confirmation_opened(self, entry: Entry, event: dict[str, Any]) -> None:
        self.facts.questions.append(Question(
            entry.seq, entry.at, event["question"], event["choices"], list(event["respondents"]), event.get("document") or "",
            event.get("sha256") or "",
        ))  # fmt: skip

    def _confirmation_answered(self, entry: Entry, event: dict[str, Any]) -> None:
        question = self.facts.questions[-1]  # answers come to the one that is open
        question.answers = question.answers | {event["site"]: Answer(
            entry.seq, event["site"], event["choice"], event["name"], bool(event.get("by_phone")), event.get("counts"),
            event.get("remarks") or "",
        )}  # fmt: skip

    def _confirmation_closed(self, entry: Entry, event: dict[str, Any]) -> None:
        self.facts.questions[-1].closed = entry.at
