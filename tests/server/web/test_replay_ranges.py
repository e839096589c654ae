"""Clips as ranges: what a browser asks for, what it may not, and names that are none."""

import json
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kit.recording_material import Studio, on_time, programme
from kit.web_app import running


@pytest.fixture
async def there(tmp_path):
    async with running(tmp_path, requests_burst=100_000) as found:
        folder = tmp_path / "studio"
        studio = Studio(folder)
        take = studio.take("vu-thu/camera")
        studio.play(take, on_time(programme(3)))
        studio.close(take)
        (folder / "tracks").rename(f"{found.room.folder}/tracks-made")
        for path in (folder.parent / "data" / "sessions" / found.room.session.name / "tracks-made").iterdir():
            path.rename(f"{found.room.folder}/tracks/{path.name}")
        yield found


CLIP = "/replay/media/vu-thu~camera~1.webm"


async def get(there, path=CLIP, method="GET", **headers):
    cookie = getattr(there, "cookie", None) or await there.person("secretary")
    there.cookie = cookie
    return await there.call(method, there.api + path, headers=there.headers(cookie, **headers))


async def test_whole_part_tail_and_beyond(there):
    status, whole, headers = await get(there)
    assert status == 200
    assert headers["Accept-Ranges"] == "bytes"
    size = len(whole)
    for asked, begin, end in (("bytes=0-99", 0, 100), (f"bytes={size - 5}-", size - 5, size), ("bytes=-7", size - 7, size), (f"bytes=10-{size * 9}", 10, size)):
        status, data, headers = await get(there, Range=asked)
        assert status == 206, asked
        assert data == whole[begin:end]
        assert headers["Content-Range"] == f"bytes {begin}-{end - 1}/{size}"
    for asked in (f"bytes={size}-", f"bytes={size + 5}-{size + 9}", "bytes=-0"):
        status, data, headers = await get(there, Range=asked)
        assert (status, data) == (416, b""), asked
        assert headers["Content-Range"] == f"bytes */{size}"
    for asked in ("bytes=0-1,5-9", "lines=1-2", "bytes=x", "bytes=-"):
        status, data, _ = await get(there, Range=asked)
        assert (status, data) == (200, whole), asked


async def test_tags_and_heads(there):
    _, whole, headers = await get(there)
    tag = headers["ETag"]
    assert (await get(there, **{"If-None-Match": tag}))[0] == 304
    assert (await get(there, Range="bytes=0-9", **{"If-Range": tag}))[0] == 206
    status, data, _ = await get(there, Range="bytes=0-9", **{"If-Range": '"other"'})
    assert (status, data) == (200, whole)
    status, data, headers = await get(there, method="HEAD")
    assert (status, data, headers["Content-Length"]) == (200, b"", str(len(whole)))
    status, part, headers = await get(there, CLIP + "?upto=1000")
    assert status == 200
    assert len(part) < len(whole)
    assert "immutable" in headers["Cache-Control"]
    for wrong in ("x", "-1", "9" * 20, "1.5"):
        status, body, _ = await get(there, f"{CLIP}?upto={wrong}")
        assert (status, json.loads(body)["code"]) == (400, "malformed")


async def test_who_may_not_watch(there):
    assert (await there.call("GET", there.api + CLIP))[0] == 401
    cookie, _ = await there.site()
    assert (await there.call("GET", there.api + CLIP, headers=there.headers(cookie)))[0] == 401


async def test_names_that_are_none(there):
    names = ["..%2F..%2Flog.sqlite", "log.sqlite", "..", "%00.webm", "vu-thu~camera~2.webm", "vu-thu~camera~1.idx", "a" * 300, "vu-thu~camera~1.webm.idx"]
    made = []

    @settings(max_examples=100, suppress_health_check=list(HealthCheck))
    @given(st.text(st.characters(codec="utf-8", exclude_characters="#?"), min_size=1, max_size=30))
    def more(name):
        made.append(name)

    more()
    assert (await get(there))[0] == 200
    for name in names + made:
        path = "/replay/media/" + (name if name in names else quote(name, safe=""))
        status, _, _ = await get(there, path)
        assert status in (404, 401, 400), name
        assert status != 200
