"""The past of a ceremony: read on as it grows, undone acts left out, the moments people look for."""

import pytest
from kit.web_app import running

from recordings.lines import Entry
from recordings.timeline import Snapshot
from server.history import Past, timeline_of, without_void_runs
from signaling.errors import Malformed


@pytest.fixture
async def there(tmp_path):
    async with running(tmp_path) as there:
        yield there


async def test_it_is_read_on_and_says_what_it_would_say_read_whole(there):
    operator = await there.person()
    room = there.room
    past = Past(room.folder, room.session.name)
    before = past.timeline(room.session.now())
    for command in (
        {"do": "notice.send", "to": ["vu-thu"], "text": "Còn 5 phút"},
        {"do": "incident.note", "text": "Mất điện", "site": "vu-thu"},
    ):  # fmt: skip
        answer = await there.operate(operator, command)
        assert answer["t"] == "done", answer
    now = room.session.now()
    found = past.timeline(now)
    assert found == timeline_of(room.folder, room.session.name, now)
    assert found["head"] != before["head"]
    assert [(mark["kind"], mark["text"], mark["site"]) for mark in found["marks"]] == [
        ("notice.sent", "Còn 5 phút", None), ("incident.noted", "Mất điện", "vu-thu"),
    ]  # fmt: skip


def test_a_damaged_log_is_refused(tmp_path):
    (tmp_path / "log.jsonl").write_bytes(b'{"v":1}\n')
    with pytest.raises(Malformed):
        timeline_of(str(tmp_path), "s", 0)


def test_an_undone_item_is_no_chapter():
    def entry(number, **event):
        return Entry(number, number, {}, event, "", "")

    def at(item):
        return Snapshot("hold", (), {}, item, None, "open", {}, None)

    entries = [
        entry(1, **{"is": "item.taken"}), entry(2, **{"is": "item.taken"}), entry(3, **{"is": "scene.set"}),
        entry(4, **{"is": "agenda.undone", "seq": 2}),
    ]  # fmt: skip
    seen = [(n, at(item)) for n, item in enumerate(["a", "b", "b", "a"], 1)]
    assert [one.item for _, one in without_void_runs(entries, seen)] == ["a", "a", "a", "a"]
