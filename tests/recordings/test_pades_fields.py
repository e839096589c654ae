"""The published revision: all fields first, a lock on the last, places found or refused."""

import io

import pytest
from kit import papers, pdfs
from pyhanko.pdf_utils.reader import PdfFileReader

from recordings.pades_fields import publish
from recordings.papers_asks import FieldSpec
from recordings.stamps import SEAL
from signaling.errors import Refused


def fields(pdf):
    return {one.get_object()["/T"]: one.get_object() for one in PdfFileReader(io.BytesIO(pdf)).root["/AcroForm"]["/Fields"]}


def test_what_was_handed_in_is_a_prefix_and_the_form_says_it_will_be_signed():
    pdf = pdfs.plain()
    made, placed = publish(pdf, papers.SLOTS)
    assert made.startswith(pdf)
    assert PdfFileReader(io.BytesIO(made)).root["/AcroForm"]["/SigFlags"] == 3
    assert list(fields(made)) == list(papers.ORDER)
    assert [one.slot for one in placed] == list(papers.ORDER)
    assert all(one.page == 1 and one.box is not None for one in placed)


def test_the_last_field_locks_the_whole_document_and_no_other_does():
    found = fields(publish(pdfs.plain(), papers.SLOTS)[0])
    assert [name for name, field in found.items() if "/Lock" in field] == [papers.ORDER[-1]]
    lock = found[papers.ORDER[-1]]["/Lock"]
    assert (lock["/Action"], lock["/P"]) == ("/All", 1)


def test_a_seal_lies_over_the_left_third_of_its_signature():
    _, placed = publish(pdfs.plain(), papers.SLOTS)
    boxes = {one.slot: one.box for one in placed}
    for party in ("btg", "vks"):
        sign, seal = boxes[f"{party}-lanhdao"], boxes[f"{party}-condau"]
        right = (seal[0] + seal[2] + SEAL) / 2
        assert abs(right - (sign[0] + (sign[2] - sign[0]) / 3)) < 1
    assert boxes["btg-condau"][2] < boxes["vks-condau"][0]


def test_places_that_are_given_are_kept():
    given = [FieldSpec("a", "x", "leader", 2, (60.0, 60.0, 200.0, 120.0))]
    assert publish(pdfs.plain(pages=3), given)[1] == tuple(given)


@pytest.mark.parametrize("box", [(60.0, 60.0, 65.0, 120.0), (500.0, 60.0, 700.0, 120.0), (60.0, -5.0, 200.0, 120.0), (0.0, 0.0, 590.0, 800.0)])
def test_places_off_the_paper_are_refused(box):
    with pytest.raises(Refused) as caught:
        publish(pdfs.plain(), [FieldSpec("a", "x", "leader", 1, box)])
    assert caught.value.code == "slots-no-room"


def test_a_full_last_page_has_no_room():
    black = pdfs.plain()
    full = pdfs.write({1: b"<</Type/Catalog/Pages 2 0 R>>", 2: b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
                       3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>",
                       4: pdfs.stream(b"0 g 0 0 595 842 re f")})  # fmt: skip
    assert publish(black, papers.SLOTS)
    with pytest.raises(Refused) as caught:
        publish(full, papers.SLOTS)
    assert caught.value.code == "slots-no-room"


@pytest.mark.parametrize("names", [("a", "a"), ("ky", "ky-2"), ("a.b",), ("",)])
def test_names_that_clash_are_refused(names):
    with pytest.raises(Refused) as caught:
        publish(pdfs.plain(), [FieldSpec(name, "x", "leader") for name in names])
    assert caught.value.code == "slot-names-clash"


def test_no_slots_are_refused():
    with pytest.raises(Refused):
        publish(pdfs.plain(), [])
