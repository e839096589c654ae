import pytest
from kit.ceremonies import INK, OPERATOR, SECRETARY, Play, sha, signing_small, slots, text
from msgspec.structs import replace

from signaling import commands as do
from signaling import documents
from signaling.draft import Diff, Slot
from signaling.errors import Refused
from signaling.papers import MINUTES


def begun():
    return Play(signing_small())


def refused(play, command, by=OPERATOR):
    with pytest.raises(Refused) as error:
        play.do(command, by)
    return error.value.code


def test_a_document_of_the_sheet_is_there_before_its_file():
    play = begun()
    paper = play.state.paper(INK)
    assert (paper.state, paper.rev, paper.slots) == ("draft", 0, slots())
    assert [one.id for one in play.state.every_paper()] == ["ct", "ks"]


def test_only_what_was_handed_in_is_published():
    play = begun()
    play.do(do.AddDocument(INK, sha(1), 2))
    assert refused(play, do.PublishDocument(INK, sha(2), sha(2), 1)) == "document-moved"
    play.do(do.PublishDocument(INK, sha(1), sha(1), 1))
    paper = play.state.paper(INK)
    assert (paper.state, paper.version, paper.published, paper.head) == ("published", 1, sha(1), sha(1))


def test_a_file_may_be_replaced_until_it_is_published():
    play = begun()
    play.do(do.AddDocument(INK, sha(1), 2))
    play.do(do.AddDocument(INK, sha(2), 3))
    assert (play.state.paper(INK).file, play.state.paper(INK).pages) == (sha(2), 3)


def test_minutes_are_made_after_closing_only():
    play = begun()
    made = do.AddDocument(MINUTES, sha(1), 1, "m.pdf", "minutes", text("minutes"), "digital", slots("m-"))
    assert refused(play, made, SECRETARY) == "not-closed"
    play.opened()
    play.do(do.CloseSession("because"))
    assert refused(play, do.AddDocument(INK, sha(2), 1), SECRETARY) == "not-open"
    assert refused(play, do.AddDocument(MINUTES, sha(2), 1, kind="minutes"), SECRETARY) == "document-unreadable"
    play.do(made, SECRETARY)
    assert play.state.paper(MINUTES).kind == "minutes"


def test_a_draft_with_slots_may_be_left_and_only_then_the_record_is_sealed():
    play = begun().opened()
    play.do(do.CloseSession("because"))
    made = do.AddDocument(MINUTES, sha(1), 1, "m.pdf", "minutes", text("minutes"), "wet_ink", (Slot("thu-ky", "a", "secretary", text("s")),))
    play.do(made, SECRETARY)
    play.do(do.PublishDocument(MINUTES, sha(1), sha(1), play.state.paper(MINUTES).rev), SECRETARY)
    play.do(do.AttachScan(MINUTES, sha("scan"), 1, {"thu-ky": "Ms T"}), SECRETARY)
    assert refused(play, do.SealSession(sha("m")), SECRETARY) == "document-open"
    for document in ("ct", "ks"):
        play.do(do.LeaveDocument(document, "not today"), SECRETARY)
    play.do(do.SealSession(sha("m")), SECRETARY)
    assert play.state.phase == "sealed"


@pytest.mark.parametrize(("names", "code"), [
    (("a", "ab"), "slot-names-clash"), (("a", "a"), "slot-names-clash"), (("a", "b"), None),
])  # fmt: skip
def test_slot_names_may_not_begin_one_another(names, code):
    made = tuple(Slot(name, "a", "leader", text("x")) for name in names)
    if code is None:
        documents.check_slots(made)
        return
    with pytest.raises(Refused) as error:
        documents.check_slots(made)
    assert error.value.code == code


def test_leaders_come_before_seals():
    with pytest.raises(Refused) as error:
        documents.check_slots((Slot("x", "a", "seal", text("x")), Slot("y", "a", "leader", text("y"))))
    assert error.value.code == "slots-out-of-order"


def test_the_sheet_may_change_the_slots_of_a_draft_but_not_of_what_is_published():
    play = begun()
    sheet = play.state.sheet()
    fewer = tuple(replace(one, signatures=one.signatures[:1]) for one in sheet.documents)
    play.do(do.AddDocument(INK, sha(1), 2))
    play.do(do.PublishDocument(INK, sha(1), sha(1), 1))
    play.do(do.ApplySheet(Diff(documents=fewer), play.state.agenda_rev))
    assert len(play.state.paper(INK).slots) == 4
    assert len(play.state.paper("ks").slots) == 1
