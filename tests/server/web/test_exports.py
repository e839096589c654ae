"""Exports as jobs over HTTP: made in their own process, waiting for sessions, called off, taken up again, downloaded."""

import asyncio
import contextlib
import json
import os
import sys
import time

import pytest
from kit.doors import house
from kit.export_material import Film, recorded

from recordings.log import read_log, verify_log
from recordings.verify_bundle import verify_bundle
from server.web.exports import clean, disposition
from signaling.commands import SYSTEM, Actor, CloseSession, OpenSession, ReportPresence
from signaling.names import source_id

PATH = "/api/sessions/play/exports"
SLOW = {"kind": "programme", "size": "1080"}


@pytest.fixture
def data(tmp_path):
    recorded(tmp_path / "data" / "sessions" / "play")
    return tmp_path


@pytest.fixture
async def there(data):
    async with house(data) as found:
        yield found


async def until(caller, job, *states, seconds=60):
    deadline = time.monotonic() + seconds
    while True:
        status, found, _ = await caller.get(f"{PATH}/{job['id']}")
        assert status == 200
        if found["state"] in states:
            return found
        assert found["state"] in ("queued", "waiting", "running"), found
        assert time.monotonic() < deadline, found
        await asyncio.sleep(0.05)


async def ask(caller, expected=201, **asked):
    status, found, _ = await caller.post(PATH, json=asked)
    assert status == expected, found
    return found


def files(there):
    folder = there.app.folder("play") + "/exports"
    return sorted(os.listdir(folder)) if os.path.isdir(folder) else []


def chain(there):
    return [(entry.event["is"], entry.by["role"], entry.event) for entry in read_log(there.app.access.folder)]


async def test_a_film_is_made_listed_and_taken_away(there, tmp_path):
    caller = await there.person("secretary")
    job = await ask(caller, kind="programme")
    assert (job["state"], job["format"], job["url"]) == ("queued", "mp4", None)
    done = await until(caller, job, "done")
    assert (done["fraction"], done["from_ms"], done["to_ms"], done["code"]) == (1, 0, 8000, None)
    status, data, headers = await caller.get(done["url"])
    assert status == 200
    assert len(data) == done["bytes"]
    assert headers["ETag"] == f'"{done["sha256"]}"'
    assert headers["Content-Type"] == "video/mp4"
    assert headers["Content-Disposition"].endswith("filename*=UTF-8''" + "small%20-%20To%C3%A0n%20bu%E1%BB%95i%20l%E1%BB%85.mp4")
    assert 'filename="small - Toan buoi le.mp4"' in headers["Content-Disposition"]
    (tmp_path / "a.mp4").write_bytes(data)
    film = Film(tmp_path / "a.mp4")
    assert film.colour(3, 0.1, 0.1) == "red"
    assert film.chapters == [(0, 1, "small"), (1, 8, "1. roll")]
    assert film.loud(0.1, 1.9) < 0.001
    assert film.loud(2.2, 7.5) > 0.1
    assert [one["id"] for one in (await caller.get(PATH))[1]["exports"]] == [job["id"]]
    what = [(name, role) for name, role, _ in chain(there)]
    assert what == [("record.exported", "secretary"), ("record.downloaded", "secretary")]
    assert chain(there)[0][2]["sha"] == done["sha256"]
    assert verify_log(there.app.access.folder).ok


async def test_ranges_of_a_download_are_one_line_in_the_chain(there):
    caller = await there.person("staff")
    job = await until(caller, await ask(caller, kind="audio"), "done")
    url = there.app.local_url() + job["url"]
    whole = (await caller.get(job["url"]))[1]

    async def get(**headers):
        async with there.http.get(url, headers={"Cookie": caller.cookie, **headers}) as answer:
            return answer.status, await answer.read()

    assert await get(Range="bytes=100-199") == (206, whole[100:200])
    assert await get(Range=f"bytes={len(whole)}-") == (416, b"")
    assert (await get(**{"If-None-Match": f'"{job["sha256"]}"', "Range": "bytes=5-6"}))[0] == 304
    async with there.http.head(url, headers={"Cookie": caller.cookie}) as answer:
        assert (answer.status, answer.headers["Content-Length"]) == (200, str(len(whole)))
    assert [name for name, _, _ in chain(there)].count("record.downloaded") == 1


async def test_who_may_and_what_is_refused(there):
    operator = await there.person("operator")
    for caller, expected in ((there.stranger(), 401), (await there.person("chair"), 403), (await there.person("mc"), 403)):
        for method, path in (("GET", PATH), ("POST", PATH), ("GET", f"{PATH}/{'0' * 16}"), ("DELETE", f"{PATH}/{'0' * 16}"), ("GET", f"{PATH}/{'0' * 16}/file")):
            assert (await caller.ask(method, path, **({"json": {"kind": "audio"}} if method == "POST" else {})))[0] == expected
    assert (await operator.get(f"{PATH}/{'0' * 16}"))[1]["code"] == "no-export"
    assert (await operator.get(f"{PATH}/..%2f..%2flog.sqlite"))[0] == 404
    assert (await ask(operator, 400, kind="site"))["code"] == "export-wrong"
    for wrong in ({}, {"kind": "all"}, {"kind": "audio", "size": "4k"}, {"kind": "audio", "from_ms": "1"}, {"kind": "audio", "path": "/etc"}):
        assert (await ask(operator, 400, **wrong))["code"] == "malformed"
    job = await until(operator, await ask(operator, kind="still", from_ms=9_999_999), "failed")
    assert (job["code"], job["url"]) == ("export-range", None)
    assert (await operator.get(f"{PATH}/{job['id']}/file"))[1]["code"] == "export-not-done"
    assert files(there) == []


async def test_two_at_once_are_made_one_after_the_other(there):
    caller = await there.person("operator")
    first, second = await ask(caller, **SLOW), await ask(caller, kind="audio")
    await until(caller, first, "running")
    still = await until(caller, await ask(caller, kind="still", from_ms=3_000), "done")  # this one costs nothing: it may
    states = {job["id"]: job["state"] for job in (await caller.get(PATH))[1]["exports"]}
    assert states == {first["id"]: "running", second["id"]: "queued", still["id"]: "done"}
    assert (await until(caller, first, "done"))["ended_at"] <= (await until(caller, second, "done"))["ended_at"]


async def test_called_off_while_queued_and_while_running(there):
    caller = await there.person("operator")
    first, second = await ask(caller, **SLOW), await ask(caller, **SLOW)
    running = await until(caller, first, "running")
    process = await _process(there, running)
    for job in (second, first):
        status, found, _ = await caller.ask("DELETE", f"{PATH}/{job['id']}")
        assert (status, found["state"]) == (200, "cancelled")
    await asyncio.wait_for(process.wait(), 10)
    while there.app.exports._processes or files(there):
        await asyncio.sleep(0.02)
    third = await until(caller, await ask(caller, kind="bundle"), "done")
    assert files(there) == [f"{third['id']}.zip"]
    assert (await caller.ask("DELETE", f"{PATH}/{third['id']}"))[0] == 200
    assert (files(there), (await caller.get(f"{PATH}/{third['id']}"))[0]) == ([], 404)
    assert [name for name, _, _ in chain(there)] == ["export.cancelled"] * 2 + ["record.exported", "export.removed"]


async def _process(there, job):
    while job["id"] not in there.app.exports._processes:
        await asyncio.sleep(0.01)
    return there.app.exports._processes[job["id"]]


def stopped(process):
    with open(f"/proc/{process.pid}/stat", encoding="ascii") as file:
        return file.read().rpartition(")")[2].split()[0] in ("T", "t")


def priority(process):
    with open(f"/proc/{process.pid}/stat", encoding="ascii") as file:
        return int(file.read().rpartition(")")[2].split()[16])


@contextlib.asynccontextmanager
async def a_session_open(there):
    """Another ceremony goes on."""
    operator = Actor("p-9-z", "operator")
    session = there.room.session
    for site in session.state.sheet().sites:
        await session.ask(ReportPresence(source_id(site.id, "camera"), "back"), SYSTEM)
    session.ready_to_record = lambda: True
    await session.ask(OpenSession("test"), operator)
    yield
    await session.ask(CloseSession("test"), operator)


async def test_what_decodes_waits_while_a_session_is_open(there, tmp_path):
    caller = await there.person("operator")
    async with a_session_open(there):
        job = await ask(caller, kind="programme")
        assert job["state"] == "waiting"
        still = await until(caller, await ask(caller, kind="still", from_ms=3_000), "done")
        copy = await until(caller, await ask(caller, kind="clip", format="webm", source="hub/camera"), "done")
        assert min(still["bytes"], copy["bytes"]) > 0
        bundle = await until(caller, await ask(caller, kind="bundle"), "done")
        (tmp_path / "b.zip").write_bytes((await caller.get(bundle["url"]))[1])
        assert verify_bundle(str(tmp_path / "b.zip")).ok
        status, found, _ = await caller.post(f"{there.path}/exports", json={"kind": "bundle"})
        assert (status, found["code"]) == (409, "export-session-open")
        assert (await caller.get(f"{PATH}/{job['id']}"))[1]["state"] == "waiting"
        assert job["id"] not in there.app.exports._processes
    await until(caller, job, "done")


async def test_a_session_that_opens_stops_what_runs_and_lets_it_go_on(there):
    caller = await there.person("operator")
    job = await ask(caller, **SLOW)
    process = await _process(there, await until(caller, job, "running"))
    while priority(process) != 19:
        await asyncio.sleep(0.01)
    async with a_session_open(there):
        while not stopped(process):
            await asyncio.sleep(0.02)
        assert (await caller.get(f"{PATH}/{job['id']}"))[1]["state"] == "waiting"
    assert (await until(caller, job, "done"))["bytes"] > 0


ENGINE = """
import os, sys, time
with open(sys.argv[1] + ".beats", "w") as beats:
    for n in range(int(sys.argv[2])):
        beats.write("."); beats.flush(); time.sleep(0.05)
open(sys.argv[4], "w").write("WEBVTT\\n\\n00:01.000 --> 00:02.000\\nKính thưa\\n")
"""


def beats(path):
    return os.path.getsize(f"{path}.beats") if os.path.exists(f"{path}.beats") else 0


async def test_captions_are_made_by_the_agencys_own_program_which_stops_with_everything_else(there, tmp_path):
    caller = await there.person("secretary")
    assert (await caller.get(PATH))[1] == {"exports": [], "captioner": False}
    assert (await ask(caller, 409, kind="captions"))["code"] == "export-no-captioner"
    there.app.exports.captioner = (sys.executable, "-c", ENGINE, str(tmp_path / "e"), "60", "{sound}", "{out}")
    job = await ask(caller, kind="captions")
    while not beats(tmp_path / "e"):
        await asyncio.sleep(0.02)
    async with a_session_open(there):
        while not stopped(await _process(there, job)):
            await asyncio.sleep(0.02)
        await asyncio.sleep(0.2)
        before = beats(tmp_path / "e")
        await asyncio.sleep(0.5)
        assert beats(tmp_path / "e") == before, "the program stands as well"
    done = await until(caller, job, "done")
    assert "Kính thưa".encode() in (await caller.get(done["url"]))[1]
    assert [one["lang"] for one in (await caller.get("/api/sessions/play/captions"))[1]["captions"]] == ["vi"]


async def test_calling_captions_off_ends_the_program_too(there, tmp_path):
    caller = await there.person("operator")
    there.app.exports.captioner = (sys.executable, "-c", ENGINE, str(tmp_path / "e"), "600", "{sound}", "{out}")
    job = await ask(caller, kind="captions")
    while not beats(tmp_path / "e"):
        await asyncio.sleep(0.02)
    await caller.ask("DELETE", f"{PATH}/{job['id']}")
    await asyncio.sleep(0.3)
    before = beats(tmp_path / "e")
    await asyncio.sleep(0.4)
    assert beats(tmp_path / "e") == before
    assert files(there) == []


async def test_one_that_stands_can_be_called_off(there):
    caller = await there.person("operator")
    job = await ask(caller, **SLOW)
    process = await _process(there, await until(caller, job, "running"))
    async with a_session_open(there):
        while not stopped(process):
            await asyncio.sleep(0.02)
        await caller.ask("DELETE", f"{PATH}/{job['id']}")
        await asyncio.wait_for(process.wait(), 10)
        while files(there):
            await asyncio.sleep(0.02)


async def test_a_restart_takes_jobs_up_again(data):
    async with house(data) as there:
        caller = await there.person("operator")
        first, second = await ask(caller, **SLOW), await ask(caller, kind="audio")
        done = await until(caller, await ask(caller, kind="still", from_ms=3_000), "done")
        process = await _process(there, await until(caller, first, "running"))
    await asyncio.wait_for(process.wait(), 10)
    with open(data / "data" / "sessions" / "play" / "exports" / f"{first['id']}.mp4.part-00000000", "wb") as file:
        file.write(b"what a power cut leaves")
    async with house(data) as there:
        caller = await there.person("operator")
        for job in (first, second, done):
            await until(caller, job, "done")
        assert files(there) == sorted([f"{first['id']}.mp4", f"{second['id']}.mp3", f"{done['id']}.jpeg"])


async def test_a_worker_that_dies_is_a_failed_export(there):
    caller = await there.person("operator")
    job = await ask(caller, **SLOW)
    process = await _process(there, await until(caller, job, "running"))
    process.kill()
    assert (await until(caller, job, "failed"))["code"] == "export-failed"
    assert files(there) == []


async def test_too_many(there):
    caller = await there.person("operator")
    async with a_session_open(there):
        for _ in range(50):
            await ask(caller, kind="programme")
        assert (await ask(caller, 429, kind="programme"))["code"] == "exports-full"


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Lễ ký kết Quy chế: số 5/2022", "Lễ ký kết Quy chế số 5 2022"), ("../../etc/passwd", "etc passwd"), ("a\r\nSet-Cookie: x", "a Set-Cookie x"),
     ("\u202egpj.exe", "gpj.exe"), ("", "diemcau"), ("...", "diemcau"), ("x" * 500, "x" * 120)],
)  # fmt: skip
def test_names_of_files(name, expected):
    assert clean(name) == expected


def test_the_header_of_a_name():
    assert disposition("Đoạn trích.mp4") == "attachment; filename=\"Doan trich.mp4\"; filename*=UTF-8''%C4%90o%E1%BA%A1n%20tr%C3%ADch.mp4"
    assert '"' not in disposition('a"b\\c.mp4').split('"')[1]
    assert json.dumps(disposition("x\r\ny")).count("\\r") == 0


VTT = "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nKính thưa\n"


async def test_captions_are_brought_offered_and_go_along_in_the_bundle(there, tmp_path):
    operator, chair, path = await there.person("operator"), await there.person("chair"), "/api/sessions/play/captions"
    assert (await operator.get(path))[1] == {"captions": []}
    status, found, _ = await operator.ask("PUT", f"{path}/vi.vtt", data=VTT.encode())
    assert (status, found) == (200, {"captions": [{"lang": "vi", "url": f"{path}/vi.vtt"}]})
    status, data, headers = await chair.get(f"{path}/vi.vtt")
    assert (status, data.decode(), headers["Content-Type"]) == (200, VTT, "text/vtt; charset=utf-8")
    for wrong, code in ((b"1\n", "captions-wrong"), (bytes(5 << 20), "file-too-large")):
        assert (await operator.ask("PUT", f"{path}/vi.vtt", data=wrong))[1]["code"] == code
    assert (await chair.ask("PUT", f"{path}/vi.vtt", data=VTT.encode()))[0] == 403
    assert (await operator.ask("PUT", f"{path}/xx.vtt", data=VTT.encode()))[0] == 404
    assert (await operator.get(f"{path}/en.vtt"))[1]["code"] == "no-captions"
    assert (await chair.get(f"{path}/vi.vtt"))[1].decode() == VTT
    bundle = await until(operator, await ask(operator, kind="bundle"), "done")
    (tmp_path / "b.zip").write_bytes((await operator.get(bundle["url"]))[1])
    assert verify_bundle(str(tmp_path / "b.zip")).ok
    assert VTT.encode() in (tmp_path / "b.zip").read_bytes()
    assert (await operator.ask("DELETE", f"{path}/vi.vtt"))[1] == {"captions": []}
    assert (await operator.ask("DELETE", f"{path}/vi.vtt"))[0] == 404
