"""Faults put into the core on purpose: the tour with its invariants must notice every one of them."""

import pytest
from msgspec.structs import replace

from signaling import (
    access,
    agenda,
    ceremony,
    confirm,
    control,
    evolve,
    evolve_agenda,
    evolve_desk,
    faults,
    floor,
    incidents,
    lobby,
    notices,
    planning,
    rollcall,
    running,
    scenes,
    state,
    views,
    views_desk,
)
from signaling import events as ev
from signaling.names import ROLES
from tests.signaling.tour import Tour


def wrapped(function, change):
    """The function with its answer changed."""
    return lambda *args, **more: change(function(*args, **more), *args, **more)


def nothing(*_args, **_more):
    return None


def unnumbered(moved, before, event, _at):
    return replace(moved, seq=before.seq) if isinstance(event, ev.RecorderChanged) else moved


def thawed(after, _state, _diff):
    return replace(after, next_copy=after.item(after.next)) if after.next else after


def one_lost(sheet, *_):
    return replace(sheet, items=sheet.items[:-1])


def forgetful(plain, _event):
    return {name: value for name, value in plain.items() if name != "acts"}


def still_there(after, before, _event, _at):
    return replace(after, gone=before.gone)


def hears_itself(placed, *_):
    return tuple(replace(one, sound=True) for one in placed)


def open_when_invited(gate, seen, site):
    return "open" if seen.floor.state == "invited" and seen.floor.site == site else gate


FAULTS = {
    "an ended item stays done nowhere": (evolve_agenda, "_run", lambda before, _item, **_changes: before),
    "next is not frozen": (running, "become_next", lambda item: [ev.NextSet(item.id if item else None)]),
    "undo leaves the floor": (evolve_agenda, "undone", wrapped(evolve_agenda.undone, lambda back, was, *_: replace(back, floor=was.floor))),
    "undo leaves the picture": (evolve_agenda, "undone", wrapped(evolve_agenda.undone, lambda back, was, *_: replace(back, program=was.program))),
    "undo after a minute": (running, "UNDO_WITHIN_US", 60_000_000),
    "undo despite consequences": (evolve_agenda, "_CONSEQUENCES", ()),
    "undo of what is not last": (evolve_agenda, "_ENDS_UNDO", ()),
    "the absent get the floor": (floor, "_district", nothing),
    "absence leaves the floor alone": (floor, "dropped", lambda *_: []),
    "the holder stays in the queue": (evolve, "_without", lambda held, _site: held.queue),
    "an invitation opens the microphone": (state, "gate", wrapped(state.gate, open_when_invited)),
    "anyone may be opened": (floor, "microphones", lambda _state, command: [ev.MicSet(command.site, command.state)]),
    "suspension admits everything": (access, "_in_phase", nothing),
    "control is not asked for": (access, "needs_control", lambda *_: False),
    "anyone may do anything": (access, "_may", lambda *_: True),
    "epochs stand still": (control, "next_epoch", lambda _state: 1),
    "revisions are not compared": (running, "_seen", nothing),
    "suspended time is lost": (evolve, "_lengthened", lambda before, _at: before),
    "minutes given are not counted": (agenda, "due", lambda live, run, _added, now, paused=None, due=agenda.due: due(live, run, 0, now, paused)),
    "expected times forget minutes given": (agenda, "walk", lambda items, cursor, _added=None, walk=agenda.walk: walk(items, cursor)),
    "planned times follow the plan": (evolve_agenda, "timed", lambda before, sheet=None: replace(before, draft=sheet or before.draft, planned=agenda.walk((sheet or before.draft).items, 5))),
    "answers after the end": (confirm, "_current", lambda seen: seen.confirmation),
    "any site may answer": (confirm, "_asked", nothing),
    "more votes than people": (confirm, "most_votes", lambda *_: 10**6),
    "the old device stays": (lobby, "_as", wrapped(lobby._as, lambda entry, *_: replace(entry, state="admitted"))),
    "admitted without waiting": (lobby, "_passes", nothing),
    "incidents never close": (incidents, "closed", lambda found, *_args, **_more: found),
    "every gap is an incident": (incidents, "GAP_MS", 0),
    "telephones for everyone": (views, "OPERATORS", frozenset(ROLES)),
    "letters for secretaries": (views_desk, "notices", lambda seen, site=None, notices=views_desk.notices, **_more: notices(seen, site, letters=True)),
    "preview for everyone": (views, "_scene", lambda seen, scene=views._scene, **_more: scene(seen, desk=True)),
    "the log forgets a field": (ev, "to_plain", wrapped(ev.to_plain, forgetful)),
    "an event is not counted": (ceremony, "evolve", wrapped(ceremony.evolve, unnumbered)),
    "the absent stay in the picture": (evolve, "_presence", wrapped(evolve._presence, still_there)),
    "sites hear themselves": (scenes, "_program_slots", wrapped(scenes._program_slots, hears_itself)),
    "a re-import thaws the copy": (evolve_agenda, "_applied", wrapped(evolve_agenda._applied, thawed)),
    "a move loses an item": (evolve_agenda, "inserted", wrapped(evolve_agenda.inserted, one_lost)),
    "rows are not checked": (faults, "check_item", nothing),
    "what has run may be removed": (planning, "_not_run", nothing),
    "the marked absent count": (rollcall, "_is_here", lambda *_: True),
    "texts of any length": (access, "LONGEST", 10**6),
    "letters as fast as you like": (notices, "LETTER_EVERY_US", 0),
    "a restart keeps everyone present": (evolve, "_restarted", lambda before, _at: before),
    "acknowledged by nobody told": (evolve_desk, "_acked", lambda before, *_: replace(before, notices=tuple(replace(n, acked={"hub": 1}) for n in before.notices))),
}  # fmt: skip


def test_there_are_many():
    assert len(FAULTS) >= 40
    Tour().run()


@pytest.mark.parametrize("name", FAULTS)
def test_a_seeded_fault_is_noticed(monkeypatch, name):
    where, what, wrong = FAULTS[name]
    monkeypatch.setattr(where, what, wrong)
    # an invariant or a step of the tour says so; a crash of the core is noticed too
    with pytest.raises((AssertionError, KeyError, TypeError, AttributeError)):
        Tour().run()
