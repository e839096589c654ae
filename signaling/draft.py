"""An imported run sheet, checked: plain values in, a `Draft` or the list of everything that is wrong out."""

from __future__ import annotations

import bisect
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


SigningMode = Literal["wet_ink", "digital"]
SlotKind = Literal["leader", "seal", "secretary", "chair"]


class Party(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A body that signs. `authority`: what it writes before an office held by a deputy (`KT.`, `TL.` …)."""

    id: str
    name: Text
    authority: tuple[str, ...] = ()


class Slot(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A place for one signature or seal; slots land in their order, leaders before seals."""

    slot: str
    party: str
    kind: SlotKind
    office: Text


class Document(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A document the ceremony is about. `file`: the name of its file beside the sheet; `basis`: what it rests on."""

    id: str
    title: Text
    basis: str = ""
    file: str = ""
    signing: SigningMode = "wet_ink"
    signatures: tuple[Slot, ...] = ()


class Delegate(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A delegate, in order of protocol. Many sheets name offices only; `name` is empty then."""

    order: int
    office: Text
    unit: Text
    site: SiteId
    name: str = ""


MicPolicy = Literal["on_grant", "always_on"]
Address = Literal["comrade", "formal"]
"""How people are addressed; the words stand in the catalogues (`address.<key>`)."""


OnTake = Literal["cut", "arm"]
"""What starting an item does with its scene: it goes on air, or into the preview to be cut by hand."""


Video = Literal["vp8", "h264"]
"""What pages are asked to send pictures in; a source that cannot send H.264 sends VP8, which is forwarded as well."""


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
    parties: tuple[Party, ...] | None = None


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
    scene_on_take: OnTake = "cut"
    parties: tuple[Party, ...] = ()
    video: Video = "vp8"

    @cached_property
    def places(self) -> dict[str, int]:
        """Where each item stands: looked up with every command."""
        return {item.id: place for place, item in enumerate(self.items)}

    @cached_property
    def halls(self) -> dict[str, Site]:
        """The sites by their identifier."""
        return {site.id: site for site in self.sites}


def diff(old: Draft, new: Draft) -> Diff:
    """Return what turns the items, sites and lists of `old` into those of `new` (`applied`)."""
    had, has = {item.id: item for item in old.items}, {item.id: item for item in new.items}
    wanted = [item.id for item in new.items if item.id in had]
    stay = _longest_rise([old.places[item] for item in wanted])
    moved = tuple(item for item in wanted if old.places[item] not in stay)
    added = tuple(item for item in new.items if item.id not in had)
    removed = tuple(item.id for item in old.items if item.id not in has)
    placed = moved or added != new.items[len(wanted) :]
    return Diff(
        added, tuple(item for item in new.items if item.id in had and had[item.id] != item), moved, removed,
        tuple(item.id for item in new.items) if placed else (),
        tuple(site for site in new.sites if site.id not in old.halls),
        tuple(site for site in new.sites if site.id in old.halls and old.halls[site.id] != site),
        tuple(site.id for site in old.sites if site.id not in new.halls),
        None if new.delegates == old.delegates else new.delegates,
        None if new.slates == old.slates else new.slates,
        None if new.documents == old.documents else new.documents,
        None if new.parties == old.parties else new.parties,
    )  # fmt: skip


def _longest_rise(numbers: list[int]) -> set[int]:
    """Return the members of a longest rising subsequence: what may stay while the rest moves."""
    ends: list[int] = []
    tails: list[tuple[int, ...]] = []
    for number in numbers:
        place = bisect.bisect_left(ends, number)
        chain = (*(tails[place - 1] if place else ()), number)
        ends[place:] = [number, *ends[place + 1 :]]
        tails[place:] = [chain, *tails[place + 1 :]]
    return set(tails[-1]) if tails else set()


def applied(draft: Draft, change: Diff) -> Draft:
    """Return the draft after a change. Total: what names nothing does nothing; new items nobody placed come last."""
    gone, changed = set(change.removed), {item.id: item for item in change.changed}
    items = {item.id: changed.get(item.id, item) for item in draft.items if item.id not in gone}
    items |= {item.id: item for item in change.added if item.id not in items}
    order = [item for item in dict.fromkeys(change.order) if item in items]
    order += [item for item in items if item not in set(order)]
    sites_gone, sites_changed = set(change.sites_removed), {site.id: site for site in change.sites_changed}
    sites = [sites_changed.get(site.id, site) for site in draft.sites if site.id not in sites_gone]
    sites += [site for site in change.sites_added if site.id not in draft.halls]
    return msgspec.structs.replace(
        draft,
        items=tuple(items[item] for item in order),
        sites=tuple(sites),
        delegates=draft.delegates if change.delegates is None else change.delegates,
        slates=draft.slates if change.slates is None else change.slates,
        documents=draft.documents if change.documents is None else change.documents,
        parties=draft.parties if change.parties is None else change.parties,
    )


def inserted(draft: Draft, item: Item, before: ItemId | None) -> Draft:
    """Return the draft with an item before another one (or at the end); an item of the same id moves there."""
    rest = [one for one in draft.items if one.id != item.id]
    place = next((i for i, one in enumerate(rest) if one.id == before), len(rest))
    return msgspec.structs.replace(draft, items=(*rest[:place], item, *rest[place:]))


def clone(draft: Draft, start: Micros | None = None) -> Draft:
    """Return the sheet for another ceremony: programme and sites, never people (duty, telephones, delegates)."""
    sites = tuple(msgspec.structs.replace(site, phone="", duty=None) for site in draft.sites)
    bare = msgspec.structs.replace(draft, sites=sites, delegates=())
    return bare if start is None else redated(bare, start)


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
