"""Who pays for asking often: a province behind one address is many, a guesser is one."""

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from server.config import Limits
from server.web.edge import BEARER, Edge
from signaling.errors import Refused


async def whip(request):
    if not request.headers["Authorization"].startswith("Bearer good"):
        raise Refused("bearer")
    return web.Response(status=201)


async def me(request):
    if "bad" in request.headers.get("Cookie", ""):
        raise Refused("not-signed-in")
    return web.json_response({})


@pytest.fixture
async def client():
    edge = Edge(Limits(strangers_burst=5, strangers_per_s=0.001, requests_burst=8, requests_per_s=0.001))
    app = web.Application(middlewares=[edge.middleware()])
    app.router.add_post("/api/whip", whip, name=f"{BEARER}-whip")
    app.router.add_get("/api/me", me)
    async with TestClient(TestServer(app)) as found:
        yield found


async def post(client, bearer):
    async with client.post("/api/whip", headers={"Authorization": f"Bearer {bearer}"}) as answer:
        return answer.status


async def get(client, cookie=""):
    headers = {"Cookie": f"__Host-diemcau-p={cookie}"} if cookie else {}
    async with client.get("/api/me", headers=headers) as answer:
        return answer.status


async def test_sixty_halls_behind_one_address_join_at_once(client):
    assert {await post(client, f"good-{n}") for n in range(60)} == {201}


async def test_a_guesser_uses_up_its_address_but_not_those_who_have_proved_themselves(client):
    assert await get(client, "mine") == 200
    assert [await post(client, f"guess-{n}") for n in range(7)] == [401] * 5 + [429] * 2
    assert await get(client) == 429
    assert await get(client, "bad-guess") == 429
    assert await get(client, "mine") == 200
    assert await post(client, "good-one") == 429, "unproved, from a spent address"


async def test_one_session_has_a_rate_of_its_own(client):
    assert [await get(client, "busy") for _ in range(11)] == [200] * 9 + [429] * 2
    assert await get(client, "calm") == 200


async def test_strangers_that_show_nothing_share_their_address(client):
    assert [await get(client) for _ in range(6)] == [200] * 5 + [429]


async def test_made_up_cookies_are_no_way_around(client):
    assert [await get(client, f"bad-{n}") for n in range(7)] == [401] * 5 + [429] * 2
