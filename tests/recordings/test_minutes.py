"""Facts of the minutes: from the log alone, at any line."""

import msgspec
import pytest
from kit.minutes_material import SHA, START, ceremony, item, opened

from recordings.lines import entries, split
from recordings.minutes import facts, undone
from signaling.errors import Malformed


def found(book):
    return facts(entries(split(book.bytes())))


def test_a_ceremony_is_told_from_its_log():
    book, draft, noted = ceremony()
    told = found(book)
    assert told.title == msgspec.to_builtins(draft.title)
    assert (told.opened, told.session, told.rehearsal) == (START, "le-ky-ket", False)
    assert told.head == (len(book.lines), book.prev)
    assert len(told.sites) == 9
    assert told.sites["tien-hai"].mark == "late"
    assert told.sites["vu-thu"].by_phone
    assert told.declared[1]
    assert [run.item for run in told.runs] == [draft.items[0].id, draft.items[8].id]
    assert told.runs[0].text.startswith("Điểm danh")
    assert [one.site for one in told.runs[1].speakers] == ["thanh-pho"]
    assert told.pauses[0][1] - told.pauses[0][0] == 120_000_000
    question = told.questions[0]
    assert (len(question.asked), len(question.answers), question.sha256) == (8, 7, SHA)
    assert question.answers["dong-hung"].by_phone
    paper = told.papers[0]
    assert [(one.slot, one.how, one.authority) for one in paper.signatures] == [("btg-lanhdao", "ink", ""), ("vks-lanhdao", "ink", "KT.")]
    assert paper.completed[2] == SHA
    kinds = [one.kind for one in told.incidents]
    assert kinds == ["absent", "suspended", "noted"]
    assert told.incidents[0].until - told.incidents[0].at == 70_000_000
    assert told.incidents[-1].seq == noted


def test_what_was_undone_is_not_told():
    book, _, _ = ceremony()
    void = undone(list(entries(split(book.bytes()))))
    assert len(void) == 3
    assert len(found(book).runs) == 2


def test_every_prefix_of_a_log_has_its_facts():
    book, _, _ = ceremony()
    for count in range(1, len(book.lines) + 1):
        told = facts(entries(book.lines[:count]))
        assert told.head[0] == count
    assert facts([]).head == (0, "")


def test_a_reopened_session_goes_on_and_a_withdrawn_paper_keeps_its_reason():
    book, draft = opened()
    book.write("session.closed", after=60)
    book.write("session.reopened", reason="quên")
    name = "chuong-trinh-phoi-hop"
    book.write("document.published", document=name, version=1, file=SHA, sha256=SHA)
    book.write("signature.landed", document=name, slot="btg-lanhdao", how="digital", base=SHA, sha256="cd" * 32, person="A", level="B-T")
    book.write("document.withdrawn", document=name, reason="sai số")
    book.write("document.published", document=name, version=2, file=SHA, sha256="ef" * 32)
    item(book, draft, 2, 1)
    told = found(book)
    assert told.closed is None
    assert told.papers[0].withdrawn[0][1] == "sai số"
    assert told.papers[0].signatures == []


def test_a_rehearsal_says_so():
    assert found(opened(rehearsal_of="chinh-thuc")[0]).rehearsal


def test_a_broken_log_is_malformed():
    book, _, _ = ceremony()
    with pytest.raises(Malformed):
        facts(entries([book.lines[0], book.lines[2]]))
