"""The worker process of exports: what it is allowed, what it says, and that it does not outlive its server."""

import os
import signal
import subprocess
import sys
import time

import msgspec
import pytest
from kit.export_material import recorded
from kit.hubs import ROOT

from recordings.export.asks import Ask
from server.export_orders import News, Order


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return recorded(tmp_path_factory.mktemp("data") / "play", 6)


def order(folder, path, **asked):
    return msgspec.json.encode(Order(folder, str(path), Ask(**asked).settled(), "play")) + b"\n"


def worker(**more):
    return subprocess.Popen(
        [sys.executable, "-m", "server.export_job"], cwd=ROOT, env={"PYTHONPATH": ROOT, "PATH": os.defpath},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, **more,
    )  # fmt: skip


def told(data):
    return [msgspec.json.decode(line, type=News) for line in data.splitlines()]


def test_it_tells_how_far_it_is_and_what_it_made(folder, tmp_path):
    out, _ = worker().communicate(order(folder, tmp_path / "a.mp4", kind="programme", size="1080", tiles="full"), 120)
    news = told(out)
    assert news[0] == News(0.0)
    assert news[-1].made.bytes == (tmp_path / "a.mp4").stat().st_size
    assert [one.fraction for one in news] == sorted(one.fraction for one in news)


@pytest.mark.parametrize(("asked", "code"), [({"kind": "still", "from_ms": 99_999}, "export-range"), ({"kind": "site", "source": "chi/camera"}, "export-empty")])
def test_a_refusal_is_told(folder, tmp_path, asked, code):
    out, _ = worker().communicate(order(folder, tmp_path / "a", **asked), 60)
    assert told(out)[-1].code == code
    assert os.listdir(tmp_path) == []


def test_a_record_that_cannot_be_read_is_told(tmp_path):
    (tmp_path / "log.jsonl").write_bytes(b"{}\n")
    out, _ = worker().communicate(order(str(tmp_path), tmp_path / "a", kind="programme"), 60)
    assert told(out)[-1].code == "export-failed"
    assert told(out)[-1].why


def state_of(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as file:
            return file.read().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return "gone"


def test_one_that_stands_still_ends_with_its_server(folder, tmp_path):
    code = (
        "import subprocess, sys, signal, time;"
        "one = subprocess.Popen([sys.executable, '-m', 'server.export_job'], stdin=subprocess.PIPE, stdout=subprocess.PIPE);"
        "one.stdin.write(bytes.fromhex(sys.argv[1])); one.stdin.flush(); one.stdout.readline();"
        "one.send_signal(signal.SIGSTOP); print(one.pid, flush=True); time.sleep(600)"
    )
    words = order(folder, tmp_path / "a.mp4", kind="programme", size="1080").hex()
    server = subprocess.Popen([sys.executable, "-c", code, words], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    pid = int(server.stdout.readline())
    deadline = time.monotonic() + 20
    while state_of(pid) not in ("T", "t"):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    server.send_signal(signal.SIGKILL)
    server.wait()
    server.stdout.close()
    deadline = time.monotonic() + 20
    while state_of(pid) not in ("gone", "Z"):  # a dead one waits for whoever inherited it
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_the_server_itself_draws_and_mixes_nothing():
    code = "import sys, server.app; print([name for name in ('PIL', 'numpy') if name in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
