"""Which tab is which table and which column which field: guessed from headings, confirmed or changed by a person."""

from __future__ import annotations

from typing import Final

import msgspec

from server.sheets.rows import MAX_COLUMNS, Row, Tab, Unreadable, fold, shown
from server.sheets.words import TABLES, headings, tab_names, words

LOOK_DOWN: Final = 25
"""Agencies write their name, the state's and the title above the heading row."""
Remembered = dict[str, dict[str, str]]
"""Per table: folded heading → field, or "" for a column that is left out."""


class ColumnMap(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One column: its place (0 is the first), its heading as written, the field it fills (None: left out)."""

    index: int
    heading: str
    field: str | None = None


class TabMap(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One tab: the table it fills (None: left out), the number of its heading row, its columns."""

    tab: str
    table: str | None
    header: int
    columns: tuple[ColumnMap, ...]


class Choice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What may be chosen for a table, told to the page: fields in order with their words."""

    table: str
    vi: str
    en: str
    fields: tuple[tuple[str, str, str], ...]


def choices_of_fields() -> tuple[Choice, ...]:
    """Return every table with its fields, for the page that confirms a mapping."""
    return tuple(
        Choice(key, table.name.vi, table.name.en, tuple((c.field, c.vi, c.en) for c in table.columns))
        for key, table in words().tables.items()
    )


def guess(tabs: tuple[Tab, ...], remembered: Remembered | None = None) -> tuple[TabMap, ...]:
    """Return the likeliest mapping. A table is filled by one tab: the one whose name says so, else the best match."""
    found: list[TabMap] = []
    taken: set[str] = set()
    for tab in sorted(tabs, key=lambda one: fold(one.name) not in tab_names()):
        best = _best(tab, [key for key in TABLES if key not in taken], remembered or {})
        if best.table is not None:
            taken.add(best.table)
        found.append(best)
    order = {tab.name: place for place, tab in enumerate(tabs)}
    return tuple(sorted(found, key=lambda one: order[one.tab]))


def _best(tab: Tab, open_tables: list[str], remembered: Remembered) -> TabMap:
    named = tab_names().get(fold(tab.name))
    best, score = TabMap(tab.name, None, 0, ()), 1
    for table in open_tables:
        for row in tab.rows[:LOOK_DOWN]:
            columns = _columns(row, table, remembered.get(table, {}))
            fields = {column.field for column in columns} - {None}
            points = 2 * len(fields) + (100 if table == named else 0) + (len(fields) if "vi" in fields else 0)
            if len(fields) >= (1 if table == named else 2) and points > score:
                best, score = TabMap(tab.name, table, row.number, columns), points
    return best


def _columns(row: Row, table: str, remembered: dict[str, str]) -> tuple[ColumnMap, ...]:
    known = headings(table) | remembered
    found: list[ColumnMap] = []
    taken: set[str] = set()
    for index, cell in enumerate(row.cells):
        heading = shown(cell)[:80]
        if not heading:
            continue
        field = known.get(fold(heading)) or None
        if field in taken:
            field = None
        taken.add(field or "")
        found.append(ColumnMap(index, heading, field))
    return tuple(found)


def checked(tabs: tuple[Tab, ...], asked: tuple[TabMap, ...]) -> tuple[TabMap, ...]:
    """Return a mapping made by a person. Raises `Unreadable("bad-mapping")` for one that cannot be followed."""
    names = {tab.name for tab in tabs}
    tables = [one.table for one in asked if one.table is not None]
    good = len(set(tables)) == len(tables) and {one.tab for one in asked} <= names
    for one in asked:
        known = set() if one.table is None else {column.field for column in _fields(one.table)}
        fields = [column.field for column in one.columns if column.field is not None]
        good = good and len(set(fields)) == len(fields)
        good = good and (one.table is None or set(fields) <= known)
        good = good and all(0 <= column.index < MAX_COLUMNS for column in one.columns)
    if not good:
        raise Unreadable("bad-mapping", "the mapping names a tab, table or field twice, or one there is not")
    return asked


def _fields(table: str) -> tuple[ColumnMap, ...]:
    found = words().tables.get(table)
    return () if found is None else tuple(ColumnMap(0, c.vi, c.field) for c in found.columns)


def learned(asked: tuple[TabMap, ...]) -> Remembered:
    """Return what to remember of a confirmed mapping for the next file of the same agency."""
    return {
        one.table: {fold(column.heading): column.field or "" for column in one.columns if fold(column.heading)}
        for one in asked
        if one.table is not None
    }
