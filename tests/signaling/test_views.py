import pytest
from kit.ceremonies import OPERATOR, SECRETARY, Play, first_ceremony, signatory, site_actor, text
from msgspec.structs import replace

from signaling import commands as do
from signaling import draft, views
from signaling.acting import Actor
from tests.signaling.checks import ADMIN, CHAIR, CO, MC, STAGE, VIEWER

STAFF = Actor("p-7-a", "staff")
SECTIONS = {
    OPERATOR: "session agenda scene sites documents floor recorder delegates prompter stage notices incidents proceedings control lobby",
    CO: "session agenda scene sites documents floor recorder delegates prompter stage notices incidents proceedings control lobby",
    SECRETARY: "session agenda scene sites documents floor recorder notices incidents proceedings",
    CHAIR: "session agenda scene sites documents floor recorder",
    MC: "session agenda scene sites delegates prompter",
    VIEWER: "session agenda scene sites documents",
    STAGE: "session agenda scene sites documents stage",
    signatory("a-ld"): "session agenda scene sites documents",
    STAFF: "session",
    ADMIN: "session lobby",
    site_actor("an"): "session agenda scene sites documents floor cue notices",
}


def of(play, who=OPERATOR):
    return views.view(play.state, who, play.now)


@pytest.mark.parametrize("who", SECTIONS, ids=lambda who: who.role)
def test_each_role_is_told_its_sections_and_nothing_else(who):
    assert list(of(Play().opened(), who)) == SECTIONS[who].split()


def test_a_question_adds_a_section_for_desks_and_those_asked():
    play = Play().opened()
    play.do(do.OpenConfirmation("agreed?", "agree", ("an", "ba")))
    told = [who.role for who in SECTIONS if "confirmation" in of(play, who)]
    assert told == ["operator", "co-operator", "secretary", "chair", "site"]
    assert "confirmation" not in of(play, site_actor("chi"))
    play.do(do.AnswerConfirmation("ba", "agree", "Ms Ba"), site_actor("ba"))
    mine = of(play, site_actor("an"))["confirmation"]
    assert (mine.pending, mine.answers, mine.totals) == (("an",), (), {})
    desk = of(play)["confirmation"]
    assert desk.pending == ("an",) and desk.answers[0].site == "ba" and desk.totals == {"agree": 1, "remarks": 0}
    play.do(do.CloseConfirmation())
    play.do(do.OpenConfirmation("and?", "ack", ("chi",)))
    assert of(play, site_actor("an"))["confirmation"].open is False, "the last one it was asked"


def test_a_rehearsal_says_so_and_the_official_log_keeps_its_checks():
    play = Play.__new__(Play)
    play.now, play.log = 0, []
    from signaling import ceremony

    play.state = ceremony.State()
    play.do(do.CreateSession("r", Play().state.sheet(), "official"), do.SYSTEM)
    assert of(play)["session"].rehearsal == "official"
    official = Play()
    official.do(do.RecordCheck("an", "r", "ab" * 32, "Ms T", {"sound": True}), do.SYSTEM)
    assert of(official)["sites"].sites[1].check.results == {"sound": True}
    assert of(official, site_actor("an"))["sites"].sites[1].check is None
    assert of(official)["session"].rehearsal is None


def test_the_session_tells_address_quorum_and_suspension():
    play = Play()
    play.do(do.EditSession(address="formal", quorum=draft.Quorum("percent", 50)), ADMIN)
    play.opened()
    play.do(do.SuspendSession("power cut", "please wait", "power"))
    for who in (OPERATOR, site_actor("an"), VIEWER):
        session = of(play, who)["session"]
        assert (session.address, session.quorum.least, session.suspended.announce) == ("formal", 50, "please wait")
        assert "power cut" not in str(session)
    assert of(play)["sites"].quorum.needed == 7


def test_the_prompter_has_script_and_delegates_in_order():
    play = Play(first_ceremony()).opened()
    prompter = of(play, MC)["prompter"]
    assert prompter.now is None
    assert prompter.next.item == "on-dinh" and "điểm danh" in prompter.next.script.vi
    order = [one.order for one in of(play, MC)["delegates"].delegates]
    assert order == sorted(order) and order
    assert all(item.script is None for item in of(play, MC)["agenda"].items)


def test_the_audience_sees_current_and_next_only():
    play = Play().opened()
    play.do(do.TakeItem("diem-danh", play.state.agenda_rev))
    play.do(do.SetCaption("Viện trưởng"))
    told = of(play, VIEWER)
    assert [item.id for item in told["agenda"].items] == ["diem-danh", "nhac"]
    assert told["scene"].caption == "Viện trưởng"
    play.do(do.PrepareScene("solo:an"))
    play.do(do.CutScene(play.state.scene_rev))
    assert [site.id for site in of(play, VIEWER)["sites"].sites] == ["an"]
    play.do(do.MessageStage("two minutes"))
    assert of(play, STAGE)["stage"].message == "two minutes"


def test_the_agenda_says_what_can_be_undone():
    play = Play().opened()
    assert of(play)["agenda"].undo is None
    play.do(do.TakeItem("diem-danh", play.state.agenda_rev))
    undo = of(play)["agenda"].undo
    assert (undo.act, undo.item, undo.until) == ("take", "diem-danh", play.now + 10_000_000)
    assert of(play, CHAIR)["agenda"].undo is None
    play.do(do.InviteFloor("an"))
    assert of(play)["agenda"].undo is None, "it has consequences"


def test_what_the_next_item_lacks():
    play = Play().opened()
    lines = {item.id: item.unready for item in of(play)["agenda"].items}
    assert set(lines.values()) == {None}
    play.do(do.SetNext("khai-mac", play.state.agenda_rev))
    assert next(i for i in of(play)["agenda"].items if i.id == "khai-mac").unready == "speaker-unnamed"
    play.do(do.EditItem(replace(play.state.item("an-noi"), by=text("Ms An"))))
    play.do(do.SetNext("an-noi", play.state.agenda_rev))
    assert next(i for i in of(play)["agenda"].items if i.id == "an-noi").unready is None
    play.report("an/camera", "absent")
    assert next(i for i in of(play)["agenda"].items if i.id == "an-noi").unready == "site-absent"
    play.do(do.EditItem(replace(play.state.item("an-noi"), site=None, scene="solo:hub/table")))
    play.do(do.SetNext("an-noi", play.state.agenda_rev))
    assert next(i for i in of(play)["agenda"].items if i.id == "an-noi").unready == "source-absent"


def test_control_notices_and_letters():
    play = Play().opened()
    assert of(play)["control"].mine and not of(play, CO)["control"].mine
    play.do(do.SendNotice("stand up", ("an",), must_ack=True))
    assert of(play)["notices"].notices[0].unread == ("an",)
    play.do(do.AckNotice(1), site_actor("an"))
    assert play.do(do.AckNotice(1), site_actor("an")) == []
    assert of(play)["notices"].notices[0].unread == ()
    assert of(play, site_actor("an"))["notices"].notices[0].acked
    assert of(play, site_actor("ba"))["notices"].notices == ()
    play.do(do.SendMessage("we need help"), site_actor("an"))
    assert of(play)["notices"].letters[0].text == "we need help"
    assert of(play, SECRETARY)["notices"].letters == ()


def test_lobby_incidents_and_proceedings():
    play = Play().opened()
    play.do(do.KnockSeat("w-1", "an", "Mr B", "other-device"), do.SYSTEM)
    play.wait(1)
    play.do(do.KnockSeat("w-2", "an", "Ms C", "other-device"), do.SYSTEM)
    play.do(do.RefuseSeat("w-1"))
    lobby = of(play)["lobby"]
    assert (lobby.waiting, [one.seat for one in lobby.seats]) == (1, ["w-2", "w-1"])
    play.report("an/camera", "absent")
    play.do(do.NoteIncident("a fuse"))
    told = of(play, SECRETARY)["incidents"]
    assert [one.kind for one in told.incidents] == ["absent", "noted"] and told.open == 1
    play.do(do.WriteProceedings("khai-mac", "Opened.", 0), SECRETARY)
    assert of(play, SECRETARY)["proceedings"].items[0].rev == 1


def test_a_site_knows_its_place_its_turn_and_its_words():
    play = Play().opened()
    play.do(do.TakeItem("diem-danh", play.state.agenda_rev))
    play.do(do.AskFloor(), site_actor("ba"))
    play.do(do.AskFloor(), site_actor("chi"))
    play.do(do.AnnounceSite("we wait"))
    cue = of(play, site_actor("chi"))["cue"]
    assert (cue.place, cue.asked, cue.turn, cue.announcement) == (2, True, None, "we wait")
    assert of(play, site_actor("an"))["cue"].turn is not None
    play.do(do.ConfirmAnnouncement(5), site_actor("chi"))
    assert of(play, site_actor("chi"))["cue"].told == 5
    assert of(play)["sites"].sites[3].told == 5
