import pytest
from kit.ceremonies import OPERATOR, Play, site_actor

from signaling import commands as do
from signaling import incidents
from tests.signaling.checks import CO, absences_are_incidents


def kinds(play, *, still=False):
    return [one.kind for one in play.state.incidents if not still or one.closed is None]


def gap(play, ms, source="an/camera", gaps=None):
    detail = {"gaps": [[1_000, 1_000 + ms, "loss", "video"]] if gaps is None else gaps}
    play.do(do.ReportRecorder("gap", source, "clip", detail), do.SYSTEM)


def test_absence_opens_once_and_closes_at_return():
    play = Play().opened()
    play.report("an/camera", "lost")
    assert kinds(play) == []
    play.report("an/camera", "absent")
    play.report("an/camera", "absent")
    assert kinds(play, still=True) == ["absent"]
    play.wait(7)
    play.report("an/camera", "back")
    assert kinds(play, still=True) == []
    one = play.state.incidents[0]
    assert one.closed - one.opened == 7_000_000
    absences_are_incidents(play)


def test_who_is_missing_at_the_opening_or_reopening_is_an_incident():
    play = Play()
    play.arrive("hub", "an")
    play.do(do.OpenSession("go"))
    assert {one.site for one in play.state.incidents} == {"ba", "chi"}
    play.do(do.CloseSession("go"))
    play.do(do.ReopenSession("again"))
    assert len(play.state.incidents) == 2


def test_in_setup_absences_are_nobodys_incident():
    play = Play()
    play.arrive()
    play.report("an/camera", "absent")
    assert kinds(play) == []


def test_a_long_gap_told_in_pieces_is_one_incident():
    play = Play().opened()
    gap(play, 2_000)
    assert kinds(play) == []
    gap(play, 3_000)
    play.wait(10)
    gap(play, 9_000)
    assert [(one.kind, one.amount_ms) for one in play.state.incidents] == [("gap", 12_000)]
    gap(play, 9_000, "ba/camera")
    play.wait(60)
    gap(play, 9_000)
    assert kinds(play) == ["gap", "gap", "gap"]


@pytest.mark.parametrize("gaps", [None, 7, [], ["x"], [[]], [["a", "b"]], [[1]]])
def test_any_detail_of_a_gap_is_harmless(gaps):
    play = Play().opened()
    play.do(do.ReportRecorder("gap", "an/camera", "clip", {"gaps": gaps}), do.SYSTEM)
    assert kinds(play) == []


def test_the_disk_recovers_with_a_new_clip():
    play = Play().opened()
    for kind in ("error", "shed", "heads", "closed"):
        play.do(do.ReportRecorder(kind, "an/camera", "clip"), do.SYSTEM)
    assert kinds(play, still=True) == ["disk"]
    play.do(do.ReportRecorder("opened", "ba/camera", "clip"), do.SYSTEM)
    assert kinds(play, still=True) == ["disk"]
    play.do(do.ReportRecorder("opened", "an/camera", "clip"), do.SYSTEM)
    assert kinds(play, still=True) == []
    assert kinds(play) == ["disk"]


def test_control_taken_clock_and_notes_are_over_at_once():
    play = Play().opened()
    play.do(do.TakeControl("operator ill"), CO)
    play.do(do.GiveControl(OPERATOR.seat), CO)
    play.do(do.JumpClock(-5_000_000), do.SYSTEM)
    assert play.do(do.JumpClock(0), do.SYSTEM) == []
    play.do(do.NoteIncident("a fuse", "an"))
    assert kinds(play) == ["control", "clock", "noted"]
    assert kinds(play, still=True) == []
    assert play.state.incidents[1].amount_ms == -5_000


def test_incidents_add_no_events():
    play = Play().opened()
    assert play.report("an/camera", "absent") == ["SiteAbsent"]
    assert incidents.closed((), "absent", 1) == ()
    assert play.do(do.SendMessage("help"), site_actor("an")) == ["MessageSent"]
