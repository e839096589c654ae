"""The lobby and the links of people: default deny, and only the operator's act lets another device in."""

import asyncio
import json
import re

import pytest
from kit.web_app import running

from server import demo
from server.lobby import check_still
from server.simulation.sites import Device
from signaling.commands import SYSTEM, ReportPresence
from signaling.errors import Malformed
from signaling.names import Micros, SiteId, SourceId


@pytest.fixture
async def there(tmp_path):
    async with running(tmp_path, strangers_burst=1000, requests_burst=1000) as found:
        yield found


async def post(there, path, body, cookie=""):
    status, data, headers = await there.call("POST", path, headers=there.headers(cookie), json=body)
    return status, json.loads(data), headers


async def issued(there, operator, **whom):
    status, made, _ = await post(there, f"{there.api}/links", whom, operator)
    assert status == 201, made
    return made["url"].partition("#")[2], made["code"]


async def knocked(there, seconds=3):
    """The seats that wait, as the log has them."""
    async with asyncio.timeout(seconds):
        while not (waiting := [seat for seat, one in there.room.session.state.lobby.items() if one.state == "waiting"]):
            await asyncio.sleep(0.02)
    return waiting


async def test_another_device_waits_and_takes_the_seat_only_when_moved(there, tmp_path):
    operator = await there.person()
    token, _ = await issued(there, operator, site="vu-thu")
    one, two = Device(str(tmp_path / "one.pem")), Device(str(tmp_path / "two.pem"))
    status, answer, headers = await post(there, "/api/join", {"token": token, "key": one.public})
    assert (status, answer["page"], answer["seat"]) == (200, "/site", "s-vu-thu")
    first = headers["Set-Cookie"].partition(";")[0]
    status, waiting, _ = await post(there, "/api/join", {"token": token, "key": two.public, "name": "Anh Tư"})
    assert status == 202
    (seat,) = await knocked(there)
    entry = there.room.session.state.lobby[seat]
    assert (entry.site, entry.name, entry.reason) == ("vu-thu", "Anh Tư", "other-device")
    assert (await post(there, "/api/lobby", {"secret": waiting["lobby"]}))[1] == {"state": "waiting"}
    again = await post(there, "/api/join", {"token": token, "key": two.public})
    assert again[1]["lobby"] == waiting["lobby"], "the same device knocks once"

    async with there.socket(first) as socket:
        assert (await there.hello(socket, "s-vu-thu", one))["t"] == "welcome"
        assert (await there.operate(operator, {"do": "seat.move", "seat": seat}))["t"] == "done"
        status, answer, headers = await post(there, "/api/lobby", {"secret": waiting["lobby"]})
        assert (status, answer["state"], answer["seat"]) == (200, "admitted", "s-vu-thu")
        with pytest.raises(Exception) as ended:
            while True:
                await asyncio.wait_for(socket.recv(), 1)
        assert ended.value.rcvd.code == 4403
    second = headers["Set-Cookie"].partition(";")[0]
    async with there.socket(second) as socket:
        assert (await there.hello(socket, "s-vu-thu", two))["t"] == "welcome"
    async with there.socket(first) as socket:
        assert (await there.hello(socket, "s-vu-thu", one))["t"] == "fault"
    assert (await post(there, "/api/lobby", {"secret": waiting["lobby"]}))[1]["code"] == "no-seat", "taken once"


async def test_the_spoken_code_opens_the_lobby_only(there, tmp_path):
    operator = await there.person()
    token, code = await issued(there, operator, site="vu-thu")
    assert len(code.replace("-", "")) == 8
    device = Device(str(tmp_path / "d.pem"))
    spoken = code.lower().replace("0", "o").replace("1", "l").replace("-", " ")
    asked = {"session": there.room.session.name, "code": spoken, "key": device.public, "name": "Chị Năm"}
    status, waiting, _ = await post(there, "/api/join", asked)
    assert status == 202, waiting
    (seat,) = await knocked(there)
    assert there.room.session.state.lobby[seat].reason == "code"
    assert (await there.operate(operator, {"do": "seat.refuse", "seat": seat}))["t"] == "done"
    assert (await post(there, "/api/lobby", {"secret": waiting["lobby"]}))[1] == {"state": "refused"}
    status, answer, _ = await post(there, "/api/join", asked | {"code": "ZZZZZZZZ"})
    assert (status, answer["code"]) == (403, "link-unknown")
    status, answer, _ = await post(there, "/api/join", {"token": token, "key": device.public})
    assert status == 200, "the link itself is still nobody's"


async def test_a_secretary_admits_nobody_and_nobody_admits_itself(there, tmp_path):
    operator = await there.person()
    _, code = await issued(there, operator, site="vu-thu")
    device = Device(str(tmp_path / "d.pem"))
    _, waiting, _ = await post(there, "/api/join", {"session": there.room.session.name, "code": code, "key": device.public})
    (seat,) = await knocked(there)
    secretary = await there.person("secretary")
    assert (await there.operate(secretary, {"do": "seat.admit", "seat": seat}))["code"] == "not-allowed"
    cookie, other = await there.site("tien-hai")
    async with there.socket(cookie) as socket:
        await there.hello(socket, "s-tien-hai", other)
        await socket.send(json.dumps({"t": "do", "ref": "x", "command": {"do": "seat.admit", "seat": seat}}))
        while (answer := json.loads(await socket.recv()))["t"] not in ("done", "refused"):
            pass
        assert answer["code"] == "not-allowed"
    assert (await post(there, "/api/lobby", {"secret": waiting["lobby"]}))[1] == {"state": "waiting"}


async def test_a_waiting_page_shows_a_small_picture_to_the_desk_only(there, tmp_path):
    operator = await there.person()
    _, code = await issued(there, operator, site="vu-thu")
    _, waiting, _ = await post(there, "/api/join", {"session": there.room.session.name, "code": code})
    (seat,) = await knocked(there)
    head = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x0b\x08" + (180).to_bytes(2) + (320).to_bytes(2)
    picture = head + bytes(80) + b"\xff\xd9"
    where = f"/api/lobby/{waiting['lobby']}/still"
    assert (await there.call("POST", where, data=picture))[0] == 200
    for wrong in (b"", b"GIF89a", head, picture.replace((320).to_bytes(2), (9000).to_bytes(2))):
        assert (await there.call("POST", where, data=wrong))[0] == 400
    assert (await there.call("POST", where, data=picture + bytes(70_000)))[0] == 413
    status, data, headers = await there.call("GET", f"{there.api}/lobby/{seat}/still", headers=there.headers(operator))
    assert (status, data, headers["Content-Type"]) == (200, picture, "image/jpeg")
    assert (await there.call("GET", f"{there.api}/lobby/{seat}/still"))[0] == 401


def test_stills_are_read_by_their_header_only():
    for data in (b"\xff\xd8\xff", b"\xff\xd8\xff\xe0\x00\x00\xff\xd9", bytes(50), b"\xff\xd8" + b"\xff" * 60 + b"\xff\xd9"):
        with pytest.raises(Malformed):
            check_still(data)


async def test_chair_and_mc_have_links_of_their_own(there, tmp_path):
    operator = await there.person()
    status, body, _ = await there.call("GET", f"{there.api}/links", headers=there.headers(operator))
    rows = json.loads(body)["links"]
    assert [row["role"] for row in rows] == ["site"] * 9 + ["chair", "mc", "stage"] + ["signatory"] * 4
    token, _ = await issued(there, operator, role="chair")
    device = Device(str(tmp_path / "chair.pem"))
    status, answer, headers = await post(there, "/api/join", {"token": token, "key": device.public})
    assert (answer["page"], answer["seat"]) == ("/hub", "l-chair")
    cookie = headers["Set-Cookie"].partition(";")[0]
    async with there.socket(cookie) as socket:
        welcome = await there.hello(socket, "l-chair", device)
        assert (welcome["t"], welcome["role"], welcome["site"]) == ("welcome", "chair", None)
    assert (await there.call("DELETE", f"{there.api}/links/l-chair", headers=there.headers(operator)))[0] == 200
    async with there.socket(cookie) as socket:
        assert (await there.hello(socket, "l-chair", device))["t"] == "fault"
    assert (await post(there, f"{there.api}/links", {"role": "operator"}, operator))[1]["code"] == "no-site"


async def test_pages_follow_into_the_rehearsal_and_back_and_its_results_are_noted(there):
    operator = await there.person()
    cookie, device = await there.site("vu-thu")
    official = there.room
    async with there.socket(cookie) as socket:
        await there.hello(socket, "s-vu-thu", device)
        status, made, _ = await post(there, f"{there.api}/rehearsal", {}, operator)
        assert status == 201
        while (message := json.loads(await asyncio.wait_for(socket.recv(), 3)))["t"] != "follow":
            pass
        assert message["session"] == made["session"]
    assert (await post(there, f"/api/sessions/{made['session']}/rehearsal", {}, operator))[1]["code"] == "not-in-setup"
    there.api = f"/api/sessions/{made['session']}"
    there.room = there.app.gate.rooms[made["session"]]
    async with there.socket(cookie) as socket:
        welcome = await there.hello(socket, "s-vu-thu", device)
        assert welcome["view"]["session"]["rehearsal"] == official.session.name
        state = there.room.session.state
        assert (await there.operate(operator, {"do": "session.cancel", "reason": "xong"}))["t"] == "done"
        while (message := json.loads(await asyncio.wait_for(socket.recv(), 3)))["t"] != "follow":
            pass
        assert message["session"] == official.session.name
    assert state.rehearsal_of == official.session.name
    async with there.socket(cookie) as late:  # a hall that was cut off when the rehearsal ended
        await there.hello(late, "s-vu-thu", device)
        while (message := json.loads(await asyncio.wait_for(late.recv(), 3)))["t"] != "follow":
            pass
        assert message["session"] == official.session.name
    async with asyncio.timeout(3):
        while len(official.session.state.checks) < 9:
            await asyncio.sleep(0.02)
    assert official.session.state.checks[SiteId("vu-thu")].rehearsal == made["session"]
    assert len(official.session.state.checks[SiteId("hub")].head) == 64
    assert official.session.state.phase == "setup"


async def test_signing_in_leads_to_what_goes_on_and_a_restart_never_takes_a_rehearsal_for_the_ceremony(there):
    operator = await there.person()
    official = there.room.session.name
    _, made, _ = await post(there, f"{there.api}/rehearsal", {}, operator)
    gate = there.app.gate
    assert gate.latest() == official
    assert gate.current(official) == made["session"]
    there.api = f"/api/sessions/{made['session']}"
    rehearsal = gate.rooms[made["session"]]
    await rehearsal.session.ask(ReportPresence(SourceId("hub/camera"), "back"), SYSTEM)
    assert (await there.operate(operator, {"do": "session.open", "reason": "tập"}))["t"] == "done"
    assert gate.latest() == made["session"]
    assert demo._current(there.app, Micros(there.room.session.state.sheet().start)).session.name == official
    assert (await there.operate(operator, {"do": "session.suspend", "reason": "thử"}))["t"] == "done"
    assert gate.latest() == made["session"]


async def test_the_code_on_a_printed_sheet_is_the_code_of_its_link(there, tmp_path):
    operator = await there.person()
    status, made, _ = await post(there, f"{there.api}/prints", {"sites": ["vu-thu"]}, operator)
    assert status == 201
    page = (await there.call("GET", made["url"], headers=there.headers(operator)))[1].decode()
    (code,) = re.findall(r"\b[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}\b", page)
    assert f"/join?s={there.room.session.name}" in page
    device = Device(str(tmp_path / "d.pem"))
    asked = {"session": there.room.session.name, "code": code, "key": device.public}
    assert (await post(there, "/api/join", asked))[0] == 202
    (seat,) = await knocked(there)
    assert there.room.session.state.lobby[seat].site == "vu-thu"


async def gone(read, wanted, seconds=3):
    async with asyncio.timeout(seconds):
        while (found := await read()) != wanted:
            await asyncio.sleep(0.02)
    return found


async def test_a_revoked_seat_has_no_way_back_by_its_link_or_code(there, tmp_path):
    operator = await there.person()
    token, code = await issued(there, operator, site="vu-thu")
    device = Device(str(tmp_path / "d.pem"))
    status, _, headers = await post(there, "/api/join", {"token": token, "key": device.public})
    assert status == 200
    cookie = headers["Set-Cookie"].partition(";")[0]

    async def seats():
        return len(json.loads((await there.call("GET", "/api/me", headers=there.headers(cookie)))[1])["seats"])

    assert await seats() == 1
    answer = await there.operate(operator, {"do": "seat.revoke", "seat": "s-vu-thu", "reason": "thiết bị lạ"})
    assert answer["t"] == "done", answer
    await gone(seats, 0)
    assert (await post(there, "/api/join", {"token": token, "key": device.public}))[1]["code"] == "link-revoked"
    asked = {"session": there.room.session.name, "code": code, "key": device.public}
    assert (await post(there, "/api/join", asked))[0] == 403
