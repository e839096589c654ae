import pytest
from kit.ceremonies import OPERATOR, SECOND, Play, text

from signaling import commands as do
from signaling import draft, times, views
from signaling.errors import Refused
from tests.signaling.checks import ADMIN, CHAIR


def code(play, command, by=OPERATOR):
    with pytest.raises(Refused) as error:
        play.do(command, by)
    return error.value.code


def live(item="diem-danh"):
    play = Play().opened()
    play.do(do.SetNext(item, play.state.agenda_rev))
    play.do(do.TakeItem(item, play.state.agenda_rev))
    return play


def test_only_setup_edits_the_session():
    play = Play()
    play.do(do.EditSession(text("Lễ"), text("Host"), "always_on", "formal", draft.Quorum("sites", 3)), ADMIN)
    sheet = play.state.sheet()
    assert (sheet.title.vi, sheet.mic_policy, sheet.address, sheet.quorum.least) == ("Lễ", "always_on", "formal", 3)
    play.do(do.EditSession(host=text("Other")))
    assert play.state.sheet().title.vi == "Lễ"
    assert play.state.sheet().video == "vp8"
    play.do(do.EditSession(video="h264"))
    assert (play.state.sheet().video, views.view(play.state, OPERATOR, play.now)["session"].video) == ("h264", "h264")
    assert play.do(do.EditSession()) == []
    assert code(play, do.EditSession(text(" "))) == "name-required"
    assert code(play, do.EditSession(text("x" * 401))) == "text-too-long"
    assert code(play, do.EditSession(quorum=draft.Quorum("sites", -1))) == "count-out-of-range"
    play.opened()
    assert code(play, do.EditSession(text("late"))) == "not-in-setup"
    assert code(play, do.CreateSession("again", sheet), do.SYSTEM) == "already-created"


def test_suspending_ends_the_floor_and_holds_the_picture():
    play = live("an-noi")
    happened = play.do(do.SuspendSession("power cut", "please wait", "power"), CHAIR)
    assert happened == ["SessionSuspended", "FloorEnded", "SceneSet"]
    assert play.state.suspended.cause == "power"
    assert code(play, do.SuspendSession("again")) == "not-open"
    assert play.do(do.ResumeSession(), CHAIR) == ["SessionResumed", "SceneSet"]
    assert play.state.program == "two_shot:hub+an" and play.state.suspended is None


def test_suspended_time_lengthens_the_live_item_and_only_that():
    play = live()
    due = times.due(play.state, play.now)
    play.do(do.SuspendSession("r"))
    play.wait(300)
    assert times.due(play.state, play.now) == due + 300 * SECOND
    play.do(do.ResumeSession())
    play.wait(5)
    play.do(do.SuspendSession("r"))
    play.wait(-100)
    play.do(do.ResumeSession())
    assert times.due(play.state, play.now) == due + 300 * SECOND, "a clock that jumps back lengthens nothing"
    play.do(do.TakeItem(play.state.next, play.state.agenda_rev))
    assert play.state.runs["nhac"].suspended_us == 0


def test_resuming_without_the_former_source_shows_the_slate():
    play = live("ba-noi")
    play.do(do.SuspendSession("r"))
    play.report("ba/camera", "absent")
    play.do(do.ResumeSession())
    assert play.state.program == "slate"


def test_with_nothing_live_suspension_lengthens_nothing():
    play = Play().opened()
    play.do(do.SuspendSession("r"))
    play.wait(9)
    play.do(do.ResumeSession())
    assert all(run.suspended_us == 0 for run in play.state.runs.values())


def test_cancelling_and_closing():
    play = Play()
    play.do(do.CancelSession("storm"))
    assert play.state.phase == "cancelled"
    assert code(play, do.OpenSession("x")) == "not-in-setup"
    assert code(play, do.CancelSession("x")) == "already-open"
    play = live()
    play.do(do.OpenConfirmation("q", "ack"))
    play.do(do.SuspendSession("fire"))
    assert play.do(do.CancelSession("fire")) == ["ItemEnded", "ConfirmationClosed", "SceneSet", "SessionCancelled"]
    assert play.state.live is None
    play = live()
    assert code(play, do.CancelSession("x")) == "already-open"
    assert code(play, do.ResumeSession()) == "not-suspended"
    play.do(do.OpenConfirmation("q", "ack"))
    play.do(do.SuspendSession("r"))
    assert play.do(do.CloseSession("fire")) == ["ItemEnded", "ConfirmationClosed", "SceneSet", "SessionClosed"]
    assert play.state.suspended is None
    assert code(play, do.CloseSession("x")) == "not-open"
    play.wait(901)
    assert code(play, do.ReopenSession("late")) == "too-late"


def test_opening_needs_the_hub_and_a_reason_for_missing_sites():
    play = Play()
    assert code(play, do.OpenSession("x")) == "hub-absent"
    play.arrive("hub")
    assert code(play, do.OpenSession()) == "sites-missing"
    play.do(do.SetNext("khai-mac", play.state.agenda_rev))
    play.do(do.OpenSession("x"))
    assert play.state.next == "khai-mac"
    assert code(play, do.SuspendSession("")) == "reason-required"
