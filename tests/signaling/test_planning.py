import pytest
from kit.ceremonies import OPERATOR, Play, text
from msgspec.structs import replace

from signaling import commands as do
from signaling import draft, faults, views
from signaling.agenda import Item
from signaling.draft import Delegate, Diff, Document, Site
from signaling.errors import Refused


def refused(play, command, by=OPERATOR):
    with pytest.raises(Refused) as error:
        play.do(command, by)
    return error.value.code, error.value.detail.get("what")


def item(name="x", **more):
    return Item(name, more.pop("kind", "speech"), more.pop("title", text(name)), more.pop("duration_s", 60), more.pop("scene", "grid"), **more)


@pytest.mark.parametrize(("what", "wrong"), [
    ("bad-id", item("X y")), ("missing-title", item(title=text(" "))), ("text-too-long", item(script=text("x" * 4_001))),
    ("text-too-long", item(title=text("x" * 401))), ("text-malformed", item(by=text("a\x00"))),
    ("bad-duration", item(duration_s=-1)), ("bad-duration", item(warn_s=-1)), ("unknown-site", item(site="nowhere")),
    ("bad-time", item(at=10, until=5)), ("unknown-document", item(documents=("x",))),
    ("unknown-scene", item(scene="solo:nowhere")), ("unknown-scene", item(scene="two_shot:an+an")),
    ("unknown-scene", item(scene="solo:an/window")), ("unknown-scene", item(scene="document:x")),
    ("unknown-scene", item(scene="hold:1")), ("unknown-scene", item(scene="slate:x")), ("unknown-scene", item(scene="grid:x")),
    ("duplicate-id", item("an-noi")),
])  # fmt: skip
def test_a_wrong_row_is_refused(what, wrong):
    assert refused(Play(), do.AddItem(wrong)) == ("row-error", what)


@pytest.mark.parametrize("scene", ["hold", "grid", "grid:2", "slate", "slate:mo-dau", "solo:an/camera", "two_shot:hub+holder"])
def test_every_kind_of_scene_is_a_row(scene):
    play = Play()
    play.do(do.AddItem(item(scene=scene)))
    assert play.state.item("x").scene == scene


@pytest.mark.parametrize(("what", "sheet"), [
    ("too-many", lambda s: replace(s, items=s.items * 80)), ("duplicate-id", lambda s: replace(s, items=s.items * 2)),
    ("duplicate-id", lambda s: replace(s, sites=s.sites * 2)), ("unknown-site", lambda s: replace(s, sites=s.sites[1:])),
    ("unknown-site", lambda s: replace(s, sites=(*s.sites, Site("B", "district", text("b"))))),
    ("unknown-site", lambda s: replace(s, delegates=(Delegate(1, text("o"), text("u"), "nowhere"),))),
])  # fmt: skip
def test_a_wrong_sheet_is_refused(what, sheet):
    with pytest.raises(Refused) as error:
        faults.check(sheet(Play().state.sheet()))
    assert error.value.detail["what"] == what


def test_the_sheet_is_full_at_some_time():
    play = Play()
    many = tuple(item(f"i{n}") for n in range(faults.MOST_ITEMS - 7))
    play.do(do.ApplySheet(Diff(added=many), 0))
    assert refused(play, do.AddItem(item())) == ("row-error", "too-many")


def test_an_edit_marks_the_frozen_copy_as_different_until_frozen_again():
    play = Play().opened()
    play.do(do.SetNext("khai-mac", play.state.agenda_rev))
    play.do(do.EditItem(replace(play.state.item("khai-mac"), duration_s=600)))

    def line():
        return next(one for one in views.view(play.state, OPERATOR, play.now)["agenda"].items if one.id == "khai-mac")

    assert line().differs and line().duration_s == 600
    play.do(do.SetNext("khai-mac", play.state.agenda_rev))
    assert not line().differs
    assert play.do(do.EditItem(play.state.item("khai-mac"))) == []


def test_removing_the_next_item_chooses_another():
    play = Play().opened()
    play.do(do.RemoveItem("diem-danh"))
    assert play.state.next == "nhac"
    assert play.state.preview == "solo:hub"


def test_removing_all_leaves_nothing_next():
    play = Play().opened()
    play.do(do.ApplySheet(Diff(removed=tuple(play.state.runs)), play.state.agenda_rev))
    assert play.state.next is None and play.state.sheet().items == ()


def test_a_reimport_in_setup_may_change_sites_and_later_not_remove_them():
    play = Play()
    sheet = play.state.sheet()
    bare = tuple(replace(one, site=None, scene="grid") for one in sheet.items)
    wanted = replace(
        sheet, items=bare, sites=(*sheet.sites[:1], *sheet.sites[2:], Site("du", "district", text("du"))),
        documents=(Document("d", text("d")),),
    )  # fmt: skip
    play.do(do.ApplySheet(draft.diff(sheet, wanted), play.state.agenda_rev))
    assert play.state.sheet() == wanted
    assert set(play.state.presence) == {"hub", "ba", "chi", "du"}
    assert play.do(do.ApplySheet(Diff(), play.state.agenda_rev)) == []
    play.opened()
    assert refused(play, do.ApplySheet(Diff(sites_removed=("du",)), play.state.agenda_rev)) == ("row-error", "site-in-use")
    assert refused(play, do.ApplySheet(Diff(added=(item("khai-mac"),)), play.state.agenda_rev)) == ("row-error", "duplicate-id")
    assert refused(play, do.ApplySheet(Diff(changed=(item("nothing"),)), play.state.agenda_rev))[0] == "no-item"


def test_moving_an_item_nowhere_is_no_event():
    play = Play().opened()
    rev = play.state.agenda_rev
    assert play.do(do.MoveItem("nhac", rev, "nhac")) == []
    assert play.do(do.MoveItem("nhac", rev, "khai-mac")) == []
    assert refused(play, do.MoveItem("nothing", rev))[0] == "item-not-selectable"
    assert refused(play, do.MoveItem("nhac", rev, "nothing"))[0] == "no-item"
    play.do(do.MoveItem("nhac", rev))
    assert play.state.sheet().items[-1].id == "nhac"
    assert play.do(do.RetimeItem("nhac", 0)) == []
    assert refused(play, do.RetimeItem("nothing", 1))[0] == "no-item"


def test_planned_times_follow_the_plan_only_before_the_opening():
    play = Play()
    play.do(do.RetimeItem("diem-danh", 5))
    moved = play.state.planned["nhac"].start
    assert moved == play.state.sheet().start + 360_000_000
    play.opened()
    play.do(do.RetimeItem("diem-danh", 5))
    assert play.state.planned["nhac"].start == moved


def test_a_wrong_sheet_makes_no_ceremony():
    with pytest.raises(Refused):
        Play(replace(Play().state.sheet(), items=(item(scene="solo:nowhere"),)))
