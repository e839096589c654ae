"""Accounts of people: made by an operator, entered once by link, with a password of their own, closed."""

import asyncio
import json
import sqlite3

import pytest
import websockets
from kit.web_app import running

from server.store import VERSION, Store


@pytest.fixture
async def there(tmp_path):
    async with running(tmp_path) as found:
        yield found


async def call(there, method, path, cookie="", body=None):
    more = {} if body is None else {"json": body}
    status, data, headers = await there.call(method, path, headers=there.headers(cookie), **more)
    return status, json.loads(data), headers


async def whose(there, cookie):
    async with there.socket(cookie) as socket:
        return (await there.hello(socket, "p"))["seat"]


async def entered(there, token):
    status, _, headers = await call(there, "POST", "/api/enter", body={"token": token})
    assert status == 200
    return headers["Set-Cookie"].partition(";")[0]


async def test_a_person_is_made_enters_once_and_sets_a_password(there):
    operator = await there.person()
    status, made, _ = await call(there, "POST", "/api/people", operator, {"name": "  Chị   Lan ", "role": "staff"})
    assert status == 201
    lan = await entered(there, made["token"])
    assert (await call(there, "POST", "/api/enter", body={"token": made["token"]}))[1]["code"] == "link-unknown"
    assert (await call(there, "GET", "/api/me", lan))[1]["person"]["role"] == "staff"
    word = {"password": "mua-xuan-den-som-2022"}
    assert (await call(there, "POST", "/api/me/password", lan, {"password": "123456"}))[1]["code"] == "weak-password"
    assert (await call(there, "POST", "/api/me/password", lan, word))[0] == 200
    assert (await call(there, "POST", "/api/login", body={"name": "Chị Lan", **word}))[0] == 200
    other = {"password": "mua-ha-rat-nong-2023", "before": "sai"}
    assert (await call(there, "POST", "/api/me/password", lan, other))[1]["code"] == "wrong-password"
    assert (await call(there, "POST", "/api/me/password", lan, other | {"before": word["password"]}))[0] == 200
    assert (await call(there, "POST", "/api/login", body={"name": "Chị Lan", **word}))[1]["code"] == "wrong-password"
    (one,) = [one for one in (await call(there, "GET", "/api/people", operator))[1]["people"] if one["name"] == "Chị Lan"]
    assert (one["role"], one["has_password"], one["closed"]) == ("staff", True, False)
    assert one["seen_at"] > 0


@pytest.mark.parametrize(
    ("name", "role", "code"),
    [("", "staff", "name-required"), ("x" * 81, "staff", "name-required"), ("A", "chair", "no-role"), ("A", "x", "no-role")],
)
async def test_what_is_no_person_is_refused(there, name, role, code):
    operator = await there.person()
    assert (await call(there, "POST", "/api/people", operator, {"name": name, "role": role}))[1]["code"] == code


async def test_a_name_is_taken_in_any_case_and_only_operators_may(there):
    operator = await there.person()
    assert (await call(there, "POST", "/api/people", operator, {"name": "An", "role": "staff"}))[0] == 201
    assert (await call(there, "POST", "/api/people", operator, {"name": "AN", "role": "staff"}))[1]["code"] == "name-taken"
    secretary = await there.person("secretary")
    for method, path in (("GET", "/api/people"), ("POST", "/api/people/1/link"), ("DELETE", "/api/people/1")):
        assert (await call(there, method, path, secretary))[0] == 403
    assert (await call(there, "POST", "/api/me/password", body={"password": "mua-xuan-den-som"}))[0] == 401


async def test_a_closed_account_is_out_at_once_and_may_be_let_in_again(there):
    operator = await there.person()
    _, made, _ = await call(there, "POST", "/api/people", operator, {"name": "An", "role": "secretary"})
    an = await entered(there, made["token"])
    async with there.socket(an) as socket:
        await there.hello(socket, "p")
        assert (await call(there, "DELETE", f"/api/people/{made['id']}", operator))[0] == 200
        with pytest.raises(websockets.ConnectionClosed) as closed:
            async with asyncio.timeout(3):
                while True:
                    await socket.recv()
        assert closed.value.rcvd.code == 4403
    assert (await call(there, "GET", "/api/me", an))[1]["person"] is None
    assert (await call(there, "POST", f"/api/people/{made['id']}/link", operator))[1]["code"] == "no-person"
    assert (await call(there, "DELETE", f"/api/people/{made['id']}", operator))[0] == 404
    assert (await call(there, "POST", f"/api/people/{made['id']}/reopen", operator))[0] == 200
    _, again, _ = await call(there, "POST", f"/api/people/{made['id']}/link", operator)
    await entered(there, again["token"])


async def test_a_new_link_ends_the_old_one(there):
    operator = await there.person()
    _, made, _ = await call(there, "POST", "/api/people", operator, {"name": "An", "role": "staff"})
    await call(there, "POST", f"/api/people/{made['id']}/link", operator)
    assert (await call(there, "POST", "/api/enter", body={"token": made["token"]}))[1]["code"] == "link-unknown"


async def test_nobody_locks_everybody_out(there):
    operator = await there.person()
    people = (await call(there, "GET", "/api/people", operator))[1]["people"]
    (own,) = [one for one in people if one["role"] == "operator"]
    assert (await call(there, "DELETE", f"/api/people/{own['id']}", operator))[1]["code"] == "yourself"


def test_a_database_from_before_is_brought_up_to_date(tmp_path):
    Store(str(tmp_path)).close()
    path = tmp_path / "diemcau.sqlite"
    with sqlite3.connect(path) as db:
        db.executescript("ALTER TABLE people DROP COLUMN closed_us; PRAGMA user_version = 2;")
    db.close()
    Store(str(tmp_path)).close()
    with sqlite3.connect(path) as db:
        assert db.execute("PRAGMA user_version").fetchone()[0] == VERSION
        assert "closed_us" in [row[1] for row in db.execute("PRAGMA table_info(people)")]
    db.close()


async def test_control_is_handed_to_somebody_who_is_there(there):
    lan = await there.person()
    assert (await call(there, "GET", f"/api/sessions/{there.room.session.name}/operators", lan))[1] == {"operators": []}
    made = (await call(there, "POST", "/api/people", lan, {"name": "Hoa", "role": "co-operator"}))[1]
    hoa = await entered(there, made["token"])
    async with there.socket(lan) as mine, there.socket(hoa) as other:
        await there.hello(mine, "p")
        seat = (await there.hello(other, "p"))["seat"]
        (one,) = (await call(there, "GET", f"/api/sessions/{there.room.session.name}/operators", lan))[1]["operators"]
        assert one == {"name": "Hoa", "role": "co-operator", "seat": seat}
        assert (await there.operate(lan, {"do": "scene.hold"}))["t"] == "done"
        assert (await there.operate(lan, {"do": "control.give", "seat": seat}))["t"] == "done"
        assert there.room.session.state.control.how == "given"
        assert there.room.session.state.controls(seat)
    gone = await there.operate(hoa, {"do": "control.give", "seat": (await whose(there, lan))})
    assert gone["code"] == "seat-absent"
    assert (await call(there, "GET", f"/api/sessions/{there.room.session.name}/operators"))[0] == 401
