"""An imported run sheet, checked: plain values in, a `Draft` or the list of everything that is wrong out."""

from __future__ import annotations

from functools import cached_property
from typing import Literal

import msgspec

from signaling.agenda import Item, Text, walk
from signaling.names import ItemId, Micros, SiteId


class Site(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A hall that takes part."""

    id: SiteId
    role: Literal["hub", "district"]
    name: Text
    expected: int = 0
    phone: str = ""
    duty: Text | None = None


class Slate(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A full-screen text card."""

    id: str
    kind: Literal["title", "flag", "opening"]
    title: Text
    text: Text | None = None


class Document(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A document the ceremony is about; until the signing work it lends its title to a slate."""

    id: str
    title: Text


class Delegate(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A delegate by office, in order of protocol."""

    order: int
    office: Text
    unit: Text
    site: SiteId


MicPolicy = Literal["on_grant", "always_on"]
Address = Literal["comrade", "formal"]
"""How people are addressed; the words stand in the catalogues (`address.<key>`)."""


class Quorum(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When attendance is sufficient: at least so many districts, or so many percent of the expected delegates."""

    rule: Literal["sites", "percent"]
    least: int


class Diff(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a re-imported run sheet changes (see `sheets.diff`). `order`: all items afterwards, if any place changes;
    `moved`: the fewest kept items whose moving explains it. Sites keep their order, new ones come last. `delegates`,
    `slates`, `documents`: the whole new list, None if unchanged.
    """

    added: tuple[Item, ...] = ()
    changed: tuple[Item, ...] = ()
    moved: tuple[ItemId, ...] = ()
    removed: tuple[ItemId, ...] = ()
    order: tuple[ItemId, ...] = ()
    sites_added: tuple[Site, ...] = ()
    sites_changed: tuple[Site, ...] = ()
    sites_removed: tuple[SiteId, ...] = ()
    delegates: tuple[Delegate, ...] | None = None
    slates: tuple[Slate, ...] | None = None
    documents: tuple[Document, ...] | None = None


class Draft(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, dict=True):
    """A complete run sheet. `start` is the first planned moment; all times are UTC µs."""

    title: Text
    host: Text
    start: Micros
    utc_offset_s: int
    sites: tuple[Site, ...]
    items: tuple[Item, ...]
    mic_policy: MicPolicy = "on_grant"
    slates: tuple[Slate, ...] = ()
    documents: tuple[Document, ...] = ()
    delegates: tuple[Delegate, ...] = ()
    address: Address = "comrade"
    quorum: Quorum | None = None

    @cached_property
    def places(self) -> dict[str, int]:
        """Where each item stands: looked up with every command."""
        return {item.id: place for place, item in enumerate(self.items)}

    @cached_property
    def halls(self) -> dict[str, Site]:
        """The sites by their identifier."""
        return {site.id: site for site in self.sites}


def redated(draft: Draft, start: Micros) -> Draft:
    """Return the draft moved so that it starts at `start`; every fixed time moves alike."""
    shift = start - draft.start

    def moved(at: Micros | None) -> Micros | None:
        return None if at is None else Micros(at + shift)

    items = tuple(
        msgspec.structs.replace(item, at=moved(item.at), until=moved(item.until)) for item in draft.items
    )
    return msgspec.structs.replace(draft, start=start, items=items)


def planned_end(draft: Draft) -> Micros:
    """Return when the last item is planned to end."""
    spans = walk(draft.items, draft.start)
    return max((span.end for span in spans.values()), default=draft.start)


def item_ids(draft: Draft) -> tuple[ItemId, ...]:
    """Return the order of the agenda."""
    return tuple(item.id for item in draft.items)
