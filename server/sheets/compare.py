"""What a re-imported sheet changes: items matched by identifier, else by folded title and site (CEREMONY §12)."""

from __future__ import annotations

import bisect
from typing import Any

import msgspec

from server.sheets.rows import fold
from signaling.agenda import Item
from signaling.draft import Delegate, Draft, Site
from signaling.names import ItemId, SiteId


class Change(msgspec.Struct, frozen=True):
    """One thing that is in both sheets, and the fields in which it differs."""

    id: str
    title: str
    fields: tuple[str, ...]


class Named(msgspec.Struct, frozen=True):
    """One thing that is in one sheet only."""

    id: str
    title: str


class Part(msgspec.Struct, frozen=True):
    """Differences of one list. `moved`: the fewest things whose moving explains the new order."""

    added: tuple[Named, ...] = ()
    changed: tuple[Change, ...] = ()
    moved: tuple[Named, ...] = ()
    removed: tuple[Named, ...] = ()

    def __bool__(self) -> bool:
        """Tell whether anything differs."""
        return bool(self.added or self.changed or self.moved or self.removed)


class SheetDiff(msgspec.Struct, frozen=True):
    """Differences of two sheets; `head` names the top-level fields that differ (title, date, slates …)."""

    items: Part = Part()
    sites: Part = Part()
    delegates: Part = Part()
    head: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Tell whether anything differs."""
        return bool(self.items or self.sites or self.delegates or self.head)


def aligned(old: Draft, new: Draft) -> Draft:
    """Return `new` with the identifiers of `old` for items that are matched by title and site only.

    A sheet without the column of identifiers gets them made of titles; a changed accent must not look like
    another item, and what is logged of the old identifier stays true.
    """
    mine = {item.id for item in new.items}
    free = [item for item in old.items if item.id not in mine]
    had = {item.id for item in old.items}
    by_name: dict[tuple[str, str], list[ItemId]] = {}
    for item in free:
        by_name.setdefault(_name(item), []).append(item.id)
    items = []
    for item in new.items:
        found = [] if item.id in had else by_name.get(_name(item), [])
        items.append(msgspec.structs.replace(item, id=found.pop(0)) if found else item)
    return msgspec.structs.replace(new, items=tuple(items))


def compare(old: Draft, new: Draft) -> SheetDiff:
    """Return what turns `old` into `new`."""
    new = aligned(old, new)
    head = ("title", "host", "start", "utc_offset_s", "mic_policy", "video", "slates", "documents", "parties")
    return SheetDiff(
        _part(_by_id(old.items), _by_id(new.items)),
        _part(_by_id(old.sites), _by_id(new.sites)),
        _part(_by_rank(old.delegates), _by_rank(new.delegates)),
        tuple(name for name in head if getattr(old, name) != getattr(new, name)),
    )


def _name(item: Item) -> tuple[str, str]:
    return fold(item.title.vi), str(item.site or "")


def _by_id(rows: tuple[Item, ...] | tuple[Site, ...]) -> dict[str, tuple[str, Any]]:
    named = ((str(row.id), row.title.vi if isinstance(row, Item) else row.name.vi, row) for row in rows)
    return {key: (title, row) for key, title, row in named}


def _by_rank(rows: tuple[Delegate, ...]) -> dict[str, tuple[str, Any]]:
    """Delegates have no identifier: name or office, unit and site say who is meant; equal ones are counted."""
    found: dict[str, tuple[str, Any]] = {}
    for row in rows:
        site: SiteId = row.site
        who = row.name or row.office.vi
        key = f"{fold(who)}/{fold(row.unit.vi)}/{site}"
        n = 1
        while f"{key}#{n}" in found:
            n += 1
        found[f"{key}#{n}"] = (f"{who}, {row.unit.vi}", row)
    return found


def _part(old: dict[str, tuple[str, Any]], new: dict[str, tuple[str, Any]]) -> Part:
    both = [key for key in new if key in old]
    places = {key: place for place, key in enumerate(old)}
    stay = _longest_rise([places[key] for key in both])
    return Part(
        tuple(Named(key, title) for key, (title, _) in new.items() if key not in old),
        tuple(
            Change(key, new[key][0], _fields(old[key][1], new[key][1])) for key in both if old[key][1] != new[key][1]
        ),
        tuple(Named(key, new[key][0]) for key in both if places[key] not in stay),
        tuple(Named(key, title) for key, (title, _) in old.items() if key not in new),
    )


def _fields(old: msgspec.Struct, new: msgspec.Struct) -> tuple[str, ...]:
    return tuple(name for name in old.__struct_fields__ if getattr(old, name) != getattr(new, name))


def _longest_rise(numbers: list[int]) -> set[int]:
    """Return a longest rising subsequence: what may stay while the rest moves."""
    ends: list[int] = []
    at: list[int] = []
    for number in numbers:
        place = bisect.bisect_left(ends, number)
        ends[place:] = [number, *ends[place + 1 :]]
        at.append(place)
    want = len(ends) - 1
    kept: set[int] = set()
    for number, place in zip(reversed(numbers), reversed(at), strict=True):
        if place == want and (not kept or number < min(kept)):
            kept.add(number)
            want -= 1
    return kept
