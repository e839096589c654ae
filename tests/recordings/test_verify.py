import os
import random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kit.recording_material import Studio, on_time, programme

from recordings.log import EventLog, verify_log
from recordings.verify import verify

SEED = 20_261_123


@pytest.fixture(scope="module")
def record(tmp_path_factory):
    """A finished folder with two clips, as {path: bytes}."""
    folder = tmp_path_factory.mktemp("record")
    studio = Studio(folder)
    for source in ("ha-noi/camera", "hub/table"):
        take = studio.take(source)
        studio.play(take, on_time([one for one in programme(4) if not 1_500_000 < one[2] < 1_800_000]))
        take.end("closed", studio.now)
        studio.keeping.once(studio.now)
    studio.close(take)
    assert verify(str(folder)).ok, verify(str(folder)).lines()
    return folder


def mutate(data, dice):
    at = dice.randrange(len(data))
    match dice.choice(["flip", "delete", "swap", "truncate", "insert", "zero"]):
        case "flip":
            return data[:at] + bytes([data[at] ^ 1 << dice.randrange(8)]) + data[at + 1 :]
        case "delete":
            return data[:at] + data[at + dice.randrange(1, 200) :]
        case "swap":
            n = dice.randrange(1, 300)
            return data[:at] + data[at + n : at + 2 * n] + data[at : at + n] + data[at + 2 * n :]
        case "truncate":
            return data[:at]
        case "insert":
            return data[:at] + dice.randbytes(dice.randrange(1, 50)) + data[at:]
        case _:
            return data[:at] + bytes(min(50, len(data) - at)) + data[at + 50 :]


def test_any_single_mutation_is_found(record):
    dice = random.Random(SEED)
    paths = [*sorted((record / "tracks").iterdir()), record / "log.jsonl", record / "manifest.json"]
    count = 0
    while count < int(os.environ.get("MUTATIONS", "500")):
        path = dice.choice(paths)
        data = path.read_bytes()
        changed = mutate(data, dice)
        if changed == data:
            continue
        count += 1
        path.write_bytes(changed)
        verdict = verify(str(record))
        path.write_bytes(data)
        assert not verdict.ok, (path.name, count)
    assert verify(str(record)).ok


def test_a_line_taken_off_each_end_and_a_file_taken_away_are_found(record):
    for path in [*sorted((record / "tracks").iterdir()), record / "log.jsonl", record / "manifest.json"]:
        data = path.read_bytes()
        path.unlink()
        assert not verify(str(record)).ok, path.name
        if path.suffix in (".idx", ".jsonl"):
            lines = data.splitlines(keepends=True)
            for n in (0, 1, len(lines) // 2, len(lines) - 2, len(lines) - 1):
                path.write_bytes(b"".join(lines[:n] + lines[n + 1 :]))
                assert not verify(str(record)).ok, (path.name, n)
        path.write_bytes(data)
    assert verify(str(record)).ok


def test_the_first_bad_cluster_is_named(record):
    path = record / "tracks" / "hub~table~1.webm"
    data = path.read_bytes()
    path.write_bytes(data[:-900] + b"\0" + data[-899:])
    verdict = verify(str(record))
    path.write_bytes(data)
    assert any("hub~table~1.webm: cluster at" in line for line in verdict.lines())
    assert verdict.completeness.ok
    assert msgspec.json.decode(msgspec.json.encode(verdict))["ok"] is False


def test_a_clip_nobody_logged_and_one_that_lost_its_end(tmp_path):
    studio = Studio(tmp_path)
    take = studio.take()
    studio.play(take, on_time(programme(4)))
    assert verify(str(tmp_path)).ok  # still growing
    studio.close(take)
    assert verify(str(tmp_path)).ok
    index = tmp_path / "tracks" / "ha-noi~camera~1.webm.idx"
    index.write_bytes(b"".join(index.read_bytes().splitlines(keepends=True)[:-1]))
    assert "does not end as the event log says" in "\n".join(verify(str(tmp_path)).lines())


NAMES = ["log.jsonl", "log.sqlite", "manifest.json", "tracks/a~b~1.webm", "tracks/a~b~1.webm.idx", "tracks/x"]
LINES = [b'{"c":[1,2,3,4],"h":"' + b"0" * 64 + b'"}\n', b"{}\n", b"[" * 5000 + b"\n", b'{"v":1}\n', b'{"h":1e999}\n']


@settings(max_examples=100)
@given(st.dictionaries(st.sampled_from(NAMES), st.sampled_from(LINES) | st.binary(max_size=60), max_size=6))
def test_whatever_is_in_the_folder_there_is_a_verdict(tmp_path_factory, files):
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "tracks").mkdir()
    for name, data in files.items():
        (folder / name).write_bytes(data)
    verdict = verify(str(folder))
    assert not verdict.ok
    assert verdict.lines()


def test_strange_things_in_the_folder(tmp_path):
    assert not verify(str(tmp_path / "absent")).ok
    (tmp_path / "tracks").mkdir()
    os.mkfifo(tmp_path / "tracks" / "a~b~1.webm.idx")
    os.mkfifo(tmp_path / "manifest.json")
    (tmp_path / "tracks" / "a~b~2.webm").mkdir()
    os.symlink("/", tmp_path / "tracks" / "a~b~3.webm.idx")
    assert not verify(str(tmp_path)).ok


@pytest.mark.parametrize("detail", [{}, {"heads": 3}, {"heads": [["a", "b", "c"]]}, {"bytes": "x", "h": None}])
def test_news_that_make_no_sense_are_said(tmp_path, detail):
    log = EventLog.open(str(tmp_path), "s1", create=True)
    for kind in ("heads", "closed", "opened"):
        event = {"is": "recorder.changed", "kind": kind, "clip": "a~b~1.webm", "detail": detail}
        log.append([({"seat": "x"}, event)], 1)
    log.close()
    assert verify_log(str(tmp_path)).ok
    assert not verify(str(tmp_path)).ok


def test_a_clock_that_went_back_is_said(tmp_path):
    log = EventLog.open(str(tmp_path), "s1", create=True)
    log.append([({}, {"is": "a"})], 2_000_000)
    log.append([({}, {"is": "b"})], 1_000_000)
    log.close()
    verdict = verify(str(tmp_path))
    assert verdict.ok
    assert not verdict.time.ok
    assert "1000 ms before event 2" in "\n".join(verdict.lines())
