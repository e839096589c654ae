"""The edge: who may ask, from where, how much; what is wrong gets a code, never a traceback."""

import asyncio
import json
import re

import pytest
from kit.web_app import running

from server.web.edge import BEARER, CSP
from server.web.routes import routes

UNSAFE = [route for route in routes() if route.method in ("POST", "PUT", "PATCH", "DELETE")]


@pytest.fixture
async def there(tmp_path):
    async with running(tmp_path, strangers_burst=1000, requests_burst=1000) as found:
        yield found


def path_of(route, session):
    """A path that fits the route's pattern."""
    values = {"session": session, "site": "vu-thu", "source": "camera", "resource": "0" * 32, "id": "0" * 64, "number": "1", "export": "0" * 16, "lang": "vi", "document": "x",
              "ticket": "0" * 16, "page": "1"}
    return re.sub(r"\{(\w+)(?::(?:[^{}]|\{[^{}]*\})*)?\}", lambda found: values.get(found[1], "x"), route.path)


async def test_no_unsafe_verb_obeys_another_page(there):
    cookie = await there.person()
    tried = 0
    for route in UNSAFE:
        if str(route.kwargs.get("name", "")).startswith(BEARER):
            continue
        path = path_of(route, there.room.session.name)
        good = there.headers(cookie)
        for change in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {"Origin": None}, {"X-Diemcau": None},
                       {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}):  # fmt: skip
            headers = {k: v for k, v in (good | change).items() if v is not None}
            status, body, _ = await there.call(route.method, path, headers=headers, json={})
            assert (status, json.loads(body)["code"]) == (403, "origin"), (route.method, path, change)
            tried += 1
    assert tried >= 40


async def test_every_unsafe_verb_wants_somebody(there):
    open_doors = {"/api/enter", "/api/login", "/api/setup", "/api/join", "/api/logout"}
    for route in UNSAFE:
        path = path_of(route, there.room.session.name)
        if path in open_doors or path.startswith("/api/lobby"):
            continue
        status, body, _ = await there.call(route.method, path, json={})
        assert status in (400, 401, 403), (route.method, path, status)
        assert json.loads(body)["code"] in ("not-signed-in", "bearer", "malformed", "not-allowed"), body


async def test_headers_of_every_page_and_answer(there):
    for path in ("/", "/hub", "/site", "/replay", "/setup", "/join", "/api/me", "/nowhere", "/healthz"):
        _, _, headers = await there.call("GET", path)
        assert headers["Content-Security-Policy"] == CSP, path
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "geolocation" not in headers["Permissions-Policy"]


DEEP = b'{"token":' * 5_000 + b"1" + b"}" * 5_000


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b'{"token":1}', b'{"token":"x","more":1}', b"\xff\xfe", DEEP, b'{"token":"' + b"x" * 70 + b'"}']
)
async def test_json_that_is_none_of_ours_is_malformed(there, body):
    for path in ("/api/enter", "/api/join", "/api/login", "/api/setup"):
        headers = there.headers() | {"Content-Type": "application/json"}
        status, answer, _ = await there.call("POST", path, headers=headers, data=body)
        assert (status, json.loads(answer)["code"]) == (400, "malformed"), path


async def test_too_large_a_body_is_cut_off(there):
    headers = there.headers() | {"Content-Type": "application/json"}
    status, answer, _ = await there.call("POST", "/api/enter", headers=headers, data=b" " * 300_000)
    assert status == 413
    assert json.loads(answer)["code"]


async def test_a_wrong_kind_of_body_is_named(there):
    status, answer, _ = await there.call("POST", "/api/enter", headers=there.headers() | {"Content-Type": "text/plain"}, data=b"{}")
    assert (status, json.loads(answer)["code"]) == (400, "malformed")


async def test_tokens_that_were_never_issued_used_or_revoked(there):
    for path, body, code in (
        ("/api/enter", {"token": "x" * 43}, "link-unknown"),
        ("/api/join", {"token": "x" * 43}, "link-unknown"),
        ("/api/setup", {"token": "x" * 43, "name": "A", "password": "một mật khẩu dài"}, "link-unknown"),
        ("/api/login", {"name": "nobody", "password": "x" * 20}, "wrong-password"),
    ):
        status, answer, _ = await there.call("POST", path, json=body)
        assert json.loads(answer)["code"] == code
        assert status in (401, 403)
    person = await there.app.identity.ensure("o", "operator", there.app.clock.now())
    token = await there.app.identity.person_token(person.id, there.app.clock.now())
    assert (await there.call("POST", "/api/enter", json={"token": token}))[0] == 200
    assert json.loads((await there.call("POST", "/api/enter", json={"token": token}))[1])["code"] == "link-unknown"
    seat = await there.app.seats.issue(there.room.session.name, "vu-thu", there.app.clock.now())
    await there.app.seats.revoke(there.room.session.name, "vu-thu", there.app.clock.now())
    assert json.loads((await there.call("POST", "/api/join", json={"token": seat}))[1])["code"] == "link-revoked"


async def test_guessing_ends_with_words_and_a_time_to_wait(tmp_path):
    async with running(tmp_path, failures_per_window=3, strangers_burst=100) as there:
        codes = []
        for _ in range(5):
            status, body, headers = await there.call("POST", "/api/join", json={"token": "y" * 43})
            codes.append(json.loads(body)["code"])
        assert codes == ["link-unknown"] * 3 + ["too-many-tries"] * 2
        assert status == 429
        assert int(headers["Retry-After"]) > 0


async def test_a_head_that_never_ends_is_aborted(tmp_path):
    async with running(tmp_path, head_deadline_s=0.4) as there:
        reader, writer = await asyncio.open_connection("127.0.0.1", there.app.local_port)
        writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
        assert await asyncio.wait_for(reader.read(), 5) == b""
        writer.close()
        reader, writer = await asyncio.open_connection("127.0.0.1", there.app.local_port)
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert (await reader.readline()).startswith(b"HTTP/1.1 200")
        await asyncio.sleep(0.8)
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert await asyncio.wait_for(reader.read(200), 5), "kept alive"
        writer.close()


async def test_a_site_opens_no_desk(there):
    cookie, _ = await there.site()
    for method, path in (("GET", f"{there.api}/links"), ("POST", f"{there.api}/links"), ("DELETE", f"{there.api}/links/vu-thu"),
                         ("GET", f"{there.api}/replay/timeline"), ("GET", f"{there.api}/replay/levels"), ("POST", "/api/sessions")):  # fmt: skip
        status, body, _ = await there.call(method, path, headers=there.headers(cookie), json={"site": "vu-thu"} if method == "POST" else None)
        assert status in (401, 403), (method, path, body)
    secretary = await there.person("secretary")
    status, body, _ = await there.call("POST", f"{there.api}/links", headers=there.headers(secretary), json={"site": "vu-thu"})
    assert (status, json.loads(body)["code"]) == (403, "not-allowed")
