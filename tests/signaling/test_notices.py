import pytest
from kit.ceremonies import OPERATOR, SECRETARY, Play, site_actor

from signaling import commands as do
from signaling import events as ev
from signaling import evolve, views
from signaling.acting import Actor
from signaling.errors import Refused
from tests.signaling.checks import CO


def code(play, command, by=OPERATOR):
    with pytest.raises(Refused) as error:
        play.do(command, by)
    return error.value.code


AN = site_actor("an")


def test_captions_and_stage_change_once():
    play = Play()
    assert "CaptionSet" in play.do(do.SetCaption("Viện trưởng"))
    assert play.do(do.SetCaption("Viện trưởng")) == []
    assert code(play, do.SetCaption(" ")) == "text-required"
    assert play.do(do.ClearCaption()) == ["CaptionCleared"]
    assert play.do(do.MessageStage("")) == []
    play.do(do.MessageStage("two minutes"))
    play.do(do.MessageStage(""))
    assert play.state.stage_message is None
    assert play.do(do.BlackoutStage(False)) == []
    play.do(do.BlackoutStage(True))
    assert play.state.blackout


def test_a_caption_ends_with_the_session():
    play = Play().opened()
    play.do(do.SetCaption("x"))
    play.do(do.CloseSession("end"))
    assert play.state.caption is None


def test_notices_go_to_all_districts_or_to_some():
    play = Play()
    play.do(do.SendNotice("all"), CO)
    play.do(do.SendNotice("one", ("an", "an"), True), SECRETARY)
    assert [notice.to for notice in play.state.notices] == [("an", "ba", "chi"), ("an",)]
    assert code(play, do.SendNotice("x", ("nowhere",))) == "no-site"
    assert code(play, do.SendNotice(" ")) == "text-required"
    play.do(do.AckNotice(2), AN)
    for number in (0, 3, -1):
        assert code(play, do.AckNotice(number), AN) == "no-notice"
    assert code(play, do.AckNotice(2), site_actor("ba")) == "no-notice"


def test_a_letter_a_second():
    play = Play()
    play.do(do.SendMessage("one"), AN)
    play.wait(0.999)
    assert code(play, do.SendMessage("two"), AN) == "too-fast"
    play.do(do.SendMessage("other"), site_actor("ba"))
    play.wait(0.001)
    play.do(do.SendMessage("two"), AN)
    play.wait(-60)
    play.do(do.SendMessage("after the clock went back"), AN)


def test_a_site_that_is_none_says_nothing():
    play = Play()
    for command in (do.SendMessage("x"), do.AckNotice(1), do.ConfirmAnnouncement(1), do.AnnounceSite("x")):
        assert code(play, command, Actor("s-x", "site", "x")) == "no-site"
        assert code(play, command, Actor("s-x", "site")) == "no-site"


def test_announcements_of_a_site_go_before_those_of_all_and_suspension_before_both():
    play = Play().opened()
    play.do(do.AnnounceSite("for all"))
    play.do(do.AnnounceSite("for an", "an"))
    assert play.do(do.AnnounceSite("for an"), AN) == []
    assert code(play, do.AnnounceSite("x", "nowhere")) == "no-site"
    assert [views.announcement(play.state, one) for one in ("an", "ba")] == ["for an", "for all"]
    play.do(do.SuspendSession("r", "we are interrupted"))
    assert views.announcement(play.state, "an") == "we are interrupted"
    play.do(do.ResumeSession())
    play.do(do.AnnounceSite(""), AN)
    assert views.announcement(play.state, "an") == "for all"


def test_proceedings_of_two_writers():
    play = Play().opened()
    play.do(do.WriteProceedings("khai-mac", "Opened.", 0), SECRETARY)
    assert code(play, do.WriteProceedings("khai-mac", "Other.", 0), SECRETARY) == "text-moved"
    play.do(do.WriteProceedings("khai-mac", "Opened at eight.", 1), SECRETARY)
    assert (play.state.proceedings["khai-mac"].rev, play.state.proceedings["khai-mac"].text) == (2, "Opened at eight.")
    assert code(play, do.WriteProceedings("nothing", "x", 0), SECRETARY) == "no-item"


def test_checks_and_incidents_name_a_site():
    play = Play()
    assert code(play, do.RecordCheck("x", "r", "h"), do.SYSTEM) == "no-site"
    assert code(play, do.NoteIncident("x", "x")) == "no-site"
    assert code(play, do.NoteIncident(" ")) == "text-required"


def test_evolve_is_total():
    """Events nobody would write move nothing and break nothing."""
    play = Play().opened()
    for event in (
        ev.NoticeAcked(9, "an"), ev.ConfirmationAnswered("an", "for", "x"), ev.ConfirmationClosed(), ev.AgendaUndone(7),
        ev.SeatMoved("w-9"), ev.SeatRevoked("w-8"), ev.ItemMoved("nothing"), ev.ItemRemoved("nothing"),
        ev.ItemEdited(play.state.sheet().items[0]), ev.ItemAdded(play.state.sheet().items[0]), ev.SessionResumed(),
        ev.RollcallAnswered("nowhere", 1), ev.ItemSkipped("nothing"), ev.ItemRestored("nothing"), ev.FloorMoved("an"),
        ev.ItemRetimed("nothing", 1), ev.SiteBack("nowhere"), ev.MicSet("nowhere", "closed"), ev.ItemEnded("nothing"),
    ):  # fmt: skip
        state = evolve.evolve(play.state, event, play.now)
        assert state.seq == play.state.seq + 1
    assert {item.id for item in state.sheet().items} == set(play.state.runs)
