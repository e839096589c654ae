"""What every reader of run sheets shares: errors by row and column, words folded, cells of a table, limits."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from typing import Any, Final

import msgspec

from signaling.errors import Malformed

MAX_YAML: Final = 1_000_000
MAX_FILE: Final = 5_000_000
MAX_UNPACKED: Final = 100_000_000
MAX_RATIO: Final = 100
MAX_CELLS: Final = 50_000
"""TRUST §6; a real run sheet has two thousand."""
MAX_ROWS: Final = 10_000
MAX_COLUMNS: Final = 60
MAX_ITEMS: Final = 500
MAX_TEXT: Final = 4_000
"""As long as a secretary's proceedings (CEREMONY §3)."""
MAX_ERRORS: Final = 500

_UNSEEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff\ufffe\uffff\ud800-\udfff]")
_BREAKS: Final = re.compile("\r\n|[\r\x85\u2028\u2029]")
_STROKE: Final = str.maketrans({chr(0x110): "D", chr(0x111): "d"})
_START: Final = r"(?:[=+\-@\t\r]|#(?:N/A|REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!)$)"
"""What a spreadsheet takes for a formula, or for a cell in error."""
_PREFIXED: Final = re.compile(f"'+{_START}")
_RISKY: Final = re.compile(f"'*{_START}")

Cell = str | int | float | bool | dt.datetime | dt.date | dt.time | dt.timedelta | None


class RowError(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing that is wrong: where, which field, a stable code (`doc.row.<code>`), the value.

    In a spreadsheet `row` is its own row number, `column` its own heading, `sheet` the name of the tab; in YAML
    they are `agenda[3]`, `at` and nothing.
    """

    row: str
    column: str
    code: str
    value: str
    sheet: str = ""


class SheetErrors(Malformed):
    """The run sheet cannot be used; `errors` names every reason at once."""

    def __init__(self, errors: list[RowError]) -> None:
        """Keep the list."""
        super().__init__("; ".join(f"{e.row}.{e.column}: {e.code} ({e.value})" for e in errors[:20]))
        self.errors = errors


class Unreadable(Malformed):
    """The file as a whole is none we read; `code` has a sentence that says what to do (`refused.<code>`)."""

    def __init__(self, code: str, why: str) -> None:
        """Keep the stable code."""
        super().__init__(why)
        self.code = code


class Row(msgspec.Struct, frozen=True):
    """One row of a table: its number as the spreadsheet counts, and its cells."""

    number: int
    cells: tuple[Any, ...]


class Tab(msgspec.Struct, frozen=True):
    """One table of a file. `faults`: cells that cannot be read, as (row number, column index) → code."""

    name: str
    rows: tuple[Row, ...]
    faults: dict[tuple[int, int], str] = {}


def fold(text: str) -> str:
    """Return the text without accents, case and signs: what people mean when they type a heading."""
    plain = unicodedata.normalize("NFKD", text.translate(_STROKE)).casefold()
    kept = "".join(c if c.isalnum() else " " for c in plain if not unicodedata.combining(c))
    return " ".join(kept.split())


def clean(text: str) -> str:
    """Return the text as it is kept: NFC, plain line ends, no control characters, no space around it."""
    lines = _BREAKS.sub("\n", text)
    return unicodedata.normalize("NFC", _UNSEEN.sub("", lines).strip())


def guarded(text: str) -> str:
    """Return the text so that no spreadsheet takes it for a formula; `bare` undoes it."""
    return "'" + text if _RISKY.match(text) else text


def bare(text: str) -> str:
    """Return the text without the quote `guarded` put before it."""
    return text[1:] if _PREFIXED.match(text) else text


def shown(value: Cell) -> str:
    """Return a cell as a person would read it aloud."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, dt.datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    return bare(clean(str(value)))


