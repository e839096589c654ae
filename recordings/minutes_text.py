"""The minutes in sentences, section by section: facts in, headings and lines out, for PDF and DOCX alike (pure).

Every line says which line of the log it rests on. Words come from the catalogues (`doc.minutes.*`); texts of people stay
as they wrote them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import msgspec

from recordings.minutes import Facts, Question, RunFacts
from recordings.minutes_incidents import Incident
from recordings.minutes_papers import PaperFacts, Signature
from recordings.papers_asks import MinutesAsk
from recordings.tickets_text import groups

Say = Callable[..., str]
"""`say(key, **facts)`: a sentence of the catalogue `doc.minutes.<key>`."""


class Line(msgspec.Struct, frozen=True):
    """One line of the minutes; `seq` of the log line it rests on, 0 for none; `at` its moment, UTC µs."""

    text: str
    seq: int = 0
    at: int = 0
    level: int = 0


class Table(msgspec.Struct, frozen=True):
    """A table: heads, and rows with the log line each rests on."""

    heads: tuple[str, ...]
    rows: tuple[tuple[int, int, tuple[str, ...]], ...]


class Section(msgspec.Struct, frozen=True):
    """A numbered part."""

    title: str
    parts: tuple[Line | Table, ...]


class Writer:
    """Writes one language."""

    def __init__(self, facts: Facts, ask: MinutesAsk, say: Say) -> None:
        """Take facts and words."""
        self.facts, self.ask, self.say = facts, ask, say
        self._zone = dt.timezone(dt.timedelta(seconds=facts.utc_offset_s))

    def moment(self, at: int | None, *, date: bool = False) -> str:
        """Return a time of day, with its date if asked for; three dots for one nobody knows."""
        if at is None:
            return "…"
        when = dt.datetime.fromtimestamp(at // 1_000_000, self._zone)
        clock = self.say("clock", h=f"{when:%H}", m=f"{when:%M}", s=f"{when:%S}")
        if not date:
            return clock
        return self.say("moment", clock=clock, d=f"{when:%d}", mo=f"{when:%m}", y=f"{when:%Y}")

    def date(self) -> str:
        """Return the date the minutes bear: that of the end, else of the start."""
        at = self.facts.closed or self.facts.opened
        if at is None:
            return self.say("date", d="…", mo="…", y="…")
        when = dt.datetime.fromtimestamp(at // 1_000_000, self._zone)
        return self.say("date", d=f"{when:%d}", mo=f"{when:%m}", y=f"{when:%Y}")

    def text(self, words: dict[str, str]) -> str:
        """Return a text in the language of the minutes."""
        return words.get(self.ask.lang) or words.get("vi", "")

    def site(self, site: str) -> str:
        """Return a site's name."""
        found = self.facts.sites.get(site)
        return self.text(found.name) if found else site

    def sections(self) -> list[Section]:
        """Return everything between the head and the signatures."""
        made = [
            Section(self.say("time-place"), tuple(self._time())), Section(self.say("attendance"), tuple(self._attendance())),
            Section(self.say("proceedings"), tuple(self._proceedings())), Section(self.say("confirmations"), tuple(self._questions())),
            Section(self.say("signing"), tuple(self._signing())), Section(self.say("incidents"), tuple(self._incidents())),
            Section(self.say("end"), tuple(self._end())),
        ]  # fmt: skip
        return [one for one in made if one.parts]

    def _time(self) -> Iterator[Line]:
        yield Line(self.say("started", at=self.moment(self.facts.opened, date=True)), at=self.facts.opened or 0)
        hubs = [one for one in self.facts.sites.values() if one.role == "hub"]
        place = self.ask.place or ", ".join(self.text(one.name) for one in hubs)
        yield Line(self.say("hub-place", place=place))
        others = [self.text(one.name) for one in self.facts.sites.values() if one.role != "hub"]
        if others:
            yield Line(self.say("sites", count=len(others), names="; ".join(others)))
        for since, until, reason in self.facts.pauses:
            yield Line(self.say("paused", since=self.moment(since), until=self.moment(until), reason=reason), at=since)

    def _attendance(self) -> Iterator[Line | Table]:
        if self.ask.chair:
            yield Line(self.say("chair", name=self.ask.chair))
        if self.ask.secretary:
            yield Line(self.say("secretary", name=self.ask.secretary))
        for one in self.facts.delegates:
            who = " - ".join(part for part in (one.get("name", ""), self.text(one["office"]), self.text(one["unit"])) if part)
            yield Line(who, level=1)
        rows = tuple(
            (one.seq, 0, (self.text(one.name), str(one.expected or ""), "" if one.present is None else str(one.present), one.head, self._mark(one)))
            for one in self.facts.sites.values()
        )  # fmt: skip
        heads = tuple(self.say(f"head-{name}") for name in ("site", "expected", "present", "head", "note"))
        yield Table(heads, rows)
        if self.facts.declared is not None:
            seq, met, note = self.facts.declared
            yield Line(self.say("quorum-met" if met else "quorum-not-met") + (f" {note}" if note else ""), seq)

    def _mark(self, one: object) -> str:
        mark, phone = getattr(one, "mark", ""), getattr(one, "by_phone", False)
        words = [self.say(f"mark-{mark}")] if mark else []
        return ", ".join([*words, *([self.say("by-phone")] if phone else [])])

    def _proceedings(self) -> Iterator[Line]:
        for number, run in enumerate(self.facts.runs, 1):
            yield from self._run(number, run)
        for seq, title, reason in self.facts.skipped:
            yield Line(self.say("skipped", title=self.text(title), reason=reason or "…"), seq)

    def _run(self, number: int, run: RunFacts) -> Iterator[Line]:
        ended = self.say("held", at=self.moment(run.ended)) if run.held else self.moment(run.ended)
        yield Line(self.say("item", n=number, title=self.text(run.title), since=self.moment(run.at), until=ended), run.seq, run.at)
        if self.text(run.by):
            yield Line(self.say("by", name=self.text(run.by)), level=1)
        for one in run.speakers:
            yield Line(self.say("floor", at=self.moment(one.at), site=self.site(one.site)), one.seq, one.at, 1)
        for part in run.text.splitlines():
            if part.strip():
                yield Line(part.strip(), level=1)

    def _questions(self) -> Iterator[Line]:
        for one in self.facts.questions:
            yield Line(self.say("question", at=self.moment(one.at), text=one.text), one.seq, one.at)
            if one.sha256:
                yield Line(self.say("question-of", hash=groups(one.sha256)), level=1)
            yield Line(self._counted(one), one.seq, level=1)
            silent = [self.site(site) for site in one.asked if site not in one.answers]
            if silent:
                yield Line(self.say("unanswered", names="; ".join(silent)), level=1)
            for found in one.answers.values():
                if found.remarks or found.by_phone:
                    words = self.say("by-phone") if found.by_phone else ""
                    said = " ".join(part for part in (words, found.remarks) if part)
                    text = self.say("answer", site=self.site(found.site), name=found.name, choice=self.say(f"choice-{found.choice}"), said=said)
                    yield Line(text, found.seq, level=2)

    def _counted(self, one: Question) -> str:
        if one.choices == "vote":
            # a site that gave no counts is one vote
            sums = [
                sum(found.counts.get(name, 0) if found.counts else int(found.choice == name) for found in one.answers.values())
                for name in ("for", "against", "abstain")
            ]
            return self.say("votes", yes=sums[0], no=sums[1], none=sums[2])
        choices = [found.choice for found in one.answers.values()]
        counts = {choice: choices.count(choice) for choice in dict.fromkeys(choices)}
        told = "; ".join(f"{self.say(f'choice-{choice}')}: {count}" for choice, count in counts.items()) or "0"
        return self.say("counted", answered=len(choices), asked=len(one.asked), told=told)

    def _signing(self) -> Iterator[Line]:
        for paper in self.facts.papers:
            if paper.kind == "ceremony" and (paper.published or paper.signatures):
                yield from self._paper(paper)

    def _paper(self, paper: PaperFacts) -> Iterator[Line]:
        yield Line(self.say(f"paper-{paper.mode}", title=self.text(paper.title)), paper.published[-1][0] if paper.published else 0)
        for seq, at, version, sha in paper.published:
            yield Line(self.say("published", version=version, at=self.moment(at), hash=groups(sha)), seq, at, 1)
        for seq, reason in paper.withdrawn:
            yield Line(self.say("withdrawn", reason=reason), seq, level=1)
        for number, one in enumerate(paper.signatures, 1):
            yield Line(self._signature(number, one), one.seq, one.at, 1)
        for seq, slot, reason in paper.declined:
            yield Line(self.say("declined", slot=slot, reason=reason), seq, level=1)
        if paper.scan is not None:
            yield Line(self.say("scan", hash=groups(paper.scan[1])), paper.scan[0], level=1)
        if paper.completed is not None:
            yield Line(self.say("completed", at=self.moment(paper.completed[1]), hash=groups(paper.completed[2])), paper.completed[0], level=1)
        if paper.exchanged is not None:
            yield Line(self.say("exchanged", at=self.moment(paper.exchanged[1])), paper.exchanged[0], level=1)
        if paper.left is not None:
            yield Line(self.say("left", reason=paper.left[1]), paper.left[0], level=1)

    def _signature(self, number: int, one: Signature) -> str:
        who = " ".join(part for part in (one.authority, one.person) if part) or self.text(one.office)
        office = ", ".join(part for part in (self.text(one.office), self.text(one.party)) if part)
        how = self.say(f"how-{one.how}") + (f" ({one.level})" if one.level else "")
        return self.say("signed", n=number, at=self.moment(one.at), who=who, office=office, how=how)

    def _incidents(self) -> Iterator[Line]:
        chosen = self.ask.incidents
        for one in self.facts.incidents:
            if chosen is None or one.seq in chosen:
                yield Line(self._incident(one), one.seq, one.at)

    def _incident(self, one: Incident) -> str:
        site = self.site(one.site) if one.site else ""
        text = self.say(f"incident-{one.kind}", at=self.moment(one.at), site=site, text=one.text)
        return text if one.until is None else f"{text} {self.say('until', at=self.moment(one.until))}"

    def _end(self) -> Iterator[Line]:
        if self.ask.notes:
            yield Line(self.ask.notes)
        if self.facts.cancelled:
            yield Line(self.say("cancelled", at=self.moment(self.facts.closed, date=True), reason=self.facts.cancelled))
        elif self.facts.closed is not None:
            yield Line(self.say("ended", at=self.moment(self.facts.closed, date=True)), at=self.facts.closed)
        yield Line(self.say("read-aloud"))
        seq, head = self.facts.head
        yield Line(self.say("rests-on", seq=seq, hash=groups(head)), seq)
