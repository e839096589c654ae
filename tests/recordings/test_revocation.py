"""Proof for later years gathered from a responder (OCSP): honest answers prove, every other kind leaves the level where it was."""

import contextlib

import pytest
from kit import papers
from kit.forgery import sha
from kit.ocsp import UNAUTHORISED, Responder, responder
from kit.pki import DAY, Pki, now, web

from recordings.pades_ltv import Trust, extend
from recordings.papers_asks import ValidateAsk
from recordings.revocation import wanted
from recordings.validate import validate
from server import paper_work
from server.paper_work import fetched
from signaling.errors import Refused


@contextlib.contextmanager
def asked(say):
    """Yields (certificates, a signed document, hosts) whose revocation is asked of `say`."""
    with web(say.answer) as address:
        say.pki = certs = Pki(ocsp_url=address)
        yield certs, papers.sign("btg-lanhdao", None, certs.stamper().response, certs), (address.removeprefix("http://"),)


def proven(certs, pdf, hosts):
    found = fetched(wanted(pdf, (certs.root,)), hosts)
    return extend(pdf, Trust((certs.root,), (), tuple(found["crl"]), tuple(found["ocsp"])), certs.stamper().response)


def judged(certs, *revisions, at=None):
    at_us = None if at is None else int(at.timestamp() * 1_000_000)
    ask = ValidateAsk(papers.ORDER, tuple(map(sha, (papers.published(), *revisions))), papers.ORDER[:1], at_us=at_us)
    return validate(ask, revisions[-1], Trust((certs.root,)))


GOOD = {
    "the issuer itself": {}, "one the issuer lets answer": {"by": responder},
    "others were revoked": {"revoked": {"b": now() - 5 * DAY}},
}  # fmt: skip


@pytest.mark.parametrize("how", GOOD)
def test_good_answers_are_kept_in_the_document_and_prove_it_alone(how):
    say = Responder(**GOOD[how])
    with asked(say) as (certs, pdf, hosts):
        made, level, fault = proven(certs, pdf, hosts)
        assert (level, fault) == ("B-LTA", None)
        # the signer, the authority of the stamp, the authority between: each once, of its own issuer
        assert sorted(issuer for issuer, _ in say.asked) == ["interm", "interm", "root"]
    # nobody is there to ask any more
    report = judged(certs, pdf, made)
    assert report.trust.verdict == report.time.verdict == "valid", report
    assert report.signatures[0].level == "B-LTA"
    later = judged(certs, pdf, made, at=now() + 250 * DAY)
    assert later.trust.verdict == "valid", later


LIES = {
    "revoked": {"revoked": {"a": now() - 5 * DAY}},
    "the authority between revoked": {"revoked": {"interm": now() - 5 * DAY}},
    "the stamp's authority revoked": {"revoked": {"tsa": now() - 5 * DAY}},
    "unknown": {"unknown": ("a",)},
    "about another certificate": {"other_id": True},
    "long ago": {"this": now() - 60 * DAY, "next_": now() - 30 * DAY},
    "a stranger's key": {"by": lambda pki, issuer: responder(pki, issuer, of=Pki(mark="stranger"))},
    "one who may not answer": {"by": lambda pki, issuer: responder(pki, issuer, may=False)},
    "a signature of something else": {"spoilt": True}, "the same of one let answer": {"by": responder, "spoilt": True},
    "no answer inside": {"raw": UNAUTHORISED}, "rubbish": {"raw": b"\x30\x03\x02\x01\x05"}, "nothing": {"raw": b""},
    "out of order": {"status": 503},
}  # fmt: skip


@pytest.mark.parametrize("how", LIES)
def test_every_other_answer_proves_nothing_and_the_document_stays_what_it_was(how):
    with asked(Responder(**LIES[how])) as (certs, pdf, hosts):
        with pytest.raises(Refused) as caught:
            proven(certs, pdf, hosts)
        assert caught.value.code == "no-revocation-data"
    report = judged(certs, pdf)
    assert report.signatures[0].level == "B-T"
    assert (report.trust.verdict, report.trust.says[0].code) == ("unknown", "revocation-unknown")


def test_nobody_there_and_a_host_that_is_not_listed():
    with asked(Responder()) as (certs, pdf, hosts):
        assert fetched(wanted(pdf, (certs.root,)), ("other.example",)) == {"crl": [], "ocsp": []}
        assert fetched(wanted(pdf, (certs.root,)), ()) == {"crl": [], "ocsp": []}
    # the responder is gone
    with pytest.raises(Refused):
        proven(certs, pdf, hosts)


def test_a_slow_responder_costs_its_deadline_and_no_more(monkeypatch):
    monkeypatch.setattr(paper_work, "FETCH_S", 0.2)
    with asked(Responder(delay=1.0)) as (certs, pdf, hosts):
        found = fetched(wanted(pdf, (certs.root,)), hosts)
        assert found["ocsp"] == []
        monkeypatch.setattr(paper_work, "ALL_FETCHED_S", 0.0)
        assert fetched(wanted(pdf, (certs.root,)), hosts) == {"crl": [], "ocsp": []}


def test_one_answer_of_many_that_is_rubbish_spoils_no_other():
    """The responder of the stamp's authority is broken; lists for it are at hand."""
    with asked(Responder()) as (certs, pdf, hosts):
        found = fetched(wanted(pdf, (certs.root,)), hosts)
        answers = (*found["ocsp"], b"\x30\x03\x02\x01\x05", UNAUTHORISED)
        made, level, _ = extend(pdf, Trust((certs.root,), (), tuple(certs.crls()), answers), certs.stamper().response)
    assert level == "B-LTA"
    assert judged(certs, pdf, made).trust.verdict == "valid"


@pytest.mark.parametrize("days", [8, 40, 250])
def test_what_was_gathered_proves_for_years_though_it_was_good_for_days(days):
    """Certificates that name lists or responders: the data kept in the document has long been due for renewal."""
    with asked(Responder()) as (certs, pdf, hosts):
        made = proven(certs, pdf, hosts)[0]
    assert judged(certs, pdf, made, at=now() + days * DAY).trust.verdict == "valid"
    listed = Pki("http://127.0.0.1:9")
    first = papers.sign("btg-lanhdao", None, listed.stamper().response, listed)
    then = extend(first, Trust((listed.root,), crls=tuple(listed.crls())), listed.stamper().response)[0]
    report = judged(listed, first, then, at=now() + days * DAY)
    assert report.trust.verdict == report.time.verdict == "valid"


def test_what_is_asked_names_the_certificate_and_its_issuer():
    with asked(Responder()) as (certs, pdf, _):
        things = wanted(pdf, (certs.root,))
    assert [one.kind for one in things] == ["ocsp"] * 3
    assert len(set(things)) == 3
    with pytest.raises(Refused):
        wanted(b"no document")
