import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.identity import Identity
from server.seats import Seats, signed_by
from server.simulation.sites import Device
from server.store import Store
from signaling.errors import Malformed, Refused


@pytest.fixture
def store(tmp_path):
    store = Store(str(tmp_path))
    yield store
    store.close()


@pytest.fixture
def device(tmp_path):
    return Device(str(tmp_path / "keys" / "one.pem"))


async def code(awaitable):
    with pytest.raises(Refused) as error:
        await awaitable
    return error.value.code


async def test_the_first_device_is_bound_and_comes_back_others_do_not(store, device, tmp_path):
    seats = Seats(store)
    token = await seats.issue("le-1", "vu-thu", 1)
    entry = await seats.join(token, device.public, 2)
    assert (entry.session, entry.site) == ("le-1", "vu-thu")
    assert await seats.join(token, device.public, 3) == entry
    other = Device(str(tmp_path / "keys" / "two.pem"))
    assert await code(seats.join(token, other.public, 4)) == "link-bound"
    assert await code(seats.join(token, None, 4)) == "link-bound"
    assert Device(str(tmp_path / "keys" / "one.pem")).public == device.public


async def test_wrong_used_and_revoked_links(store, device):
    seats = Seats(store)
    assert await code(seats.join("x" * 43, device.public, 1)) == "link-unknown"
    old = await seats.issue("le-1", "vu-thu", 1)
    new = await seats.issue("le-1", "vu-thu", 2)
    assert await code(seats.join(old, device.public, 3)) == "link-revoked"
    await seats.join(new, device.public, 3)
    assert [(one.site, one.state) for one in await seats.links("le-1")] == [("vu-thu", "bound")]
    await seats.revoke("le-1", "vu-thu", 4)
    assert await code(seats.join(new, device.public, 5)) == "link-revoked"
    assert [one.state for one in await seats.links("le-1")] == ["revoked"]
    assert await code(seats.revoke("le-1", "vu-thu", 6)) == "no-seat"


async def test_a_revoked_link_kills_its_cookie(store, device):
    seats, identity = Seats(store), Identity(store)
    token = await seats.issue("le-1", "vu-thu", 1)
    entry = await seats.join(token, device.public, 2)
    cookie = await identity.open_cookie(2, link=entry.link, seat="s-vu-thu")
    session, actor, key = await identity.site_of(cookie, 3)
    assert (session, actor.site, key) == ("le-1", "vu-thu", device.public)
    await seats.issue("le-1", "vu-thu", 4)
    assert await identity.site_of(cookie, 5) is None


async def test_a_key_that_is_none_is_malformed(store):
    seats = Seats(store)
    token = await seats.issue("le-1", "hub", 1)
    for key in ("", "AAAA", "not base64!", "ư"):
        with pytest.raises(Malformed):
            await seats.join(token, key, 2)


def test_signatures(device):
    good = device.sign("nonce")
    assert signed_by(device.public, "nonce", good)
    assert not signed_by(device.public, "other", good)
    assert not signed_by("AAAA", "nonce", good)


@given(st.text(max_size=120))
def test_any_text_is_a_signature_or_not(text):
    assert not signed_by(text, "nonce", text)
