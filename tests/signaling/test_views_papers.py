import msgspec
import pytest
from kit.ceremonies import (
    DIGITAL,
    INK,
    OPERATOR,
    SECRETARY,
    Play,
    sha,
    signatory,
    signing_small,
    site_actor,
    text,
)
from msgspec.structs import replace

from signaling import commands as do
from signaling import draft, messages, scenes, views, views_papers
from signaling.papers import MINUTES
from tests.signaling.checks import CHAIR, MC, VIEWER


def published():
    play = Play(signing_small()).opened()
    for document in (INK, DIGITAL):
        play.do(do.AddDocument(document, sha(document), 3, "file.pdf"))
        play.do(do.PublishDocument(document, sha(document), sha(document, "out"), 1))
    play.do(do.AssignSlot(INK, "a-ld", "Mr A", "KT.", "decision 1"))
    return play


def of(play, who):
    told = views_papers.documents(play.state, who)
    return None if told is None else {one.id: one for one in told.documents}


def test_the_desk_is_told_everything():
    ink = of(published(), OPERATOR)[INK]
    assert (ink.state, ink.rev, ink.version, ink.pages, ink.sha256, ink.file, ink.name) == (
        "published", 3, 1, 3, sha(INK, "out"), sha(INK), "file.pdf",
    )  # fmt: skip
    first = ink.slots[0]
    assert (first.state, first.person, first.authority, first.basis, first.authorities) == (
        "waiting", "Mr A", "KT.", "decision 1", ("KT.", "TL."),
    )  # fmt: skip
    assert (ink.review.agreed, ink.review.missing) == ((), ("an", "ba", "chi"))
    assert (ink.persons, ink.signed, ink.turn) == (2, 0, None)


def test_a_signatory_is_told_of_the_own_slot_alone():
    play = published()
    told = of(play, signatory("a-ld"))
    assert list(told) == [INK]
    assert [(slot.slot, slot.yours, slot.person) for slot in told[INK].slots] == [("a-ld", True, "Mr A")]
    assert told[INK].sha256 == sha(INK, "out")
    assert told[INK].review is None
    assert of(play, signatory("nobody")) == {}


def test_it_is_the_signatorys_turn_when_it_is():
    play = published()
    play.do(do.SetNext("ky", play.state.agenda_rev))
    play.do(do.TakeItem("ky", play.state.agenda_rev))
    play.do(do.BeginSigning(INK, play.state.paper(INK).rev, "because"))
    assert of(play, signatory("a-ld"))[INK].turn == "a-ld"
    assert of(play, signatory("b-ld"))[INK].turn is None
    assert of(play, OPERATOR)[INK].turn == "a-ld"


def test_a_site_reads_and_compares():
    told = of(published(), site_actor("an"))[INK]
    plain = msgspec.to_builtins(told)
    assert set(plain) == {"id", "title", "state", "version", "pages", "sha256", "head", "published_at"}


def test_nothing_is_told_of_drafts_and_to_those_without_a_part():
    play = Play(signing_small()).opened()
    assert of(play, site_actor("an")) == of(play, signatory("a-ld")) == of(play, VIEWER) == {}
    assert of(play, MC) is None
    assert of(play, CHAIR)[INK].state == "draft"


def test_the_audience_is_told_of_what_is_on_air():
    play = published()
    play.do(do.PrepareScene(f"signing:{INK}"))
    play.do(do.CutScene(play.state.scene_rev))
    assert list(of(play, VIEWER)) == [INK]
    assert msgspec.to_builtins(of(play, VIEWER)[INK]) == {
        "id": INK, "title": {"vi": "in ink", "en": "in ink"}, "state": "published", "persons": 2,
    }  # fmt: skip


@pytest.mark.parametrize(("spec", "layout", "box"), [
    (f"document:{INK}", "document", (0, 0, 1280, 720)), (f"signing:{INK}", "signing", (848, 0, 432, 720)),
])  # fmt: skip
def test_the_page_in_the_picture_is_placed(spec, layout, box):
    play = published()
    play.report("hub/table", "back")
    play.do(do.PageDocument(INK, 2))
    shown = views.picture(play.state, spec)
    sheet = shown.sheet
    assert (shown.layout, sheet.document, sheet.sha256, sheet.page) == (layout, INK, sha(INK, "out"), 2)
    assert (sheet.x, sheet.y, sheet.w, sheet.h) == box
    assert [one.source for one in shown.positions] == (["hub/table", "hub/camera"] if layout == "signing" else [])
    for one in shown.positions:
        assert one.x + one.w <= 848 and one.y + one.h <= 720, "beside the page, not under it"
    assert views_papers.sheet(scenes.resolve(play.state, "grid")) is None


def test_minutes_are_for_desks_and_their_signers():
    play = published()
    play.do(do.CloseSession("because"))
    own = (draft.Slot("dau", "a", "seal", text("seal")),)
    play.do(do.AddDocument(MINUTES, sha("m"), 1, "m.pdf", "minutes", text("m"), "digital", own), SECRETARY)
    play.do(do.PublishDocument(MINUTES, sha("m"), sha("mm"), play.state.paper(MINUTES).rev), SECRETARY)
    assert MINUTES in of(play, CHAIR)
    assert MINUTES in of(play, signatory("dau"))
    assert MINUTES not in of(play, site_actor("an"))


def test_very_many_documents_fit_the_section():
    sheet = signing_small()
    words = text("ă" * 400)
    slots = tuple(draft.Slot(f"slot{n}x", "a", "leader", words) for n in range(20))
    papers = tuple(draft.Document(f"d{n}", words, signatures=slots) for n in range(40))
    play = Play(replace(sheet, documents=(*sheet.documents, *papers)))
    told = views_papers.documents(play.state, OPERATOR)
    assert told.more > 0
    assert len(messages.encode_any(told)) <= messages.MAX_BYTES
