"""The clerk's notes: pinned to a moment, beside the sealed log, in a chain of their own."""

import json

import pytest
from kit.web_app import running

from recordings.log import verify_log


@pytest.fixture
async def there(tmp_path):
    async with running(tmp_path) as found:
        yield found


async def post(there, cookie, at_ms, text):
    body = {"at_ms": at_ms, "text": text}
    status, data, _ = await there.call("POST", f"{there.api}/replay/notes", headers=there.headers(cookie), json=body)
    return status, json.loads(data)


async def told(there, cookie):
    status, data, _ = await there.call("GET", f"{there.api}/replay/timeline", headers=there.headers(cookie))
    assert status == 200
    return json.loads(data)["notes"]


async def test_a_note_is_added_shown_and_taken_back(there):
    secretary = await there.person("secretary")
    assert await told(there, secretary) == []
    status, second = await post(there, secretary, 9_000, "Ký xong trang 2")
    assert status == 201
    _, first = await post(there, secretary, 1_500, "  Bắt đầu  ")
    assert [(note["ms"], note["text"]) for note in await told(there, secretary)] == [
        (1_500, "Bắt đầu"), (9_000, "Ký xong trang 2"),
    ]  # fmt: skip
    where = f"{there.api}/replay/notes/{second['id']}"
    assert (await there.call("DELETE", where, headers=there.headers(secretary)))[0] == 204
    assert [note["id"] for note in await told(there, secretary)] == [first["id"]]
    assert (await there.call("DELETE", where, headers=there.headers(secretary)))[0] == 404
    verdict = verify_log(f"{there.room.folder}/notes")
    assert (verdict.ok, verdict.count) == (True, 3), "what was taken back is still in the chain"


@pytest.mark.parametrize("text", ["", "   ", "x" * 1001])
async def test_a_note_without_words_or_with_too_many_is_refused(there, text):
    secretary = await there.person("secretary")
    status, answer = await post(there, secretary, 0, text)
    assert (status, answer["code"]) == (409, "text-too-long")


async def test_only_the_desks_write(there):
    chair = await there.person("chair")
    assert (await post(there, chair, 0, "a"))[0] == 403
    site, _ = await there.site("vu-thu")
    assert (await post(there, site, 0, "a"))[0] == 401
