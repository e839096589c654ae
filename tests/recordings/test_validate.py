"""A signed PDF judged: never valid after a change, never an exception, never green without a reason."""

import datetime as dt
import functools
import hashlib
import os
import random
import shutil
import subprocess

import pytest
from kit import papers, pdfs
from kit.forgery import forged, revised, rewrite, sha
from kit.left_out import leave_out
from kit.mutations import mutated
from kit.pki import DAY, Pki, now, pki, rsa_key

from recordings.pades import Papers, filled_in, finish, prepare
from recordings.pades_fields import publish
from recordings.pades_ltv import Trust, extend
from recordings.papers_asks import FieldSpec, FinishAsk, ValidateAsk
from recordings.ticket import check as check_ticket
from recordings.validate import prefixes, validate
from signaling.errors import Refused

TRUST = Trust((pki().root,))
KNOWN = Trust((pki().root,), crls=tuple(pki().crls()))
MUTATIONS = int(os.environ.get("MUTATIONS", "100"))


def asked(count=4, more=(), **given):
    lineage = (*(sha(papers.signed(n)) for n in range(count + 1)), *more)
    return ValidateAsk(**({"slots": papers.ORDER, "lineage": lineage, "landed": papers.ORDER[:count]} | given))


def verdicts(report):
    return tuple(getattr(report, name).verdict for name in ("integrity", "signer", "trust", "time", "completeness"))


@functools.cache
def extended():
    return extend(papers.signed(), KNOWN, pki().stamper().response)


def test_four_signatures_are_whole_signed_stamped_and_complete_but_revocation_is_open():
    report = validate(asked(), papers.signed(), TRUST)
    assert verdicts(report) == ("valid", "valid", "unknown", "valid", "valid")
    assert report.verdict == "unknown"
    assert [(one.slot, one.level, one.signer) for one in report.signatures] == [
        ("btg-lanhdao", "B-T", "Nguyễn Văn Ổn"), ("vks-lanhdao", "B-T", "Trần Thị Nghĩa"),
        ("btg-condau", "B-T", "Ban Tuyên giáo Tỉnh ủy (kiểm thử)"), ("vks-condau", "B-T", "Viện Kiểm sát nhân dân tỉnh (kiểm thử)"),
    ]  # fmt: skip
    assert {one.code for one in report.trust.says} == {"revocation-unknown"}
    assert report.signer.open


def test_with_revocation_lists_everything_is_valid():
    report = validate(asked(), papers.signed(), KNOWN)
    assert verdicts(report) == ("valid",) * 5
    assert report.verdict == "valid"


def test_a_document_extended_proves_itself_with_the_roots_alone():
    pdf, level, fault = extended()
    assert (level, fault) == ("B-LTA", None)
    assert pdf.startswith(papers.signed())
    report = validate(asked(more=[sha(pdf)]), pdf, TRUST)
    assert (report.verdict, {one.level for one in report.signatures}) == ("valid", {"B-LTA"})


def test_five_signatures_from_b_t_to_b_lta_by_this_library_and_another(tmp_path):
    slots = (*papers.SLOTS[:2], FieldSpec("ubnd-lanhdao", "ubnd", "leader"), *papers.SLOTS[2:])
    order, who = tuple(one.slot for one in slots), ("a", "b", "clerk", "seal-a", "seal-b")
    heads = [publish(pdfs.plain(pages=2), slots)[0]]
    for one, signer in zip(slots, who, strict=True):
        ask = papers.ask("btg-lanhdao", slot=one.slot, order=order, kind=one.kind)
        ticket, prepared = prepare(ask, Papers(heads[-1], heads[0], pki().cert(signer), tuple(pki().chain)))
        assert check_ticket(ticket, prepared, heads[0], pki().cert(signer)) == ticket.attrs
        heads.append(finish(FinishAsk(ticket), prepared, pki().sign(signer, ticket.attrs), pki().stamper().response)[0])
    heads.append(extend(heads[-1], KNOWN, pki().stamper().response)[0])
    for count, level in ((6, "B-T"), (7, "B-LTA")):
        report = validate(ValidateAsk(order, tuple(map(sha, heads[:count])), order), heads[count - 1], KNOWN)
        assert (report.verdict, [one.level for one in report.signatures]) == ("valid", [level] * 5)
        if shutil.which("pdfsig") is None:
            leave_out("poppler-utils is not installed")
        path = tmp_path / f"{level}.pdf"
        path.write_bytes(heads[count - 1])
        said = subprocess.run(["pdfsig", "-nocert", path], check=False, capture_output=True, text=True, timeout=60).stdout
        assert said.count("Signature is Valid") >= 5
        assert "Invalid" not in said


def test_years_later_a_document_extended_still_proves_itself():
    later = int((now() + 250 * DAY).timestamp() * 1_000_000)
    assert validate(asked(more=[sha(extended()[0])], at_us=later), extended()[0], TRUST).verdict == "valid"


def test_without_an_authority_the_level_says_so():
    pdf, level, fault = extend(papers.signed(), KNOWN, None)
    assert (level, fault) == ("B-LT", None)
    assert {one.level for one in validate(asked(more=[sha(pdf)]), pdf, TRUST).signatures} == {"B-LT"}

    def down(request):
        raise ConnectionRefusedError

    assert extend(papers.signed(), KNOWN, down)[1:] == ("B-LT", "tsa-unreachable")


@pytest.mark.parametrize("trust", [TRUST, Trust((), crls=tuple(pki().crls())), Trust((Pki(mark="other").root,), crls=tuple(pki().crls()))])
def test_what_cannot_be_proven_is_not_extended(trust):
    with pytest.raises(Refused) as caught:
        extend(papers.signed(), trust, pki().stamper().response)
    assert caught.value.code == "no-revocation-data"


@pytest.mark.parametrize("trust", [Trust(), Trust((Pki(mark="other").root,))])
def test_without_the_right_roots_trust_is_open(trust):
    report = validate(asked(), papers.signed(), trust)
    assert verdicts(report) == ("valid", "valid", "unknown", "unknown", "valid")


def test_without_a_time_stamp_the_time_is_open():
    heads = [papers.signed(n, stamped=False) for n in range(5)]
    report = validate(asked(lineage=tuple(map(sha, heads))), heads[-1], KNOWN)
    assert verdicts(report) == ("valid", "valid", "valid", "unknown", "valid")
    assert {one.level for one in report.signatures} == {"B-B"}


def one_of(who, certs, *, stamped=True, at=None):
    post = certs.stamper(at=at).response if stamped else None
    return papers.sign("btg-lanhdao", papers.published(), post, certs, who)


def judged(certs, pdf, trust, **given):
    return validate(ValidateAsk(papers.ORDER, (sha(papers.published()), sha(pdf)), papers.ORDER[:1], **given), pdf, trust)


def test_a_revoked_certificate_is_not_valid():
    certs = Pki()
    pdf = one_of("a", certs)
    trust = Trust((certs.root,), crls=tuple(certs.crls([("a", now() - DAY)])))
    report = judged(certs, pdf, trust)
    assert (report.trust.verdict, report.trust.says[0].code, report.verdict) == ("invalid", "revoked", "invalid")


def test_one_revoked_after_it_signed_is_valid_if_a_stamp_proves_when():
    certs = Pki()
    pdf = one_of("a", certs)
    at = int((now() + 10 * DAY).timestamp() * 1_000_000)
    trust = Trust((certs.root,), crls=(certs.crl("root", at=now() + 9 * DAY), certs.crl("interm", [("a", now() + 5 * DAY)], now() + 9 * DAY)))
    assert judged(certs, pdf, trust, at_us=at).trust.verdict == "valid"


@pytest.mark.parametrize(("start", "end", "code"), [
    (now() - 60 * DAY, now() - 30 * DAY, "expired"), (now() + 30 * DAY, now() + 60 * DAY, "not-yet-valid"),
])  # fmt: skip
def test_a_certificate_outside_its_time_is_not_valid(start, end, code):
    certs = Pki()
    certs.end("x", rsa_key("x"), "X", start=start, end=end)
    inside = int((start + DAY).timestamp() * 1_000_000)  # the hub's clock was wrong, or it lied
    ticket, pdf = papers.ticket("btg-lanhdao", who="x", infrastructure=certs, at_us=inside)
    signed = finish(FinishAsk(ticket), pdf, certs.sign("x", ticket.attrs), certs.stamper().response)[0]
    report = judged(certs, signed, Trust((certs.root,), crls=tuple(certs.crls())))
    assert (report.trust.verdict, report.trust.says[0].code) == ("invalid", code)


def test_one_that_has_expired_since_is_open_without_a_stamp():
    certs = Pki()
    certs.end("x", rsa_key("x"), "X", end=now() + 5 * DAY)
    pdf = one_of("x", certs, stamped=False)
    at = int((now() + 20 * DAY).timestamp() * 1_000_000)
    report = judged(certs, pdf, Trust((certs.root,)), at_us=at)
    assert (report.trust.verdict, report.trust.says[0].code) == ("unknown", "expired-since")


def test_a_certificate_that_may_not_sign_is_not_valid():
    certs = Pki()
    ticket, pdf = papers.ticket("btg-lanhdao", infrastructure=certs)
    wrong = certs.end("tls", certs.keys["a"], "Nguyễn Văn Ổn", usage=False)
    import msgspec

    from recordings import pades

    value = certs.sign("a", ticket.attrs)
    external = pades._external(wrong, ticket.chain, value)
    import asyncio

    signed = asyncio.run(pades._signed(external, msgspec.structs.replace(ticket, cert=wrong), None))
    report = judged(certs, filled_in(ticket, pdf, signed.dump()), Trust((certs.root,)))
    assert report.verdict == "invalid"


def test_a_stamp_of_an_unknown_authority_leaves_the_time_open():
    other = Pki(mark="other")
    ticket, pdf = papers.ticket("btg-lanhdao")
    signed = finish(FinishAsk(ticket), pdf, pki().sign("a", ticket.attrs), other.stamper().response)[0]
    report = judged(pki(), signed, KNOWN)
    assert (report.time.verdict, report.time.says[0].code) == ("unknown", "stamp-untrusted")


def test_a_page_rewritten_inside_the_signing_revision_is_not_valid():
    ticket, pdf = forged("btg-lanhdao", rewrite)
    signed = finish(FinishAsk(ticket), pdf, pki().sign("a", ticket.attrs), None)[0]
    report = judged(pki(), signed, KNOWN)
    assert (report.integrity.verdict, report.integrity.says[-1].code) == ("invalid", "changed-since-published")


@pytest.mark.parametrize("change", [rewrite, lambda writer: writer.update_root()])
def test_a_revision_more_is_not_valid(change):
    pdf = revised(papers.signed(), change)
    assert validate(asked(), pdf, KNOWN).integrity.verdict == "invalid"


def test_another_lineage_is_not_valid():
    for lineage in ((sha(b"x"), sha(papers.signed())), (sha(papers.signed()), sha(papers.published())), (sha(papers.signed(3)),)):
        assert validate(asked(lineage=lineage), papers.signed(), KNOWN).integrity.says[-1].code == "other-revisions"


@pytest.mark.parametrize(("given", "verdict", "code"), [
    ({"slots": papers.ORDER[::-1]}, "invalid", "other-fields"), ({"slots": papers.ORDER[:3]}, "invalid", "other-fields"),
    ({"landed": papers.ORDER[:3]}, "invalid", "other-signatures"), ({"slots": ()}, "unknown", "no-plan"),
])  # fmt: skip
def test_completeness_compares_fields_plan_and_log(given, verdict, code):
    found = validate(asked(**given), papers.signed(), KNOWN).completeness
    assert (found.verdict, found.says[0].code) == (verdict, code)


def test_open_slots_leave_completeness_open():
    assert validate(asked(2), papers.signed(2), KNOWN).completeness.says[0].code == "slots-open"


def test_an_ink_document_is_what_the_log_says_and_has_no_digital_signature():
    pdf = pdfs.plain()
    report = validate(ValidateAsk((), (sha(pdf),), ()), pdf, KNOWN)
    assert verdicts(report) == ("valid", "unknown", "unknown", "unknown", "unknown")


def test_every_revision_is_found_by_its_hash():
    ends = prefixes(papers.signed())
    assert [ends[sha(papers.signed(n))] for n in range(5)] == [len(papers.signed(n)) for n in range(5)]


def test_no_mutation_is_ever_valid_and_none_raises():
    """One to four bytes anywhere, cut, doubled, or swapped: of the signed document and of the one with all its proof."""
    dice = random.Random(20220217)
    wholes = [(papers.signed(), asked()), (extended()[0], asked(more=[sha(extended()[0])]))]
    for number in range(MUTATIONS):
        whole, options = wholes[number % 2]
        pdf = mutated(whole, dice)
        if pdf == whole:
            continue
        # first without the lineage, which alone would tell
        loose = validate(ValidateAsk(papers.ORDER, (), papers.ORDER), pdf, KNOWN)
        assert loose.integrity.verdict != "valid" or only_padding(whole, pdf), number
        assert validate(options, pdf, KNOWN).verdict == "invalid", number


def only_padding(whole, pdf):
    """Zeros behind a signature inside its own gap, and bytes behind the last %%EOF, are covered by no signature."""
    first = next(at for at in range(min(len(whole), len(pdf))) if whole[at] != pdf[at]) if whole[: len(pdf)] != pdf[: len(whole)] else len(whole)
    opened, closed = whole.rfind(b"/Contents <", 0, first), whole.find(b">", first)
    return first >= len(whole) - 1 or 0 < opened < first < closed < opened + 25_000


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", pdfs.plain()[:-40], b"\0" * 1000])
def test_what_is_no_document_is_reported_not_raised(data):
    report = validate(ValidateAsk(), data, KNOWN)
    assert (report.verdict, report.sha256) == ("invalid", hashlib.sha256(data).hexdigest())


def test_reports_are_at_the_moment_asked_for():
    early = int((dt.datetime.now(dt.UTC) - dt.timedelta(days=9)).timestamp() * 1_000_000)
    assert validate(asked(at_us=early), papers.signed(), KNOWN).verdict in ("unknown", "valid")
