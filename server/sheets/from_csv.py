"""Comma-separated text to one table. UTF-8 only: any other encoding would turn names into other names in silence."""

from __future__ import annotations

import csv
import io
from typing import Final

from server.sheets.rows import MAX_CELLS, MAX_COLUMNS, MAX_FILE, MAX_ROWS, Row, Tab, Unreadable

_SIGNS: Final = ",;\t|"


def read_csv(data: bytes) -> tuple[Tab, ...]:
    """Return the one table of the file. Raises `Unreadable`."""
    if len(data) > MAX_FILE:
        raise Unreadable("file-too-large", "the file is larger than 5 MB")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable("file-not-utf8", "the file is not UTF-8 text") from None
    if "\0" in text:
        raise Unreadable("file-not-utf8", "the file holds zero bytes: UTF-16 or no text")
    rows: list[Row] = []
    cells = 0
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=False)
        for found in reader:
            line = reader.line_num
            cells += len(found)
            if cells > MAX_CELLS or len(rows) >= MAX_ROWS:
                raise Unreadable("file-too-many-cells", "more than 50,000 cells or 10,000 rows")
            rows.append(Row(line, tuple(cell or None for cell in found[:MAX_COLUMNS])))
    except csv.Error as error:
        raise Unreadable("file-unreadable", str(error)[:200]) from None
    return (Tab("", tuple(rows)),)


def _delimiter(text: str) -> str:
    """Return the sign that parts the most columns in the first lines: Vietnamese Excel writes semicolons."""
    head = text[:4000].splitlines()[:10]
    return max(_SIGNS, key=lambda sign: max((line.count(sign) for line in head), default=0))
