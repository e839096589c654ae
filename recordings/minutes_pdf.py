"""The minutes as a paper: official layout, PDF/A-3u, log and manifest inside (CEREMONY §11). The same log, the same bytes."""

from __future__ import annotations

import datetime as dt
import functools
import html
from collections.abc import Sequence
from typing import Any, Final

import pypdfium2
from weasyprint import Attachment

from recordings.lines import entries, split
from recordings.minutes import Facts, facts
from recordings.minutes_text import Line, Section, Table, Writer
from recordings.pades_fields import PERSON, places
from recordings.papers_asks import FieldSpec, MinutesAsk
from recordings.printing import filled, printed
from recordings.stamps import SEAL_BOX_PT
from recordings.wording import sentence

LOG: Final = "nhat-ky-su-kien.jsonl"
MANIFEST: Final = "ban-ke.json"


def writer(ask: MinutesAsk, log: bytes) -> Writer:
    """Return who writes the minutes of a log prefix. Raises `Malformed` where its chain breaks."""
    return Writer(facts(entries(split(log))), ask, functools.partial(_say, ask.lang))


def _say(language: Any, key: str, /, **words: str | int) -> str:
    return sentence(language, f"doc.minutes.{key}", **words)


def minutes_pdf(ask: MinutesAsk, log: bytes, manifest: bytes) -> tuple[bytes, int, tuple[FieldSpec, ...], tuple[int, str]]:
    """Return the PDF, its pages, where secretary, chair and seal sign, and the head of the log. Raises `Malformed`."""
    by = writer(ask, log)
    moment = _last(log)
    pdf = printed(page(by, moment), variant="pdf/a-3u", attachments=_attached(by, log, manifest, moment))
    found = places(pdf)
    fields = tuple(FieldSpec(one.slot, one.party, one.kind, *found[one.slot]) for one in ask.slots if one.slot in found)
    document = pypdfium2.PdfDocument(pdf)
    count = len(document)
    document.close()
    return pdf, count, fields, by.facts.head


def _last(log: bytes) -> dt.datetime:
    """Return the moment of the last line: everything in the file bears it, so that it can be made again."""
    last = 0
    for entry in entries(split(log)):
        last = entry.at
    return dt.datetime.fromtimestamp(last // 1_000_000, dt.UTC)


def _attached(by: Writer, log: bytes, manifest: bytes, moment: dt.datetime) -> list[Any]:
    kept = [(LOG, log, by.say("log")), *([(MANIFEST, manifest, by.say("manifest"))] if manifest else [])]
    return [
        Attachment(string=data, name=name, description=words, relationship="Source", created=moment, modified=moment)
        for name, data, words in kept
    ]


def page(by: Writer, moment: dt.datetime) -> str:
    """Return the minutes as HTML."""
    ask, say, found = by.ask, by.say, by.facts
    slots = {one.kind: one.slot for one in ask.slots}
    marks = [say("rehearsal")] if found.rehearsal else []
    marks += [sentence(ask.lang, "doc.sample")] if ask.sample else []
    texts = {
        "lang": ask.lang, "title": f"{say('name')} - {by.text(found.title)}", "created": moment.isoformat(), "above": ask.above,
        "agency": ask.agency or by.text(found.host), "number": say("number", number=ask.number or "…"),
        "dated": say("dated", place=ask.place or "…", date=by.date()), "name": say("name"), "about": by.text(found.title),
        "footer": " · ".join(marks).replace('"', ""), "secretary": say("sign-secretary"), "chair": say("sign-chair"),
        "who_secretary": ask.secretary, "who_chair": ask.chair, "recipients": say("recipients"),
    }  # fmt: skip
    markup = {
        "right": _right(by), "sections": "".join(_section(by, one, n) for n, one in enumerate(by.sections(), 1)),
        "copies": "<br>".join(html.escape(f"- {one}") for one in (*ask.recipients, say("kept"))),
        "slot_secretary": _slot(slots.get("secretary"), PERSON, (35, 34)), "slot_chair": _slot(slots.get("chair"), PERSON, (58, 34)),
        "slot_seal": _slot(slots.get("seal"), SEAL_BOX_PT, (0, 10)),
    }  # fmt: skip
    return filled("minutes.html", texts, markup)


def _right(by: Writer) -> str:
    if by.ask.party:
        return f"<b>{html.escape(by.say('party'))}</b>"
    return f"<b>{html.escape(by.say('state'))}<br>{html.escape(by.say('motto'))}</b>"


def _slot(name: str | None, size: tuple[float, float], place: tuple[int, int]) -> str:
    """Return the mark `pades_fields.places` finds: where a signature will stand."""
    if name is None:
        return ""
    found = f"slot:{name}:{size[0]:.0f}:{size[1]:.0f}"
    return f'<a class="slot" id="{html.escape(found)}" style="left:{place[0]}pt;top:{place[1]}pt"></a>'


def _section(by: Writer, one: Section, number: int) -> str:
    parts = "".join(_table(by, part) if isinstance(part, Table) else _line(by, part) for part in one.parts)
    return f"<h2>{_ROMAN[number]}. {html.escape(one.title)}</h2>{parts}"


_ROMAN: Final[Sequence[str]] = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII")


def _line(by: Writer, one: Line) -> str:
    return f'<p class="l{one.level}">{html.escape(one.text)}{_seq(by, one.seq, one.at)}</p>'


def _table(by: Writer, one: Table) -> str:
    heads = "".join(f"<th>{html.escape(head)}</th>" for head in one.heads)
    rows = "".join(
        "<tr>" + "".join(f"<td>{html.escape(cell)}{_seq(by, seq, at) if n == len(cells) - 1 else ''}</td>" for n, cell in enumerate(cells)) + "</tr>"
        for seq, at, cells in one.rows
    )  # fmt: skip
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"


def _seq(by: Writer, seq: int, at: int) -> str:
    """Return the number of a log line, leading to its moment in the replay if its address is known."""
    if seq == 0:
        return ""
    address, opened = by.ask.replay, by.facts.opened
    if address and at and opened is not None:
        seconds = max(0, (at - opened) // 1_000_000)
        return f'<a class="seq" href="{html.escape(address)}?t={seconds}">[{seq}]</a>'
    return f'<span class="seq">[{seq}]</span>'


def made(ask: MinutesAsk, log: bytes) -> Facts:
    """Return the facts alone. Raises `Malformed`."""
    return writer(ask, log).facts
