"""What editing the plan leads to: add, edit, remove, move, more or fewer minutes, a whole re-import (CEREMONY §3)."""

from __future__ import annotations

from signaling import faults, running
from signaling.agenda import SELECTABLE
from signaling.commands import AddItem, ApplySheet, EditItem, MoveItem, RemoveItem, RetimeItem
from signaling.draft import Diff, applied, inserted
from signaling.errors import Refused
from signaling.events import (
    AnyEvent,
    ItemAdded,
    ItemEdited,
    ItemMoved,
    ItemRemoved,
    ItemRetimed,
    SheetApplied,
)
from signaling.names import ItemId
from signaling.state import State

PlanCommand = ApplySheet | AddItem | EditItem | RemoveItem | MoveItem | RetimeItem


def decide(state: State, command: PlanCommand) -> list[AnyEvent]:
    """Return what a change of the plan leads to. Raises `Refused`."""
    match command:
        case ApplySheet(diff, after):
            return _apply(state, diff, after)
        case AddItem(item, before):
            if state.item(item.id) is not None:
                raise Refused("row-error", item=item.id, what="duplicate-id")
            _known(state, before)
            if len(state.sheet().items) >= faults.MOST_ITEMS:
                raise Refused("row-error", item=item.id, what="too-many")
            faults.check_item(state.sheet(), item)
            return [ItemAdded(item, before)]
        case EditItem(item):
            _not_run(state, item.id)
            faults.check_item(state.sheet(), item)
            return [] if state.item(item.id) == item else [ItemEdited(item)]
        case RemoveItem(item):
            _not_run(state, item)
            return [ItemRemoved(item), *_next_after(state, Diff(removed=(item,)))]
        case MoveItem():
            return _move(state, command)
        case RetimeItem(item, minutes):
            return _retime(state, item, minutes)


def _known(state: State, item: ItemId | None) -> None:
    if item is not None and state.item(item) is None:
        raise Refused("no-item", item=item)


def _not_run(state: State, item: ItemId) -> None:
    _known(state, item)
    run = state.runs[item]
    if run.runs > 0 or run.state in ("live", "done"):
        raise Refused("item-has-run", item=item)


def _next_after(state: State, diff: Diff) -> list[AnyEvent]:
    """Return the events that choose another next item when this change removes it."""
    if state.next is None or state.next not in diff.removed:
        return []
    items = state.sheet().items
    begin = state.sheet().places[state.next]
    later = (one for one in items[begin:] if one.id not in diff.removed)
    return running.become_next(next((one for one in later if state.runs[one.id].state in SELECTABLE), None))


def _apply(state: State, diff: Diff, after: int) -> list[AnyEvent]:
    if after != state.agenda_rev:
        raise Refused("agenda-moved")
    for item in (*diff.removed, *(one.id for one in diff.changed)):
        _not_run(state, item)
    for added in diff.added:
        if state.item(added.id) is not None:
            raise Refused("row-error", item=added.id, what="duplicate-id")
    if state.phase != "setup" and diff.sites_removed:
        raise Refused("row-error", item=diff.sites_removed[0], what="site-in-use")
    changed = applied(state.sheet(), diff)
    faults.check(changed)
    if changed == state.sheet():
        return []
    return [SheetApplied(diff), *_next_after(state, diff)]


def _move(state: State, command: MoveItem) -> list[AnyEvent]:
    if command.after != state.agenda_rev:
        raise Refused("agenda-moved")
    item, before = state.item(command.item), command.before
    if item is None or state.runs[item.id].state not in SELECTABLE:
        raise Refused("item-not-selectable", item=command.item)
    _known(state, before)
    if before is not None and state.runs[before].state in ("live", "done"):
        raise Refused("into-the-past", item=before)
    if before == item.id or inserted(state.sheet(), item, before) == state.sheet():
        return []
    return running.as_one_act([ItemMoved(item.id, before)])


def _retime(state: State, item: ItemId, minutes: int) -> list[AnyEvent]:
    found = state.item(item)
    if found is None:
        raise Refused("no-item", item=item)
    run = state.runs[item].state
    if run in ("done", "skipped"):
        raise Refused("item-done", item=item)
    planned = found if run != "live" or state.live_copy is None else state.live_copy
    if planned.duration_s + state.added.get(item, 0) + minutes * 60 < 0:
        raise Refused("time-below-zero", item=item)
    return [ItemRetimed(item, minutes)] if minutes else []
