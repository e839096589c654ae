"""Minutes through real workers."""

import msgspec
import pytest
from kit.minutes_material import ceremony
from kit.pki import pki, tsa

from recordings.papers_asks import MinutesAsk, MinutesMade, Token, TokenAsk, TsaSetting
from recordings.timestamps import read_token
from server.paper_jobs import answer, pack
from server.workers import Workers
from signaling.errors import Refused


@pytest.fixture
async def workers():
    made = Workers()
    yield made
    await made.close()


async def ask(workers, job, options, parts, kind):
    return answer(await workers.run(job, msgspec.json.encode(options), pack(parts)), kind)


async def test_facts_paper_and_draft_come_from_the_same_log(workers):
    book, _, _ = ceremony()
    parts = [book.bytes(), b""]
    facts, (plain,) = await ask(workers, "minutes.facts", MinutesAsk(), parts, MinutesMade)
    assert (facts.head, msgspec.json.decode(plain)["session"]) == ((len(book.lines), book.prev), "le-ky-ket")
    paper, (pdf,) = await ask(workers, "minutes.pdf", MinutesAsk(), parts, MinutesMade)
    again, (same,) = await ask(workers, "minutes.pdf", MinutesAsk(), parts, MinutesMade)
    assert pdf == same
    assert paper == again
    assert len(paper.fields) == 3
    _, (draft,) = await ask(workers, "minutes.docx", MinutesAsk("en"), parts, MinutesMade)
    assert draft[:2] == b"PK"


async def test_a_damaged_log_is_refused(workers):
    book, _, _ = ceremony()
    with pytest.raises(Refused) as caught:
        await ask(workers, "minutes.pdf", MinutesAsk(), [book.bytes()[300:], b""], MinutesMade)
    assert caught.value.code == "log-unreadable"


async def test_a_token_over_the_manifests_signature(workers):
    with tsa(pki()) as url:
        setting = TsaSetting(url, (url.split("/")[2],))
        told, (der,) = await ask(workers, "seal.token", TokenAsk(setting), [b"signature"], Token)
        assert read_token(der, b"signature").at_us == told.at_us
    with pytest.raises(Refused) as caught:
        await ask(workers, "seal.token", TokenAsk(setting), [b"signature"], Token)
    assert (caught.value.code, caught.value.detail) == ("tsa-failed", {"why": "tsa-unreachable"})
