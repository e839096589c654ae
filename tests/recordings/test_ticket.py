"""What a signer refuses, though every hash a hub can make is right (CEREMONY §10 a-g)."""

import random

import msgspec
import pytest
from asn1crypto import cms
from asn1crypto import core as acore
from hypothesis import given
from hypothesis import strategies as st
from kit import papers
from kit.forgery import attributes, cert, forged, page, rehashed, revised, rewrite, sha
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, append_signature_field

from recordings.pdf import page_image
from recordings.ticket import check, pages, read
from recordings.tickets_text import groups
from signaling.errors import Malformed, Refused

SLOT = "btg-lanhdao"
replace = msgspec.structs.replace


def overwrite(writer):
    """The same object number, other contents."""
    stream = writer.root["/Pages"]["/Kids"][0].get_object()["/Contents"]
    stream._data = b"BT /F 20 Tf 60 700 Td (Thoa thuan khac) Tj ET"
    stream._encoded_data = None
    writer.update_container(stream)


def shrink(writer):
    page(writer)["/MediaBox"] = generic.ArrayObject(map(generic.NumberObject, (0, 0, 595, 400)))


def turn(writer):
    page(writer)["/Rotate"] = generic.NumberObject(180)


def font(writer):
    other = generic.DictionaryObject(
        {pdf_name("/Type"): pdf_name("/Font"), pdf_name("/Subtype"): pdf_name("/Type1"), pdf_name("/BaseFont"): pdf_name("/Symbol")}
    )
    page(writer)["/Resources"] = generic.DictionaryObject(
        {pdf_name("/Font"): generic.DictionaryObject({pdf_name("/F"): writer.add_object(other)})}
    )


def note(writer):
    found = page(writer)
    shown = generic.DictionaryObject(
        {pdf_name("/Type"): pdf_name("/Annot"), pdf_name("/Subtype"): pdf_name("/FreeText"),
         pdf_name("/Rect"): generic.ArrayObject(map(generic.NumberObject, (60, 600, 300, 640))),
         pdf_name("/Contents"): generic.pdf_string("va 10 ty dong")}
    )  # fmt: skip
    found["/Annots"].append(writer.add_object(shown))
    writer.update_container(found["/Annots"])


def action(writer):
    writer.root["/OpenAction"] = generic.DictionaryObject(
        {pdf_name("/S"): pdf_name("/JavaScript"), pdf_name("/JS"): generic.pdf_string("app.alert(1)")}
    )
    writer.update_root()


def field_of(writer, name):
    return next(one.get_object() for one in writer.root["/AcroForm"]["/Fields"] if one.get_object()["/T"] == name)


def more_field(writer):
    append_signature_field(writer, SigFieldSpec("them", on_page=0, box=(10, 10, 90, 90)))


def look_of_another(writer):
    found = field_of(writer, "vks-lanhdao")
    stream = generic.StreamObject(stream_data=b"1 0 0 rg 0 0 170 68 re f")
    stream[pdf_name("/Type")], stream[pdf_name("/Subtype")] = pdf_name("/XObject"), pdf_name("/Form")
    stream[pdf_name("/BBox")] = generic.ArrayObject(map(generic.NumberObject, (0, 0, 170, 68)))
    found["/AP"] = generic.DictionaryObject({pdf_name("/N"): writer.add_object(stream)})
    writer.update_container(found)


def hide_another(writer):
    found = field_of(writer, "vks-lanhdao")
    found["/F"] = generic.NumberObject(2)
    writer.update_container(found)


def unlock(writer):
    found = field_of(writer, papers.ORDER[-1])
    del found["/Lock"]
    writer.update_container(found)


def move_mine(writer):
    found = field_of(writer, SLOT)
    found["/Rect"] = generic.ArrayObject(map(generic.NumberObject, (0, 0, 595, 842)))
    writer.update_container(found)


def hide_mine(writer):
    found = field_of(writer, SLOT)
    found["/F"] = generic.NumberObject(2 | 4)
    writer.update_container(found)


def fill_two(writer):
    found = field_of(writer, "vks-lanhdao")
    found["/V"] = writer.add_object(generic.DictionaryObject({pdf_name("/Type"): pdf_name("/Sig")}))
    writer.update_container(found)


def redraw(writer):
    form = writer.root["/AcroForm"]
    form["/NeedAppearances"] = generic.BooleanObject(True)
    writer.update_container(form)


def rename(writer):
    found = field_of(writer, "vks-lanhdao")
    found["/T"] = generic.pdf_string("khac")
    writer.update_container(found)


IN_THE_SIGNING_REVISION = [
    (rewrite, "e"), (overwrite, "e"), (shrink, "e"), (turn, "e"), (font, "e"), (note, "e"), (action, "e"), (more_field, "ef"),
    (look_of_another, "ef"), (hide_another, "ef"), (unlock, "ef"), (move_mine, "ef"), (hide_mine, "f"), (fill_two, "ef"),
    (rename, "ef"),
]  # fmt: skip


def refused(ticket, pdf, reviewed=b"-", who="a"):
    with pytest.raises(Refused) as caught:
        check(ticket, pdf, papers.published() if reviewed == b"-" else reviewed, cert(who))
    assert caught.value.code == "ticket-refused"
    return str(caught.value.detail["point"])


def test_an_honest_ticket_gives_the_bytes_to_sign():
    ticket, pdf = papers.ticket(SLOT)
    assert check(ticket, pdf, papers.published(), cert("a")) == ticket.attrs
    assert check(read(msgspec.json.encode(ticket)), pdf, papers.published(), cert("a")) == ticket.attrs


def test_so_do_the_tickets_after_it_up_to_the_last():
    for count, slot in enumerate(papers.ORDER):
        ticket, pdf = papers.ticket(slot, papers.signed(count))
        assert check(ticket, pdf, papers.published(), cert(papers.WHO[slot])) == ticket.attrs


def test_the_forger_of_these_tests_makes_honest_ones_too():
    ticket, pdf = forged(SLOT)
    assert check(ticket, pdf, papers.published(), cert("a")) == ticket.attrs


@pytest.mark.parametrize(("change", "points"), IN_THE_SIGNING_REVISION, ids=lambda one: getattr(one, "__name__", ""))
def test_what_else_the_signing_revision_does_is_refused(change, points):
    assert refused(*forged(SLOT, change)) in points


@pytest.mark.parametrize(("change", "points"), [*IN_THE_SIGNING_REVISION, (redraw, "f")], ids=lambda one: getattr(one, "__name__", ""))
def test_so_is_a_revision_of_its_own_before_the_signature(change, points):
    head = revised(papers.published(), change)
    assert refused(*forged(SLOT, head=head)) in "ef"


def test_a_revision_that_does_nothing_is_refused():
    head = revised(papers.published(), lambda writer: writer.update_root())
    assert refused(*forged(SLOT, head=head)) == "f"


def test_a_signature_out_of_turn_is_refused():
    assert refused(*forged("vks-lanhdao", who="a")) == "f"


def test_a_field_as_large_as_a_page_is_refused():
    """What is drawn in it would cover what was read."""
    def spread(writer):
        for one in writer.root["/AcroForm"]["/Fields"]:
            one.get_object()["/Rect"] = generic.ArrayObject(map(generic.NumberObject, (0, 0, 595, 842)))
            writer.update_container(one.get_object())

    head = revised(papers.published(), spread)
    ticket, pdf = forged(SLOT, head=head)
    assert refused(replace(ticket, reviewed_sha256=sha(head)), pdf, head) == "f"


def test_a_certification_is_refused():
    assert refused(*forged(SLOT, certify=True, docmdp_permissions=MDPPerm.FILL_FORMS)) in "bef"


def test_another_revision_than_the_one_read_is_refused():
    ticket, pdf = papers.ticket(SLOT)
    assert refused(ticket, pdf, papers.published(2)) == "a"
    other = papers.published(2)
    assert refused(replace(ticket, reviewed_sha256=sha(other)), pdf, other) == "a"
    assert refused(ticket, pdf, b"") == "a"


@pytest.mark.parametrize("more", [-1, 1, 500])
def test_a_head_of_another_length_is_refused(more):
    ticket, pdf = papers.ticket(SLOT)
    size = ticket.base_len + more
    assert refused(replace(ticket, base_len=size), pdf) == "a"
    assert refused(replace(ticket, base_len=size, base_sha256=sha(pdf[:size])), pdf) in "abef"


def test_a_pdf_swapped_under_the_same_attributes_is_refused():
    ticket, pdf = papers.ticket(SLOT)
    spoilt = pdf[:-40] + bytes([pdf[-40] ^ 1]) + pdf[-39:]
    assert refused(ticket, spoilt) == "a"
    assert refused(replace(ticket, pdf_sha256=sha(spoilt)), spoilt) == "c"


def test_a_gap_that_holds_something_is_refused():
    ticket, pdf = papers.ticket(SLOT)
    start = ticket.region[0]
    spoilt = pdf[: start + 9] + b"41" + pdf[start + 11 :]
    assert refused(rehashed(ticket, spoilt), spoilt) == "b"


@pytest.mark.parametrize("by", [(-2, 0), (0, 3), (1, -1), (0, -2), (40, -40)])
def test_a_gap_elsewhere_is_refused(by):
    ticket, pdf = papers.ticket(SLOT)
    region = ticket.region[0] + by[0], ticket.region[1] + by[1]
    assert refused(rehashed(replace(ticket, region=region), pdf), pdf) == "b"


def test_a_byte_range_that_leaves_out_more_is_refused():
    ticket, pdf = papers.ticket(SLOT)
    at = pdf.rindex(b"/ByteRange")
    end = pdf.index(b"]", at)
    numbers = pdf[at:end].split(b"[")[1].split()
    numbers[2], numbers[3] = b"%d" % (int(numbers[2]) + 10), b"%d" % (int(numbers[3]) - 10)
    body = b"/ByteRange [" + b" ".join(numbers)
    spoilt = pdf[:at] + body.ljust(end - at) + pdf[end:]
    assert len(spoilt) == len(pdf)
    assert refused(rehashed(ticket, spoilt), spoilt) == "b"


def test_a_gap_that_no_reader_takes_for_the_signature_is_refused():
    """The value stands beside it, empty: what is put into the gap would never be looked at."""
    ticket, pdf = papers.ticket(SLOT)
    start, end = ticket.region
    beside = b"<00>/Name "
    moved = pdf[:start] + beside + b"<" + pdf[start + 1 + len(beside) : end] + pdf[end:]
    assert len(moved) == len(pdf)
    at = moved.rindex(b"/ByteRange")
    stop = moved.index(b"]", at)
    numbers = [0, start + len(beside), end, len(pdf) - end]
    moved = moved[:at] + (b"/ByteRange [" + b" ".join(b"%d" % one for one in numbers)).ljust(stop - at) + moved[stop:]
    spoilt = rehashed(replace(ticket, region=(start + len(beside), end)), moved)
    assert refused(spoilt, moved) == "b"


def extra(kind, values):
    return cms.CMSAttribute({"type": kind, "values": values})


@pytest.mark.parametrize("change", [
    {"without": ["cms_algorithm_protection"]}, {"without": ["signing_certificate_v2"]}, {"without": ["content_type"]},
    {"twice": ["message_digest"]}, {"content_type": ["signed_data"]},
    {"more": [extra("signing_time", [cms.Time({"utc_time": "20220217080000Z"})])]},
    {"more": [extra("1.2.3.5", [acore.OctetString(b"commitment")])]},
    {"without": ["content_type"], "more": [extra("1.2.3.4", [acore.Null()])]},
], ids="protection certificate content-type digest-twice other-content-type time commitment other-instead".split())  # fmt: skip
def test_other_attributes_are_refused(change):
    ticket, pdf = papers.ticket(SLOT)
    assert refused(replace(ticket, attrs=attributes(ticket.attrs, **change)), pdf) == "d"


def test_attributes_of_another_document_are_refused():
    ticket, pdf = papers.ticket(SLOT)
    assert refused(replace(ticket, attrs=attributes(ticket.attrs, message_digest=[b"\1" * 32])), pdf) == "c"


def test_attributes_that_name_another_certificate_are_refused():
    ticket, pdf = papers.ticket(SLOT)
    other, _ = papers.ticket(SLOT, who="seal-a")
    named = next(one["values"] for one in cms.CMSAttributes.load(other.attrs) if one["type"].native == "signing_certificate_v2")
    assert refused(replace(ticket, attrs=attributes(ticket.attrs, signing_certificate_v2=named)), pdf) == "d"
    assert refused(ticket, pdf, who="seal-a") == "d"
    assert refused(other, pdf) in "ad"


def test_another_algorithm_than_the_keys_is_refused():
    ticket, pdf = papers.ticket(SLOT)
    other, _ = forged("btg-lanhdao", who="b")
    named = next(one["values"] for one in cms.CMSAttributes.load(other.attrs) if one["type"].native == "cms_algorithm_protection")
    assert refused(replace(ticket, attrs=attributes(ticket.attrs, cms_algorithm_protection=named)), pdf) == "d"


def test_attributes_spelled_otherwise_are_refused():
    ticket, pdf = papers.ticket(SLOT)
    assert refused(replace(ticket, attrs=ticket.attrs + b"\0"), pdf) == "d"
    assert refused(replace(ticket, attrs=b""), pdf) == "d"


def test_another_plan_of_slots_is_refused():
    ticket, pdf = papers.ticket(SLOT)
    assert refused(replace(ticket, order=ticket.order[::-1]), pdf) == "f"
    assert refused(replace(ticket, field="vks-lanhdao", slot="vks-lanhdao"), pdf) == "f"
    assert refused(replace(ticket, slot="vks-lanhdao"), pdf) == "f"


def test_the_pages_shown_are_those_of_the_ticket():
    ticket, pdf = papers.ticket(SLOT)
    shown = pages(pdf, 300)
    assert len(shown) == 1
    assert shown[0] == page_image(pdf, 1, 300)[1] != page_image(papers.published(), 1, 300)[1]


def test_changed_bytes_are_refused_and_never_break_the_check():
    """What was read may not change whatever is hashed anew; the rest may not change under the hashes there are."""
    ticket, pdf = papers.ticket(SLOT)
    dice = random.Random(11)
    start, end = ticket.region
    for _ in range(60):
        spoilt = bytearray(pdf)
        at = dice.choice([dice.randrange(start), dice.randrange(end, len(pdf))])
        spoilt[at] = (spoilt[at] + 1 + dice.randrange(255)) % 256
        made = rehashed(ticket, bytes(spoilt)) if at < ticket.base_len else replace(ticket, pdf_sha256=sha(bytes(spoilt)))
        refused(made, bytes(spoilt))


def test_whatever_a_hub_hashes_the_check_ends_in_a_refusal_or_in_the_bytes():
    ticket, pdf = papers.ticket(SLOT)
    dice = random.Random(12)
    for _ in range(60):
        spoilt = bytearray(pdf)
        for _ in range(dice.randrange(1, 4)):
            spoilt[dice.randrange(ticket.base_len, ticket.region[0])] = dice.randrange(256)
        made = rehashed(ticket, bytes(spoilt))
        try:
            assert check(made, bytes(spoilt), papers.published(), cert("a")) == made.attrs
        except Refused as error:
            assert error.code == "ticket-refused"


@given(st.one_of(st.binary(max_size=200), st.text(max_size=100).map(str.encode)))
def test_any_text_is_a_ticket_or_malformed(text):
    with pytest.raises(Malformed):
        read(text)


def test_tickets_that_make_no_sense_are_malformed():
    ticket, _ = papers.ticket(SLOT)
    for bad in (replace(ticket, region=(9, 9)), replace(ticket, base_len=ticket.region[0] + 1), replace(ticket, v=2)):
        with pytest.raises(Malformed):
            read(msgspec.json.encode(bad))
    with pytest.raises(Malformed):
        read(msgspec.json.encode(ticket) + b" " * 60_000)


def test_hashes_are_read_in_groups_of_four():
    assert groups("abcdef12") == "ABCD EF12"
