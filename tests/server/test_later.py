"""Time stamps and proof that could not be had at once, with a real authority over HTTP."""

import asyncio
import contextlib

import pytest
from kit import pdfs
from kit.ceremonies import DIGITAL, signing_small
from kit.pki import Pki, tsa, web

from recordings.papers_asks import TsaSetting
from server import later, sealing
from server.app import App
from server.config import Config, Trust, from_environment
from signaling import commands as do
from signaling.acting import SYSTEM, Actor
from signaling.draft import Slot
from signaling.errors import Malformed
from signaling.papers import MINUTES

OPERATOR, SECRETARY = Actor("p-1-a", "operator"), Actor("p-2-b", "secretary")
WHO = {"s-a-ld": "a", "s-b-ld": "b", "s-a-dau": "seal-a", "s-b-dau": "seal-b"}


@contextlib.asynccontextmanager
async def hub(tmp_path, trust):
    config = Config(data=str(tmp_path / "data"), port=0, local_port=0, loopback=True, trust=trust)
    async with App(config).running() as app:
        yield app, await app.create(signing_small())


async def completed(room, certs):
    """The digital document, signed to the end by tickets."""
    ask, papers = room.session.ask, room.papers
    room.session.ready_to_record = lambda: True
    await papers.add(DIGITAL, "a.pdf", pdfs.plain(), SECRETARY)
    await papers.publish(DIGITAL, 1, OPERATOR)
    await ask(do.ReportPresence("hub/camera", "back"), SYSTEM)
    await ask(do.OpenSession("because"), OPERATOR)
    await ask(do.SetNext("ky-so", room.session.state.agenda_rev), OPERATOR)
    await ask(do.TakeItem("ky-so", room.session.state.agenda_rev), OPERATOR)
    for slot in WHO:
        await ask(do.AssignSlot(DIGITAL, slot, "Nguyễn Văn Ổn"), OPERATOR)
    await ask(do.BeginSigning(DIGITAL, room.session.state.paper(DIGITAL).rev, "because"), OPERATOR)
    for slot, who in WHO.items():
        by = Actor(f"g-{slot}", "signatory")
        ticket = await papers.issue(DIGITAL, slot, certs.cert(who), certs.chain, by)
        await papers.finish(ticket.id, certs.sign(who, ticket.attrs), by)


async def test_signatures_land_without_the_authority_and_get_their_proof_later(tmp_path):
    held = []
    with web(lambda path, body: (0, 200, held[0].crl(path.strip("/").removesuffix(".crl")), "application/pkix-crl")) as lists:
        certs = Pki(lists)
        held.append(certs)
        (tmp_path / "roots").mkdir()
        (tmp_path / "roots" / "root.cer").write_bytes(certs.root)
        away = Trust(TsaSetting("http://127.0.0.1:9/tsa", ("127.0.0.1:9",), 1.0), (), str(tmp_path / "roots"))
        async with hub(tmp_path, away) as (_, room):
            await completed(room, certs)
            papers = room.papers
            before = papers.paper(DIGITAL)
            assert (before.state, before.level) == ("completed", "B-B")
            assert later.lacking(papers) == (before,)
            with tsa(certs) as url:
                hosts = (url.split("/")[2], lists.removeprefix("http://"))
                papers.trust = Trust(TsaSetting(url, hosts), hosts, away.roots)
                await later.extend(papers, before)
            after = papers.paper(DIGITAL)
            assert (after.level, after.lineage[-2:]) == ("B-LTA", (before.head, after.head))
            assert papers.store.read(after.head).startswith(papers.store.read(before.head))
            assert later.lacking(papers) == ()


async def test_the_seal_waits_for_its_time_stamp(tmp_path):
    certs = Pki()
    away = Trust(TsaSetting("http://127.0.0.1:9/tsa", ("127.0.0.1:9",), 1.0))
    async with hub(tmp_path, away) as (app, room):
        ask, papers = room.session.ask, room.papers
        room.session.ready_to_record = lambda: True
        await ask(do.ReportPresence("hub/camera", "back"), SYSTEM)
        await ask(do.OpenSession("because"), OPERATOR)
        await ask(do.CloseSession("because"), OPERATOR)
        for document in ("ct", "ks"):
            await ask(do.LeaveDocument(document, "not today"), SECRETARY)
        sha, scan = papers.store.keep(b"%PDF-1.7 m"), papers.store.keep(b"%PDF-1.7 s")
        slot = Slot("thu-ky", "", "secretary", signing_small().title)
        await ask(do.AddDocument(MINUTES, sha, 1, "m.pdf", "minutes", signing_small().title, "wet_ink", (slot,)), SECRETARY)
        await ask(do.PublishDocument(MINUTES, sha, sha, room.session.state.paper(MINUTES).rev), SECRETARY)
        await ask(do.AttachScan(MINUTES, scan, 1, {"thu-ky": "Ms T"}), SECRETARY)
        await sealing.seal(room, app.log_key(), SECRETARY)
        assert room.session.state.phase == "sealed", "a missing time stamp stops nothing"
        assert (await asyncio.to_thread(sealing.told, room))["stamp"] == "waiting"
        with tsa(certs) as url:
            papers.trust = Trust(TsaSetting(url, (url.split("/")[2],)))
            assert await sealing.stamp(room)
        assert (await asyncio.to_thread(sealing.told, room))["stamp"] == "there"
        assert await sealing.stamp(room), "it is there already"


def test_how_many_are_heard_is_a_small_number():
    assert from_environment({}).loudest == 3
    assert from_environment({"DIEMCAU_LOUDEST": "5"}).loudest == 5
    for wrong in ("0", "17", "three", "9" * 5000, "²"):
        with pytest.raises(Malformed):
            from_environment({"DIEMCAU_LOUDEST": wrong})


def test_what_the_environment_says_of_trust():
    assert from_environment({}).trust == Trust()
    made = from_environment({"DIEMCAU_TSA": "http://tsa.example:3161/a", "DIEMCAU_TSA_HOSTS": "crl.example", "DIEMCAU_TRUST": "/x"}).trust
    assert made.tsa.hosts == made.hosts == ("tsa.example:3161", "crl.example")
    assert (made.tsa.url, made.roots) == ("http://tsa.example:3161/a", "/x")
    with pytest.raises(Malformed):
        from_environment({"DIEMCAU_TSA": "tsa.example"})


def test_roots_are_the_certificates_of_a_folder(tmp_path):
    (tmp_path / "a.cer").write_bytes(b"one")
    (tmp_path / "b.txt").write_bytes(b"two")
    assert later.roots_of(str(tmp_path)) == [b"one"]
    assert later.roots_of("") == later.roots_of(str(tmp_path / "none")) == []
