"""A `Draft` as an Excel workbook people edit; reading it back gives the same draft."""

from __future__ import annotations

import io
from typing import Any, Final

import openpyxl
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from server.sheets.papers import cell_of
from server.sheets.rows import guarded
from server.sheets.to_plain import to_plain
from server.sheets.words import CHOSEN, FLAGS, Language, said, words
from signaling.draft import Draft

BASIC: Final = 13
"""Columns of the programme that always stand there (CEREMONY §12); the others only where something is in them."""
_ORDER: Final = ("info", "agenda", "sites", "delegates", "documents", "parties", "slates")
_KINDS: Final = {"kind": "{}.kind", "audio": "agenda.audio", "step": "agenda.step", "role": "sites.role",
                 "signing": "documents.signing"}
_WIDTHS: Final = {"vi": 48, "en": 36, "script": 60, "sites_do": 36, "by": 28, "office": 40, "text": 48, "scene": 30,
                 "signatures": 60}
_NUMBERS: Final = frozenset({"duration", "order", "expected_delegates", "warn_s", "danger_s"})
_BOLD: Final = Font(bold=True)
_FILL: Final = PatternFill("solid", fgColor="DDE6F0")
_WRAP: Final = Alignment(wrap_text=True, vertical="top")
_LISTED: Final = 500
"""Rows below the heading for which a choice is offered."""


def to_xlsx(draft: Draft, language: Language = "vi") -> bytes:
    """Return the workbook, headings and choices in `language`."""
    plain = to_plain(draft)
    book = openpyxl.Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    for table in _ORDER:
        sheet = book.create_sheet(words().tables[table].name.said(language))
        if table == "info":
            _info(sheet, plain, language)
        else:
            _table(sheet, table, [_flat(row) for row in plain.get(table, [])], language)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    """Return a plain row with one value per column: `{vi, en}` becomes two."""
    flat: dict[str, Any] = {}
    for field, value in row.items():
        if field == "signatures":
            flat[field] = cell_of(value)
        elif isinstance(value, dict):
            flat[field] = value["vi"]
            flat |= {f"{field}_en": value["en"]} if "en" in value else {}
        else:
            flat[field] = "; ".join(value) if isinstance(value, list) else value
    return flat


def _table(sheet: Any, table: str, rows: list[dict[str, Any]], language: Language) -> None:
    columns = [
        column
        for n, column in enumerate(words().tables[table].columns)
        if (table == "agenda" and n < BASIC) or not _extra(table, column.field) or any(column.field in r for r in rows)
    ]
    sheet.append([column.said(language) for column in columns])
    for row in rows:
        sheet.append([_cell(table, column.field, row.get(column.field), language) for column in columns])
    _dress(sheet, [column.field for column in columns])
    for n, column in enumerate(columns):
        _offer(sheet, table, column.field, get_column_letter(n + 1), language)


def _extra(table: str, field: str) -> bool:
    return table == "agenda" or field.endswith("_en") or field in ("name", "basis", "file", "signing", "signatures")


def _cell(table: str, field: str, value: str | None, language: Language) -> str | int | None:
    if value is None or value == "":
        return None
    if field in FLAGS:
        return said("flag", value, language)
    if field in _KINDS:
        return said(_KINDS[field].format(table), value, language)
    if field in _NUMBERS and value.isdigit():
        return int(value)
    return _safe(value)


def _safe(text: str) -> str:
    return guarded(ILLEGAL_CHARACTERS_RE.sub("", text))


def _info(sheet: Any, plain: dict[str, Any], language: Language) -> None:
    sheet.append([column.said(language) for column in words().tables["info"].columns])
    for line in words().info:
        value = plain.get(line.field)
        if value is None:
            continue
        both = value if isinstance(value, dict) else {"vi": value}
        text = said(f"info.{line.field}", both["vi"], language) if line.field in CHOSEN else both["vi"]
        sheet.append([line.said(language), _safe(text), _safe(both["en"]) if "en" in both else None])
    _dress(sheet, ["name", "vi", "en"])


def _dress(sheet: Any, fields: list[str]) -> None:
    sheet.freeze_panes = "A2"
    for n, field in enumerate(fields):
        sheet.column_dimensions[get_column_letter(n + 1)].width = _WIDTHS.get(field.removesuffix("_en"), 18)
    for cell in sheet[1]:
        cell.font, cell.fill = _BOLD, _FILL
    for row in sheet.iter_rows(2):
        for cell in row:
            cell.alignment = _WRAP
            if isinstance(cell.value, str):
                # text, or Excel turns 0227… and 13:45 into numbers as soon as somebody edits the cell
                cell.number_format = "@"


def _offer(sheet: Any, table: str, field: str, letter: str, language: Language) -> None:
    """Let the cell offer its choices; other words stay allowed, the import knows more of them."""
    if field in FLAGS:
        kind = "flag"
    elif field in _KINDS:
        kind = _KINDS[field].format(table)
    else:
        return
    listed = ",".join(name.said(language) for name in words().values[kind].values())
    rule = DataValidation("list", formula1=f'"{listed}"', allow_blank=True, showErrorMessage=False)
    sheet.add_data_validation(rule)
    rule.add(f"{letter}2:{letter}{_LISTED}")
