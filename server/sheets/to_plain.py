"""A `Draft` as the plain values a YAML sheet holds; reading them back gives the same draft."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

import yaml

from server.sheets import times
from server.sheets.papers import plain_document, plain_party
from signaling.agenda import Item, Text
from signaling.draft import Draft
from signaling.names import Micros

HOME: Final = "Asia/Ho_Chi_Minh"
_FLAGS: Final = ("required", "optional", "open_floor", "stills")


def day_of(draft: Draft) -> dt.date:
    """Return the local day on which the ceremony begins."""
    return _wall(draft, draft.start).date()


def zone_text(draft: Draft) -> str:
    """Return the zone's name where it agrees with the draft, else its offset."""
    noon = dt.datetime.combine(day_of(draft), dt.time(12), times.zone_of(HOME))
    offset = noon.utcoffset()
    if offset is not None and offset.total_seconds() == draft.utc_offset_s:
        return HOME
    minutes = abs(draft.utc_offset_s) // 60
    return f"{'-' if draft.utc_offset_s < 0 else '+'}{minutes // 60:02}:{minutes % 60:02}"


def start_text(draft: Draft) -> str | None:
    """Return the start where the items do not say it themselves."""
    found = times.first_moment(draft.items)
    at_eight = dt.datetime.combine(day_of(draft), dt.time(8))
    said = _wall(draft, found) if found is not None else at_eight
    start = _wall(draft, draft.start)
    return None if said == start else times.written(start, day_of(draft), None)


def fixed_times(draft: Draft) -> list[tuple[str | None, str | None]]:
    """Return (at, until) of every item as the shortest text that means the same when read from the top."""
    day = day_of(draft)
    last = _wall(draft, draft.start) if start_text(draft) is not None else None
    found: list[tuple[str | None, str | None]] = []
    for item in draft.items:
        pair: list[str | None] = [None, None]
        for n, at in enumerate((item.at, item.until)):
            if at is not None:
                wall = _wall(draft, at)
                pair[n] = times.written(wall, day, last)
                last = wall
        found.append((pair[0], pair[1]))
    return found


def to_plain(draft: Draft) -> dict[str, Any]:
    """Return the top-level keys of the sheet (CEREMONY §12), strings, lists and dictionaries only."""
    plain: dict[str, Any] = {"title": _text(draft.title), "date": day_of(draft).isoformat()}
    start = start_text(draft)
    if start is not None:
        plain["start"] = start
    plain |= {"timezone": zone_text(draft), "host": _text(draft.host), "mic_policy": draft.mic_policy}
    plain["video"] = draft.video
    plain["delegates"] = [
        {"order": str(one.order)}
        | ({"name": one.name} if one.name else {})
        | ({"office": _text(one.office)} if one.office.vi else {})
        | {"unit": _text(one.unit), "site": str(one.site)}
        for one in draft.delegates
    ]
    plain["sites"] = [
        {"id": str(one.id), "role": one.role, **_text(one.name), "expected_delegates": str(one.expected)}
        | ({"phone": one.phone} if one.phone else {})
        | ({"duty": _text(one.duty)} if one.duty else {})
        for one in draft.sites
    ]
    plain["documents"] = [plain_document(one) for one in draft.documents]
    plain |= {"parties": [plain_party(one) for one in draft.parties]} if draft.parties else {}
    plain["slates"] = [
        {"id": one.id, "kind": one.kind, **_text(one.title)} | ({"text": _text(one.text)} if one.text else {})
        for one in draft.slates
    ]
    plain["agenda"] = [_item(item, *fixed) for item, fixed in zip(draft.items, fixed_times(draft), strict=True)]
    return plain


def to_yaml(draft: Draft) -> bytes:
    """Return the sheet as a YAML file."""
    text = yaml.dump(to_plain(draft), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=120)
    return text.encode("utf-8")


def _item(item: Item, at: str | None, until: str | None) -> dict[str, Any]:
    plain: dict[str, Any] = {"id": str(item.id), "kind": item.kind, **_text(item.title)}
    plain |= {"at": at} if at else {}
    plain |= {"until": until} if until else {}
    plain |= {"duration": times.spoken(item.duration_s), "scene": item.scene}
    for name in ("by", "script", "sites_do"):
        text: Text | None = getattr(item, name)
        plain |= {name: _text(text)} if text else {}
    plain |= {"site": str(item.site)} if item.site else {}
    plain |= {"documents": list(item.documents)} if item.documents else {}
    plain |= {"step": item.step} if item.step else {}
    plain |= {"audio": item.audio} if item.audio != "speech" else {}
    plain |= {name: "true" for name in _FLAGS if getattr(item, name)}
    plain |= {"warn_s": str(item.warn_s)} if item.warn_s != 120 else {}
    plain |= {"danger_s": str(item.danger_s)} if item.danger_s != 30 else {}
    return plain


def _text(text: Text) -> dict[str, str]:
    return {"vi": text.vi, "en": text.en} if text.en != text.vi else {"vi": text.vi}


def _wall(draft: Draft, at: Micros) -> dt.datetime:
    """Return a moment as the hall's clocks show it."""
    local = dt.datetime.fromtimestamp(at // 1_000_000, dt.UTC) + dt.timedelta(seconds=draft.utc_offset_s)
    return local.replace(tzinfo=None)


class _Dumper(yaml.SafeDumper):
    """Never writes aliases: the reader refuses them."""

    def ignore_aliases(self, data: Any) -> bool:
        """Every value is written out."""
        del data
        return True
