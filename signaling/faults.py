"""What is wrong with a run sheet that was edited by hand: the first fault, as a refusal (`row-error`)."""

from __future__ import annotations

import re
from typing import Final

from signaling.agenda import Item, Text
from signaling.draft import Draft
from signaling.errors import Refused
from signaling.names import HUB, SOURCE_NAMES, is_identifier

MOST_ITEMS: Final = 500
MOST_SITES: Final = 100
LONGEST_TEXT: Final = 4_000
LONGEST_TITLE: Final = 400
DAY_S: Final = 86_400
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def check_item(draft: Draft, item: Item) -> None:
    """Refuse an item that does not fit the sheet."""
    what = _fault(draft, item)
    if what is not None:
        raise Refused("row-error", item=item.id[:40], what=what)


def check(draft: Draft) -> None:
    """Refuse a sheet with any fault: items, sites, references between them."""
    if len(draft.items) > MOST_ITEMS or len(draft.sites) > MOST_SITES:
        raise Refused("row-error", item="", what="too-many")
    for ids in ([item.id for item in draft.items], [site.id for site in draft.sites]):
        if len(set(ids)) != len(ids):
            raise Refused("row-error", item="", what="duplicate-id")
    if [site.id for site in draft.sites if site.role == "hub"] != [HUB]:
        raise Refused("row-error", item="", what="unknown-site")
    for site in draft.sites:
        if not is_identifier(site.id) or _too_long(LONGEST_TITLE, site.name, site.duty):
            raise Refused("row-error", item=site.id[:40], what="unknown-site")
    for delegate in draft.delegates:
        if delegate.site not in draft.halls:
            raise Refused("row-error", item=delegate.site[:40], what="unknown-site")
    for item in draft.items:
        check_item(draft, item)


def _fault(draft: Draft, item: Item) -> str | None:
    if not is_identifier(item.id):
        return "bad-id"
    if not item.title.vi.strip():
        return "missing-title"
    if _too_long(LONGEST_TITLE, item.title, item.by) or _too_long(LONGEST_TEXT, item.script, item.sites_do):
        return "text-too-long"
    if _unclean(item.title, item.by, item.script, item.sites_do):
        return "text-malformed"
    if not 0 <= item.duration_s <= DAY_S or item.warn_s < 0 or item.danger_s < 0:
        return "bad-duration"
    if item.site is not None and item.site not in draft.halls:
        return "unknown-site"
    if item.at is not None and item.until is not None and item.until < item.at:
        return "bad-time"
    known = {document.id for document in draft.documents}
    if not set(item.documents) <= known:
        return "unknown-document"
    return None if _is_scene(draft, item.scene) else "unknown-scene"


def _too_long(most: int, *texts: Text | None) -> bool:
    return any(text is not None and max(len(text.vi), len(text.en)) > most for text in texts)


def _unclean(*texts: Text | None) -> bool:
    return any(text is not None and _CONTROL.search(text.vi + text.en) for text in texts)


def _is_scene(draft: Draft, spec: str) -> bool:
    kind, _, rest = spec.partition(":")
    if kind in ("hold", "grid"):
        return not rest or (kind == "grid" and rest.isascii() and rest.isdigit())
    if kind == "slate":
        return not rest or any(slate.id == rest for slate in draft.slates)
    if kind in ("document", "signing"):
        return any(document.id == rest for document in draft.documents)
    names = rest.split("+")
    if {"solo": 1, "two_shot": 2}.get(kind) != len(names) or len(set(names)) != len(names):
        return False
    return all(name == "holder" or _is_source(draft, name) for name in names)


def _is_source(draft: Draft, name: str) -> bool:
    site, slash, source = name.partition("/")
    return site in draft.halls and (not slash or source in SOURCE_NAMES)
