"""The event log: nothing acknowledged is lost, nothing half kept, no change unseen (recordings/log.py)."""

import os
import pathlib
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recordings import lines
from recordings.chain import GENESIS
from recordings.log import EventLog, LogFailed, LogFull, read_log, verify_log
from signaling.errors import DiemcauError, Malformed

BY = {"role": "operator", "seat": "p-1"}
ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
CHILD = """
import sys
from recordings.log import EventLog
log = EventLog.open(sys.argv[1], "s1", create=True)
while True:
    print(log.append([({"role": "system"}, {"is": "x", "n": n}) for n in range(3)], 1)[-1], flush=True)
"""


def event(n):
    return BY, {"is": "item.taken", "item": f"i{n}", "title": "Điểm cầu"}


@pytest.fixture
def folder(tmp_path):
    return str(tmp_path / "s1")


@pytest.fixture
def kept(folder):
    """Five events, closed."""
    log = EventLog.open(folder, "s1", create=True)
    for n in range(5):
        log.append([event(n)], 100 + n)
    log.close()
    return folder


def path(folder, name):
    return pathlib.Path(folder, name)


def reopened(folder):
    log = EventLog.open(folder, "s1")
    found = list(log.read())
    log.close()
    return found


def test_what_was_appended_is_read_in_order_with_hashes(folder):
    log = EventLog.open(folder, "s1", create=True)
    assert log.head == (0, GENESIS)
    assert log.append([event(1), event(2)], 7) == [1, 2]
    assert log.append([], 8) == []
    assert log.append([event(3)], 9) == [3]
    entries = list(log.read())
    assert [(e.seq, e.at, e.by, e.event) for e in entries] == [(1, 7, *event(1)), (2, 7, *event(2)), (3, 9, *event(3))]
    assert log.head == (3, entries[-1].hash)
    assert list(log.read(after=2)) == entries[2:]
    assert list(log.read(after=3)) == []
    assert list(read_log(folder, "s1")) == entries
    log.close()
    assert reopened(folder) == entries
    assert verify_log(folder).ok
    assert verify_log(folder).head == entries[-1].hash


def test_create_twice_opens_and_a_second_writer_is_refused(kept):
    first = EventLog.open(kept, "s1", create=True)
    assert first.head[0] == 5
    with pytest.raises(LogFailed, match="another process"):
        EventLog.open(kept, "s1")
    first.close()
    EventLog.open(kept, "s1").close()


def test_all_or_none(kept):
    log = EventLog.open(kept, "s1")
    with pytest.raises(TypeError):
        log.append([event(5), (BY, {"is": "x", "share": 0.5})], 1)
    with pytest.raises(AssertionError):
        log.append([(BY, {"name": "no event"})], 1)
    assert log.head[0] == 5
    assert log.append([event(5)], 1) == [6]
    log.close()
    assert verify_log(kept).ok


def test_rows_cannot_be_changed_through_the_database(kept):
    with sqlite3.connect(path(kept, "log.sqlite")) as db:
        for change in ("UPDATE lines SET line = x'00'", "DELETE FROM lines"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                db.execute(change)
    db.close()


def test_no_log_and_no_folder(tmp_path):
    with pytest.raises(Malformed, match="no event log"):
        EventLog.open(str(tmp_path), "s1")
    with pytest.raises(Malformed):
        list(read_log(str(tmp_path)))
    verdict = verify_log(str(tmp_path))
    assert (verdict.ok, verdict.first_bad_seq) == (False, 1)


def test_another_sessions_log_is_refused(kept):
    with pytest.raises(Malformed, match="belongs to"):
        EventLog.open(kept, "s2")
    with pytest.raises(Malformed, match="belongs to"):
        list(read_log(kept, "s2"))


def test_unknown_versions_are_refused_and_left_alone(kept):
    with sqlite3.connect(path(kept, "log.sqlite")) as db:
        db.execute("PRAGMA user_version = 2")
    db.close()
    before = sorted(os.listdir(kept))
    with pytest.raises(Malformed, match="version 2"):
        EventLog.open(kept, "s1")
    assert sorted(os.listdir(kept)) == before
    assert "version 2" in verify_log(kept).reason
    path(kept, "log.jsonl").write_bytes(path(kept, "log.jsonl").read_bytes().replace(b'"v":1', b'"v":2'))
    with pytest.raises(Malformed, match="a version this program does not read"):
        list(read_log(kept, "s1"))


def test_a_database_without_our_tables_is_refused(kept):
    os.unlink(path(kept, "log.sqlite"))
    with sqlite3.connect(path(kept, "log.sqlite")) as db:
        db.execute("PRAGMA user_version = 1")
    db.close()
    with pytest.raises(Malformed, match="no such table"):
        EventLog.open(kept, "s1")
    with sqlite3.connect(path(kept, "log.sqlite")) as db:
        db.execute("CREATE TABLE lines (seq, line)")
        db.execute("INSERT INTO lines VALUES (1, 1000000000000)")
    db.close()
    with pytest.raises(Malformed, match="something else"):
        EventLog.open(kept, "s1")
    assert not verify_log(kept).ok


# --- what a crash or a bad disk leaves -----------------------------------------------------------------------


def test_a_torn_mirror_is_mended(kept):
    before = list(read_log(kept))
    mirror = path(kept, "log.jsonl")
    whole = mirror.read_bytes()
    mirror.write_bytes(whole[:-40])
    assert not verify_log(kept).ok
    assert reopened(kept) == before
    assert mirror.read_bytes() == whole
    assert verify_log(kept).ok


@pytest.mark.parametrize("how", ["gone", "empty", "junk", "torn"])
def test_a_broken_database_is_rebuilt_from_the_mirror_and_set_aside(kept, how):
    before, database = list(read_log(kept)), path(kept, "log.sqlite")
    whole = database.read_bytes()
    if how == "gone":
        database.unlink()
    else:
        database.write_bytes({"empty": b"", "junk": b"no database" * 99, "torn": whole[: len(whole) // 2]}[how])
        if how == "junk":
            path(kept, "log.sqlite-wal").write_bytes(b"old")
    assert reopened(kept) == before
    assert verify_log(kept).ok
    assert path(kept, "log.sqlite.damaged-1").exists() == (how in ("junk", "torn"))


def test_a_second_damage_does_not_overwrite_the_first(kept):
    for n in (1, 2):
        path(kept, "log.sqlite").write_bytes(b"junk" * 200)
        reopened(kept)
        assert path(kept, f"log.sqlite.damaged-{n}").exists()


def test_a_database_that_lost_its_last_commits_gets_them_from_the_mirror(kept):
    shutil.copy(path(kept, "log.sqlite"), path(kept, "old"))
    log = EventLog.open(kept, "s1")
    log.append([event(5), event(6)], 1)
    log.close()
    before = list(read_log(kept))
    os.replace(path(kept, "old"), path(kept, "log.sqlite"))
    assert verify_log(kept).reason == "log.jsonl has more than log.sqlite"
    assert reopened(kept) == before


def test_of_two_stories_the_databases_holds_and_the_other_is_kept(kept):
    before, mirror = list(read_log(kept)), path(kept, "log.jsonl")
    forged = mirror.read_bytes().replace(b'"i3"', b'"i9"')
    mirror.write_bytes(forged)
    assert verify_log(kept).first_bad_seq == 4
    assert reopened(kept) == before
    assert path(kept, "log.jsonl.damaged-1").read_bytes() == forged


@pytest.mark.parametrize("mirror", [b"", b"{}\n"])
def test_damaged_twice_is_said_and_nothing_is_touched(kept, mirror):
    path(kept, "log.jsonl").write_bytes(mirror)
    path(kept, "log.sqlite").write_bytes(b"junk" * 200)
    for _ in range(2):
        with pytest.raises(Malformed, match="damaged"):
            EventLog.open(kept, "s1")
    assert path(kept, "log.sqlite").read_bytes() == b"junk" * 200
    assert not verify_log(kept).ok


def test_a_line_changed_behind_our_back_is_found_in_the_database_too(kept):
    with sqlite3.connect(path(kept, "log.sqlite")) as db:
        db.execute("DROP TRIGGER never_rewritten")
        line = db.execute("SELECT line FROM lines WHERE seq = 2").fetchone()[0]
        db.execute("UPDATE lines SET line = ? WHERE seq = 2", (line.replace(b'"i1"', b'"i8"'),))
    db.close()
    assert verify_log(kept).first_bad_seq == 2
    assert [e.event["item"] for e in reopened(kept)] == ["i0", "i1", "i2", "i3", "i4"]
    assert path(kept, "log.sqlite.damaged-1").exists()


def test_the_same_change_on_both_sides_breaks_the_chain(kept):
    with sqlite3.connect(path(kept, "log.sqlite")) as db:
        db.execute("DROP TRIGGER never_rewritten")
        db.execute("UPDATE lines SET line = CAST(replace(line, '\"i1\"', '\"i8\"') AS BLOB) WHERE seq = 2")
    db.close()
    mirror = path(kept, "log.jsonl")
    mirror.write_bytes(mirror.read_bytes().replace(b'"i1"', b'"i8"'))
    verdict = verify_log(kept)
    assert (verdict.first_bad_seq, verdict.count) == (3, 2)
    with pytest.raises(Malformed, match="damaged twice"):
        EventLog.open(kept, "s1")


def test_a_line_that_is_not_canonical_is_broken(kept):
    line = path(kept, "log.jsonl").read_bytes().split(b"\n")[0]
    with pytest.raises(Malformed, match="canonical"):
        lines.read(line.replace(b'"v":1', b'"v": 1'), None, 1, GENESIS)


def test_a_missing_or_half_overwritten_database_is_no_proof(kept):
    database = path(kept, "log.sqlite")
    whole = database.read_bytes()
    page = next(at for at in range(4096, len(whole), 4096) if b'"i0"' in whole[at : at + 4096])
    database.write_bytes(whole[: page + 8] + b"\xff" * 24 + whole[page + 32 :])
    assert not verify_log(kept).ok
    assert [e.event["item"] for e in reopened(kept)][-1] == "i4"
    database.unlink()
    assert "no log.sqlite" in verify_log(kept).reason


def test_a_database_against_its_own_rules_is_damaged(kept):
    """What `quick_check` answers in words instead of an error."""
    db = sqlite3.connect(path(kept, "log.sqlite"), isolation_level=None)
    db.execute("PRAGMA writable_schema = ON")
    db.execute("UPDATE sqlite_master SET sql = replace(sql, 'seq > 0', 'seq > 3') WHERE name = 'lines'")
    db.close()
    assert len(reopened(kept)) == 5
    assert path(kept, "log.sqlite.damaged-1").exists()


def test_an_empty_log_is_not_a_proof(folder):
    EventLog.open(folder, "s1", create=True).close()
    assert verify_log(folder).reason == "the log is empty"


def test_a_live_log_verifies(folder):
    log = EventLog.open(folder, "s1", create=True)
    log.append([event(1)], 1)
    assert verify_log(folder).ok
    log.close()


# --- the disk is full -----------------------------------------------------------------------------------------


def limit(log, pages):
    log._db.execute(f"PRAGMA max_page_count = {pages}")


def test_a_full_disk_costs_the_reserve_first_then_the_event(kept):
    log = EventLog.open(kept, "s1")
    full = log._db.execute("PRAGMA page_count").fetchone()[0]
    big = (BY, {"is": "x", "text": "x" * 100_000})
    limit(log, full)
    path(kept, "reserve.bin").write_bytes(b"0")
    with pytest.raises(LogFull) as caught:
        log.append([big], 1)
    assert isinstance(caught.value, DiemcauError)
    assert not path(kept, "reserve.bin").exists()
    assert log.head[0] == 5
    release, log._release = log._release, lambda: limit(log, 2**30) or True
    assert log.append([big], 1) == [6]
    log._release = release
    assert log.append([event(7)], 1) == [7]
    log.close()
    assert verify_log(kept).count == 7


def test_a_mirror_that_cannot_be_written_waits_and_nothing_is_lost(kept):
    log = EventLog.open(kept, "s1")
    good, log._mirror = log._mirror, os.open("/dev/full", os.O_WRONLY)
    assert log.append([event(5)], 1) == [6]
    os.close(log._mirror)
    log._mirror = good
    assert not verify_log(kept).ok
    assert log.append([event(6)], 1) == [7]
    assert verify_log(kept).ok
    log.close()


def test_an_error_of_unknown_outcome_closes_the_log_until_reopened(kept):
    log = EventLog.open(kept, "s1")
    with sqlite3.connect(path(kept, "log.sqlite")) as other:
        other.execute("DROP TABLE lines")
    other.close()
    with pytest.raises(LogFailed, match="no such table"):
        log.append([event(5)], 1)
    with pytest.raises(LogFailed, match="opened again"):
        log.append([event(5)], 1)
    log.close()


def test_full_then_broken_is_broken(kept):
    log = EventLog.open(kept, "s1")
    limit(log, log._db.execute("PRAGMA page_count").fetchone()[0])
    log._release = lambda: bool(log._db.execute("DROP TABLE lines"))
    with pytest.raises(LogFailed, match="no such table"):
        log.append([(BY, {"is": "x", "text": "x" * 100_000})], 1)
    log.close()


def test_a_folder_whose_database_cannot_be_made_is_left_unlocked(folder):
    os.makedirs(path(folder, "log.sqlite"))
    for _ in range(2):
        with pytest.raises((Malformed, sqlite3.Error)):
            EventLog.open(folder, "s1", create=True)


# --- any change is seen; any bytes are survived -----------------------------------------------------------------


@settings(max_examples=int(os.environ.get("MUTATIONS", "500")), deadline=None)
@given(where=st.floats(0, 1, exclude_max=True), how=st.sampled_from(["flip", "drop", "double", "cut"]), bit=st.integers(0, 7))
def test_any_single_change_of_the_mirror_is_found(tmp_path_factory, where, how, bit):
    folder = _five(tmp_path_factory)
    mirror = path(folder, "log.jsonl")
    data = bytearray(mirror.read_bytes())
    at = int(where * len(data))
    whole = bytes(data)
    if how == "flip":
        data[at] ^= 1 << bit
    elif how == "cut":
        del data[at:]
    else:
        begin = whole.rfind(b"\n", 0, at) + 1
        line = whole[begin : whole.index(b"\n", at) + 1]
        data[begin : begin + len(line)] = b"" if how == "drop" else line * 2
    mirror.write_bytes(bytes(data))
    try:
        assert not verify_log(folder).ok
    finally:
        mirror.write_bytes(whole)


def _five(tmp_path_factory, made=[]):  # noqa: B006 - made once for all examples
    if not made:
        folder = str(tmp_path_factory.mktemp("log") / "s1")
        log = EventLog.open(folder, "s1", create=True)
        log.append([event(n) for n in range(5)], 1)
        log.close()
        made.append(folder)
    return made[0]


@given(st.lists(st.binary(max_size=80), max_size=4))
def test_any_bytes_as_lines_give_entries_or_malformed(rows):
    try:
        for entry in lines.entries(rows):
            assert entry.seq > 0
    except Malformed:
        pass


def test_deeply_nested_line_is_malformed():
    with pytest.raises(Malformed):
        lines.read(b'{"v":1,"by":' + b"[" * 100_000 + b"]" * 100_000 + b"}", None, 1, GENESIS)


# --- kill -9 -----------------------------------------------------------------------------------------------------


def test_kill_9_loses_no_acknowledged_event(tmp_path):
    for trial in range(int(os.environ.get("KILLS", "10"))):
        folder = str(tmp_path / f"s{trial}")
        env = {**os.environ, "PYTHONPATH": str(ROOT)}
        child = subprocess.Popen([sys.executable, "-c", CHILD, folder], stdout=subprocess.PIPE, env=env)
        child.stdout.readline()
        time.sleep(random.uniform(0, 0.15))
        child.send_signal(signal.SIGKILL)
        acknowledged = [int(line) for line in child.stdout.read().split()]
        child.wait()
        child.stdout.close()
        entries = reopened(folder)
        assert len(entries) >= max(acknowledged, default=3)
        assert len(entries) % 3 == 0, "all or none"
        assert verify_log(folder).ok
