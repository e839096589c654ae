"""`diemcau` as a command: a busy port and a folder it may not use are sentences with an exit code, not tracebacks."""

import os
import socket
import subprocess
import sys

import pytest
from kit.hubs import ROOT, free_port


def diemcau(*words, **env):
    return subprocess.run(
        [sys.executable, "-m", "server", *words], cwd=ROOT, env=os.environ | env, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize("kind", ["tcp", "udp"])
def test_a_busy_port_is_named(tmp_path, kind):
    port, local = free_port(), free_port()
    with socket.socket(type=socket.SOCK_STREAM if kind == "tcp" else socket.SOCK_DGRAM) as holder:
        holder.bind(("127.0.0.1", port))
        if kind == "tcp":
            holder.listen()
        run = diemcau("serve", "--loopback", "--data", str(tmp_path / "d"), "--port", str(port), "--local-port", str(local))
    assert run.returncode != 0
    assert str(port) in run.stderr
    assert "PORT=" in run.stderr
    assert "Traceback" not in run.stderr + run.stdout


def test_a_folder_that_is_a_file_is_said(tmp_path):
    (tmp_path / "d").write_text("not a folder")
    run = diemcau("serve", "--loopback", "--data", str(tmp_path / "d"), "--port", "0", "--local-port", "0")
    assert run.returncode != 0
    assert "Traceback" not in run.stderr + run.stdout
    assert run.stderr.strip()


def test_a_port_that_is_no_number_is_said():
    run = diemcau("serve", PORT="eight")
    assert run.returncode != 0
    assert "PORT" in run.stderr
    assert "Traceback" not in run.stderr


@pytest.mark.parametrize("verb", ["serve", "simulate", "verify", "check", "run"])
def test_every_verb_explains_itself(verb):
    run = diemcau(verb, "--help")
    assert run.returncode == 0
    assert "usage" in run.stdout


def test_verify_of_nothing_is_no_success(tmp_path):
    run = diemcau("verify", str(tmp_path))
    assert run.returncode != 0
    assert "Traceback" not in run.stderr
