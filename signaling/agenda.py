"""Items, their order, and planned, expected and actual times (CEREMONY §2, §4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, Literal

import msgspec

from signaling.names import ItemId, Micros, SiteId

ItemKind = Literal[
    "roll_call", "flag", "opening", "speech", "report", "confirm", "signing", "exchange", "break", "closing", "generic"
]
ItemState = Literal["planned", "next", "live", "held", "done", "skipped"]
SELECTABLE: Final[frozenset[ItemState]] = frozenset({"planned", "next", "held"})
MINUTE_US: Final = 60_000_000


class Text(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A text in both languages; `en` falls back to `vi` when nobody wrote it."""

    vi: str
    en: str


class Item(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One line of the run sheet. Times are UTC µs, `duration_s` seconds."""

    id: ItemId
    kind: ItemKind
    title: Text
    duration_s: int
    scene: str
    at: Micros | None = None
    until: Micros | None = None
    by: Text | None = None
    site: SiteId | None = None
    audio: Literal["speech", "music"] = "speech"
    script: Text | None = None
    sites_do: Text | None = None
    documents: tuple[str, ...] = ()
    step: Literal["announce", "sign"] | None = None
    required: bool = False
    optional: bool = False
    open_floor: bool = False
    stills: bool = False
    warn_s: int = 120
    danger_s: int = 30


class Run(msgspec.Struct, frozen=True):
    """What became of an item so far: its state, and the times of its latest run.

    `suspended_us`: how long that run was interrupted. `void`: starts that were undone; they keep their numbers.
    """

    state: ItemState = "planned"
    runs: int = 0
    started: Micros | None = None
    ended: Micros | None = None
    suspended_us: int = 0
    void: int = 0


class Span(msgspec.Struct, frozen=True):
    """When something starts and ends, UTC µs."""

    start: Micros
    end: Micros


def walk(items: Iterable[Item], cursor: Micros) -> dict[ItemId, Span]:
    """Lay items one after another from `cursor`.

    A fixed start (`at`) is waited for and absorbs lateness before it; `until` says when the item must end
    (CEREMONY §4).
    """
    spans: dict[ItemId, Span] = {}
    for item in items:
        start = max(cursor, item.at) if item.at is not None else cursor
        end = max(start, item.until) if item.until is not None else start + item.duration_s * 1_000_000
        spans[item.id] = Span(Micros(start), Micros(end))
        cursor = Micros(end)
    return spans


def expected(
    order: Iterable[Item], runs: Mapping[ItemId, Run], live: Item | None, now: Micros
) -> dict[ItemId, Span]:
    """Return the expected span of the live item and of every item still selectable, in order (CEREMONY §4)."""
    spans: dict[ItemId, Span] = {}
    cursor = now
    if live is not None:
        started = runs[live.id].started or now
        due = live.until if live.until is not None else started + live.duration_s * 1_000_000
        cursor = Micros(max(now, due))
        spans[live.id] = Span(started, cursor)
    rest = [item for item in order if runs[item.id].state in SELECTABLE]
    return spans | walk(rest, cursor)


def behind_us(planned: Mapping[ItemId, Span], spans: Mapping[ItemId, Span], upcoming: ItemId | None) -> int:
    """Return by how many µs the next item is expected later than planned (negative: early).

    Without a next item the ends are compared: fixed items absorb lateness before them (CEREMONY §4).
    """
    if upcoming is not None and upcoming in spans and upcoming in planned:
        return spans[upcoming].start - planned[upcoming].start
    if not spans or not planned:
        return 0
    return max(span.end for span in spans.values()) - max(span.end for span in planned.values())
