"""The minutes as a draft to work on in a word processor; it never comes back (CEREMONY §11)."""

from __future__ import annotations

import io
from typing import Any, Final

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from recordings.minutes_text import Line, Table, Writer

FONT: Final = "Times New Roman"


def minutes_docx(by: Writer) -> bytes:
    """Return the draft."""
    document: Any = docx.Document()
    _styled(document)
    say, ask = by.say, by.ask
    _head(document, by)
    _middle(document, f"{say('name')} ({say('draft')})", bold=True)
    _middle(document, by.text(by.facts.title), bold=True)
    for section in by.sections():
        document.add_paragraph().add_run(section.title).bold = True
        for part in section.parts:
            if isinstance(part, Table):
                _table(document, part)
            else:
                _line(document, part)
    signs = document.add_table(rows=1, cols=2).rows[0].cells
    for cell, words, name in zip(signs, ("sign-secretary", "sign-chair"), (ask.secretary, ask.chair), strict=True):
        cell.text = f"{say(words)}\n\n\n\n{name}"
        cell.paragraphs[0].alignment = ALIGN.CENTER
    document.add_paragraph("\n".join([say("recipients"), *(f"- {one}" for one in (*ask.recipients, say("kept")))]))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _styled(document: Any) -> None:
    style = document.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(14)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin, section.left_margin, section.right_margin = Mm(20), Mm(20), Mm(30), Mm(15)


def _head(document: Any, by: Writer) -> None:
    left, right = document.add_table(rows=1, cols=2).rows[0].cells
    ask, say = by.ask, by.say
    left.text = "\n".join([ask.above, ask.agency or by.text(by.facts.host), say("number", number=ask.number or "…")])
    words = [say("party")] if ask.party else [say("state"), say("motto")]
    right.text = "\n".join([*words, say("dated", place=ask.place or "…", date=by.date())])
    for cell in (left, right):
        cell.paragraphs[0].alignment = ALIGN.CENTER


def _middle(document: Any, text: str, *, bold: bool) -> None:
    paragraph = document.add_paragraph()
    paragraph.alignment = ALIGN.CENTER
    paragraph.add_run(text).bold = bold


def _line(document: Any, one: Line) -> None:
    paragraph = document.add_paragraph(one.text)
    paragraph.paragraph_format.left_indent = Mm(10 * one.level)
    if one.seq:
        mark = paragraph.add_run(f" [{one.seq}]")
        mark.font.size = Pt(8)


def _table(document: Any, one: Table) -> None:
    table = document.add_table(rows=1, cols=len(one.heads))
    table.style = "Table Grid"
    for cell, head in zip(table.rows[0].cells, one.heads, strict=True):
        cell.text = head
    for _, _, cells in one.rows:
        for cell, text in zip(table.add_row().cells, cells, strict=True):
            cell.text = text
