"""The sample document: made by a command, the same each time, worth nothing on every page."""

import pathlib

import pypdfium2

from recordings.pades_fields import places
from recordings.pdf_check import check
from server.samples import NAMES, PLACE, sample

FILES = [pathlib.Path(PLACE, f"{name}.pdf") for name in NAMES]


def test_the_command_gives_the_same_bytes_each_time():
    # other versions of the libraries may give others than those that are kept
    assert [sample(name) for name in NAMES] == [sample(name) for name in NAMES]


def test_every_page_says_that_it_is_a_sample():
    for path in FILES:
        document = pypdfium2.PdfDocument(path)
        for number in range(len(document)):
            assert "BẢN MẪU – KHÔNG CÓ GIÁ TRỊ PHÁP LÝ" in document[number].get_textpage().get_text_range()


def test_it_may_become_a_document_and_has_a_place_for_every_slot_of_its_ceremony():
    for path in FILES:
        data = path.read_bytes()
        assert check(data).pages == 2
        assert set(places(data)) == {"btg-lanhdao", "vks-lanhdao", "btg-condau", "vks-condau"}
