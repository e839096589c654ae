"""Run sheets in: bytes of YAML, CSV or XLSX to a checked `Draft`, or everything that is wrong with them.

`read_yaml` is for files of our own. Foreign bytes go through `server.workers` to the functions at the end.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from server.sheets import from_csv, from_table, from_yaml, mapping, to_plain
from server.sheets.check import Check
from server.sheets.compare import SheetDiff, aligned, compare
from server.sheets.mapping import ColumnMap, Remembered, TabMap
from server.sheets.rows import RowError, SheetErrors, Tab, Unreadable, shown
from signaling.draft import Draft
from signaling.errors import Malformed

__all__ = ["ColumnMap", "RowError", "SheetErrors", "TabMap", "Unreadable", "read_yaml"]

Kind = Literal["yaml", "csv", "xlsx"]
PREVIEW_ROWS = 30
PREVIEW_CELL = 120


class PreviewRow(msgspec.Struct, frozen=True):
    """A row as the page shows it beside its own number."""

    number: int
    cells: tuple[str, ...]


class Preview(msgspec.Struct, frozen=True):
    """The first rows of a tab."""

    tab: str
    rows: tuple[PreviewRow, ...]


class Reading(msgspec.Struct, frozen=True):
    """What came of a file. `code` says that it cannot be read at all (`refused.<code>`); `draft` stands only without
    any error; `diff` only beside a sheet to compare with.
    """

    kind: Kind | None = None
    code: str | None = None
    why: str = ""
    maps: tuple[TabMap, ...] = ()
    preview: tuple[Preview, ...] = ()
    errors: tuple[RowError, ...] = ()
    draft: Draft | None = None
    diff: SheetDiff | None = None


class Order(msgspec.Struct, frozen=True):
    """How to read: on top of which sheet, by which mapping (None: guess, with what is remembered)."""

    base: Draft | None = None
    maps: tuple[TabMap, ...] | None = None
    remembered: Remembered = {}


def read_yaml(data: bytes) -> Draft:
    """Return the checked run sheet. Raises `Malformed`; `SheetErrors` when it reads but does not hold together."""
    return Check().draft(from_yaml.to_plain(data))


def kind_of(data: bytes) -> Kind:
    """Return what the bytes are by their first ones, never by a name. Raises `Unreadable`."""
    if data.startswith(b"PK\x03\x04"):
        return "xlsx"
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable("file-old-excel", "an .xls file, or a workbook with a password")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Unreadable("file-not-utf8", "UTF-16 text")
    if not data.strip():
        raise Unreadable("file-unreadable", "an empty file")
    if data.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"{\\rtf")):
        raise Unreadable("file-unreadable", "no run sheet but another kind of file")
    head = data[:8192].decode("utf-8-sig", "replace")
    keys = ("title:", "agenda:", "sites:", "date:", "delegates:", "documents:", "slates:", "host:")
    return "yaml" if any(line.startswith(keys) for line in head.splitlines()) else "csv"


def read(data: bytes, order: Order) -> Reading:
    """Return what came of a file. Never raises for anything in `data`."""
    kind: Kind | None = None
    maps: tuple[TabMap, ...] = ()
    tabs: tuple[Tab, ...] = ()
    try:
        kind = kind_of(data)
        if kind == "yaml":
            return _told(Check().draft(from_yaml.to_plain(data), order.base), kind, order)
        tabs = _tabs(kind, data)
        maps = mapping.guess(tabs, order.remembered) if order.maps is None else mapping.checked(tabs, order.maps)
        draft = _draft(tabs, maps, order.base)
        return _told(draft, kind, order, maps, _preview(tabs))
    except SheetErrors as error:
        return Reading(kind, None, "", maps, _preview(tabs), tuple(error.errors))
    except Unreadable as error:
        return Reading(kind, error.code, str(error)[:200], maps, _preview(tabs))
    except Malformed as error:
        code = "file-not-utf8" if "UTF-8" in str(error) else "file-unreadable"
        return Reading(kind, code, str(error)[:200])


def _tabs(kind: Kind, data: bytes) -> tuple[Tab, ...]:
    if kind == "csv":
        return from_csv.read_csv(data)
    from server.sheets.from_xlsx import read_xlsx  # noqa: PLC0415 - the server itself never loads openpyxl

    return read_xlsx(data)


def _draft(tabs: tuple[Tab, ...], maps: tuple[TabMap, ...], base: Draft | None) -> Draft:
    """Return the sheet the tables give, on top of the one there is: a CSV holds the programme only."""
    found = from_table.to_plain(tabs, maps)
    if not found.plain and not found.errors:
        raise Unreadable("file-no-table", "no heading row that names a table we know")
    under: dict[str, Any] = {} if base is None else to_plain.to_plain(base)
    if "date" in found.plain:
        under.pop("start", None)
    if "sites" in found.plain and under:
        # delegates of a site that is gone go with it: nobody could correct them in a file without their tab
        stay = {one["id"] for one in from_table.settled({"sites": found.plain["sites"]})["sites"]}
        under["delegates"] = [one for one in under["delegates"] if one["site"] in stay]
    return Check(found.labels, found.errors).draft(from_table.settled(under | found.plain), base)


def _told(
    draft: Draft, kind: Kind, order: Order, maps: tuple[TabMap, ...] = (), preview: tuple[Preview, ...] = ()
) -> Reading:
    """With a sheet to compare with, items it knows by title keep the identifiers it knows them by."""
    if order.base is None:
        return Reading(kind, None, "", maps, preview, (), draft)
    same = aligned(order.base, draft)
    return Reading(kind, None, "", maps, preview, (), same, compare(order.base, same))


def _preview(tabs: tuple[Tab, ...]) -> tuple[Preview, ...]:
    return tuple(
        Preview(
            tab.name,
            tuple(
                PreviewRow(row.number, tuple(shown(cell)[:PREVIEW_CELL] for cell in row.cells))
                for row in tab.rows[:PREVIEW_ROWS]
            ),
        )
        for tab in tabs
    )


# --- jobs of a worker: bytes in, bytes out ---------------------------------------------------------------------


def job_read(options: bytes, data: bytes) -> bytes:
    """Read a file: options `Order`, answer `Reading`, both JSON."""
    return msgspec.json.encode(read(data, msgspec.json.decode(options, type=Order)))


def job_xlsx(options: bytes, data: bytes) -> bytes:
    """Write a workbook: options the language, data a `Draft`, as JSON."""
    from server.sheets.to_xlsx import to_xlsx  # noqa: PLC0415 - the server itself never loads openpyxl

    language: Literal["vi", "en"] = msgspec.json.decode(options, type=Literal["vi", "en"])
    return to_xlsx(msgspec.json.decode(data, type=Draft), language)


def job_yaml(options: bytes, data: bytes) -> bytes:
    """Write a YAML sheet of a `Draft` in JSON."""
    del options
    return to_plain.to_yaml(msgspec.json.decode(data, type=Draft))
