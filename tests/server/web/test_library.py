"""The library: records found by words, kept by class, held, and destroyed by two people with what remains of them."""

import json
import os
import pathlib

import pytest
from kit.web_app import running

from recordings.log import read_log
from recordings.retention import CLASSES, YEAR_US, Keeping, check_due, due
from signaling.errors import Refused


@pytest.fixture
async def there(tmp_path):
    async with running(tmp_path) as found:
        yield found


async def call(there, method, path, cookie, sent=None):
    more = {} if sent is None else {"json": sent}
    status, data, _ = await there.call(method, path, headers=there.headers(cookie), **more)
    return status, json.loads(data)


async def library(there, cookie, words=""):
    return (await call(there, "GET", f"/api/library?q={words}", cookie))[1]


async def closed(there, operator):
    """Have the ceremony end without media."""
    answer = await there.operate(operator, {"do": "session.cancel", "reason": "thử"})
    assert answer["t"] == "done", answer


def test_periods():
    assert due(Keeping(), 5) is None
    assert due(Keeping("permanent"), 5) is None
    assert due(Keeping("5-years"), None) is None
    assert due(Keeping("5-years"), 5) == 5 + 5 * YEAR_US
    assert set(CLASSES.values()) == {None, 70, 50, 20, 10, 5}
    for keeping, now, code in (
        (Keeping("5-years", hold="x"), 9 * YEAR_US, "legal-hold"), (Keeping(), 9 * YEAR_US, "kept"),
        (Keeping("permanent"), 900 * YEAR_US, "kept"), (Keeping("5-years"), 5 * YEAR_US - 1, "not-due"),
    ):  # fmt: skip
        with pytest.raises(Refused) as refused:
            check_due(keeping, 0, now)
        assert refused.value.code == code
    check_due(Keeping("5-years"), 0, 5 * YEAR_US)


async def test_records_are_found_by_words_without_marks(there):
    auditor, operator = await there.person("auditor"), await there.person()
    await there.operate(operator, {"do": "incident.note", "text": "Mất điện tại huyện", "site": "vu-thu"})
    (record,) = (await library(there, auditor))["records"]
    assert record["id"] == there.room.session.name
    (record,) = (await library(there, auditor, "mat dien"))["records"]
    assert [hit["kind"] for hit in record["hits"]] == ["incident.noted"]
    assert (await library(there, auditor, "VU THU"))["records"][0]["hits"][0]["kind"] == "site"
    assert (await library(there, auditor, "khong co dau"))["records"] == []
    chair = await there.person("chair")
    assert (await call(there, "GET", "/api/library", chair))[0] == 403


async def test_a_record_is_destroyed_by_two_people_and_what_remains_tells(there, monkeypatch):
    one, two = await there.person("operator"), await there.person("staff")
    api, room = there.api, there.room
    assert (await call(there, "PUT", f"{api}/retention", one, {"kind": "5-years"}))[1]["kind"] == "5-years"
    assert (await call(there, "PUT", f"{api}/retention", one, {"kind": "3-days"}))[1]["code"] == "no-class"
    assert (await call(there, "PUT", f"{api}/destruction", one, {"reason": "hết hạn"}))[1]["code"] == "session-goes-on"
    await closed(there, one)
    assert (await call(there, "PUT", f"{api}/destruction", one, {"reason": "hết hạn"}))[1]["code"] == "not-due"
    later = room.session.now() + 6 * YEAR_US
    monkeypatch.setattr(room.session, "now", lambda: later)
    assert (await call(there, "PUT", f"{api}/destruction", one, {"reason": " "}))[1]["code"] == "reason-required"
    assert (await call(there, "POST", f"{api}/destruction", one))[1]["code"] == "not-asked"
    assert (await call(there, "PUT", f"{api}/destruction", one, {"reason": "hết hạn"}))[0] == 200
    assert (await call(there, "POST", f"{api}/destruction", one))[1]["code"] == "same-person"
    held = await call(there, "PUT", f"{api}/hold", two, {"reason": "đang kiểm tra"})
    assert (held[1]["hold"], held[1]["asked_name"]) == ("đang kiểm tra", None), "a hold ends the request"
    assert (await call(there, "PUT", f"{api}/destruction", one, {"reason": "hết hạn"}))[1]["code"] == "legal-hold"
    assert (await call(there, "DELETE", f"{api}/hold", two))[1]["hold"] is None
    assert (await call(there, "PUT", f"{api}/destruction", one, {"reason": "hết hạn"}))[0] == 200
    folder, log = room.folder, pathlib.Path(room.folder, "log.jsonl").read_bytes()
    status, remains = await call(there, "POST", f"{api}/destruction", two)
    assert status == 200, remains
    assert not os.path.exists(folder)
    assert (remains["asked_by"], remains["confirmed_by"], remains["reason"]) == ("operator", "staff", "hết hạn")
    assert remains["log"][0] == len(log)
    found = await library(there, one)
    assert found["records"] == []
    assert found["destroyed"][0]["manifest"] == remains["manifest"]
    assert (await call(there, "GET", f"{api}/replay/timeline", one))[0] == 404
    lines = [entry.event for entry in read_log(there.app.access.folder)]
    assert [line["is"] for line in lines] == [
        "retention.class", "retention.asked", "retention.hold", "retention.hold", "retention.asked", "record.destroyed",
    ]  # fmt: skip
    assert lines[-1]["remains"] == remains


async def test_only_keepers_decide(there):
    auditor = await there.person("auditor")
    for method, path, sent in (
        ("PUT", "retention", {"kind": "5-years"}), ("PUT", "hold", {"reason": "x"}), ("DELETE", "hold", None),
        ("PUT", "destruction", {"reason": "x"}), ("POST", "destruction", None),
    ):  # fmt: skip
        assert (await call(there, method, f"{there.api}/{path}", auditor, sent))[0] == 403
