"""Undo: exact, in time, and not when something followed from the act."""

import pytest
from kit.ceremonies import OPERATOR, Play, site_actor

from signaling import commands as do
from signaling.errors import Refused
from tests.signaling.checks import UNDONE


def code(play, command, by=OPERATOR):
    with pytest.raises(Refused) as error:
        play.do(command, by)
    return error.value.code


def begun():
    play = Play().opened()
    play.do(do.TakeItem("diem-danh", play.state.agenda_rev))
    play.wait(60)
    return play


def undo(play):
    play.do(do.UndoAgenda(play.state.undo.seq))


ACTS = {
    "take": lambda rev: do.TakeItem("nhac", rev), "hold": do.HoldItem, "end": do.EndItem,
    "skip": lambda rev: do.SkipItem("an-noi", rev), "skip the next": lambda rev: do.SkipItem("nhac", rev),
    "next": lambda rev: do.SetNext("be-mac", rev), "move": lambda rev: do.MoveItem("be-mac", rev, "nhac"),
}  # fmt: skip


@pytest.mark.parametrize("name", ACTS)
@pytest.mark.parametrize("floor", [False, True])
def test_undo_is_exact(name, floor):
    play = begun()
    play.do(do.AskFloor("wait"), site_actor("chi"))
    play.do(do.SetMic("hub", "closed"))
    if floor:
        play.do(do.GrantFloor("an", play.state.floor_rev))
    before = play.state
    play.do(ACTS[name](play.state.agenda_rev))
    assert play.state.undo.act == name.split()[0]
    play.wait(9)
    undo(play)
    for field in UNDONE:
        if field != "runs" or name != "take":
            assert getattr(play.state, field) == getattr(before, field), field
    assert play.state.undo is None
    assert play.state.agenda_rev > before.agenda_rev
    assert play.again() == play.state


def test_a_take_that_granted_the_floor_takes_it_back():
    play = begun()
    play.do(do.AskFloor(), site_actor("an"))
    play.do(do.SetNext("an-noi", play.state.agenda_rev))
    before = play.state
    play.do(do.TakeItem("an-noi", play.state.agenda_rev))
    assert play.state.holder() == "an" and play.state.floor.queue == ()
    undo(play)
    assert play.state.floor == before.floor and play.state.program == before.program
    assert play.state.live == "diem-danh"
    play.do(do.TakeItem("an-noi", play.state.agenda_rev))
    taken = next(event for _, event in reversed(play.log) if type(event).__name__ == "ItemTaken")
    assert taken.run == 2, "the undone start keeps its number"
    assert play.state.runs["an-noi"].runs == 1


@pytest.mark.parametrize("command", [
    (do.AskFloor(), site_actor("chi")), (do.InviteFloor("an"), OPERATOR), (do.OpenConfirmation("q", "ack"), OPERATOR),
])  # fmt: skip
def test_floor_and_questions_are_consequences(command):
    play = begun()
    play.do(do.TakeItem("nhac", play.state.agenda_rev))
    play.do(*command)
    assert code(play, do.UndoAgenda(play.state.undo.seq)) == "undo-has-consequences"


def test_a_former_holder_who_is_gone_gets_nothing_back():
    play = begun()
    play.do(do.GrantFloor("an", play.state.floor_rev))
    play.do(do.TakeItem("nhac", play.state.agenda_rev))
    play.report("an/camera", "absent")
    assert code(play, do.UndoAgenda(play.state.undo.seq)) == "undo-has-consequences"


def test_what_the_operator_did_to_picture_and_sound_since_stays():
    play = begun()
    play.do(do.TakeItem("nhac", play.state.agenda_rev))
    play.do(do.PrepareScene("solo:ba"))
    play.do(do.CutScene(play.state.scene_rev))
    play.do(do.SetMic("hub", "closed"))
    play.report("chi/camera", "lost")
    undo(play)
    assert play.state.program == "solo:ba" and play.state.mics == {"hub": "closed"}
    assert play.state.live == "diem-danh"


def test_time_and_order():
    play = begun()
    assert code(play, do.UndoAgenda(1)) == "undo-not-last"
    play.do(do.TakeItem("nhac", play.state.agenda_rev))
    seq = play.state.undo.seq
    play.wait(10)
    play.do(do.RetimeItem("nhac", 1))
    play.wait(0.1)
    assert code(play, do.UndoAgenda(seq)) == "undo-too-late"
    play.do(do.EndItem(play.state.agenda_rev))
    assert code(play, do.UndoAgenda(seq)) == "undo-not-last"
    undo(play)
    assert code(play, do.UndoAgenda(seq)) == "undo-not-last", "no undo of an undo"
    play.do(do.SkipItem("be-mac", play.state.agenda_rev, "r"))
    seq = play.state.undo.seq
    play.do(do.RestoreItem("be-mac"))
    assert code(play, do.UndoAgenda(seq)) == "undo-not-last"


def test_minutes_given_since_stay():
    play = begun()
    play.do(do.TakeItem("nhac", play.state.agenda_rev))
    play.do(do.RetimeItem("nhac", 2))
    undo(play)
    assert play.state.added == {"nhac": 120}


def test_an_item_put_back_may_be_taken_again_and_a_skipped_one_restored():
    play = begun()
    play.do(do.HoldItem(play.state.agenda_rev))
    assert play.state.runs["diem-danh"].state == "held"
    play.do(do.SkipItem("diem-danh", play.state.agenda_rev))
    play.do(do.RestoreItem("diem-danh"))
    assert play.state.runs["diem-danh"].state == "held"
    assert code(play, do.RestoreItem("diem-danh")) == "item-not-skipped"
    assert code(play, do.SkipItem("khai-mac", play.state.agenda_rev)) == "reason-required"
    assert code(play, do.HoldItem(play.state.agenda_rev)) == "nothing-live"
    assert code(play, do.SetNext("nothing", play.state.agenda_rev)) == "item-not-selectable"
    assert code(play, do.TakeItem("be-mac", play.state.agenda_rev)) == "agenda-moved"


def test_take_with_the_floor_held_and_nothing_live():
    play = Play().opened()
    play.do(do.GrantFloor("an", play.state.floor_rev))
    before = play.state
    play.do(do.TakeItem("diem-danh", play.state.agenda_rev))
    assert play.state.holder() is None
    undo(play)
    assert play.state.floor == before.floor


@pytest.mark.parametrize("how", ["cut", "arm"])
def test_a_started_item_cuts_to_its_scene_or_only_arms_it(how):
    play = Play()
    play.do(do.EditSession(scene_on_take=how))
    play.opened()
    before = play.state.program
    play.do(do.TakeItem("diem-danh", play.state.agenda_rev))
    scene = play.state.live_copy.scene
    if how == "arm":
        assert (play.state.program, play.state.preview) == (before, scene)
        play.do(do.CutScene(play.state.scene_rev))
    assert play.state.program == scene


def test_an_armed_item_of_a_site_opens_its_microphone_and_leaves_the_picture():
    play = Play()
    play.do(do.EditSession(scene_on_take="arm"))
    play.opened()
    item = next(one for one in play.state.sheet().items if one.site not in (None, "hub"))
    play.do(do.SetNext(item.id, play.state.agenda_rev))
    before = play.state.program
    play.do(do.TakeItem(item.id, play.state.agenda_rev))
    assert (play.state.holder(), play.state.program, play.state.preview) == (item.site, before, item.scene)
