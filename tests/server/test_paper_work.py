"""The work on papers through real workers, within their limits."""

import asyncio
import io
import shutil
import time

import docx
import msgspec
import pytest
from kit import papers, pdfs
from kit.forgery import sha
from kit.pki import Pki, pki, tsa, web

from recordings.papers_asks import (
    CheckAsk,
    Checked,
    ExtendAsk,
    Extended,
    FieldSpec,
    FinishAsk,
    Finished,
    PageAsk,
    PageImage,
    Prepared,
    PublishAsk,
    Published,
    Report,
    StampScanAsk,
    TsaSetting,
    ValidateAsk,
)
from recordings.ticket import check
from server.paper_jobs import answer, pack
from server.workers import WorkerFailed, Workers
from signaling.errors import Refused


@pytest.fixture
async def workers():
    made = Workers()
    yield made
    await made.close()


async def ask(workers, job, options, parts, kind):
    return answer(await workers.run(job, msgspec.json.encode(options), pack(parts)), kind)


async def test_a_file_is_checked_and_its_pages_drawn(workers):
    told, (pdf,) = await ask(workers, "paper.check", CheckAsk("a.pdf"), [pdfs.plain(pages=2)], Checked)
    assert (told.pages, told.converted, pdf) == (2, False, pdfs.plain(pages=2))
    image, (png,) = await ask(workers, "paper.page", PageAsk(2, 400), [pdf], PageImage)
    assert (image.width, png[:4]) == (400, b"\x89PNG")


@pytest.mark.parametrize(("file", "code"), [
    (pdfs.encrypted(), "document-encrypted"), (b"not a pdf", "document-unreadable"), (pdfs.plain(pages=501), "document-too-many-pages"),
])  # fmt: skip
async def test_refusals_come_back_with_their_code(workers, file, code):
    with pytest.raises(Refused) as caught:
        await ask(workers, "paper.check", CheckAsk("a.pdf"), [file], Checked)
    assert caught.value.code == code
    with pytest.raises(Refused) as caught:
        await ask(workers, "paper.page", PageAsk(3, 400), [pdfs.plain()], PageImage)
    assert caught.value.code == "no-page"


def letter():
    made = docx.Document()
    made.add_paragraph("Chương trình phối hợp công tác giữa hai cơ quan")
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


async def test_a_word_file_becomes_a_pdf_or_is_refused_in_words(workers):
    try:
        told, (pdf,) = await ask(workers, "paper.check", CheckAsk("vb.docx"), [letter()], Checked)
    except Refused as error:
        assert error.code == "docx-needs-libreoffice"
        assert shutil.which("soffice") is None
    else:
        assert (told.converted, told.pages, pdf[:5]) == (True, 1, b"%PDF-")


async def test_ink_documents_go_out_as_they_are(workers):
    told, (pdf,) = await ask(workers, "paper.publish", PublishAsk("wet_ink", (FieldSpec("a", "x", "leader"),)), [pdfs.plain()], Published)
    assert (pdf, told.fields) == (pdfs.plain(), ())


async def test_a_signature_from_publication_to_its_time_stamp(workers):
    told, (pdf,) = await ask(workers, "paper.publish", PublishAsk("digital", papers.SLOTS), [pdfs.plain()], Published)
    parts = [pdf, pdf, pki().cert("a"), *pki().chain, papers.blue()]
    options = papers.ask("btg-lanhdao", chain=1, image=True)
    made, (prepared, attrs) = await ask(workers, "paper.prepare", options, parts, Prepared)
    assert check(made.ticket, prepared, pdf, pki().cert("a")) == attrs
    with tsa(pki()) as url:
        setting = TsaSetting(url, (url.split("/")[2],))
        done, (signed,) = await ask(
            workers, "paper.finish", FinishAsk(made.ticket, setting), [prepared, pki().sign("a", attrs)], Finished
        )
    assert (done.level, done.tsa_fault) == ("B-T", None)
    assert signed.startswith(pdf)


@pytest.mark.parametrize(("delay", "status", "host", "fault"), [
    (0, 500, None, "tsa-unreachable"), (5, 200, None, "tsa-slow"), (0, 200, "other.example", "tsa-unreachable"),
])  # fmt: skip
async def test_a_signature_lands_though_the_authority_fails(workers, delay, status, host, fault):
    ticket, prepared = await asyncio.to_thread(papers.ticket, "btg-lanhdao")
    with web(lambda path, body: (delay, status, b"", "x/y")) as address:
        setting = TsaSetting(address, (host or address.removeprefix("http://"),), 1.0)
        began = time.perf_counter()
        done, _ = await ask(workers, "paper.finish", FinishAsk(ticket, setting), [prepared, pki().sign("a", ticket.attrs)], Finished)
    assert (done.level, done.tsa_fault) == ("B-B", fault)
    assert time.perf_counter() - began < 12


def with_lists(path, body):
    name = path.strip("/").removesuffix(".crl")
    return 0, 200, LISTED[0].crl(name), "application/pkix-crl"


LISTED = []


async def test_revocation_lists_are_fetched_from_listed_hosts_only(workers):
    with web(with_lists) as address:
        certs = Pki(address)
        LISTED.append(certs)
        pdf = await asyncio.to_thread(papers.sign, "btg-lanhdao", None, certs.stamper().response, certs)
        with tsa(certs) as url:
            hosts = (address.removeprefix("http://"),)
            setting = TsaSetting(url, (url.split("/")[2],))
            done, (made,) = await ask(workers, "paper.extend", ExtendAsk(setting, 1, hosts=hosts), [pdf, certs.root], Extended)
            assert (done.level, done.tsa_fault) == ("B-LTA", None)
            with pytest.raises(Refused) as caught:
                await ask(workers, "paper.extend", ExtendAsk(setting, 1, hosts=("other.example",)), [pdf, certs.root], Extended)
            assert caught.value.code == "no-revocation-data"
    plan = ValidateAsk(papers.ORDER, (sha(papers.published()), sha(pdf), sha(made)), papers.ORDER[:1], roots=1)
    report, _ = await ask(workers, "paper.validate", plan, [made, certs.root], Report)
    assert (report.trust.verdict, report.completeness.verdict) == ("valid", "unknown")


async def test_the_clerks_seal_on_a_scan(workers):
    options = StampScanAsk("t", "s", "d", 1, papers.now_us(), 25_200, agency="Văn phòng", chain=1, image=True)
    parts = [pdfs.plain(), pki().cert("clerk"), *pki().chain, papers.blue()]
    made, (prepared, attrs) = await ask(workers, "paper.stamp_scan", options, parts, Prepared)
    done, (pdf,) = await ask(workers, "paper.finish", FinishAsk(made.ticket), [prepared, pki().sign("clerk", attrs)], Finished)
    assert (done.level, pdf[:8]) == ("B-B", b"%PDF-1.7")


async def test_other_parts_than_asked_are_our_own_fault(workers):
    with pytest.raises(WorkerFailed):
        await workers.run("paper.prepare", msgspec.json.encode(papers.ask("btg-lanhdao", chain=2)), pack([b"x"]))


async def test_a_large_scan_fits_into_a_workers_memory(workers):
    large = pdfs.plain(more=[pdfs.stream(b"\7" * 29_000_000)])
    told, (pdf,) = await ask(workers, "paper.check", CheckAsk("a.pdf", scan=True), [large], Checked)
    options = StampScanAsk("t", "s", "d", 1, papers.now_us(), 25_200, agency="Văn phòng")
    made, _ = await ask(workers, "paper.stamp_scan", options, [pdf, pki().cert("clerk")], Prepared)
    assert (told.pages, made.ticket.slot) == (1, "saoy")


async def test_each_kind_of_worker_waits_with_its_own_libraries(workers):
    await workers.ready("paper")
    first = workers._warm["paper"].pid
    await ask(workers, "paper.publish", PublishAsk("wet_ink"), [pdfs.plain()], Published)
    assert workers._warm["paper"].pid != first
    assert "sheet" not in workers._warm
