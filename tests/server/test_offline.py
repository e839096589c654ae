"""One folder read alone: what the page asks for is there, nothing else is, and nothing is written."""

import asyncio
import hashlib
import json
import os
import pathlib
import sys

import aiohttp
import pytest
from kit import pdfs
from kit.export_material import recorded
from kit.hubs import ROOT

from server.cli import main
from server.history import session_of, timeline_of
from server.web.offline import listening, offline
from signaling.errors import Malformed


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return recorded(tmp_path_factory.mktemp("record"), seconds=6)


@pytest.fixture
async def call(folder):
    runner, port = await listening(offline(folder, "play"), 0)

    async def call(path, method="GET", **headers):
        async with http.request(method, f"http://127.0.0.1:{port}{path}", headers=headers, allow_redirects=False) as answer:
            return answer.status, await answer.read(), answer.headers

    async with aiohttp.ClientSession() as http:
        yield call
    await runner.cleanup()


def everything(folder):
    return {path: path.stat().st_mtime_ns for path in sorted(pathlib.Path(folder).rglob("*"))}


async def test_what_the_page_asks_for_is_there_and_nothing_is_written(folder, call):
    before = everything(folder)
    status, _, headers = await call("/")
    assert (status, headers["Location"]) == (302, "/replay?s=play")
    status, body, headers = await call("/api/sessions/play/replay/timeline")
    assert status == 200
    assert b"hub/camera" in body
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert (await call("/api/sessions/play/replay/timeline", **{"If-None-Match": headers["ETag"]}))[0] == 304
    status, body, headers = await call("/api/sessions/play/replay/levels?from=1000")
    assert (status, headers["Cache-Control"]) == (200, "private, no-cache")
    assert (json.loads(body)["from_ms"], list(json.loads(body)["sources"])) == (1000, ["hub/camera"])
    assert json.loads(body)["sources"]["hub/camera"].strip()
    (clip,) = {clip["clip"] for source in timeline_of(folder, "play", 0)["sources"] for clip in source["clips"]}
    status, body, headers = await call(f"/api/sessions/play/replay/media/{clip}", Range="bytes=0-99")
    assert (status, len(body), headers["Content-Type"]) == (206, 100, "video/webm")
    assert (await call("/api/sessions/play/captions"))[1] == b'{"captions": []}'
    assert b'"person": null' in (await call("/api/me"))[1]
    assert everything(folder) == before


@pytest.mark.parametrize(("path", "code", "status"), [
    ("/api/sessions/other/replay/timeline", "no-page", 404), ("/api/sessions/play/exports", "no-page", 404),
    ("/api/sessions/play/replay/media/..%2flog.jsonl", "no-clip", 404), ("/api/sessions/play/captions/vi.vtt", "no-captions", 404),
    ("/hub", "no-page", 404), ("/api/sessions/play/replay/levels?from=-1", "malformed", 400),
    ("/api/sessions/play/replay/levels?from=9999999999999", "malformed", 400),
])  # fmt: skip
async def test_nothing_else_is(call, path, code, status):
    found = await call(path)
    assert (found[0], f'"code": "{code}"'.encode() in found[1]) == (status, True), found[1]


async def test_writing_is_refused_and_so_is_another_name_for_this_machine(call):
    assert (await call("/api/sessions/play/replay/timeline", "POST"))[0] == 405
    status, body, _ = await call("/api/sessions/play/replay/timeline", Host="evil.example")
    assert (status, b'"origin"' in body) == (403, True)


async def test_the_command_prints_a_link_that_opens(folder):
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "server", "replay", folder, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    try:
        link = (await asyncio.wait_for(process.stdout.readline(), 30)).decode().strip()
        assert link.startswith("http://127.0.0.1:")
        assert link.endswith("/replay?s=play")
        async with aiohttp.ClientSession() as http, http.get(link.replace("/replay?s=play", "/api/me")) as answer:
            assert answer.status == 200
    finally:
        process.terminate()
    assert await asyncio.wait_for(process.wait(), 20) == 0


@pytest.mark.parametrize("first", [None, b"", b"{}\n", b'{"session": "../x"}\n', b'{"session": "s"}\n'])
def test_a_folder_without_a_whole_record_is_refused_in_a_sentence(tmp_path, capsys, first):
    if first is not None:
        (tmp_path / "log.jsonl").write_bytes(first)
    with pytest.raises(SystemExit) as ended:
        main(["replay", os.fspath(tmp_path)])
    assert ended.value.code == 1
    assert capsys.readouterr().err.startswith("diemcau: ")


def test_a_name_that_is_no_ceremonys_is_no_session(tmp_path):
    (tmp_path / "log.jsonl").write_bytes(b'{"session": "{x}"}\n')
    with pytest.raises(Malformed):
        session_of(os.fspath(tmp_path))


async def test_pages_of_documents_are_drawn_from_the_folder(tmp_path):
    made = pathlib.Path(recorded(tmp_path / "record", seconds=2))
    data = pdfs.plain(pages=2)
    sha = hashlib.sha256(data).hexdigest()
    (made / "documents").mkdir()
    (made / "documents" / f"{sha}.pdf").write_bytes(data)
    runner, port = await listening(offline(str(made), "play"), 0)
    try:
        async with aiohttp.ClientSession() as http:

            async def page(number, of=sha):
                url = f"http://127.0.0.1:{port}/api/sessions/play/documents/ct/pages/{number}.png?sha={of}&width=1600"
                async with http.get(url) as answer:
                    return answer.status, await answer.read()

            status, png = await page(2)
            assert (status, png[:8]) == (200, b"\x89PNG\r\n\x1a\n")
            assert (await page(9))[0] == 409
            assert b"no-document" in (await page(1, "ab" * 32))[1]
            assert b"no-document" in (await page(1, "../../log"))[1]
            (made / "documents" / f"{sha}.pdf").write_bytes(data + b" ")
            assert b"no-document" in (await page(1))[1], "changed since"
    finally:
        await runner.cleanup()
