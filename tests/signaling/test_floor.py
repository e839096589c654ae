import pytest
from kit.ceremonies import OPERATOR, Play, site_actor, small

from signaling import commands as do
from signaling import scenes, views
from signaling.errors import Refused
from signaling.names import source_id
from signaling.state import gates
from tests.signaling.checks import CHAIR


def code(play, command, by=OPERATOR):
    with pytest.raises(Refused) as error:
        play.do(command, by)
    return error.value.code


def queued():
    play = Play().opened()
    for site in ("an", "ba", "chi"):
        play.do(do.AskFloor(), site_actor(site))
    return play


def order(play):
    return [hand.site for hand in play.state.floor.queue]


def test_hands_are_moved_before_others_or_to_the_end():
    play = queued()
    play.do(do.MoveFloor("chi", "an"), CHAIR)
    assert order(play) == ["chi", "an", "ba"]
    play.do(do.MoveFloor("chi"))
    assert order(play) == ["an", "ba", "chi"]
    assert play.do(do.MoveFloor("chi", "chi")) == []
    play.do(do.DropFloor("ba"))
    assert code(play, do.MoveFloor("ba")) == "not-asked"
    assert code(play, do.MoveFloor("an", "ba")) == "not-asked"


def test_interrupting_ends_the_former_turn():
    play = queued()
    play.do(do.GrantFloor("an", play.state.floor_rev))
    assert code(play, do.GrantFloor("ba", play.state.floor_rev)) == "floor-busy"
    assert code(play, do.InviteFloor("ba")) == "floor-busy"
    assert play.do(do.GrantFloor("ba", play.state.floor_rev, True), CHAIR) == ["FloorEnded", "FloorGranted", "SceneSet"]
    assert gates(play.state)[source_id("an", "camera")] == "closed"
    assert code(play, do.GrantFloor("ba", play.state.floor_rev, True)) == "has-floor"
    assert code(play, do.AskFloor(), site_actor("ba")) == "has-floor"


def test_an_invitation_may_go_to_another():
    play = queued()
    play.do(do.InviteFloor("an"))
    assert play.do(do.InviteFloor("ba")) == ["FloorEnded", "FloorInvited"]
    assert play.do(do.GrantFloor("chi", play.state.floor_rev))[:2] == ["FloorEnded", "FloorGranted"]


def test_who_may_not_ask():
    play = Play().opened()
    assert code(play, do.AskFloor(), site_actor("hub")) == "floor-closed"
    assert code(play, do.WithdrawFloor(), site_actor("an")) == "not-asked"
    play.report("an/camera", "absent")
    assert code(play, do.AskFloor(), site_actor("an")) == "site-absent"
    assert code(play, do.EndFloor()) == "floor-free"
    assert code(play, do.GrantFloor("nowhere", play.state.floor_rev)) == "no-site"


def test_always_on_hearings_hear_everyone_and_music_nobody():
    play = Play(small("always_on")).opened()
    play.do(do.SetMic("an", "open"))
    assert set(gates(play.state).values()) == {"open"}
    cast = scenes.casting(play.state, ())
    assert (cast.loudest_only, cast.holder, cast.always) == (True, None, {"hub/camera"}), "viewers are sent the loudest only"
    play.do(do.GrantFloor("an", play.state.floor_rev))
    cast = scenes.casting(play.state, ())
    assert (cast.holder, cast.always) == ("an/camera", {"hub/camera", "an/camera"})
    assert not scenes.casting(Play().opened().state, ()).loudest_only
    play.do(do.SetNext("nhac", play.state.agenda_rev))
    play.do(do.TakeItem("nhac", play.state.agenda_rev))
    assert [gates(play.state)[source_id(s, "camera")] for s in ("hub", "an", "ba")] == ["open", "closed", "closed"]
    told = {s: views.view(play.state, site_actor(s), play.now, views.NO_RECORDER)["cue"].music for s in ("hub", "an")}
    assert told == {"hub": True, "an": False}, "the hub sends its sound as music, nobody else changes anything"


def test_microphones_outside_the_policy():
    play = Play().opened()
    assert code(play, do.SetMic("all", "open")) == "mic-on-grant"
    assert code(play, do.SetMic("an", "open")) == "mic-on-grant"
    assert code(play, do.SetMic("nowhere", "closed")) == "no-site"
    play.report("an/camera", "absent")
    assert code(play, do.SetMic("an", "pre")) == "site-absent"
    play.do(do.SetMic("all", "closed"))
    assert set(gates(play.state).values()) == {"closed"}
