"""A trial before the ceremony: ten seconds of what each place sends, recorded, judged and played back."""

import asyncio
import json

import pytest
from kit.media_peers import publish
from kit.web_app import running

from recordings.manifest import manifest
from signaling.state import gates


@pytest.fixture
async def there(tmp_path):
    async with running(tmp_path) as found:
        yield found


async def ask(there, cookie, method="POST"):
    status, data, _ = await there.call(method, f"{there.api}/trial", headers=there.headers(cookie))
    return status, json.loads(data)


@pytest.mark.slow
@pytest.mark.alone
async def test_ten_seconds_are_recorded_judged_and_played_back(there, tmp_path):
    operator, room = await there.person(), there.room
    one, _ = await publish(room.media, "vu-thu/camera", tmp_path)
    two, _ = await publish(room.media, "tien-hai/camera", tmp_path, voice=False)
    first = asyncio.create_task(ask(there, operator))
    await asyncio.sleep(1)
    assert set(gates(room.session.state).values()) == {"pre"}, "heard by operators only"
    assert (await ask(there, operator))[1]["code"] == "busy"
    status, found = await first
    assert status == 200, found
    assert [(each["source"], each["picture"], each["sound"]) for each in found["sources"]] == [
        ("tien-hai/camera", "good", "none"), ("vu-thu/camera", "good", "good"),
    ]  # fmt: skip
    assert set(gates(room.session.state).values()) == {"closed"}
    assert (await ask(there, operator, "GET"))[1] == found
    where = f"{there.api}/trial/{found['sources'][1]['clip']}"
    status, data, headers = await there.call("GET", where, headers=there.headers(operator))
    assert (status, headers["Content-Type"]) == (200, "video/webm")
    assert data[:4] == b"\x1aE\xdf\xa3"
    assert (await there.call("GET", f"{there.api}/trial/x~y~1.webm", headers=there.headers(operator)))[0] == 404
    assert manifest(room.folder)["clips"] == [], "no part of the record"
    assert not room.recorder.health().tracks
    for peer in (one, two):
        await peer.close()


async def test_only_operators_and_only_before_the_opening(there):
    secretary = await there.person("secretary")
    assert (await ask(there, secretary))[0] == 403
    site, _ = await there.site("vu-thu")
    assert (await ask(there, site))[0] in (401, 403)
    assert (await ask(there, secretary, "GET"))[1] == {"sources": []}


async def test_after_the_opening_it_is_refused(there, tmp_path):
    operator = await there.person()
    peer, _ = await publish(there.room.media, "hub/camera", tmp_path)
    async with asyncio.timeout(8):
        while there.room.session.state.presence.get("hub") != "present":
            await asyncio.sleep(0.05)
    answer = await there.operate(operator, {"do": "session.open", "reason": "thử"})
    assert answer["t"] == "done", answer
    assert (await ask(there, operator))[1]["code"] == "trial-too-late"
    await peer.close()
