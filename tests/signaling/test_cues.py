"""CEREMONY §9, row by row; tally of §6."""

from kit.ceremonies import Play, site_actor, text
from msgspec.structs import replace

from signaling import commands as do
from signaling import cues, scenes, times


def opened():
    play = Play()
    words = text("stand up")
    for item in play.state.sheet().items:
        play.do(do.EditItem(replace(item, sites_do=words, by=text("Ms An") if item.site == "an" else None)))
    return play.opened()


def cue(play, site):
    return cues.cue(play.state, site, times.spans(play.state, play.now), play.now)


def take(play, item=None):
    if item:
        play.do(do.SetNext(item, play.state.agenda_rev))
    play.do(do.TakeItem(play.state.next, play.state.agenda_rev))


def test_before_and_after():
    play = Play()
    assert cue(play, "an").key == "setup"
    play.opened()
    play.do(do.SuspendSession("r"))
    assert cue(play, "an").key == "suspended"
    play.do(do.CancelSession("r"))
    assert cue(play, "an").key == "cancelled"
    play = Play().opened()
    play.do(do.CloseSession("r"))
    assert cue(play, "an").key == "closed"


def test_the_speaker_is_told_by_whom_and_until_when():
    play = opened()
    take(play, "an-noi")
    told = cue(play, "an")
    assert (told.key, told.by.vi, told.until, told.air) == ("speak", "Ms An", play.now + 60_000_000, "air")
    play.do(do.RetimeItem("an-noi", 1))
    assert cue(play, "an").until == play.now + 120_000_000
    play.do(do.EndFloor())
    play.do(do.GrantFloor("ba", play.state.floor_rev))
    assert (cue(play, "ba").key, cue(play, "ba").by, cue(play, "ba").until) == ("speak", None, None)


def test_others_on_air_get_the_sheets_words():
    play = opened()
    take(play)
    assert (cue(play, "ba").key, cue(play, "ba").do.vi, cue(play, "ba").air) == ("on-air", "stand up", "air")


def test_sound_without_picture_is_on_air_too():
    play = opened()
    take(play, "trao-doi")
    play.do(do.GrantFloor("ba", play.state.floor_rev))
    play.do(do.HoldScene())
    assert (cue(play, "ba").key, cue(play, "ba").air) == ("speak", "sound")


def test_invited_next_later_asked_follow_in_this_order():
    play = opened()
    take(play, "khai-mac")
    assert cue(play, "an").key == "next" and cue(play, "an").by.vi == "Ms An"
    later = cue(play, "ba")
    assert (later.key, later.count) == ("later", 4)
    assert later.at == times.spans(play.state, play.now)["ba-noi"].start
    assert later.do.vi == "stand up", "the sheet's words go along"
    assert (cue(play, "chi").key, cue(play, "chi").do.vi) == ("follow", "stand up")
    play.do(do.AskFloor(), site_actor("chi"))
    assert (cue(play, "chi").key, cue(play, "chi").count) == ("asked", 1)
    play.do(do.AskFloor(), site_actor("ba"))
    assert cue(play, "ba").key == "later"
    play.do(do.InviteFloor("ba"))
    assert cue(play, "ba").key == "invited"


def test_tally_follows_what_is():
    play = opened()
    take(play, "khai-mac")
    assert scenes.tally(play.state, "hub") == "air"
    assert scenes.tally(play.state, "an") == "standby", "site of the next item"
    assert scenes.tally(play.state, "ba") == "wait"
    play.do(do.SetNext("trao-doi", play.state.agenda_rev))
    assert scenes.tally(play.state, "ba") == "soon", "item after next"
    play.do(do.PrepareScene("solo:chi"))
    assert scenes.tally(play.state, "chi") == "standby"
    play.do(do.GrantFloor("chi", play.state.floor_rev))
    play.do(do.HoldScene())
    assert scenes.tally(play.state, "chi") == "sound"
    play.do(do.SetNext("be-mac", play.state.agenda_rev))
    assert scenes.tally(play.state, "ba") == "wait"
