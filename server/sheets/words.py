"""The words of a spreadsheet: what its tabs, columns and choices are called (`columns.json`), both ways."""

from __future__ import annotations

import functools
import importlib.resources
from typing import Final, Literal

import msgspec

from server.sheets.rows import fold

Language = Literal["vi", "en"]
TABLES: Final = ("agenda", "sites", "delegates", "documents", "slates", "parties", "info")
FLAGS: Final = frozenset({"required", "optional", "open_floor", "stills"})
CHOSEN: Final = frozenset({"mic_policy", "video"})
"""Lines of the information tab with a choice of words."""
TIMES: Final = frozenset({"at", "until", "start"})


class Name(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A word in both languages, and others people write for it."""

    vi: str
    en: str
    also: tuple[str, ...] = ()

    def all(self) -> tuple[str, ...]:
        """Return every form, the two official ones first."""
        return (self.vi, self.en, *self.also)

    def said(self, language: Language) -> str:
        """Return the official word in a language."""
        return self.vi if language == "vi" else self.en


class Column(Name, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A column's words, and the field it fills."""

    field: str


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A tab of the workbook."""

    name: Name
    columns: tuple[Column, ...]
    also: tuple[str, ...] = ()


class _Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    tables: dict[str, Table]
    info: tuple[Column, ...]
    values: dict[str, dict[str, Name]]


@functools.cache
def words() -> _Words:
    """Return the table of words."""
    data = importlib.resources.files("server").joinpath("sheets/columns.json").read_bytes()
    return msgspec.json.decode(data, type=_Words)


@functools.cache
def headings(table: str) -> dict[str, str]:
    """Return folded heading → field; the official words win over the others."""
    return _index([(column.field, column) for column in words().tables[table].columns])


@functools.cache
def tab_names() -> dict[str, str]:
    """Return folded tab name → table."""
    named = [(key, table.name) for key, table in words().tables.items()]
    others = {fold(word): key for key, table in words().tables.items() for word in table.also}
    return others | _index(named)


@functools.cache
def info_keys() -> dict[str, str]:
    """Return folded name of a line of the information tab → field."""
    return _index([(line.field, line) for line in words().info])


@functools.cache
def choices(kind: str) -> dict[str, str]:
    """Return folded word → value of a choice (`agenda.kind`, `flag` …); the value itself is a word, too."""
    names = words().values.get(kind, {})
    return {fold(value): value for value in names} | _index(list(names.items()))


def said(kind: str, value: str, language: Language) -> str:
    """Return the word for a value."""
    name = words().values[kind].get(value)
    return value if name is None else name.said(language)


def _index(named: list[tuple[str, Name]]) -> dict[str, str]:
    found = {fold(word): field for field, name in named for word in name.also}
    found |= {fold(field): field for field, _ in named if fold(field) not in found}
    found |= {fold(name.en): field for field, name in named}
    return found | {fold(name.vi): field for field, name in named}
