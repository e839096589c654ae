"""A signature whose key is elsewhere: prepared, signed, finished, with every kind of time stamping authority."""

import datetime as dt
import io
import shutil
import subprocess

import msgspec
import pypdfium2
import pytest
from kit import papers, pdfs
from kit.forgery import sha
from kit.left_out import leave_out
from kit.pki import DAY, Pki, now, pki, rsa_key
from pyhanko.pdf_utils.reader import PdfFileReader

from recordings.pades import SCAN_FIELD, Papers, finish, prepare, prepare_scan
from recordings.papers_asks import FinishAsk, StampScanAsk
from recordings.stamps import SEAL, Look, moment, picture, stamp
from signaling.errors import Refused

SLOT = "btg-lanhdao"


def done(post, slot=SLOT, head=None):
    ticket, pdf = papers.ticket(slot, head)
    return finish(FinishAsk(ticket), pdf, pki().sign(papers.WHO[slot], ticket.attrs), post)


def test_each_revision_begins_with_the_one_before():
    heads = [papers.signed(count) for count in range(5)]
    assert all(after.startswith(before) and len(after) > len(before) for before, after in zip(heads, heads[1:], strict=False))
    reader = PdfFileReader(io.BytesIO(heads[-1]))
    assert [one.field_name for one in reader.embedded_signatures] == list(papers.ORDER)


def test_a_signature_has_a_time_stamp_if_there_is_an_authority():
    assert done(pki().stamper().response)[1:] == ("B-T", None)
    assert done(None)[1:] == ("B-B", None)


def fails(error):
    def post(request):
        raise error

    return post


def other_imprint(request):
    changed = request[:40] + bytes([request[40] ^ 1]) + request[41:]
    return pki().stamper().response(changed)


def spoilt(request):
    answer = bytearray(pki().stamper().response(request))
    answer[-20] ^= 1
    return bytes(answer)


def stamped_by_another(request):
    certs = Pki()
    certs.end("fake", rsa_key("fake"), "Not an authority")
    return certs.stamper("fake").response(request)


def expired(request):
    certs = Pki()
    certs.end("old", rsa_key("old"), "Old authority", start=now() - 60 * DAY, end=now() - 30 * DAY, stamps=True)
    return certs.stamper("old").response(request)


def replay(first=None):
    if first is None:
        first = []
    first.append(pki().stamper().response(papers_request()))
    return lambda request: first[0]


def papers_request():
    from pyhanko.sign.timestamps import TimeStamper

    return TimeStamper().request_cms(b"\1" * 32, "sha256")[1].dump()


LYING = [other_imprint, spoilt, stamped_by_another, expired, replay(), lambda request: b"", lambda request: b"<html>", lambda request: request]


@pytest.mark.parametrize(("post", "fault"), [
    (fails(ConnectionRefusedError()), "tsa-unreachable"), (fails(OSError("no route")), "tsa-unreachable"),
    (fails(TimeoutError()), "tsa-slow"), *[(one, "tsa-lies") for one in LYING],
])  # fmt: skip
def test_a_signature_lands_without_a_stamp_when_the_authority_fails(post, fault):
    pdf, level, why = done(post)
    assert (level, why) in {("B-B", fault), ("B-B", "tsa-refused")} if fault == "tsa-lies" else (level, why) == ("B-B", fault)
    assert len(PdfFileReader(io.BytesIO(pdf)).embedded_signatures) == 1


def test_a_stamp_far_from_our_clock_is_kept_and_told():
    early = pki().stamper(at=dt.datetime.now(dt.UTC) - dt.timedelta(hours=2)).response
    assert done(early)[1:] == ("B-T", "clock-differs")


def test_a_value_of_another_key_is_never_put_in():
    ticket, pdf = papers.ticket(SLOT)
    for value in (pki().sign("seal-a", ticket.attrs), pki().sign("a", b"other"), b"", b"\0" * 256, pki().sign("b", ticket.attrs)):
        with pytest.raises(Refused) as caught:
            finish(FinishAsk(ticket), pdf, value, None)
        assert caught.value.code == "bad-signature"


def test_another_pdf_than_the_tickets_is_stale():
    ticket, pdf = papers.ticket(SLOT)
    with pytest.raises(Refused) as caught:
        finish(FinishAsk(ticket), pdf + b"\n", pki().sign("a", ticket.attrs), None)
    assert caught.value.code == "stale-ticket"


def test_finishing_twice_gives_the_same_bytes():
    ticket, pdf = papers.ticket(SLOT)
    value = pki().sign("a", ticket.attrs)
    assert finish(FinishAsk(ticket), pdf, value, None) == finish(FinishAsk(ticket), pdf, value, None)


@pytest.mark.parametrize("slot", ["vks-lanhdao", "btg-condau", "khong-co"])
def test_only_the_slot_whose_turn_it_is_is_prepared(slot):
    with pytest.raises(Refused) as caught:
        prepare(msgspec.structs.replace(papers.ask(SLOT), slot=slot), Papers(papers.published(), papers.published(), pki().cert("b")))
    assert caught.value.code == ("stale-ticket" if slot == "khong-co" else "not-your-turn")


def test_a_head_that_does_not_begin_with_what_was_read_is_stale():
    for head, order in ((papers.published(2), papers.ORDER), (papers.published(), papers.ORDER[::-1])):
        with pytest.raises(Refused) as caught:
            prepare(msgspec.structs.replace(papers.ask(SLOT), order=order), Papers(head, papers.published(), pki().cert("a")))
        assert caught.value.code == "stale-ticket"


@pytest.mark.parametrize(("why", "more"), [
    ("expired", {"start": now() - 60 * DAY, "end": now() - DAY}), ("early", {"start": now() + DAY}), ("usage", {"usage": False}),
])  # fmt: skip
def test_certificates_that_may_not_sign_are_refused(why, more):
    certs = Pki()
    certs.end("x", rsa_key("x"), "X", **more)
    with pytest.raises(Refused) as caught:
        papers.ticket(SLOT, who="x", infrastructure=certs)
    assert (caught.value.code, caught.value.detail) == ("certificate-refused", {"why": why})


@pytest.mark.parametrize(("der", "why"), [(b"", "unreadable"), (b"\x30\x03\x02\x01\x01", "unreadable"), (None, "authority")])
def test_what_is_no_signers_certificate_is_refused(der, why):
    with pytest.raises(Refused) as caught:
        prepare(papers.ask(SLOT), Papers(papers.published(), papers.published(), pki().root if der is None else der))
    assert (caught.value.code, caught.value.detail) == ("certificate-refused", {"why": why})


def text_of(pdf, page=0):
    document = pypdfium2.PdfDocument(pdf)
    document.init_forms()
    found = document[page]
    from pypdfium2 import raw

    raw.FPDFPage_Flatten(found.raw, raw.FLAT_NORMALDISPLAY)
    return document[page].get_textpage().get_text_range()


def test_a_seal_shows_agency_and_time_to_the_second_with_its_offset():
    ticket, pdf = papers.ticket("btg-condau", papers.signed(2), at_us=papers.now_us())
    text = text_of(pdf)
    assert "Viện Kiểm sát nhân dân tỉnh" in text
    assert moment(ticket.issued_at, 25_200) in text


def test_a_persons_picture_is_shown_without_text_and_without_a_picture_name_and_time_are():
    _, pictured = papers.ticket(SLOT)
    assert "Nguyễn" not in text_of(pictured)
    ask = papers.ask(SLOT, authority="KT.", sample=True)
    _, named = prepare(ask, Papers(papers.published(), papers.published(), pki().cert("a")))
    text = text_of(named)
    assert "KT. Nguyễn Văn Ổn" in text
    assert "BẢN MẪU – KHÔNG CÓ GIÁ TRỊ PHÁP LÝ" in text


def test_times_are_written_to_the_second_with_a_colon_in_the_offset():
    assert moment(1_645_086_031_000_000, 25_200) == "17.02.2022 15:20:31 +07:00"
    assert moment(1_645_086_031_000_000, -12_600) == "17.02.2022 04:50:31 -03:30"


def test_a_seal_is_drawn_at_its_actual_size():
    page = pypdfium2.PdfDocument(stamp(Look(132, SEAL + 27, True, ("Cơ quan",), papers.blue())))[0]
    image = next(one for one in page.get_objects() if one.type == 3)
    left, bottom, right, top = image.get_bounds() if hasattr(image, "get_bounds") else image.get_pos()
    assert right - left <= SEAL + 0.5
    assert abs((right - left) - SEAL) < 1 or abs((top - bottom) - SEAL) < 1


@pytest.mark.parametrize("data", [b"", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"\x89PNG\r\n\x1a\n" + b"\0" * 3_000_000])
def test_pictures_that_are_none_are_refused(data):
    with pytest.raises(Refused) as caught:
        picture(data)
    assert caught.value.code == "image-unreadable"


def scan_ask(**more):
    given = {"ticket": "t", "session": "s", "document": "d", "version": 1, "at_us": papers.now_us(), "utc_offset_s": 25_200,
             "agency": "Viện Kiểm sát nhân dân tỉnh", "sample": True}  # fmt: skip
    return StampScanAsk(**(given | more))


def test_the_clerks_seal_stands_top_right_of_the_first_page_outside_every_slot():
    scan = pdfs.plain(pages=2)
    ticket, pdf = prepare_scan(scan_ask(), Papers(scan, b"", pki().cert("clerk"), tuple(pki().chain)))
    made, level, _ = finish(FinishAsk(ticket), pdf, pki().sign("clerk", ticket.attrs), pki().stamper().response)
    assert made.startswith(scan)
    assert level == "B-T"
    signature = PdfFileReader(io.BytesIO(made)).embedded_signatures[0]
    assert signature.field_name == SCAN_FIELD
    left, bottom, right, top = (float(side) for side in signature.sig_field["/Rect"])
    assert left > 595 * 0.8
    assert bottom > 842 * 0.85
    assert right <= 595
    assert top <= 842
    with pytest.raises(Refused):
        prepare_scan(scan_ask(), Papers(made, b"", pki().cert("clerk")))


def test_an_independent_reader_finds_every_signature_valid(tmp_path):
    if shutil.which("pdfsig") is None:
        leave_out("poppler-utils is not installed")
    path = tmp_path / "a.pdf"
    path.write_bytes(papers.signed())
    said = subprocess.run(["pdfsig", "-nocert", path], check=False, capture_output=True, text=True, timeout=60).stdout
    assert said.count("Signature is Valid") == 4
    changed = bytearray(papers.signed())
    changed[700] ^= 1
    path.write_bytes(changed)
    said = subprocess.run(["pdfsig", "-nocert", path], check=False, capture_output=True, text=True, timeout=60).stdout
    assert "Signature is Valid" not in said
    assert sha(bytes(changed)) != sha(papers.signed())
