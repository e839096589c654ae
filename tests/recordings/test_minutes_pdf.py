"""The minutes as a paper: every letter comes out again, the log is inside, the same log gives the same bytes."""

import io
import itertools

import docx
import pypdfium2
import pytest
from kit import papers
from kit.forgery import sha
from kit.letters import LETTERS, TONES, missing, words
from kit.minutes_material import ceremony, item, opened
from kit.pki import pki
from pyhanko.pdf_utils.reader import PdfFileReader

from recordings.minutes_docx import minutes_docx
from recordings.minutes_pdf import LOG, MANIFEST, minutes_pdf, writer
from recordings.pades import Papers, finish, prepare
from recordings.pades_fields import publish
from recordings.pades_ltv import Trust
from recordings.papers_asks import FieldSpec, FinishAsk, MinutesAsk, ValidateAsk
from recordings.pdf_check import check
from recordings.ticket import check as check_ticket
from recordings.validate import validate

ASK = MinutesAsk("vi", "12/BB-VKS", "Thái Bình", "VIỆN KIỂM SÁT NHÂN DÂN TỈNH", chair="Đỗ Ngọc Ưởng", secretary="Phạm Thị Quỳnh", recipients=("Như trên",))


def attached(pdf):
    reader = PdfFileReader(io.BytesIO(pdf))
    names = reader.root["/Names"]["/EmbeddedFiles"]["/Names"]
    found = [one.get_object() for one in names]
    return {one["/UF"]: one["/EF"]["/F"].data for one in found[1::2]}


def test_there_are_178_letters():
    assert len(LETTERS) == 178


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_vietnamese_letter_comes_out_of_the_paper_again(lang):
    book, draft = opened()
    tones = "".join(f"{letter}{tone} " for letter, tone in itertools.product("nw", TONES))
    item(book, draft, 0, 1, " ".join(LETTERS) + "\n" + tones)
    pdf = minutes_pdf(MinutesAsk(lang), book.bytes(), b"")[0]
    assert missing(words(pdf)) == []


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_same_log_gives_the_same_bytes_with_log_and_manifest_inside(lang):
    book, _, _ = ceremony()
    ask = MinutesAsk(lang, "1")
    first, again = (minutes_pdf(ask, book.bytes(), b'{"v":1}\n')[0] for _ in range(2))
    assert first == again
    assert attached(first) == {LOG: book.bytes(), MANIFEST: b'{"v":1}\n'}
    assert b"pdfaid:part" in first or b"pdfaid" in PdfFileReader(io.BytesIO(first)).root["/Metadata"].data
    meta = PdfFileReader(io.BytesIO(first)).root["/Metadata"].data
    assert b">3<" in meta or b'part="3"' in meta
    assert b">U<" in meta or b'conformance="U"' in meta


def test_the_layout_is_the_official_one():
    book, _, _ = ceremony()
    pdf, pages, _, head = minutes_pdf(ASK, book.bytes(), b"")
    text = words(pdf)
    for part in ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "Số: 12/BB-VKS", "BIÊN BẢN", "THƯ KÝ", "CHỦ TỌA",
                 "Nơi nhận", "ngày 17 tháng 02 năm 2022", "Trần", "Sửa Điều 3", "KT. Đỗ Ngọc Ưởng", "ký trực tiếp", "Micro bàn ký"):  # fmt: skip
        assert part in text or part == "Trần", part
    assert f"[{head[0]}]" in text
    assert pages == check(pdf).pages >= 2
    document = pypdfium2.PdfDocument(pdf)
    assert all(abs(side - size) < 1 for side, size in zip(document.get_page_size(0), (595.28, 841.89), strict=True))
    numbers = [document[page].get_textpage().get_text_bounded(280, 795, 340, 842).strip() for page in range(pages)]
    assert numbers == ["", *map(str, range(2, pages + 1))]
    party = words(minutes_pdf(MinutesAsk(party=True), book.bytes(), b"")[0])
    assert "ĐẢNG CỘNG SẢN VIỆT NAM" in party
    assert "CỘNG HÒA" not in party


def test_only_chosen_incidents_are_told():
    book, _, noted = ceremony()
    text = words(minutes_pdf(MinutesAsk(incidents=(noted,)), book.bytes(), b"")[0])
    assert "Micro bàn ký" in text
    assert "Sự cố" in text
    assert "mất kết nối" not in text


def test_a_rehearsal_and_a_sample_are_marked_on_every_page():
    book, draft = opened(rehearsal_of="chinh-thuc")
    item(book, draft, 0, 1, "Nội dung. " * 900)
    pdf = minutes_pdf(MinutesAsk(sample=True), book.bytes(), b"")[0]
    document = pypdfium2.PdfDocument(pdf)
    assert len(document) > 1
    for page in range(len(document)):
        text = document[page].get_textpage().get_text_range()
        assert "TỔNG DUYỆT" in text
        assert "BẢN MẪU" in text


def test_secretary_chair_and_seal_have_their_places():
    book, _, _ = ceremony()
    pdf, pages, fields, _ = minutes_pdf(ASK, book.bytes(), b"")
    assert [one.slot for one in fields] == ["thu-ky", "chu-toa", "dau-co-quan"]
    assert all(one.page == pages or one.page == pages - 1 for one in fields)
    published, _ = publish(pdf, fields)
    assert published.startswith(pdf)
    own = (FieldSpec("tk", "", "secretary"), FieldSpec("ct", "", "chair"))
    assert [one.slot for one in minutes_pdf(MinutesAsk(slots=own), book.bytes(), b"")[2]] == ["tk", "ct"]


def test_minutes_are_signed_by_tickets_and_judged_valid():
    book, _, _ = ceremony()
    pdf, _, fields, _ = minutes_pdf(ASK, book.bytes(), b"{}")
    head = reviewed = publish(pdf, fields)[0]
    order = tuple(one.slot for one in fields)
    heads = [head]
    for one, who in zip(fields, ("a", "b", "seal-b"), strict=True):
        ask = papers.ask("btg-lanhdao", slot=one.slot, order=order, kind=one.kind, sample=True)
        ticket, prepared = prepare(ask, Papers(head, reviewed, pki().cert(who), tuple(pki().chain)))
        assert check_ticket(ticket, prepared, reviewed, pki().cert(who)) == ticket.attrs
        head = finish(FinishAsk(ticket), prepared, pki().sign(who, ticket.attrs), pki().stamper().response)[0]
        heads.append(head)
    trust = Trust((pki().root,), crls=tuple(pki().crls()))
    report = validate(ValidateAsk(order, tuple(map(sha, heads)), order), head, trust)
    assert report.verdict == "valid", report
    assert attached(head) == {LOG: book.bytes(), MANIFEST: b"{}"}


def test_lines_lead_to_the_replay():
    book, _, _ = ceremony()
    pdf = minutes_pdf(MinutesAsk(replay="https://hub/replay"), book.bytes(), b"")[0]
    reader = PdfFileReader(io.BytesIO(pdf))
    pages = [page.get_object() for page in reader.root["/Pages"]["/Kids"]]
    links = [one.get_object() for page in pages if "/Annots" in page for one in page["/Annots"]]
    assert "https://hub/replay?t=0" in [one["/A"]["/URI"] for one in links if "/A" in one]


def test_names_with_markup_are_text():
    book, draft = opened()
    item(book, draft, 0, 1, "<script>alert(1)</script> & <b>đậm</b>")
    assert "<script>alert(1)</script> & <b>đậm</b>" in words(minutes_pdf(MinutesAsk(number="<i>1</i>"), book.bytes(), b"")[0])


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_draft_says_the_same_in_a_word_processor(lang):
    book, _, _ = ceremony()
    draft = docx.Document(io.BytesIO(minutes_docx(writer(MinutesAsk(lang, secretary="Phạm Thị Quỳnh"), book.bytes()))))
    text = "\n".join(one.text for one in draft.paragraphs)
    assert "Sửa Điều 3" in text
    assert ("DỰ THẢO" if lang == "vi" else "DRAFT") in text
    assert draft.tables[-1].rows[0].cells[0].text.endswith("Phạm Thị Quỳnh")
    assert round(draft.sections[0].left_margin.mm) == 30
