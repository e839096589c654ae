"""The page judges signed documents as `diemcau verify` does: the same answers, never green where that is not."""

import asyncio
import functools
import io
import os
import random

import msgspec
import pytest
from asn1crypto import cms
from asn1crypto import crl as asn1_crl
from asn1crypto import ocsp as asn1_ocsp
from asn1crypto import x509 as asn1
from kit import papers, pdfs
from kit.forgery import forged, page, revised, rewrite, sha
from kit.minutes_material import ceremony
from kit.mutations import mutated
from kit.ocsp import UNAUTHORISED, Responder, responder
from kit.page_judge import running
from kit.pki import DAY, Pki, now, pki, rsa_key
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer
from pyhanko.sign.fields import SigFieldSpec, append_signature_field
from pyhanko.sign.validation.dss import DocumentSecurityStore

from recordings import pades
from recordings.minutes_pdf import minutes_pdf
from recordings.pades import filled_in, finish
from recordings.pades_fields import publish
from recordings.pades_ltv import Trust, extend
from recordings.papers_asks import FinishAsk, MinutesAsk, ValidateAsk
from recordings.validate import validate

MUTATIONS = int(os.environ.get("MUTATIONS", "100")) // 5
KNOWN = Trust((pki().root,), crls=tuple(pki().crls()))
ROOT = (pki().root,)
name = generic.NameObject
BAD = ("integrity", "signer", "trust", "time")


@pytest.fixture(scope="module")
def judge(tmp_path_factory):
    with running(tmp_path_factory.mktemp("page")) as found:
        yield found


def asked(heads, landed, order=papers.ORDER):
    return ValidateAsk(tuple(order), tuple(map(sha, heads)), tuple(landed))


def python(pdf, ask, roots, at):
    """What the verifier answers, by the questions of a record: a fault of fields or plan is one of integrity."""
    at_us = None if at is None else int(at.timestamp() * 1_000_000)
    report = validate(msgspec.structs.replace(ask, at_us=at_us), pdf, Trust(tuple(roots)))
    found = {name: getattr(report, name).verdict for name in BAD}
    if report.completeness.verdict == "invalid":
        found["integrity"] = "invalid"
    return found, report


def both(judge, pdf, ask, roots=ROOT, at=None):
    """Return (the verifier's answers, the page's, codes of both)."""
    told, report = python(pdf, ask, roots, at)
    page_ = judge.document(pdf, ask, roots, None if at is None else int(at.timestamp() * 1000))
    codes = {name: ([said.code for said in getattr(report, name).says], page_[name][1]) for name in BAD}
    return told, {name: page_[name][0] for name in BAD}, codes


def agree(judge, pdf, ask, roots=ROOT, at=None):
    told, found, codes = both(judge, pdf, ask, roots, at)
    assert found == told, codes
    return told


@functools.cache
def extended(stamped=True):
    return extend(papers.signed(), KNOWN, pki().stamper().response if stamped else None)[0]


def heads(count=4, *, stamped=True):
    return [papers.signed(n, stamped=stamped) for n in range(count + 1)]


LEVELS = {
    "B-B": lambda: heads(stamped=False), "B-T": heads, "B-LT": lambda: [*heads(), extended(stamped=False)],
    "B-LTA": lambda: [*heads(), extended()], "two of four": lambda: heads(2),
}  # fmt: skip


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("roots", [(), ROOT, (Pki(mark="other").root,)], ids=["no root", "root", "other root"])
def test_every_level_with_and_without_roots(judge, level, roots):
    all_ = LEVELS[level]()
    told = agree(judge, all_[-1], asked(all_, papers.ORDER[: min(len(all_) - 1, 4)]), roots)
    assert told["integrity"] == told["signer"] == "valid"
    assert (told["trust"] == "valid") == (roots == ROOT and level in ("B-LT", "B-LTA"))


@pytest.mark.parametrize("level", ["B-B", "B-T", "B-LTA"])
@pytest.mark.parametrize("days", [-40, 40, 400])
def test_at_other_times(judge, level, days):
    all_ = LEVELS[level]()
    agree(judge, all_[-1], asked(all_, papers.ORDER[: min(len(all_) - 1, 4)]), at=now() + days * DAY)


def one_of(certs, who="a", *, stamped=True, tsa=None, at=None):
    post = (tsa or certs).stamper(at=at).response if stamped else None
    return papers.sign("btg-lanhdao", papers.published(), post, certs, who)


def single(pdf):
    return asked([papers.published(), pdf], papers.ORDER[:1])


def proven(pdf, certs, crls, more=()):
    """The document with these lists kept in it, as a careless or lying hub would: whatever they say."""
    out = io.BytesIO(pdf)
    DocumentSecurityStore.add_dss(
        out, sig_contents=None, certs=[asn1.Certificate.load(one) for one in (*certs.chain, certs.root)],
        crls=[asn1_crl.CertificateList.load(one) for one in crls], ocsps=[asn1_ocsp.OCSPResponse.load(one) for one in more],
    )  # fmt: skip
    return out.getvalue()


@pytest.mark.parametrize("revoked", [-20, -1, 5, None], ids=str)
@pytest.mark.parametrize("stamped", [True, False])
def test_revocation_kept_in_the_document(judge, revoked, stamped):
    certs = Pki()
    first = one_of(certs, stamped=stamped)
    who = [] if revoked is None else [("a", now() + revoked * DAY)]
    at = now() + 10 * DAY
    pdf = proven(first, certs, (certs.crl("root", at=at), certs.crl("interm", who, at)))
    told = agree(judge, pdf, asked([papers.published(), first, pdf], papers.ORDER[:1]), (certs.root,), at)
    assert (told["trust"] == "valid") == (revoked is None or (revoked == 5 and stamped))


ANSWERS = {
    "good": {}, "one let answer": {"by": responder}, "revoked": {"revoked": {"a": now() - 5 * DAY}}, "stamp revoked": {"revoked": {"tsa": now() - 5 * DAY}},
    "revoked later": {"revoked": {"a": now() + 1 * DAY}, "this": now() + 2 * DAY}, "unknown": {"unknown": ("a",)}, "another": {"other_id": True},
    "old": {"this": now() - 60 * DAY, "next_": now() - 30 * DAY}, "may not": {"by": lambda certs, issuer: responder(certs, issuer, may=False)},
    "to be asked about itself": {"by": lambda certs, issuer: responder(certs, issuer, nocheck=False)},
    "stranger": {"by": lambda certs, issuer: responder(certs, issuer, of=Pki(mark="stranger"))},
    "spoilt": {"spoilt": True},
}  # fmt: skip


@pytest.mark.parametrize("how", ANSWERS)
@pytest.mark.parametrize("days", [0, 3, 40])
def test_answers_of_responders_kept_in_the_document(judge, how, days):
    """Put in without being asked whether they prove anything, as a lying hub would."""
    certs = Pki(ocsp_url="http://127.0.0.1:9")
    say = Responder(**ANSWERS[how])
    say.pki = certs
    first = one_of(certs)
    said = [say.response("root" if who == "interm" else "interm", certs.certs[who].serial_number) for who in ("a", "tsa", "interm")]
    pdf = proven(first, certs, (), [*said, UNAUTHORISED])
    told = agree(judge, pdf, asked([papers.published(), first, pdf], papers.ORDER[:1]), (certs.root,), now() + days * DAY)
    assert (told["trust"] == "valid") == (how in ("good", "one let answer") or (how == "stamp revoked" and days < 7)), told
    assert how != "stamp revoked" or told["time"] == "unknown"


@pytest.mark.parametrize(("start", "end"), [(-60, -30), (30, 60)], ids=["expired", "not yet valid"])
def test_certificates_outside_their_time(judge, start, end):
    certs = Pki()
    certs.end("x", rsa_key("x"), "X", start=now() + start * DAY, end=now() + end * DAY)
    ticket, prepared = papers.ticket("btg-lanhdao", who="x", infrastructure=certs, at_us=int((now() + (start + 1) * DAY).timestamp() * 1_000_000))
    for post in (certs.stamper().response, None):
        pdf = finish(FinishAsk(ticket), prepared, certs.sign("x", ticket.attrs), post)[0]
        told = agree(judge, pdf, single(pdf), (certs.root,))
        assert told["trust"] == "invalid"
        agree(judge, pdf, single(pdf), ())


def test_one_that_ended_since_and_says_so_itself(judge):
    certs = Pki()
    certs.end("x", rsa_key("x"), "X", end=now() + 5 * DAY)
    pdf = one_of(certs, "x", stamped=False)
    assert agree(judge, pdf, single(pdf), (certs.root,), now() + 20 * DAY)["trust"] == "unknown"
    stamped = one_of(certs, "x")
    assert agree(judge, stamped, single(stamped), (certs.root,), now() + 20 * DAY)["time"] == "valid"


def test_a_certificate_that_may_not_sign(judge):
    certs = Pki()
    ticket, pdf = papers.ticket("btg-lanhdao", infrastructure=certs)
    wrong = certs.end("tls", certs.keys["a"], "X", usage=False)
    external = pades._external(wrong, ticket.chain, certs.sign("a", ticket.attrs))
    signed = asyncio.run(pades._signed(external, msgspec.structs.replace(ticket, cert=wrong), None))
    made = filled_in(ticket, pdf, signed.dump())
    told, found, codes = both(judge, made, single(made), (certs.root,))
    assert "invalid" in told.values()
    assert {name for name in BAD if told[name] == "invalid"} <= {name for name in BAD if found[name] != "valid"}, codes


def test_a_stamp_of_an_unknown_authority_and_of_one_that_may_not_stamp(judge):
    pdf = one_of(pki(), tsa=Pki(mark="other"))
    assert agree(judge, pdf, single(pdf))["time"] == "unknown"
    certs = Pki()
    certs.end("tsa", rsa_key("tsa"), "no authority")
    ticket, prepared = papers.ticket("btg-lanhdao", infrastructure=certs)
    value = certs.sign("a", ticket.attrs)
    external = pades._external(ticket.cert, ticket.chain, value)

    async def signed():
        return await external.async_sign_prescribed_attributes(
            "sha256", signed_attrs=cms.CMSAttributes.load(ticket.attrs), timestamper=certs.stamper().inner
        )

    made = filled_in(ticket, prepared, asyncio.run(signed()).dump())
    assert agree(judge, made, single(made), (certs.root,))["time"] != "valid"


def swapped(pdf, other):
    """The first signature's bytes replaced by another's of the same room."""
    def hole(data):
        begin = data.index(b"/Contents <") + 10
        return begin, data.index(b">", begin) + 1

    (a, b), (c, d) = hole(pdf), hole(other)
    assert b - a == d - c
    return pdf[:a] + other[c:d] + pdf[b:]


def with_token_of(pdf, other):
    """The time stamp of another signature on this one."""
    def contents(data):
        begin = data.index(b"/Contents <") + 11
        end = data.index(b">", begin)
        return begin, end, cms.ContentInfo.load(bytes.fromhex(data[begin:end].decode()))

    begin, end, mine = contents(pdf)
    theirs = contents(other)[2]
    mine["content"]["signer_infos"][0]["unsigned_attrs"] = theirs["content"]["signer_infos"][0]["unsigned_attrs"].copy()
    made = mine.dump(force=True).hex().upper().encode()
    return pdf[:begin] + made.ljust(end - begin, b"0") + pdf[end:]


def visible_field(writer):
    append_signature_field(writer, SigFieldSpec("mot-o-nua", on_page=0, box=(10, 10, 90, 60)))


def note(writer):
    found = page(writer)
    box = generic.ArrayObject(map(generic.NumberObject, (10, 10, 200, 60)))
    made = writer.add_object(generic.DictionaryObject({name("/Type"): name("/Annot"), name("/Subtype"): name("/FreeText"), name("/Rect"): box}))
    found["/Annots"].append(made)
    writer.update_container(found["/Annots"])


def action(writer):
    writer.root["/OpenAction"] = generic.ArrayObject([generic.NumberObject(0), name("/Fit")])
    writer.update_root()


def moved(writer):
    found = writer.root["/AcroForm"]["/Fields"][0].get_object()
    found["/Rect"] = generic.ArrayObject(map(generic.NumberObject, (0, 0, 595, 842)))
    writer.update_container(found)


def relooked(writer):
    """Another look for a signature that stands."""
    found = writer.root["/AcroForm"]["/Fields"][0].get_object()
    look = {name("/Type"): name("/XObject"), name("/Subtype"): name("/Form"), name("/BBox"): generic.ArrayObject(map(generic.NumberObject, (0, 0, 99, 99)))}
    stream = generic.StreamObject(dict_data=look, stream_data=b"0 0 99 99 re f")
    found["/AP"] = generic.DictionaryObject({name("/N"): writer.add_object(stream)})
    writer.update_container(found)


def unsigned_again(writer):
    found = writer.root["/AcroForm"]["/Fields"][0].get_object()
    del found["/V"]
    writer.update_container(found)


def stored_rubbish(writer):
    writer.root["/DSS"] = generic.DictionaryObject({name("/Other"): generic.NumberObject(1)})
    writer.update_root()


def nothing(writer):
    writer.update_root()


CHANGES = {one.__name__: one for one in (rewrite, visible_field, note, action, moved, relooked, unsigned_again, stored_rubbish)}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("base", ["B-B", "B-T", "B-LTA"])
def test_a_later_revision_that_the_log_vouches_for(judge, change, base):
    """The hub lies in its log too: only the document itself can tell."""
    all_ = LEVELS[base]()
    all_ = [*all_, revised(all_[-1], CHANGES[change])]
    told = agree(judge, all_[-1], asked(all_, papers.ORDER))
    assert told["integrity"] == "invalid"


def test_a_later_revision_that_changes_nothing(judge):
    for base in ("B-T", "B-LTA"):
        all_ = LEVELS[base]()
        all_ = [*all_, revised(all_[-1], nothing)]
        agree(judge, all_[-1], asked(all_, papers.ORDER))


@pytest.mark.parametrize("change", [rewrite, note, action, moved])
def test_a_change_within_the_signing_revision(judge, change):
    ticket, pdf = forged("btg-lanhdao", change)
    signed = finish(FinishAsk(ticket), pdf, pki().sign("a", ticket.attrs), pki().stamper().response)[0]
    told = agree(judge, signed, single(signed))
    assert told["integrity"] == "invalid"


def test_a_page_rewritten_and_put_back(judge):
    first = papers.signed()
    original = PdfFileReader(io.BytesIO(first)).root["/Pages"]["/Kids"][0].get_object().raw_get("/Contents")

    def back(writer):
        page(writer)["/Contents"] = generic.IndirectObject(original.idnum, original.generation, writer)

    spoilt = revised(first, rewrite)
    all_ = [*heads(), spoilt, revised(spoilt, back)]
    assert agree(judge, all_[-1], asked(all_, papers.ORDER))["integrity"] == "invalid"


def test_an_object_set_free(judge):
    first = papers.signed()
    start = first.rindex(b"startxref")
    before = int(first[start:].split()[1])
    trailer = first[first.rindex(b"trailer") : start].replace(b"/Prev ", b"/Old ")
    trailer = trailer.rstrip().removesuffix(b">>") + b"/Prev %d\n>>\n" % before
    at = len(first)
    made = first + b"xref\n4 1\n0000000000 00001 f \n" + trailer + b"startxref\n%d\n%%%%EOF\n" % at
    told, found, codes = both(judge, made, asked([*heads(), made], papers.ORDER))
    assert told["integrity"] == "invalid"
    assert found["integrity"] == "invalid", codes


def test_signatures_and_stamps_of_others(judge):
    one, other = one_of(pki()), one_of(pki(), "clerk")
    for made in (swapped(one, other), swapped(other, one), with_token_of(one, other)):
        told = agree(judge, made, single(made))
        assert "invalid" in told.values()
    made = swapped(papers.signed(), one)
    assert agree(judge, made, asked([*heads(), made], papers.ORDER))["integrity"] == "invalid"


def test_a_signature_after_the_one_that_locks_everything(judge):
    all_ = [papers.published()]
    for slot in ("vks-condau", "btg-lanhdao"):
        ticket, pdf = forged(slot, head=all_[-1])
        all_.append(finish(FinishAsk(ticket), pdf, pki().sign(papers.WHO[slot], ticket.attrs), None)[0])
    told, found, codes = both(judge, all_[-1], asked(all_, ("vks-condau", "btg-lanhdao")))
    assert told["integrity"] == found["integrity"] == "invalid"
    assert "changed-after" in codes["integrity"][1]


def test_plan_and_log_that_say_something_else(judge):
    pdf = papers.signed()
    for ask in (
        asked(heads(), papers.ORDER[:3]), asked(heads(), papers.ORDER, papers.ORDER[::-1]), asked(heads(), papers.ORDER, papers.ORDER[:3]),
        asked(heads(3), papers.ORDER), asked([*heads(3), b"x", pdf], papers.ORDER), asked(heads()[::-1], papers.ORDER),
        asked([pdf], papers.ORDER),
    ):  # fmt: skip
        told = agree(judge, pdf, ask)
        assert told["integrity"] == "invalid" or ask.lineage == (sha(pdf),)


def packed(data):
    """The same document with cross-reference streams and packed objects, as many programs write it."""
    writer = copy_into_new_writer(PdfFileReader(io.BytesIO(data)))
    writer.stream_xrefs = True
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_minutes_with_attachments_and_a_description(judge):
    pdf, _, fields, _ = minutes_pdf(MinutesAsk(), ceremony()[0].bytes(), b"{}")
    order, all_ = tuple(one.slot for one in fields), [publish(pdf, fields)[0]]
    for one, who in zip(fields, ("a", "b", "seal-b"), strict=True):
        ask = papers.ask("btg-lanhdao", slot=one.slot, order=order, kind=one.kind, sample=True)
        ticket, prepared = pades.prepare(ask, pades.Papers(all_[-1], all_[0], pki().cert(who), tuple(pki().chain)))
        all_.append(finish(FinishAsk(ticket), prepared, pki().sign(who, ticket.attrs), pki().stamper().response)[0])
    all_.append(extend(all_[-1], KNOWN, pki().stamper().response)[0])
    assert set(agree(judge, all_[-1], asked(all_, order, order)).values()) == {"valid"}
    for change in (rewrite, action, stored_rubbish):
        spoilt = [*all_, revised(all_[-1], change)]
        assert agree(judge, spoilt[-1], asked(spoilt, order, order))["integrity"] == "invalid"


@pytest.mark.parametrize("kind", ["streams", "three pages", "in the clear"])
def test_documents_of_other_makes(judge, kind):
    base = {"streams": lambda: packed(pdfs.plain(pages=2)), "three pages": lambda: pdfs.plain(pages=3), "in the clear": pdfs.plain}[kind]()
    all_ = [publish(base, papers.SLOTS)[0]]
    for slot in papers.ORDER:
        ticket, prepared = pades.prepare(papers.ask(slot), pades.Papers(all_[-1], all_[0], pki().cert(papers.WHO[slot]), tuple(pki().chain)))
        all_.append(finish(FinishAsk(ticket), prepared, pki().sign(papers.WHO[slot], ticket.attrs), pki().stamper().response)[0])
    all_.append(extend(all_[-1], KNOWN, pki().stamper().response)[0])
    told = agree(judge, all_[-1], asked(all_, papers.ORDER))
    assert set(told.values()) == {"valid"}
    spoilt = [*all_, revised(all_[-1], rewrite)]
    assert agree(judge, spoilt[-1], asked(spoilt, papers.ORDER))["integrity"] == "invalid"


def test_no_mutation_is_ever_green_and_none_throws(judge):
    """Without the log, which alone would tell, and with the forged hash in it: what the document says itself."""
    dice = random.Random(17_022_022)
    wholes = [LEVELS[level]() for level in ("B-T", "B-LTA", "B-B")]
    differ = 0
    for number in range(MUTATIONS):
        all_ = wholes[number % 3]
        pdf = mutated(all_[-1], dice)
        if pdf == all_[-1]:
            continue
        ask = asked([*all_[:-1], pdf], papers.ORDER)
        told, found, codes = both(judge, pdf, ask)
        for name in BAD:
            assert not (found[name] == "valid" and told[name] == "invalid"), (number, name, codes)
        differ += found != told
        honest = judge.document(pdf, asked(all_, papers.ORDER), ROOT)
        assert honest["integrity"][0] != "valid", number
    print("answers that differ, none of them greener:", differ)


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", pdfs.plain()[:-40], b"\0" * 1000, pdfs.encrypted()])
def test_what_is_no_document_is_never_green(judge, data):
    found = judge.document(data, ValidateAsk((), (sha(data),), ()), ROOT)
    assert all(verdict != "valid" for verdict, _ in found.values())
