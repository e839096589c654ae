"""Keys of encoders: one source each, shown once, dead when revoked and when the ceremony is over."""

import json

import pytest
from kit.light_peers import offer
from kit.web_app import running

from server.machines import Machines
from server.media.dtls import Identity
from server.store import Store
from signaling.errors import Refused
from signaling.names import Micros, SourceId

IDENTITY = Identity()


@pytest.fixture
async def there(tmp_path):
    async with running(tmp_path, strangers_burst=100_000) as found:
        yield found


async def ask(there, method, path, cookie="", body=None):
    more = {} if body is None else {"json": body}
    status, data, _ = await there.call(method, there.api + path, headers=there.headers(cookie), **more)
    return status, json.loads(data)


async def post(there, url, key):
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/sdp"}
    path = url[url.index("/api/") :]
    status, data, found = await there.call("POST", path, headers=headers, data=offer(IDENTITY, 1, "sendonly"))
    return status, data.decode(), found


async def test_a_key_publishes_its_source_and_no_other_again_and_again(there):
    operator = await there.person()
    status, made = await ask(there, "POST", "/machines", operator, {"source": "hub/table"})
    assert status == 201
    assert made["url"].endswith("/whip/table")
    for _ in range(3):  # an encoder that lost its link posts anew
        status, answer, headers = await post(there, made["url"], made["key"])
        assert status == 201, answer
    assert {one.source for one in there.room.media.publishers.values()} == {"hub/table"}
    assert (await post(there, made["url"].replace("table", "camera"), made["key"]))[0] == 401
    assert (await post(there, made["url"], made["key"][:-1] + "x"))[0] == 401
    auth = {"Authorization": f"Bearer {made['key']}"}
    assert (await there.call("DELETE", headers["Location"], headers=auth))[0] == 200
    listed = (await ask(there, "GET", "/machines", operator))[1]
    assert [one["source"] for one in listed["machines"]] == ["hub/table"]
    assert made["key"] not in json.dumps(listed)
    assert "vu-thu/camera" in listed["sources"]


async def test_a_new_key_and_revoking_kill_the_one_before_and_its_stream(there):
    operator = await there.person()
    old = (await ask(there, "POST", "/machines", operator, {"source": "hub/camera"}))[1]
    assert (await post(there, old["url"], old["key"]))[0] == 201
    new = (await ask(there, "POST", "/machines", operator, {"source": "hub/camera"}))[1]
    assert all(one.peer.closed for one in there.room.media.publishers.values())
    assert (await post(there, old["url"], old["key"]))[0] == 401
    assert (await post(there, new["url"], new["key"]))[0] == 201
    assert (await ask(there, "DELETE", "/machines/hub/camera", operator))[0] == 200
    assert (await post(there, new["url"], new["key"]))[0] == 401
    assert (await ask(there, "DELETE", "/machines/hub/camera", operator))[1]["code"] == "no-seat"


async def test_who_may_make_keys_and_of_what(there):
    operator, (site, _) = await there.person(), await there.site()
    assert (await ask(there, "POST", "/machines", site, {"source": "vu-thu/camera"}))[0] in (401, 403)
    assert (await ask(there, "GET", "/machines"))[0] == 401
    for source in ("vu-thu/table", "nobody/camera", "hub/screen", ""):
        assert (await ask(there, "POST", "/machines", operator, {"source": source}))[1]["code"] == "no-site"
    assert (await ask(there, "POST", "/machines", operator, {"source": "hub/table", "more": 1}))[0] == 400


async def test_a_key_follows_into_the_rehearsal_and_dies_with_the_ceremony(there):
    operator = await there.person()
    made = (await ask(there, "POST", "/machines", operator, {"source": "hub/camera"}))[1]
    assert (await post(there, made["url"], made["key"]))[0] == 201
    rehearsal = there.app.gate.rooms[(await ask(there, "POST", "/rehearsal", operator, {}))[1]["session"]]
    assert all(one.peer.closed for one in there.room.media.publishers.values()), "cut off, it posts again"
    status, _, headers = await post(there, made["url"], made["key"])
    assert status == 201
    assert f"/{rehearsal.session.name}/" in headers["Location"]
    assert rehearsal.media.publishers
    assert (await there.operate(operator, {"do": "session.cancel", "reason": "thôi"}))["t"] == "done"
    assert (await post(there, made["url"], made["key"]))[0] == 401


async def test_keys_survive_a_restart_as_hashes(tmp_path):
    store = Store(str(tmp_path))
    key = await Machines(store).issue("s", SourceId("hub/table"), Micros(5))
    store.close()
    assert key.encode() not in (tmp_path / "diemcau.sqlite").read_bytes()
    store = Store(str(tmp_path))
    again = Machines(store)
    assert again.find(key).source == "hub/table"
    assert again.find("x") is None
    await again.revoke("s", SourceId("hub/table"))
    with pytest.raises(Refused):
        await again.revoke("s", SourceId("hub/table"))
    store.close()
