"""Checkpoints while it goes on, the seal when it is over."""

import asyncio
import contextlib
import json
import os
from urllib.parse import quote

import msgspec
import pytest
from kit import pdfs
from kit.ceremonies import signing_small, slots, text
from kit.pki import pki
from kit.web_app import There, running

from recordings.chain import digest
from recordings.recover import unfinished
from recordings.seal import Checkpoint, checkpoint_good, read_seal, seal_good
from recordings.ticket import check
from recordings.verify import verify
from server.app import App
from signaling import commands as do
from signaling.acting import SYSTEM, Actor
from signaling.papers import MINUTES

OPERATOR, SECRETARY = Actor("p-1-a", "operator"), Actor("p-2-b", "secretary")


@contextlib.asynccontextmanager
async def ceremony(tmp_path):
    async with running(tmp_path, strangers_burst=1000, requests_burst=1000) as found:
        made = There(found.app, await found.app.create(signing_small()), tmp_path)
        made.http = found.http
        made.cookie = {role: await made.person(role) for role in ("operator", "secretary", "staff")}
        yield made


@pytest.fixture
async def there(tmp_path):
    async with ceremony(tmp_path) as made:
        yield made


async def closed(there):
    ask = there.room.session.ask
    there.room.session.ready_to_record = lambda: True
    await ask(do.ReportPresence("hub/camera", "back"), SYSTEM)
    await ask(do.OpenSession("because"), OPERATOR)
    await ask(do.TakeItem("diem-danh", there.room.session.state.agenda_rev), OPERATOR)
    await ask(do.CloseSession("because"), OPERATOR)


async def with_minutes(there):
    """Closed, the documents left, minutes on paper signed: what sealing asks for."""
    await closed(there)
    ask, store = there.room.session.ask, there.room.papers.store
    minutes, scan = store.keep(b"%PDF-1.7 minutes"), store.keep(b"%PDF-1.7 scan")
    for document in ("ct", "ks"):
        await ask(do.LeaveDocument(document, "not today"), SECRETARY)
    made = do.AddDocument(MINUTES, minutes, 1, "m.pdf", "minutes", text("minutes"), "wet_ink", slots("m-")[:1])
    await ask(made, SECRETARY)
    rev = there.room.session.state.paper(MINUTES).rev
    await ask(do.PublishDocument(MINUTES, minutes, minutes, rev), SECRETARY)
    await ask(do.AttachScan(MINUTES, scan, 1, {"m-a-ld": "Ms T"}), SECRETARY)


def pdfs_in(folder):
    return [name for name in os.listdir(os.path.join(folder, "documents")) if name.endswith(".pdf")]


async def api(there, method, path, role, **more):
    status, data, _ = await there.call(method, there.api + path, headers=there.headers(there.cookie[role]), **more)
    return status, json.loads(data)


async def test_nothing_is_sealed_before_the_minutes_are_signed(there):
    assert (await api(there, "POST", "/seal", "operator"))[1]["code"] == "not-allowed"
    assert (await api(there, "POST", "/seal", "secretary"))[1]["code"] == "not-open"
    await closed(there)
    assert (await api(there, "POST", "/seal", "secretary"))[1]["code"] == "minutes-not-signed"
    assert there.room.recorder.health().running, "refused changes nothing"
    assert (await api(there, "GET", "/seal", "staff"))[1]["sealed"] is False


async def test_the_record_is_sealed_once_and_stays_as_it_is(there):
    await with_minutes(there)
    status, told = await api(there, "POST", "/seal", "secretary")
    assert (status, told["sealed"], told["stamp"]) == (201, True, "none"), told
    state, folder = there.room.session.state, there.room.folder
    found, token = read_seal(folder)
    assert token is None
    assert (state.phase, state.manifest) == ("sealed", told["manifest"])
    assert (found.manifest, found.key) == (told["manifest"], told["key"])
    assert seal_good(found)
    with open(os.path.join(folder, "manifest.json"), "rb") as file:
        assert digest(file.read()) == found.manifest
    assert {name for name, _, _ in found.documents} == set(await asyncio.to_thread(pdfs_in, folder))
    assert unfinished(folder) == []
    assert (await api(there, "POST", "/seal", "secretary"))[1]["code"] == "session-sealed"
    verdict = await asyncio.to_thread(verify, folder)
    assert verdict.ok, verdict.lines()
    status, data, _ = await there.call("GET", "/readyz")
    assert (status, json.loads(data)["ready"]) == (200, True), "a sealed record needs no recorder"


async def test_a_sealed_record_is_not_touched_by_the_next_start(tmp_path):
    async with ceremony(tmp_path) as there:
        await with_minutes(there)
        await api(there, "POST", "/seal", "secretary")
        folder, name = there.room.folder, there.room.session.name
        with open(os.path.join(folder, "manifest.json"), "rb") as file:
            before = file.read()
    async with App(there.app.config).running() as app:
        assert app.gate.rooms[name].session.state.phase == "sealed"
        await asyncio.sleep(0.5)
    with open(os.path.join(folder, "manifest.json"), "rb") as file:
        assert file.read() == before
    assert digest(before) == read_seal(folder)[0].manifest


async def test_desks_are_handed_signed_checkpoints(there):
    room = there.room
    async with there.socket(there.cookie["secretary"]) as socket:
        await there.hello(socket, "p")
        await closed(there)
        while (message := json.loads(await socket.recv()))["t"] != "checkpoint":
            pass
    message.pop("t")
    found = msgspec.convert(message, Checkpoint)
    assert checkpoint_good(found, found.key)
    assert (found.session, found.v) == (room.session.name, 1)
    assert found.seq <= room.session.last_line()[0]
    status, told = await api(there, "GET", "/seal", "secretary")
    assert (status, told["checkpoint"]["key"]) == (200, found.key)



@pytest.mark.parametrize("mode", ["wet_ink", "digital"])
async def test_minutes_are_made_signed_and_sealed(there, mode):
    await closed(there)
    ask, papers = there.room.session.ask, there.room.papers
    for document in ("ct", "ks"):
        await ask(do.LeaveDocument(document, "not today"), SECRETARY)
    asked = {"number": "12/BB", "place": "Thái Bình", "secretary": "Trần Thị Nghĩa", "chair": "Nguyễn Văn Ổn", "mode": mode}
    assert (await api(there, "POST", "/minutes", "staff", json=asked))[1]["code"] == "not-allowed"
    status, told = await api(there, "POST", "/minutes", "secretary", json=asked)
    assert (status, told["state"]) == (201, "published"), told
    minutes = papers.paper(MINUTES)
    assert [one.kind for one in minutes.slots] == ["secretary", "chair", "seal"]
    published = papers.store.read(minutes.published)
    assert published.startswith(b"%PDF-")
    assert (await api(there, "POST", "/seal", "secretary"))[1]["code"] == "minutes-not-signed"
    if mode == "wet_ink":
        names = json.dumps({minutes.slots[0].slot: "Trần Thị Nghĩa", minutes.slots[1].slot: "Nguyễn Văn Ổn"})
        path = f"/documents/{MINUTES}/scan?signers={quote(names)}"
        assert (await api(there, "POST", path, "secretary", data=pdfs.plain(text="scan")))[0] == 201
    else:
        await signed(there, minutes, published)
    status, told = await api(there, "POST", "/seal", "secretary")
    assert (status, told["sealed"]) == (201, True), told


async def signed(there, minutes, published):
    """Secretary and chair sign at their desks, the secretary has the seal put: by tickets."""
    ask, papers, rev = there.room.session.ask, there.room.papers, minutes.rev
    for slot in minutes.slots:
        await ask(do.AssignSlot(MINUTES, slot.slot, "Nguyễn Văn Ổn"), SECRETARY)
        rev += 1
    await ask(do.BeginSigning(MINUTES, rev), SECRETARY)
    for slot, who in zip(minutes.slots, ("a", "b", "seal-a"), strict=True):
        by = Actor("l-chair", "chair") if slot.kind == "chair" else SECRETARY
        ticket = await papers.issue(MINUTES, slot.slot, pki().cert(who), pki().chain, by)
        pdf = await papers.prepared(ticket.id, by)
        await papers.finish(ticket.id, pki().sign(who, check(ticket, pdf, published, pki().cert(who))), by)
    assert papers.paper(MINUTES).state == "completed"


async def test_a_draft_of_the_minutes_may_be_taken_at_any_time(there):
    await closed(there)
    status, told = await api(there, "POST", "/minutes/facts", "secretary", json={})
    assert status == 200 and isinstance(told, dict)
    path = there.api + "/minutes/docx"
    status, data, headers = await there.call("POST", path, headers=there.headers(there.cookie["secretary"]), json={})
    assert (status, data[:2]) == (200, b"PK")
    assert headers["Content-Disposition"].startswith("attachment")
