"""The socket: who may open it, and that what goes wrong on one costs no other."""

import asyncio
import json

import pytest
import websockets
from kit.web_app import running


@pytest.fixture
async def there(tmp_path):
    async with running(tmp_path) as found:
        yield found


async def closed_with(socket, seconds=8):
    """The close code of a socket that the hub ends; messages before it are read."""
    try:
        async with asyncio.timeout(seconds):
            while True:
                await socket.recv()
    except websockets.ConnectionClosed as end:
        return end.rcvd.code if end.rcvd else 1006


async def greeted(there, socket, hello):
    challenge = json.loads(await socket.recv())
    await socket.send(json.dumps({"t": "hello", "build": challenge["build"]} | hello(challenge)))
    return await closed_with(socket)


async def test_a_foreign_page_gets_no_socket(there):
    cookie = await there.person()
    for origin in ("https://evil.example", "null"):
        with pytest.raises(websockets.InvalidStatus) as refused:
            async with there.socket(cookie, origin):
                pass
        assert refused.value.response.status_code == 403


async def test_no_cookie_a_foreign_seat_or_somebody_elses_signature_is_4401(there):
    cookie, device = await there.site("vu-thu")
    _, other = await there.site("tien-hai")
    wrong = {
        "no cookie": ("", lambda c: {"seat": "p"}),
        "person's seat without one": (cookie, lambda c: {"seat": "p"}),
        "another seat": (cookie, lambda c: {"seat": "s-tien-hai", "key": other.public, "sig": other.sign(c["nonce"])}),
        "no signature": (cookie, lambda c: {"seat": "s-vu-thu"}),
        "another's key": (cookie, lambda c: {"seat": "s-vu-thu", "key": other.public, "sig": other.sign(c["nonce"])}),
        "another's signature": (cookie, lambda c: {"seat": "s-vu-thu", "key": device.public, "sig": other.sign(c["nonce"])}),
        "another nonce": (cookie, lambda c: {"seat": "s-vu-thu", "key": device.public, "sig": device.sign("old")}),
        "junk": (cookie, lambda c: {"seat": "s-vu-thu", "key": device.public, "sig": "AAAA"}),
    }
    for name, (shown, hello) in wrong.items():
        async with there.socket(shown) as socket:
            assert await greeted(there, socket, hello) == 4401, name
    async with there.socket(cookie) as socket:
        assert (await there.hello(socket, "s-vu-thu", device))["t"] == "welcome"


@pytest.mark.parametrize("frame", ["", "{", "[]", '{"t":"hello"}', '{"t":"nothing"}', '{"t":' * 8_000, b"\x00\x01"])
async def test_a_first_message_that_is_no_hello_is_4409(there, frame):
    async with there.socket(await there.person()) as socket:
        await socket.recv()
        await socket.send(frame)
        assert await closed_with(socket) == 4409


BAD = {
    "not JSON": "{",
    "unknown tag": '{"t":"nothing"}',
    "unknown field": '{"t":"ping","sent":1,"more":1}',
    "unknown command": '{"t":"do","ref":"a","command":{"do":"everything"}}',
    "a command of the system": '{"t":"do","ref":"a","command":{"do":"presence.report","source":"hub/camera","state":"back"}}',
    "too deep": '{"t":"ping","sent":' + "[" * 20_000 + "]" * 20_000 + "}",
    "hello again": None,
}


@pytest.mark.parametrize("name", BAD)
async def test_a_bad_message_closes_that_socket_and_no_other(there, name):
    cookie = await there.person()
    async with there.socket(cookie) as good, there.socket(cookie) as bad:
        await there.hello(good, "p")
        welcome = await there.hello(bad, "p")
        text = BAD[name] or json.dumps({"t": "hello", "seat": welcome["seat"], "build": "x"})
        await bad.send(text)
        assert await closed_with(bad) == 4409
        await good.send('{"t":"ping","sent":7}')
        while (answer := json.loads(await good.recv()))["t"] != "pong":
            pass
        assert answer["sent"] == 7


async def test_a_flood_and_a_frame_too_large_end_the_socket(there):
    cookie = await there.person()
    async with there.socket(cookie) as socket:
        await there.hello(socket, "p")
        for n in range(200):
            await socket.send(json.dumps({"t": "ping", "sent": n}))
        assert await closed_with(socket) == 4429
    async with there.socket(cookie) as socket:
        await there.hello(socket, "p")
        await socket.send('{"t":"ping","sent":' + " " * 70_000 + "1}")
        assert await closed_with(socket) == 1009
    async with there.socket(cookie) as socket:
        await there.hello(socket, "p")
        await socket.send(b'{"t":"ping","sent":1}')
        assert await closed_with(socket) == 1003


async def test_three_sockets_a_seat(there):
    cookie = await there.person()
    async with there.socket(cookie) as a, there.socket(cookie) as b, there.socket(cookie) as c, there.socket(cookie) as d:
        for socket in (a, b, c):
            assert (await there.hello(socket, "p"))["t"] == "welcome"
        assert (await there.hello(d, "p"))["code"] == "too-many"


async def test_a_command_is_carried_out_once_however_often_it_is_sent(there):
    cookie = await there.person()
    async with there.socket(cookie) as socket, there.socket(cookie) as other:
        view = (await there.hello(socket, "p"))["view"]
        await there.hello(other, "p")
        rev = view["agenda"]["rev"]
        item = view["agenda"]["items"][3]["id"]
        message = json.dumps({"t": "do", "ref": "once", "command": {"do": "item.next", "item": item, "after": rev}})
        told = []
        for one in (socket, other, socket):
            await one.send(message)
            while (answer := json.loads(await one.recv()))["t"] not in ("done", "refused"):
                pass
            told.append(answer)
        assert told == [{"t": "done", "ref": "once"}] * 3
        assert there.room.session.state.next == item
        assert there.room.session.state.agenda_rev == rev + 1


async def test_a_page_that_does_not_read_holds_up_nobody(there):
    cookie = await there.person()
    async with there.socket(cookie) as reader, there.socket(cookie) as sleeper:
        view = (await there.hello(reader, "p"))["view"]
        await there.hello(sleeper, "p")
        sleeper.transport.pause_reading()
        items = [item["id"] for item in view["agenda"]["items"]]
        for n in range(60):
            state = there.room.session.state
            command = {"do": "item.next", "item": items[n % 9], "after": state.agenda_rev}
            await reader.send(json.dumps({"t": "do", "ref": f"r{n}", "command": command}))
            async with asyncio.timeout(5):
                while (answer := json.loads(await reader.recv()))["t"] not in ("done", "refused"):
                    pass
            assert answer["t"] == "done", answer
            await asyncio.sleep(0.04)


async def test_a_revoked_seat_loses_socket_media_and_bearers_within_a_second(there):
    cookie, device = await there.site("vu-thu")
    operator = await there.person()
    async with there.socket(cookie) as socket:
        await there.hello(socket, "s-vu-thu", device)
        await socket.send('{"t":"media.ask","use":"camera"}')
        while (token := json.loads(await socket.recv()))["t"] != "media.token":
            pass
        status, _, _ = await there.call("DELETE", f"{there.api}/links/vu-thu", headers=there.headers(operator))
        assert status == 200
        assert await closed_with(socket, 1) == 4403
    headers = {"Authorization": f"Bearer {token['token']}", "Content-Type": "application/sdp"}
    status, body, _ = await there.call("POST", token["url"], headers=headers, data="v=0")
    assert (status, json.loads(body)["code"]) == (401, "bearer")
    async with there.socket(cookie) as socket:
        assert await greeted(there, socket, lambda c: {"seat": "s-vu-thu", "key": device.public, "sig": device.sign(c["nonce"])}) == 4401
