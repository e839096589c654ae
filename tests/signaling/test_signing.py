import pytest
from kit.ceremonies import INK, OPERATOR, SECRETARY, Play, sha, signing_small, site_actor

from signaling import commands as do
from signaling import rite, signing
from signaling.errors import Refused
from signaling.papers import Assigned


def published(play=None):
    play = play or Play(signing_small()).opened()
    play.do(do.AddDocument(INK, sha(1), 2))
    play.do(do.PublishDocument(INK, sha(1), sha(1), play.state.paper(INK).rev))
    return play


def signing_now():
    play = published()
    play.do(do.TakeItem("diem-danh", play.state.agenda_rev))
    play.do(do.TakeItem("ky", play.state.agenda_rev))
    play.do(do.AssignSlot(INK, "a-ld", "Mr A"))
    play.do(do.BeginSigning(INK, play.state.paper(INK).rev, "reviewed on paper"))
    return play


def refused(play, command, by=OPERATOR):
    with pytest.raises(Refused) as error:
        play.do(command, by)
    return error.value


def test_nobody_asked_means_every_district_is_missing():
    play = published()
    assert signing.reviews_missing(play.state, play.state.paper(INK)) == ("an", "ba", "chi")
    play.do(do.OpenConfirmation("agreed?", "agree", ("an",), INK))
    assert signing.reviews_missing(play.state, play.state.paper(INK)) == ("an",)
    play.do(do.AnswerConfirmation("an", "agree", "Ms An", sha256=sha(1)), site_actor("an"))
    assert signing.reviews_missing(play.state, play.state.paper(INK)) == ()
    assert signing.agreed(play.state, play.state.paper(INK)) == ("an",)


def test_missing_reviews_are_counted_in_the_refusal():
    play = published()
    play.do(do.TakeItem("diem-danh", play.state.agenda_rev))
    play.do(do.TakeItem("ky", play.state.agenda_rev))
    error = refused(play, do.BeginSigning(INK, play.state.paper(INK).rev))
    assert (error.code, error.detail) == ("reviews-missing", {"count": 3})


def test_the_pen_keeps_its_times_and_its_keeper():
    play = signing_now()
    play.do(do.LowerPen(INK, "a-ld"))
    down = play.now
    play.wait(7)
    play.do(do.RaisePen(INK, "a-ld"))
    assert play.do(do.RaisePen(INK, "a-ld")) == [], "up is up"
    play.do(do.WitnessInk(INK, "a-ld"), SECRETARY)
    landed = play.state.paper(INK).landed[0]
    assert (landed.down, landed.up, landed.witness, landed.person) == (down, down + 7_000_000, SECRETARY.seat, "Mr A")
    assert (landed.base, landed.sha256, landed.how) == (sha(1), sha(1), "ink")


def test_the_same_person_in_another_browser_is_no_witness():
    play = signing_now()
    play.do(do.LowerPen(INK, "a-ld"))
    play.do(do.RaisePen(INK, "a-ld"))
    same = do.Actor("p-1-other", "secretary")
    assert refused(play, do.WitnessInk(INK, "a-ld"), same).code == "same-person"


def test_naming_the_same_person_again_changes_nothing():
    play = signing_now()
    assert play.do(do.AssignSlot(INK, "a-ld", "Mr A")) == []
    assert play.state.paper(INK).assigned == {"a-ld": Assigned("Mr A")}


def test_a_landing_completes_with_the_last_slot():
    play = signing_now()
    paper = play.state.paper(INK)
    landed = [signing.SignatureLanded(INK, slot.slot, "scan", "a", "b", "x") for slot in paper.slots]
    assert len(rite.landing(paper, landed[:-1])) == 3
    assert type(rite.landing(paper, landed)[-1]).__name__ == "DocumentCompleted"


def test_interrupted_ink_may_still_be_raised_and_witnessed():
    play = signing_now()
    play.do(do.LowerPen(INK, "a-ld"))
    play.do(do.InterruptSigning(INK, "noise"))
    play.do(do.RaisePen(INK, "a-ld"))
    play.do(do.WitnessInk(INK, "a-ld"), SECRETARY)
    assert play.state.paper(INK).done() == {"a-ld"}
    assert play.state.paper(INK).state == "interrupted"


def test_a_take_with_a_reason_leaves_the_rite_interrupted_for_later():
    play = signing_now()
    play.do(do.SetNext("trao", play.state.agenda_rev))
    assert refused(play, do.TakeItem("trao", play.state.agenda_rev)).code == "signing-in-progress"
    play.do(do.TakeItem("trao", play.state.agenda_rev, "the signatory is late"))
    assert play.state.live == "trao"
    assert play.state.paper(INK).under_way()
