"""An Excel workbook to tables. It is measured before it is parsed: a small file can unpack to anything."""

from __future__ import annotations

import io
import itertools
import re
import warnings
import zipfile
from typing import Any, Final

import openpyxl
from openpyxl.utils import get_column_letter, range_boundaries

from server.sheets.rows import (
    MAX_CELLS,
    MAX_COLUMNS,
    MAX_FILE,
    MAX_RATIO,
    MAX_ROWS,
    MAX_UNPACKED,
    Row,
    Tab,
    Unreadable,
)

MAX_PARTS: Final = 500
MAX_TABS: Final = 20
MAX_OTHER: Final = 10_000_000
"""Styles, texts and the rest of a run sheet are well below 1 MB; openpyxl reads them whole."""
_SMALL: Final = 1_000_000
"""A part this small is no bomb, whatever its ratio: sheets of empty styled cells pack 1:100."""
_SHEET: Final = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
_CELL: Final = re.compile(rb"<(?:\w+:)?c[ />]")
_ROW: Final = re.compile(rb'<(?:\w+:)?row\s(?:[^>]*?\s)?r="(\d{1,9})"')
_FORMULA: Final = re.compile(rb"<(?:\w+:)?f[ />]")
_MERGED: Final = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})"')
_DTD: Final = re.compile(rb"<!(?:DOCTYPE|ENTITY)")
_TEXT: Final = re.compile(rb"<(?:\w+:)?si[ />]")
_ERRORS: Final = frozenset({"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!"})

assert openpyxl.DEFUSEDXML, "openpyxl must parse XML through defusedxml"


def read_xlsx(data: bytes) -> tuple[Tab, ...]:
    """Return the tables of the workbook. Raises `Unreadable`: too large, too many cells, a bomb, no workbook."""
    if len(data) > MAX_FILE:
        raise Unreadable("file-too-large", "the file is larger than 5 MB")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            formulas = _measure(archive)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of dates out of range and of extensions it drops
            return _tabs(data, formulas=formulas)
    except Unreadable:
        raise
    except MemoryError:
        raise Unreadable("file-too-large", "the workbook does not fit into the memory of a worker") from None
    except Exception as error:  # openpyxl leaks Key, Type, Attribute, Index, Value and XML errors of many kinds
        raise Unreadable("file-unreadable", f"not a workbook: {type(error).__name__}") from error


def _measure(archive: zipfile.ZipFile) -> bool:
    """Check sizes, then count cells in the raw text; return whether there are formulas.

    Every part is counted, whatever its name: the workbook itself says which of them is a sheet.
    """
    parts = archive.infolist()
    whole = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts)
    if len(parts) > MAX_PARTS or whole > MAX_UNPACKED or (whole > _SMALL and whole > MAX_RATIO * max(packed, 1)):
        raise Unreadable("file-bomb", f"{len(parts)} parts, {packed} bytes unpack to {whole}")
    for part in parts:
        _one_part(part)
    cells, texts, formulas = 0, 0, False
    for part in parts:
        text = archive.read(part)
        if text[:1] == b"<" or part.filename.lower().endswith((".xml", ".rels")):
            _no_dtd(text)
        cells += _count(_CELL, text)
        texts += _count(_TEXT, text)
        if max(cells, texts) > MAX_CELLS:
            raise Unreadable("file-too-many-cells", "more than 50,000 cells or texts")
        formulas = formulas or _FORMULA.search(text) is not None
        _rows_in_reach(text)
    return formulas


def _one_part(part: zipfile.ZipInfo) -> None:
    if part.flag_bits & 1:
        raise Unreadable("file-locked", "a part is encrypted")
    if part.file_size > (MAX_UNPACKED if _SHEET.fullmatch(part.filename) else MAX_OTHER):
        raise Unreadable("file-bomb", f"{part.filename[:80]} is {part.file_size} bytes")
    if part.file_size > _SMALL and part.file_size > MAX_RATIO * max(part.compress_size, 1):
        raise Unreadable("file-bomb", f"{part.filename[:80]} unpacks more than 1:100")


def _count(pattern: re.Pattern[bytes], text: bytes) -> int:
    """Count matches, at most one more than the cells a workbook may have."""
    return sum(1 for _ in itertools.islice(pattern.finditer(text), MAX_CELLS + 1))


def _no_dtd(text: bytes) -> None:
    if b"\0" in text[:64] or _DTD.search(text, 0, 4096):
        raise Unreadable("file-unreadable", "a document type or another encoding in the XML")


def _rows_in_reach(text: bytes) -> None:
    """Refuse values below row 10,000: for a cell at the bottom openpyxl yields a million empty rows."""
    last = max(text.rfind(end) for end in (b"<v>", b"<is>", b":v>", b":is>"))
    for n, found in enumerate(_ROW.finditer(text, 0, max(last, 0))):
        if n >= MAX_ROWS or int(found[1]) > MAX_ROWS:
            raise Unreadable("file-too-many-cells", "more than 10,000 rows")


def _tabs(data: bytes, *, formulas: bool) -> tuple[Tab, ...]:
    values = _open(data, data_only=True)
    sources = _open(data, data_only=False) if formulas else None
    try:
        found = []
        for sheet in values.worksheets[:MAX_TABS]:
            if sheet.sheet_state != "visible":
                continue
            faults = _merged(data, sheet)
            rows = _rows(sheet, faults)
            if sources is not None:
                _unknown_formulas(rows, sources[sheet.title], faults)
            found.append(Tab(str(sheet.title)[:80], tuple(rows), faults))
        return tuple(found)
    finally:
        values.close()
        if sources is not None:
            sources.close()


def _open(data: bytes, *, data_only: bool) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=data_only, keep_links=False)


def _rows(sheet: Any, faults: dict[tuple[int, int], str]) -> list[Row]:
    found = []
    for number, cells in enumerate(sheet.iter_rows(1, MAX_ROWS, 1, MAX_COLUMNS, values_only=True), 1):
        end = len(cells)
        while end and cells[end - 1] is None:
            end -= 1
        if end:
            found.append(Row(number, cells[:end]))
            faults |= {(number, n): "cell-error" for n in range(end) if cells[n] in _ERRORS}
    return found


def _unknown_formulas(rows: list[Row], source: Any, faults: dict[tuple[int, int], str]) -> None:
    """Mark formulas without a kept value: another program wrote the file and never calculated it."""
    known = {row.number: row for row in rows}
    for number, cells in enumerate(source.iter_rows(1, MAX_ROWS, 1, MAX_COLUMNS), 1):
        for index, cell in enumerate(cells):
            if getattr(cell, "data_type", "") != "f":
                continue
            row = known.get(number)
            if row is None:
                row = known[number] = Row(number, ())
                rows.append(row)
            if index >= len(row.cells) or row.cells[index] is None:
                faults[number, index] = "formula-without-value"
    rows.sort(key=lambda row: row.number)


def _merged(data: bytes, sheet: Any) -> dict[tuple[int, int], str]:
    """Return the merged areas, marked at every cell they swallow but the first."""
    faults: dict[tuple[int, int], str] = {}
    path = str(getattr(sheet, "_worksheet_path", "")).lstrip("/")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        text = archive.read(path)
    for match in _MERGED.finditer(text):
        left, top, right, bottom = (int(one or 1) for one in range_boundaries(match[1].decode()))
        for row in range(top, min(bottom, MAX_ROWS) + 1):
            for column in range(left, min(right, MAX_COLUMNS) + 1):
                if (row, column) != (top, left):
                    faults[row, column - 1] = "merged-cells"
        if len(faults) > MAX_CELLS:
            raise Unreadable("file-too-many-cells", f"merged cells up to {get_column_letter(right)}{bottom}")
    return faults
