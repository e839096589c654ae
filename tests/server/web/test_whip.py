"""WHIP and WHEP: one bearer, one resource; whatever an offer holds, the answer is an answer or a named refusal."""

import asyncio
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kit.light_peers import offer
from kit.web_app import running

from server.media.dtls import Identity
from signaling.commands import Actor
from signaling.names import Seat, SiteId, SourceId

SITE = Actor(Seat("s-vu-thu"), "site", SiteId("vu-thu"))
IDENTITY = Identity()


@pytest.fixture
async def there(tmp_path):
    async with running(tmp_path, strangers_burst=100_000, requests_burst=100_000) as found:
        yield found


def token(there, use="camera"):
    source = None if use == "whep" else SourceId(f"vu-thu/{use}")
    return there.app.gate.bearers.mint(there.room, SITE, use, source).token


async def post(there, path, bearer, body, kind="application/sdp", **more):
    headers = {"Authorization": f"Bearer {bearer}", "Content-Type": kind, **more}
    status, data, found = await there.call("POST", there.api + path, headers=headers, data=body)
    return status, data.decode(), found


async def test_one_bearer_makes_one_kind_of_resource(there):
    good = offer(IDENTITY, 1, "sendonly")
    for path, bearer in (("/whip/camera", "wrong"), ("/whip/table", token(there)), ("/whep", token(there)), ("/whip/camera", token(there, "whep"))):
        status, body, _ = await post(there, path, bearer, good)
        assert (status, json.loads(body)["code"]) == (401, "bearer"), path
    status, body, headers = await post(there, "/whip/camera", bearer := token(there), good, Cookie="__Host-diemcau-p=none")
    assert status == 201
    assert body.startswith("v=0\r\n")
    assert headers["ETag"].startswith('"')
    where = headers["Location"]
    auth = {"Authorization": f"Bearer {bearer}"}
    other = {"Authorization": f"Bearer {token(there)}"}
    fragment = {"Content-Type": "application/trickle-ice-sdpfrag"}
    restart = "a=ice-ufrag:efgh\r\na=ice-pwd:abcdefghijklmnopqrstuvwx\r\n"
    assert (await there.call("PATCH", where, headers=other | fragment | {"If-Match": "*"}, data=restart))[0] == 404
    assert (await there.call("PATCH", where, headers=auth | fragment, data=restart))[0] == 428
    assert (await there.call("PATCH", where, headers=auth | {"Content-Type": "text/plain"}, data=restart))[0] == 415
    assert (await there.call("PATCH", where, headers=auth | fragment, data="a=candidate:1 1 udp 1 10.0.0.1 9 typ host"))[0] == 204
    status, _, moved = await there.call("PATCH", where, headers=auth | fragment | {"If-Match": "*"}, data=restart)
    assert status == 200
    assert moved["ETag"] != headers["ETag"]
    assert (await there.call("DELETE", where, headers=other))[0] == 404
    assert (await there.call("DELETE", where, headers=auth))[0] == 200
    assert (await there.call("DELETE", where, headers=auth))[0] == 401, "the bearer died with its resource"
    assert not there.room.media.publishers


async def test_kinds_sizes_and_text_that_are_wrong(there):
    assert (await post(there, "/whip/camera", token(there), "v=0", "text/plain"))[0] == 415
    status, body, _ = await post(there, "/whip/camera", token(there), b"\xff\xfe")
    assert (status, json.loads(body)["code"]) == (400, "malformed")
    assert (await post(there, "/whip/camera", token(there), "v=0\r\n" + "a=x\r\n" * 40_000))[0] == 413
    assert (await post(there, "/whep", token(there, "whep"), ""))[0] == 400


async def test_any_offer_gets_an_answer_or_a_named_refusal(there):
    good = offer(IDENTITY, 3, "sendonly").split("\r\n")
    statuses = set()

    @settings(max_examples=60, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.tuples(st.integers(0, len(good) - 1), st.sampled_from(["drop", "twice", "cut", "junk"]), st.text(max_size=20)), max_size=4))
    def offers(changes):
        lines = list(good)
        for at, how, junk in changes:
            at %= len(lines)
            if how == "drop":
                lines[at] = ""
            elif how == "twice":
                lines.insert(at, lines[at])
            elif how == "cut":
                lines[at] = lines[at][: len(lines[at]) // 2]
            else:
                lines[at] += junk
        made.append("\r\n".join(lines))

    made = []
    offers()
    for text in made:
        status, body, _ = await post(there, "/whip/camera", token(there), text.encode("utf-8", "surrogatepass"))
        statuses.add(status)
        assert status in (201, 400, 406, 409), body
        if status != 201:
            assert json.loads(body)["code"]
    assert 201 in statuses
    await asyncio.sleep(0.2)
    assert len(there.room.media.publishers) <= 3, "old generations make room"
