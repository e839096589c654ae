import asyncio
import time

import pytest

from server.identity import ABSOLUTE_US, ENTER_US, Identity, check_password
from server.store import Store
from signaling.errors import Malformed, Refused

GOOD = "một mật khẩu dài và lạ"


@pytest.fixture
def identity(tmp_path):
    store = Store(str(tmp_path))
    yield Identity(store)
    store.close()


async def refused(code, awaitable):
    with pytest.raises(Refused) as error:
        await awaitable
    assert error.value.code == code


async def test_fifty_claims_at_once_make_one_admin(identity):
    token = await identity.person_token(None, 0)
    results = await asyncio.gather(
        *(identity.claim(token, f"người {n}", GOOD, 1) for n in range(50)), return_exceptions=True
    )
    won = [r for r in results if not isinstance(r, Exception)]
    assert len(won) == 1
    assert {r.code for r in results if isinstance(r, Refused)} == {"setup-done"}
    await refused("setup-done", identity.claim(token, "muộn", GOOD, 2))


async def test_a_first_run_token_is_the_latest_and_unknown_ones_are_refused(identity):
    old = await identity.person_token(None, 0)
    new = await identity.person_token(None, 0)
    await refused("link-unknown", identity.claim(old, "a", GOOD, 1))
    await refused("link-unknown", identity.claim("x" * 43, "a", GOOD, 1))
    await refused("link-unknown", identity.claim(new, "a", GOOD, ENTER_US + 1))
    assert (await identity.claim(new, "a", GOOD, 2)).role == "operator"


async def test_a_sign_in_link_works_once(identity):
    person = await identity.ensure("operator", "operator", 0)
    assert await identity.ensure("operator", "operator", 5) == person
    token = await identity.person_token(person.id, 0)
    assert await identity.enter(token, 1) == person
    await refused("link-unknown", identity.enter(token, 2))
    late = await identity.person_token(person.id, 0)
    await refused("link-unknown", identity.enter(late, ENTER_US + 1))
    assert not await identity.has_people(), "a person without a password does not end the first run"


async def test_passwords(identity):
    await identity.claim(await identity.person_token(None, 0), "Điều phối", GOOD, 1)
    assert (await identity.login(" Điều phối ", GOOD)).name == "Điều phối"
    await refused("wrong-password", identity.login("Điều phối", GOOD + "x"))
    await refused("wrong-password", identity.login("ai đó", GOOD))
    await refused("wrong-password", identity.login("Điều phối", "x" * 2000))


async def test_an_unknown_name_takes_as_long_as_a_wrong_password(identity):
    await identity.claim(await identity.person_token(None, 0), "a", GOOD, 1)

    async def seconds(name):
        taken = []
        for _ in range(5):
            begin = time.perf_counter()
            await refused("wrong-password", identity.login(name, "wrong password!"))
            taken.append(time.perf_counter() - begin)
        return sorted(taken)[2]

    assert 0.2 < await seconds("a") / await seconds("nobody") < 5


@pytest.mark.parametrize("weak", ["short", "a" * 12, "matkhau123456", "Password1234", "x" * 129])
def test_weak_passwords(weak):
    with pytest.raises(Refused) as error:
        check_password(weak)
    assert error.value.code == "weak-password"


async def test_cookies_expire_and_each_browser_has_its_own_seat(identity):
    person = await identity.ensure("operator", "operator", 0)
    one = await identity.open_cookie(0, person=person)
    two = await identity.open_cookie(0, person=person)
    seats = [(await identity.person_of(cookie, 1))[1].seat for cookie in (one, two)]
    assert len(set(seats)) == 2
    assert await identity.person_of(one, ABSOLUTE_US + 1) is None
    assert await identity.person_of("nonsense", 1) is None
    assert await identity.site_of(one, 1) is None
    await identity.close_cookie(one)
    assert await identity.person_of(one, 1) is None


def test_a_database_of_another_version_is_refused(tmp_path):
    store = Store(str(tmp_path))
    store.run_now(lambda db: db.execute("PRAGMA user_version = 99"))
    store.close()
    with pytest.raises(Malformed, match="version 99"):
        Store(str(tmp_path))


def test_a_database_that_is_none_is_refused(tmp_path):
    (tmp_path / "diemcau.sqlite").write_bytes(b"not a database at all" * 100)
    with pytest.raises(Malformed):
        Store(str(tmp_path))
