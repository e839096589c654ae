import pytest
from kit.ceremonies import OPERATOR, SECRETARY, Play, site_actor

from signaling import commands as do
from signaling import draft, rollcall
from signaling.errors import Refused
from tests.signaling.checks import CHAIR, CO


def code(play, command, by=OPERATOR):
    with pytest.raises(Refused) as error:
        play.do(command, by)
    return error.value.code


def with_rule(rule, least):
    play = Play()
    play.do(do.EditSession(quorum=draft.Quorum(rule, least)))
    return play


def test_without_a_rule_it_only_counts():
    play = Play().opened()
    found = rollcall.count(play.state)
    assert (found.rule, found.met, found.sites_present, found.sites, found.expected) == ("none", None, 3, 3, 14)


def test_sites_by_their_answer_or_before_it_by_their_picture():
    play = with_rule("sites", 3).opened()
    assert rollcall.count(play.state).met
    play.do(do.AnswerRollcall("an", 2, quorum=False), site_actor("an"))
    found = rollcall.count(play.state)
    assert (found.sites_present, found.answered, found.met) == (2, 1, False)
    play.do(do.AnswerRollcall("an", 3), site_actor("an"))
    play.do(do.MarkRollcall("ba", "absent"), SECRETARY)
    assert rollcall.count(play.state).sites_present == 2
    play.report("chi/camera", "lost")
    assert rollcall.count(play.state).sites_present == 1


@pytest.mark.parametrize(("least", "needed"), [(50, 7), (51, 8), (0, 0), (100, 14)])
def test_percent_of_the_expected_delegates(least, needed):
    play = with_rule("percent", least)
    play.do(do.AnswerRollcall("hub", 4), SECRETARY)
    play.do(do.AnswerRollcall("an", 3), CO)
    found = rollcall.count(play.state)
    assert (found.needed, found.present, found.met) == (needed, 7, needed <= 7)
    play.do(do.MarkRollcall("an", "absent"), SECRETARY)
    assert rollcall.count(play.state).present == 4


def test_who_answered_when_and_what_the_hub_notes():
    play = Play()
    play.do(do.MarkRollcall("an", "absent"), do.SYSTEM)
    play.do(do.CheckRollcall("an", True, False), CO)
    play.wait(5)
    play.do(do.AnswerRollcall("an", 3, "Ms An", hears=False), site_actor("an"))
    line = play.state.attendance["an"]
    assert (line.mark, line.answered_by, line.answered_at, line.hears) == ("late", "s-an", play.now, False)
    assert (line.audio, line.picture, line.checked_at) == (True, False, play.now - 5_000_000)


def test_what_cannot_be_answered():
    play = Play()
    assert code(play, do.AnswerRollcall("an", rollcall.MOST_PRESENT + 1)) == "count-out-of-range"
    for command in (do.AnswerRollcall("x", 1), do.MarkRollcall("x", "late"), do.CheckRollcall("x", True, True)):
        assert code(play, command) == "no-site"


def test_the_declaration_decides():
    play = with_rule("sites", 3)
    play.do(do.DeclareRollcall(True), CHAIR)
    assert play.state.declared.met and rollcall.count(play.state).met is False
    assert code(play, do.DeclareRollcall(False), CHAIR) == "reason-required"
    play.do(do.DeclareRollcall(False, "two are missing"), CHAIR)
    assert play.state.declared.note == "two are missing"
