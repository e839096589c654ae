import pytest
from kit.ceremonies import OPERATOR, SECRETARY, Play, site_actor

from signaling import commands as do
from signaling.errors import Refused
from signaling.names import person_of
from tests.signaling.checks import CHAIR, CO, OTHER, SECOND_DESK


def code(play, command, by):
    with pytest.raises(Refused) as error:
        play.do(command, by)
    return error.value.code


def test_a_persons_browsers_are_one_person():
    assert person_of("p-1-a") == person_of("p-1-b") == "p-1"
    assert person_of("p-12-a") != person_of("p-1-a")
    assert person_of("s-an") == "s-an" and person_of("p-1") == "p-1"


def test_the_first_operator_to_act_takes_it_silently():
    play = Play()
    assert play.do(do.PrepareScene("grid")) == ["ControlMoved", "ScenePrepared"]
    assert play.do(do.PrepareScene("grid"), SECOND_DESK) == ["ScenePrepared"]
    assert code(play, do.PrepareScene("grid"), OTHER) == "not-in-control"


def test_a_refused_or_empty_command_takes_nothing():
    play = Play()
    assert code(play, do.PrepareScene("solo:nowhere"), OPERATOR) == "scene-malformed"
    assert play.do(do.ClearCaption()) == []
    assert play.state.control is None
    play.do(do.NoteIncident("free to both"), OPERATOR)
    assert play.state.control is None, "rows of the second operator need no control"


def test_others_need_no_control():
    play = Play().opened()
    play.do(do.AskFloor(), site_actor("an"))
    play.do(do.GrantFloor("an", play.state.floor_rev), CHAIR)
    play.do(do.AnswerRollcall("an", 3), SECRETARY)
    play.do(do.AnswerRollcall("an", 3), CO)
    play.do(do.NoteIncident("noted"), OTHER)


def test_take_always_succeeds_and_the_former_is_out():
    play = Play().opened()
    play.do(do.TakeControl("no answer"), CO)
    assert play.state.control.epoch == 2 and play.state.control.how == "taken"
    assert code(play, do.HoldScene(), OPERATOR) == "not-in-control"
    play.do(do.HoldScene(), CO)
    assert code(play, do.TakeControl("again"), CO) == "already-in-control"
    play.do(do.TakeControl("back"), OPERATOR)
    play.do(do.CloseSession("end"))
    play.do(do.TakeControl("to reopen"), CO)
    play.do(do.ReopenSession("more"), CO)


def test_control_is_given_to_a_persons_seat():
    play = Play()
    assert play.do(do.GiveControl("p-9-c")) == ["ControlMoved"], "given by the first to act"
    assert play.state.control.epoch == 1
    assert code(play, do.GiveControl("p-1-a"), OPERATOR) == "not-in-control"
    assert code(play, do.GiveControl("s-an"), OTHER) == "seat-absent"
    assert code(play, do.GiveControl("p-9-x"), OTHER) == "already-in-control"
    play.do(do.GiveControl("p-1-z"), OTHER)
    play.do(do.HoldScene(), OPERATOR)
