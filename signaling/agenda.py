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
    """When something starts and ends, UTC µs.

    `gap_us`: idle time before a fixed start. `cut_to_us`: what is left for an item that must end in time, when that
    is less than three quarters of its duration.
    """

    start: Micros
    end: Micros
    gap_us: int = 0
    cut_to_us: int | None = None


NOTHING_ADDED: Final[Mapping[ItemId, int]] = {}


def walk(items: Iterable[Item], cursor: Micros, added: Mapping[ItemId, int] = NOTHING_ADDED) -> dict[ItemId, Span]:
    """Lay items one after another from `cursor`; `added` are the seconds `item.time` gave.

    A fixed start (`at`) is waited for and absorbs lateness before it; `until` says when the item must end
    (CEREMONY §4).
    """
    spans: dict[ItemId, Span] = {}
    for item in items:
        start = cursor if item.at is None or item.at < cursor else item.at
        length = (item.duration_s + added.get(item.id, 0)) * 1_000_000
        gap, cut = start - cursor, None
        if item.until is None:
            end = Micros(start + length)
        else:
            end = max(start, item.until)
            cut = cut_to(end - start, item)
        spans[item.id] = Span(start, end, gap, cut)
        cursor = end
    return spans


def cut_to(left_us: int, item: Item) -> int | None:
    """Return what is left for an item that must end in time, or None while it is at least 75 % of its duration."""
    return left_us if left_us * 4 < item.duration_s * 3_000_000 else None


def due(live: Item, run: Run, added_s: int, now: Micros, paused_at: Micros | None = None) -> Micros | None:
    """Return when the live item should end: its `until`, or its duration, what was added and what was lost by
    suspension (CEREMONY §4). None before it started.
    """
    if run.started is None:
        return None
    if live.until is not None:
        return live.until
    paused = run.suspended_us + (0 if paused_at is None else max(0, now - paused_at))
    return Micros(run.started + (live.duration_s + added_s) * 1_000_000 + paused)


def expected(
    rest: Iterable[Item], now: Micros, live: tuple[Item, Run] | None, due_at: Micros | None,
    added: Mapping[ItemId, int] = NOTHING_ADDED,
) -> dict[ItemId, Span]:  # fmt: skip
    """Return the expected span of the live item and of the items still to come (`rest`), in order (CEREMONY §4)."""
    spans: dict[ItemId, Span] = {}
    cursor = now
    if live is not None:
        item, run = live
        started = run.started if run.started is not None else now
        cursor = max(now, due_at if due_at is not None else now)
        cut = cut_to(max(0, item.until - started), item) if item.until is not None else None
        spans[item.id] = Span(started, cursor, 0, cut)
    return spans | walk(rest, cursor, added)


def warning(item: Item, due_at: Micros | None, now: Micros) -> Literal["default", "warning", "danger", "overtime"]:
    """Return the phase of the live item: overtime is a phase, never a transition."""
    if due_at is None:
        return "default"
    left = due_at - now
    if left < 0:
        return "overtime"
    if left <= item.danger_s * 1_000_000:
        return "danger"
    return "warning" if left <= item.warn_s * 1_000_000 else "default"


def behind_us(planned: Mapping[ItemId, Span], spans: Mapping[ItemId, Span], upcoming: ItemId | None) -> int:
    """Return by how many µs the next item is expected later than planned (negative: early).

    Without a next item the ends are compared: fixed items absorb lateness before them (CEREMONY §4).
    """
    if upcoming is not None and upcoming in spans and upcoming in planned:
        return spans[upcoming].start - planned[upcoming].start
    if not spans or not planned:
        return 0
    return max(span.end for span in spans.values()) - max(span.end for span in planned.values())
