import pytest
from kit.ceremonies import OPERATOR, Play, first_ceremony, site_actor, small

from signaling import commands as do
from signaling import scenes, views
from signaling.errors import Refused


def code(play, command, by=OPERATOR):
    with pytest.raises(Refused) as error:
        play.do(command, by)
    return error.value.code


@pytest.mark.parametrize("spec", [
    "", "slate:nothing", "document:nothing", "signing:nothing", "grid:0", "grid:2", "grid:x", "solo:", "solo:an+ba",
    "two_shot:an", "two_shot:an+an", "solo:nowhere", "solo:an/window", "hold:now", "quad:an",
])  # fmt: skip
def test_what_is_not_a_scene(spec):
    play = Play().opened()
    assert code(play, do.PrepareScene(spec)) == "scene-malformed"
    assert scenes.resolve(play.state, spec).layout in ("hold", "slate", "solo", "two_shot", "grid")


def test_absent_sources_are_refused():
    play = Play().opened()
    assert code(play, do.PrepareScene("solo:hub/table")) == "source-absent"
    play.report("hub/table", "back")
    assert play.report("hub/table", "back") == []
    play.do(do.PrepareScene("solo:hub/table"))
    assert play.report("hub/table", "lost") == ["SourceLost"]
    assert play.report("hub/table", "absent") == []
    assert code(play, do.CutScene(play.state.scene_rev)) == "source-absent"
    assert code(play, do.CutScene(play.state.scene_rev - 1)) == "scene-moved"
    assert play.report("nowhere/camera", "back") == []


def test_document_and_signing_scenes_before_documents_exist():
    play = Play(first_ceremony()).opened()
    document = "document:chuong-trinh-phoi-hop"
    play.do(do.PrepareScene(document))
    play.do(do.CutScene(play.state.scene_rev))
    shown = views.picture(play.state, document)
    assert (shown.layout, shown.slate.kind) == ("slate", "document")
    play.report("hub/document", "back")
    assert views.picture(play.state, document).positions[0].source == "hub/document"
    signing = "signing:chuong-trinh-phoi-hop"
    play.do(do.PrepareScene(signing))
    assert views.picture(play.state, signing).positions[0].source == "hub/camera"
    play.report("hub/table", "back")
    assert views.picture(play.state, signing).positions[0].source == "hub/table"
    assert play.state.live_sources() >= {"hub/table", "hub/document", "hub/camera"}


def test_a_plain_slate_has_the_items_title():
    play = Play().opened()
    assert views.picture(play.state, "slate").slate.title.vi == "small"
    play.do(do.TakeItem("diem-danh", play.state.agenda_rev))
    assert views.picture(play.state, "slate").slate.title.vi == "roll"


def test_the_holders_scene_without_a_holder_is_the_hub():
    play = Play().opened()
    assert scenes.resolve(play.state, "solo:holder").sources == ("hub/camera",)
    assert scenes.resolve(play.state, "two_shot:hub+holder").layout == "solo"
    play.do(do.GrantFloor("an", play.state.floor_rev))
    assert scenes.resolve(play.state, "two_shot:hub+holder").sources == ("hub/camera", "an/camera")


def test_desks_see_every_source_and_sites_the_programme():
    play = Play().opened()
    viewers = (scenes.Viewer("p-1-a", desk=True), scenes.Viewer("s-an", desk=False, site="an"))
    cast = scenes.casting(play.state, viewers)
    assert [placed.source for placed in cast.slots["p-1-a"]] == list(scenes.desk_order(play.state))
    assert cast.slots["s-an"][0].source == "hub/camera"


def test_a_missing_source_never_blocks_a_take():
    play = Play().opened()
    play.report("ba/camera", "absent")
    play.do(do.SetNext("ba-noi", play.state.agenda_rev))
    before = play.state.program
    play.do(do.TakeItem("ba-noi", play.state.agenda_rev))
    assert play.state.live == "ba-noi" and play.state.program == before and play.state.holder() is None


def test_a_hand_falls_with_its_site():
    play = Play().opened()
    play.do(do.AskFloor(), site_actor("an"))
    assert play.report("an/camera", "absent") == ["SiteAbsent", "FloorDropped"]


def test_after_the_last_item_nothing_is_next():
    play = Play().opened()
    play.do(do.SetNext("be-mac", play.state.agenda_rev))
    play.do(do.TakeItem("be-mac", play.state.agenda_rev))
    assert play.state.preview is not None or play.state.next is None
    assert code(play, do.TakeItem("be-mac", play.state.agenda_rev)) == "nothing-next"


@pytest.mark.parametrize(("layout", "count", "boxes"), [
    ("slate", 0, 0), ("hold", 2, 0), ("solo", 1, 1), ("two_shot", 2, 2), ("grid", 9, 9), ("grid", 3, 3), ("grid", 0, 0),
])  # fmt: skip
def test_rectangles_lie_in_the_frame(layout, count, boxes):
    found = scenes.rectangles(layout, count)
    assert len(found) == boxes
    assert all(x >= 0 and y >= 0 and x + w <= 1280 and y + h <= 720 for x, y, w, h in found)
    assert small().places


def test_a_site_that_left_the_picture_is_not_told_that_it_is_on_air():
    play = Play().opened()
    play.do(do.PrepareScene("grid"))
    play.do(do.CutScene(play.state.scene_rev))
    assert scenes.tally(play.state, "an") == "air"
    play.report("an/camera", "lost")
    assert scenes.tally(play.state, "an") == "air", "lost changes tiles only"
    play.report("an/camera", "absent")
    assert scenes.tally(play.state, "an") == "wait"
    play.report("an/camera", "back")
    assert scenes.tally(play.state, "an") == "wait", "a plate stands in its place until the operator's cut"
    # giving it the floor is such an act: it is seen again where it stood
    assert play.do(do.GrantFloor("an", play.state.floor_rev)) == ["FloorGranted", "SceneSet"]
    assert (play.state.program, play.state.gone, scenes.tally(play.state, "an")) == ("grid", frozenset(), "air")
