"""The run sheet as a screen is told it, in as many sections as its texts need."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, TypeVar

import msgspec
from msgspec.structs import replace

from signaling import agenda, scenes, times
from signaling.agenda import Item, Span
from signaling.errors import Refused
from signaling.names import ItemId, Micros
from signaling.running import UNDO_WITHIN_US
from signaling.screens import AgendaPage, AgendaView, ItemView
from signaling.screens_desk import UndoView
from signaling.state import State

PAGE_BYTES: Final = 52_000
"""Weight of a section's texts and fixed parts; the rest of the 64 KiB is room for its head."""
MOST_PAGES: Final = 12
ITEM_BYTES: Final = 640
"""Most that an item takes beside its texts: keys, times, flags, scene and identifiers."""
_Part = TypeVar("_Part")
_encoder = msgspec.json.Encoder()


def cut(parts: Sequence[_Part], weights: Iterable[int]) -> list[tuple[_Part, ...]]:
    """Return the parts in pages of at most `PAGE_BYTES` each, at least one page."""
    pages: list[list[_Part]] = [[]]
    used = 0
    for part, weight in zip(parts, weights, strict=True):
        if used + weight > PAGE_BYTES and pages[-1]:
            pages.append([])
            used = 0
        pages[-1].append(part)
        used += weight
    return [tuple(page) for page in pages]


def weight(*parts: object) -> int:
    """Return how many bytes of JSON these take."""
    return len(_encoder.encode(parts))


def newest(parts: Sequence[_Part], most: int, budget: int = PAGE_BYTES) -> tuple[_Part, ...]:
    """Return the first `most` parts, fewer when they take more bytes than the budget."""
    kept: list[_Part] = []
    for part in parts[:most]:
        budget -= weight(part)
        if budget < 0:
            break
        kept.append(part)
    return tuple(kept)


def sections(
    state: State, spans: Mapping[ItemId, Span], now: Micros, *, desk: bool, undo: bool, only: bool = False
) -> dict[str, Any]:
    """Return `agenda` and, for a very long sheet, `agenda_1`… `only`: nothing but the live and the next item."""
    items = [
        _item(state, n, item, spans.get(item.id), now, desk=desk)
        for n, item in enumerate(state.sheet().items, 1)
        if not only or item.id in (state.live, state.next)
    ]
    pages = cut(items, map(_weight, items))
    if len(pages) > MOST_PAGES:
        items = [_bare(item) for item in items]
        pages = cut(items, map(_weight, items))[:MOST_PAGES]
    end = Micros(max(span.end for span in spans.values())) if spans else None
    late = agenda.behind_us(state.planned, spans, state.next) // 1_000_000 if state.phase in ("open", "suspended") else 0
    planned_end = max((span.end for span in state.planned.values()), default=None)
    first = AgendaView(
        state.agenda_rev, state.live, state.next, late, end, pages[0], len(pages), len(state.sheet().items), planned_end,
        _undo(state) if undo else None,
    )  # fmt: skip
    rest = {f"agenda_{i}": AgendaPage(state.agenda_rev, page) for i, page in enumerate(pages[1:], 1)}
    return {"agenda": first, **rest}


def _weight(item: ItemView) -> int:
    return ITEM_BYTES + weight(item.title, item.by, item.script, item.sites_do, item.documents)


def _bare(item: ItemView) -> ItemView:
    return replace(item, script=None, sites_do=None)


def _undo(state: State) -> UndoView | None:
    undo = state.undo
    if undo is None or undo.consequences:
        return None
    return UndoView(undo.seq, undo.act, undo.item, Micros(undo.at + UNDO_WITHIN_US))


def _item(state: State, n: int, item: Item, span: Span | None, now: Micros, *, desk: bool) -> ItemView:
    run, planned = state.runs[item.id], state.planned.get(item.id)
    copy = None
    if run.state == "live":
        copy = state.live_copy
    elif item.id == state.next:
        copy = state.next_copy
    differs = copy is not None and copy != item
    # the desk edits the plan of the next item and is told that it differs; everyone else sees what will run
    if copy is not None and (run.state == "live" or not desk):
        item = copy
    due = times.due(state, now) if run.state == "live" else None
    return ItemView(
        item.id, n, item.kind, item.title, run.state, item.duration_s, item.scene,
        planned=planned.start if planned else None,
        expected=span.start if span and run.state != "live" else None,
        started=run.started, ended=run.ended, due=due, runs=run.runs, by=item.by, site=item.site,
        required=item.required, optional=item.optional, open_floor=item.open_floor,
        warn_s=item.warn_s, danger_s=item.danger_s,
        script=item.script if desk else None, sites_do=item.sites_do,
        audio=item.audio, documents=item.documents, at=item.at, until=item.until,
        added_s=state.added.get(item.id, 0), suspended_s=run.suspended_us // 1_000_000,
        gap_s=span.gap_us // 1_000_000 if span else 0,
        squeeze_s=span.cut_to_us // 1_000_000 if span and span.cut_to_us is not None else None,
        phase=agenda.warning(item, due, now), differs=differs,
        unready=_unready(state, item) if desk and item.id == state.next else None,
        step=item.step, stills=item.stills,
    )  # fmt: skip


def _unpublished(state: State, document: str) -> bool:
    paper = state.paper(document)
    return paper is not None and bool(paper.slots) and not paper.stands()


def _unready(state: State, item: Item) -> Any:
    """Return what an item still lacks: its speaker's name, its site, a source of its scene."""
    if item.kind in ("speech", "report", "opening") and item.by is None:
        return "speaker-unnamed"
    if item.site is not None and state.is_absent(item.site):
        return "site-absent"
    if item.kind in ("signing", "confirm") and any(_unpublished(state, document) for document in item.documents):
        return "document-unpublished"
    try:
        scenes.check(state, item.scene)
    except Refused:
        return "source-absent"
    return None
