import pytest
from kit.ceremonies import OPERATOR, SECRETARY, Play, site_actor

from signaling import commands as do
from signaling import confirm, views
from signaling.errors import Refused
from tests.signaling.checks import CO


def code(play, command, by=OPERATOR):
    with pytest.raises(Refused) as error:
        play.do(command, by)
    return error.value.code


def asked(kind="vote", to=()):
    play = Play().opened()
    play.do(do.OpenConfirmation("Thống nhất?", kind, to), SECRETARY)
    return play


def answer(site="an", choice="for", name="Ms An", **more):
    return do.AnswerConfirmation(site, choice, name, **more)


def test_every_district_is_asked_by_default():
    assert asked().state.confirmation.respondents == ("an", "ba", "chi")
    assert asked(to=("hub", "an", "an")).state.confirmation.respondents == ("hub", "an")


def test_what_cannot_be_asked():
    play = Play().opened()
    assert code(play, do.OpenConfirmation(" ", "ack")) == "text-required"
    assert code(play, do.OpenConfirmation("q", "ack", ("nowhere",))) == "no-site"
    assert code(play, do.OpenConfirmation("q", "ack", (), "doc")) == "document-not-published"
    assert code(play, do.RemindConfirmation("an")) == "confirmation-closed"


@pytest.mark.parametrize(("kind", "choices"), confirm.OPTIONS.items())
def test_each_kind_has_its_choices(kind, choices):
    for choice in ("agree", "remarks", "ack", "for", "against", "abstain"):
        play = asked(kind)
        if choice in choices:
            play.do(answer(choice=choice), site_actor("an"))
            assert play.state.confirmation.answers["an"].choice == choice
        else:
            assert code(play, answer(choice=choice), site_actor("an")) == "choice-unknown"


def test_answers_change_until_closed():
    play = asked()
    play.do(answer(counts={"for": 2, "against": 1}), site_actor("an"))
    play.do(answer(choice="against", name="Mr B", counts={"against": 3}, remarks="no"), SECRETARY)
    one = play.state.confirmation.answers["an"]
    assert (one.choice, one.name, one.by_phone, one.remarks) == ("against", "Mr B", True, "no")
    assert confirm.totals(play.state.confirmation) == {"for": 0, "against": 3, "abstain": 0}
    play.do(do.CloseConfirmation())
    assert code(play, answer(), site_actor("an")) == "confirmation-closed"
    play.do(do.OpenConfirmation("again?", "agree"))
    assert play.state.confirmation.n == 2 and play.state.confirmations[0].answers["an"] == one


def test_votes_are_within_those_present_else_those_expected():
    play = asked()
    assert code(play, answer(counts={"for": 4}), site_actor("an")) == "count-exceeds-present"
    play.do(do.AnswerRollcall("an", 10), site_actor("an"))
    play.do(answer(counts={"for": 4, "abstain": 6}), site_actor("an"))
    assert code(play, answer(counts={"for": 4, "abstain": 7}), site_actor("an")) == "count-exceeds-present"
    assert confirm.most_votes(play.state, "nowhere") == 0
    play.do(answer("ba"), CO)
    assert confirm.totals(play.state.confirmation) == {"for": 5, "against": 0, "abstain": 6}


def test_counts_belong_to_a_vote_and_hashes_to_a_document():
    play = asked("agree")
    play.do(answer(choice="agree", counts={"for": 1_000}), site_actor("an"))
    assert play.state.confirmation.answers["an"].counts is None
    assert code(play, answer(choice="agree", sha256="ab" * 32), site_actor("an")) == "hash-mismatch"


def test_who_has_not_answered_comes_first_and_may_be_reminded():
    play = asked()
    play.do(answer("ba"), CO)
    play.do(do.RemindConfirmation("chi"), SECRETARY)
    desk = views.view(play.state, SECRETARY, play.now)["confirmation"]
    assert desk.pending == ("an", "chi") and desk.reminded == {"chi": play.now}
    assert list(views.view(play.state, site_actor("an"), play.now)["confirmation"].reminded) == []
    assert code(play, do.RemindConfirmation("hub")) == "not-asked"


def test_a_suspension_keeps_the_question_open_but_takes_no_answers():
    play = asked()
    play.do(do.SuspendSession("r"))
    assert code(play, answer(), site_actor("an")) == "session-suspended"
    play.do(do.ResumeSession())
    play.do(answer(), site_actor("an"))
