"""What leading the agenda leads to: next, take, hold, end, skip, restore, undo (CEREMONY §2, §3)."""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from signaling import floor, scenes
from signaling.agenda import SELECTABLE, Item
from signaling.commands import EndItem, HoldItem, RestoreItem, SetNext, SkipItem, TakeItem, UndoAgenda
from signaling.errors import Refused
from signaling.events import (
    AgendaUndone,
    AnyEvent,
    FloorEnded,
    ItemEnded,
    ItemHeld,
    ItemMoved,
    ItemRestored,
    ItemSkipped,
    ItemTaken,
    NextSet,
    ScenePrepared,
    SceneSet,
)
from signaling.names import HUB, ItemId, Micros
from signaling.state import State

UNDO_WITHIN_US: Final = 10_000_000
AgendaCommand = SetNext | TakeItem | HoldItem | EndItem | SkipItem | RestoreItem | UndoAgenda


def decide(state: State, command: AgendaCommand, now: Micros) -> list[AnyEvent]:
    """Return what an agenda command leads to. Raises `Refused`."""
    match command:
        case TakeItem(item, after, reason):
            return _take(state, item, after, reason)
        case SetNext(item, after):
            _seen(state, after)
            return as_one_act(become_next(_selectable(state, item)))
        case HoldItem(after):
            _seen(state, after)
            _rite_over(state)
            return as_one_act([ItemHeld(_live(state)), *_floor_over(state)])
        case EndItem(after):
            _seen(state, after)
            _rite_over(state)
            return as_one_act([ItemEnded(_live(state)), *_floor_over(state)])
        case SkipItem(item, after, reason):
            return _skip(state, item, after, reason)
        case RestoreItem(item):
            if state.item(item) is None or state.runs[item].state != "skipped":
                raise Refused("item-not-skipped")
            return [ItemRestored(item)]
        case UndoAgenda(seq):
            return _undo(state, seq, now)


def as_one_act(events: list[AnyEvent]) -> list[AnyEvent]:
    """Return the events marked as one act that can be undone; the first says how many they are."""
    first = events[0]
    assert isinstance(first, NextSet | ItemTaken | ItemEnded | ItemHeld | ItemSkipped | ItemMoved)
    return [replace(first, acts=len(events)), *events[1:]]


def _undo(state: State, seq: int, now: Micros) -> list[AnyEvent]:
    undo = state.undo
    if undo is None or undo.seq != seq:
        raise Refused("undo-not-last")
    if now - undo.at > UNDO_WITHIN_US:
        raise Refused("undo-too-late")
    holder = undo.before.floor.site
    if undo.consequences or (holder is not None and state.is_absent(holder)):
        raise Refused("undo-has-consequences")
    return [AgendaUndone(seq)]


def _seen(state: State, after: int) -> None:
    if after != state.agenda_rev:
        raise Refused("agenda-moved")


def _live(state: State) -> ItemId:
    if state.live is None:
        raise Refused("nothing-live")
    return state.live


def _selectable(state: State, item: ItemId) -> Item:
    found = state.item(item)
    if found is None or state.runs[item].state not in SELECTABLE:
        raise Refused("item-not-selectable", item=item)
    return found


def _floor_over(state: State) -> list[AnyEvent]:
    return [] if state.floor.site is None else [FloorEnded(state.floor.site)]


def become_next(item: Item | None) -> list[AnyEvent]:
    """Return the events that make an item next: the frozen copy it will run from, and its scene in the preview."""
    if item is None:
        return [NextSet()]
    return [NextSet(item.id, item), ScenePrepared(item.scene)]


def following(state: State, item: ItemId | None) -> Item | None:
    """Return the first selectable item after `item` in the order of the sheet, or from its start."""
    items = state.sheet().items
    begin = 0 if item is None else 1 + state.sheet().places.get(item, -1)
    return next((one for one in items[begin:] if state.runs[one.id].state in SELECTABLE and one.id != item), None)


def _take(state: State, item: ItemId, after: int, reason: str | None) -> list[AnyEvent]:
    if state.next is None or state.next_copy is None:
        raise Refused("nothing-next")
    _seen(state, after)
    if item != state.next:
        raise Refused("agenda-moved")
    if not reason:
        _papers_ready(state, state.next_copy)
        _rite_over(state)
    run = state.runs[item]
    taken = ItemTaken(item, run.runs + run.void + 1, reason)
    # the agenda's own event comes first: with it the act begins that can be undone
    events: list[AnyEvent] = [taken, *_floor_over(state)]
    if state.live is not None:
        events = [ItemEnded(state.live), *_floor_over(state), taken]
    events += _picture(state, state.next_copy)
    then = become_next(following(state, item))
    if state.sheet().scene_on_take == "arm":  # the preview is the live item's until the operator cuts
        then = [one for one in then if not isinstance(one, ScenePrepared)]
    return as_one_act(events + then)


def _picture(state: State, item: Item) -> list[AnyEvent]:
    """Cut to the item's scene and give its site the floor. What is missing never blocks: the scene stays.

    Where starting an item only arms its scene, the picture waits in the preview and the floor brings none of its own.
    """
    armed = state.sheet().scene_on_take == "arm"
    events: list[AnyEvent] = []
    try:
        scenes.check(state, item.scene)
    except Refused:
        pass
    else:
        events.append(ScenePrepared(item.scene) if armed else scenes.cut(state, item.scene))
    if item.site is not None and item.site != HUB and not state.is_absent(item.site):
        shown = armed or (bool(events) and scenes.shows(state, item.scene, item.site))
        grant = floor.granted(state, item.site)
        events += [one for one in grant if not (isinstance(one, FloorEnded) or (shown and isinstance(one, SceneSet)))]
    return events


def _papers_ready(state: State, item: Item) -> None:
    """A signing begins with its document published, or with a reason."""
    papers = [state.paper(document) for document in item.documents] if item.kind == "signing" else []
    if any(paper is not None and paper.slots and not paper.stands() for paper in papers):
        raise Refused("document-not-published")


def _rite_over(state: State) -> None:
    """Refuse to leave the live item while its rite is under way."""
    live = state.live_copy
    if live is None or live.kind != "signing":
        return
    own = [paper for paper in state.every_paper() if not live.documents or paper.id in live.documents]
    if any(paper.under_way() for paper in own):
        raise Refused("signing-in-progress")


def _skip(state: State, item: ItemId, after: int, reason: str | None) -> list[AnyEvent]:
    _seen(state, after)
    found = _selectable(state, item)
    if found.required and not reason:
        raise Refused("reason-required", item=item)
    events: list[AnyEvent] = [ItemSkipped(item, reason)]
    if state.next == item:
        events += become_next(following(state, item))
    return as_one_act(events)
