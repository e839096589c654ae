import json
import os
import pathlib
import signal
import sqlite3
import subprocess
import sys
import threading

import pytest

from recordings.chain import GENESIS, canonical, digest
from recordings.disk import RESERVE, make_reserve
from recordings.log import EventLog, LogFailed, LogFull, read_log, verify_log
from signaling.errors import Malformed

ROOT = pathlib.Path(__file__).resolve().parents[2]
BY = {"seat": "p-1", "role": "operator"}


def fill(folder, count=3, session="s1"):
    log = EventLog.open(str(folder), session, create=True)
    for n in range(count):
        log.append([(BY, {"is": "item.taken", "item": f"mục-{n}"})], 1_000_000 + n)
    return log


def test_lines_are_what_the_readme_says(tmp_path):
    log = fill(tmp_path)
    log.close()
    lines = (tmp_path / "log.jsonl").read_bytes().splitlines()
    prev = GENESIS
    for n, line in enumerate(lines, 1):
        found = json.loads(line)
        assert canonical(found) == line
        assert (found["v"], found["session"], found["seq"], found["prev"]) == (1, "s1", n, prev)
        prev = digest(line)
    assert log.head == (3, prev)



def test_all_or_none_and_read_from_anywhere(tmp_path):
    log = fill(tmp_path)
    assert log.append([(BY, {"is": "a"}), (BY, {"is": "b"})], 5) == [4, 5]
    with pytest.raises(TypeError):
        log.append([(BY, {"is": "c"}), (BY, {"is": "d", "x": 0.5})], 6)
    assert [entry.event["is"] for entry in log.read(3)] == ["a", "b"]
    found = []
    thread = threading.Thread(target=lambda: found.extend(read_log(str(tmp_path), "s1")))
    thread.start()
    thread.join()
    assert found == list(log.read())
    assert found[1].prev == found[0].hash
    with pytest.raises(LogFailed):
        EventLog.open(str(tmp_path), "s1")
    log.close()


def test_no_log_and_another_session(tmp_path):
    with pytest.raises(Malformed):
        EventLog.open(str(tmp_path), "s1")
    with pytest.raises(Malformed):
        list(read_log(str(tmp_path), "s1"))
    fill(tmp_path).close()
    with pytest.raises(Malformed):
        EventLog.open(str(tmp_path), "s2")
    with pytest.raises(Malformed):
        list(read_log(str(tmp_path), "s2"))


@pytest.mark.parametrize("damage", ["zeros", "removed", "text"])
def test_damaged_database_is_rebuilt_from_the_mirror(tmp_path, damage):
    fill(tmp_path, 50).close()
    path = tmp_path / "log.sqlite"
    data = path.read_bytes()
    if damage == "zeros":
        path.write_bytes(data[:100] + bytes(len(data) - 100))
    elif damage == "text":
        path.write_bytes(b"this was a database once")
    else:
        path.unlink()
    assert not verify_log(str(tmp_path)).ok
    log = EventLog.open(str(tmp_path), "s1")
    assert log.head[0] == 50
    assert log.append([(BY, {"is": "on"})], 9) == [51]
    log.close()
    assert verify_log(str(tmp_path)).ok
    assert (damage == "removed") == (not list(tmp_path.glob("log.sqlite.damaged-*")))


def test_mirror_is_brought_to_what_the_database_keeps(tmp_path):
    fill(tmp_path, 5).close()
    path = tmp_path / "log.jsonl"
    path.write_bytes(path.read_bytes()[:-40])
    assert not verify_log(str(tmp_path)).ok
    EventLog.open(str(tmp_path), "s1").close()
    assert verify_log(str(tmp_path)).ok
    assert len(list(read_log(str(tmp_path), "s1"))) == 5


def test_both_damaged_is_said(tmp_path):
    fill(tmp_path, 5).close()
    (tmp_path / "log.sqlite").write_bytes(b"x" * 5000)
    (tmp_path / "log.jsonl").write_bytes(b"{}\n")
    with pytest.raises(Malformed):
        EventLog.open(str(tmp_path), "s1")


class _Full(sqlite3.OperationalError):
    sqlite_errorcode = sqlite3.SQLITE_FULL


class _FullDisk:
    """A connection whose commits fail so many times."""

    def __init__(self, db, times):
        self.db, self.times, self.in_transaction = db, times, False

    def execute(self, *args):
        if self.times and args[0].startswith("BEGIN"):
            self.times -= 1
            raise _Full
        return self.db.execute(*args)

    def executemany(self, *args):
        return self.db.executemany(*args)

    def close(self):
        self.db.close()


@pytest.mark.parametrize("times", [1, 2])
def test_full_disk_frees_the_reserve_and_tries_once_more(tmp_path, times):
    log = fill(tmp_path)
    assert make_reserve(str(tmp_path), 1 << 16)
    log._db = _FullDisk(log._db, times)
    if times == 1:
        assert log.append([(BY, {"is": "x"})], 7) == [4]
    else:
        with pytest.raises(LogFull):
            log.append([(BY, {"is": "x"})], 7)
        assert log.append([(BY, {"is": "y"})], 7) == [4]
    assert not (tmp_path / RESERVE).exists()
    log.close()
    assert verify_log(str(tmp_path)).ok


def test_full_disk_for_real(small_disk):
    log = EventLog.open(small_disk, "s1", create=True)
    assert make_reserve(small_disk, 1 << 20)
    kept = 0
    with pytest.raises(LogFull):
        while True:
            log.append([(BY, {"is": "x", "fill": "x" * 50_000})], kept)
            kept += 1
    assert kept > 10
    assert not os.path.exists(os.path.join(small_disk, RESERVE))
    assert len(list(log.read())) == kept
    log.close()


CHILD = """
import sys
sys.path.insert(0, sys.argv[2])
from recordings.log import EventLog
log = EventLog.open(sys.argv[1], "s1", create=True)
while True:
    for seq in log.append([({"seat": "p-1"}, {"is": "tick"})] * (1 + log.head[0] % 3), log.head[0]):
        print(seq, flush=True)
"""


def test_kill_9_loses_no_acknowledged_event(tmp_path):
    told = 0
    for n in range(int(os.environ.get("KILLS", "10"))):
        child = subprocess.Popen([sys.executable, "-c", CHILD, str(tmp_path), str(ROOT)], stdout=subprocess.PIPE)
        for _ in range(5 + 7 * n):
            told = int(child.stdout.readline())
        child.send_signal(signal.SIGKILL)
        rest = child.communicate()[0].split()
        told = int(rest[-1]) if rest and rest[-1].isdigit() else told
        log = EventLog.open(str(tmp_path), "s1")
        assert log.head[0] >= told
        log.close()
        assert verify_log(str(tmp_path)).ok
