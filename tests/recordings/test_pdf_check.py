"""What may become a document, and what is refused by which code."""

import random
import zlib

import pytest
from kit import pdfs

from recordings.pdf_check import MOST_BYTES, MOST_SCAN, check
from signaling.errors import Refused

JS = b"<</S/JavaScript/JS(app.alert\\(1\\))>>"

HOSTILE = {
    "document-encrypted": [pdfs.encrypted(), pdfs.encrypted("")],
    "document-scripted": [
        pdfs.plain(root=b"/OpenAction<</S 600 0 R/F(a)>>", more=[b"/Launch"]),
        pdfs.plain(root=b"/OpenAction " + JS),
        pdfs.plain(root=b"/OpenAction<</S/Launch/F(cmd.exe)>>"),
        pdfs.plain(root=b"/OpenAction<</S/Java#53cript/J#53(1)>>"),
        pdfs.plain(root=b"/Names<</JavaScript<</Names[(a) %s]>>>>" % JS),
        pdfs.plain(root=b"/AA<</WC %s>>" % JS),
        pdfs.plain(page=b"/AA<</O %s>>" % JS),
        pdfs.plain(page=b"/Annots[<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A %s>>]" % JS),
        pdfs.plain(page=b"/Annots[<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<</S/SubmitForm/F(x)>>>>]"),
        pdfs.plain(page=b"/Annots[<</Type/Annot/Subtype/RichMedia/Rect[0 0 9 9]>>]"),
        pdfs.plain(page=b"/Annots[<</Type/Annot/Subtype/FileAttachment/Rect[0 0 9 9]>>]"),
        pdfs.plain(page=b"/Annots[600 0 R]", more=[b"<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A 601 0 R>>", JS]),
        pdfs.plain(more=[JS]),  # nothing leads to it yet: a later revision could
        pdfs.plain(more=[b"[[[[[<</A %s>>]]]]]" % JS]),
    ],
    "document-xfa": [
        pdfs.plain(root=b"/AcroForm<</XFA 600 0 R/Fields[]>>", more=[pdfs.stream(b"<xdp:xdp/>")]),
        pdfs.plain(more=[b"<</XFA[(a)(b)]>>"]),
    ],
    "document-has-form": [
        pdfs.plain(root=b"/AcroForm 601 0 R", more=[b"<</FT/Tx/T(A)>>", b"<</Fields 602 0 R>>", b"[600 0 R]"]),
        pdfs.plain(root=b"/AcroForm<</Fields[600 0 R]>>", more=[b"<</FT/Tx/T(gia)/V(1000)/Rect[0 0 9 9]>>"]),
    ],
    "document-already-signed": [
        pdfs.plain(root=b"/AcroForm 601 0 R", more=[b"<</FT 603 0 R/T(A)>>", b"<</Fields 602 0 R>>", b"[600 0 R]", b"/Sig"]),
        pdfs.plain(root=b"/AcroForm<</Fields[600 0 R]>>", more=[b"<</FT/Sig/T(A)>>"]),
        pdfs.plain(more=[b"<</Type/Sig/Filter/Adobe.PPKLite/ByteRange[0 1 2 3]/Contents<00>>>"]),
        pdfs.plain(root=b"/DSS<</Certs[]>>"),
        pdfs.plain(root=b"/Perms<<>>"),
    ],
    "document-too-many-pages": [pdfs.plain(pages=501)],
    "document-unreadable": [
        b"", b"%PDF-", b"%PDF-1.7\n%%EOF", b"PK\x03\x04" + b"\0" * 99, pdfs.plain()[:-300], pdfs.plain()[:200],
        pdfs.plain(box=b"0 0 1 1"), pdfs.plain(box=b"0 0 99999 99999"), pdfs.plain(root=b"/Collection<<>>"),
        pdfs.plain(more=[b"[" * 500 + b"]" * 500]), pdfs.plain(more=[b"<</A" * 400 + b" 1" + b">>" * 400]),
        pdfs.write({1: b"<</Type/Catalog/Pages 2 0 R>>", 2: b"<</Type/Pages/Count 1/Kids[2 0 R]>>"}),
    ],
}  # fmt: skip


@pytest.mark.parametrize(("code", "data"), [(code, data) for code, files in HOSTILE.items() for data in files])
def test_hostile_files_are_refused_by_code(code, data):
    with pytest.raises(Refused) as caught:
        check(data)
    assert caught.value.code == code


def test_a_plain_file_is_measured():
    found = check(pdfs.plain(pages=3))
    assert (found.pages, found.sizes_pt, found.version, found.converted) == (3, ((595.0, 842.0),) * 3, "1.7", False)


@pytest.mark.parametrize("root", [b"/OpenAction[10 0 R/Fit]", b"/OpenAction<</S/GoTo/D[10 0 R/Fit]>>", b"/AcroForm<</Fields[]>>"])
def test_what_word_processors_write_is_no_script(root):
    assert check(pdfs.plain(root=root)).pages == 1


def test_links_to_the_web_may_stay():
    assert check(pdfs.plain(page=b"/Annots[<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<</S/URI/URI(http://a)>>>>]")).pages == 1


def test_sizes_are_capped_and_a_scan_may_be_less():
    for most, scan in ((MOST_BYTES, False), (MOST_SCAN, True)):
        with pytest.raises(Refused) as caught:
            check(pdfs.plain() + b"\n" * most, scan=scan)
        assert (caught.value.code, caught.value.detail) == ("document-too-large", {"most": most // 1_000_000})


def test_a_bomb_is_not_unpacked():
    bomb = zlib.compress(b" " * 200_000_000, 9)
    data = pdfs.plain(more=[pdfs.stream(bomb, b"/Filter/FlateDecode")])
    assert check(data).pages == 1


def test_changed_bytes_are_a_document_or_refused():
    whole = pdfs.plain(pages=2)
    dice = random.Random(5)
    for _ in range(200):
        data = bytearray(whole)
        for _ in range(dice.randrange(1, 4)):
            data[dice.randrange(len(data))] = dice.randrange(256)
        try:
            check(bytes(data))
        except Refused:
            pass
