"""The signer over its socket, with a token in software: what a page of the hub can have, and what nobody can."""

import asyncio
import urllib.error
import urllib.request

import msgspec
import pytest
from kit import papers
from kit.forgery import forged, rewrite, sha
from kit.pki import pki
from kit.signers import HUB, ask, sign, told
from kit.tokens import PIN
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from recordings.certificates import readable, verified
from recordings.pades import finish
from recordings.papers_asks import FinishAsk
from server.signer.app import origin_of
from signaling.errors import Malformed


@pytest.fixture(scope="module")
def good():
    return papers.ticket("btg-lanhdao")


async def test_a_ticket_is_shown_confirmed_and_signed(running, good):
    ticket, pdf = good
    async with running.hub() as hub, running.desk() as desk:
        found = await ask(hub, do="certificates")
        assert sha(pki().cert("a")) in [one["id"] for one in found["found"]]
        assert (await sign(hub, ticket, pdf)) == {"is": "asked", "ref": "r"}
        shown = await told(desk)
        assert (shown["title"], shown["pages"], shown["slot"]) == ("Chương trình phối hợp", 1, "btg-lanhdao")
        assert shown["hash"].replace(" ", "").lower() == sha(papers.published())
        assert all(len(group) == 4 for group in shown["hash"].split())
        await desk.send(msgspec.json.encode({"do": "page", "page": 1}).decode())
        picture = await desk.recv()
        assert picture[:8] == b"\0\0\0\1\x89PNG"
        await desk.send(msgspec.json.encode({"do": "confirm", "ref": "r", "pin": PIN}).decode())
        signed = await told(hub)
        assert (await told(desk))["is"] == "waiting"
    value = msgspec.json.decode(msgspec.json.encode(signed["value"]), type=bytes)
    assert verified(readable(pki().cert("a")), value, ticket.attrs)
    landed = await asyncio.to_thread(finish, FinishAsk(ticket), pdf, value, None)
    assert landed[1] == "B-B"


async def test_what_the_hub_forged_never_reaches_the_signers_eyes(running):
    ticket, pdf = await asyncio.to_thread(forged, "btg-lanhdao", rewrite)
    async with running.hub() as hub, running.desk():
        assert await sign(hub, ticket, pdf) == {"is": "no", "code": "ticket-refused", "ref": "r", "detail": {"point": "e"}}
        assert (await sign(hub, ticket, pdf, papers.published(2)))["detail"] == {"point": "a"}
        assert (await sign(hub, ticket, b""))["detail"] == {"point": "a"}
        assert (await sign(hub, ticket, pdf, who="seal-a"))["code"] == "token-missing"
        assert (await sign(hub, ticket, pdf, who="b"))["detail"] == {"point": "d"}
        assert (await sign(hub, {"v": 1}, pdf))["code"] == "malformed"


async def test_a_wrong_pin_is_asked_again_once_and_then_no_more(running, good):
    async with running.hub() as hub, running.desk() as desk:
        await sign(hub, *good)
        await told(desk)
        again = await ask(desk, do="confirm", ref="r", pin="000000")
        assert (again["problem"], again["left"]) == ("pin-wrong", 1)
        await desk.send(msgspec.json.encode({"do": "confirm", "ref": "r", "pin": "000000"}).decode())
        assert (await told(hub))["code"] == "pin-wrong"
        assert (await told(desk))["is"] == "waiting"
        await sign(hub, *good)
        await told(desk)
        await desk.send(msgspec.json.encode({"do": "confirm", "ref": "r", "pin": PIN}).decode())
        assert (await told(hub))["code"] == "pin-stop"


async def test_one_may_decline_and_the_hub_may_give_up(running, good):
    async with running.hub() as hub, running.desk() as desk:
        await sign(hub, *good)
        await told(desk)
        await desk.send(msgspec.json.encode({"do": "decline", "ref": "r"}).decode())
        assert (await told(hub))["code"] == "declined"
        await told(desk)
        await sign(hub, *good, ref="s")
        assert (await told(desk))["ref"] == "s"
        await hub.send(msgspec.json.encode({"do": "cancel", "ref": "s"}).decode())
        assert (await told(hub))["code"] == "declined"
        assert (await told(desk))["is"] == "waiting"


async def test_one_thing_at_a_time(running, good):
    async with running.hub() as hub, running.hub() as other, running.desk() as desk:
        await sign(hub, *good)
        await told(desk)
        assert (await sign(other, *good, ref="t"))["code"] == "signer-busy"
        assert (await sign(hub, *good, ref="u"))["code"] == "signer-busy"


async def test_a_page_that_goes_away_takes_its_ticket_along(running, good):
    async with running.desk() as desk:
        async with running.hub() as hub:
            await sign(hub, *good)
            assert (await told(desk))["is"] == "showing"
        assert (await told(desk))["is"] == "waiting"


async def test_without_the_digits_nothing_is_told_and_the_key_spares_them(running):
    async with running.socket() as hub:
        for message in ({"do": "certificates"}, {"do": "cancel", "ref": "r"}, {"do": "resume", "key": "x"}, {"x": 1}):
            assert (await ask(hub, **message))["code"] == "not-paired"
        assert (await ask(hub, do="pair", code="000000"))["code"] == "code-wrong"
        key = (await ask(hub, do="pair", code="123456"))["key"]
    async with running.socket() as hub:
        assert (await ask(hub, do="resume", key=key))["is"] == "paired"
        assert (await ask(hub, do="nothing"))["code"] == "malformed"


@pytest.mark.parametrize(("path", "origin"), [
    ("/", "https://evil.test"), ("/", "https://hub.test"), ("/", "http://hub.test:8443"), ("/", None), ("/", "null"),
    ("/", "https://hub.test:8443.evil.test"), ("/desk", HUB), ("/desk", None), ("/other", HUB),
])  # fmt: skip
async def test_other_origins_are_turned_away(running, path, origin):
    with pytest.raises(InvalidStatus) as caught:
        async with running.socket(path, origin):
            pass
    assert caught.value.response.status_code == 403


async def test_a_foreign_name_for_this_address_is_turned_away(running):
    with pytest.raises(InvalidStatus):
        async with connect(f"ws://127.0.0.1:{running.port}/", origin=HUB, additional_headers={"Host": "evil.test"}, proxy=None):
            pass


async def test_the_own_page_needs_the_secret_of_its_address(running):
    async with running.socket("/desk", f"http://127.0.0.1:{running.port}") as desk:
        await desk.send(msgspec.json.encode({"do": "desk", "secret": "guess"}).decode())
        with pytest.raises(ConnectionClosed):
            await told(desk)


async def test_the_own_page_is_served_with_its_policy_and_nothing_else_is(running):
    def load(path):
        with urllib.request.urlopen(f"http://127.0.0.1:{running.port}{path}", timeout=5) as answer:
            return answer.headers, answer.read()

    for path in ("/", "/page.js", "/page.css"):
        headers, body = await asyncio.to_thread(load, path)
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert body
        assert b"http://" not in body.replace(b"http://127", b"")
    for path in ("/app.py", "/../app.py", "/page.html", "/desk"):
        with pytest.raises(urllib.error.HTTPError) as caught:
            await asyncio.to_thread(load, path)
        assert caught.value.code == 404


@pytest.mark.parametrize(("address", "origin"), [
    ("https://hub.test:8443/site#x", "https://hub.test:8443"), ("https://hub.test:443/", "https://hub.test"),
    ("http://localhost:8080", "http://localhost:8080"), ("https://[::1]:8443", "https://[::1]:8443"),
])  # fmt: skip
def test_the_origin_of_a_hub(address, origin):
    assert origin_of(address) == origin


@pytest.mark.parametrize("address", ["http://hub.test", "hub.test", "", "https://", "ftp://hub.test", "https://hub:99999"])
def test_what_is_no_hub_is_malformed(address):
    with pytest.raises(Malformed):
        origin_of(address)
