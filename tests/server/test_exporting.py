"""`diemcau export` and `diemcau verify` on what it made."""

import hashlib
import os
import subprocess
import sys
from typing import get_args

import pytest
from kit.export_material import Film, recorded
from kit.hubs import ROOT

from recordings.export.asks import Format, Kind
from recordings.verify import verify
from server.exporting import FORMATS, KINDS


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return recorded(tmp_path_factory.mktemp("data") / "play", 4)


def diemcau(where, *words):
    return subprocess.run(
        [sys.executable, "-m", "server", *words], cwd=where, env=os.environ | {"PYTHONPATH": ROOT}, capture_output=True, text=True, check=False
    )


def test_a_film_from_a_folder(folder, tmp_path):
    run = diemcau(tmp_path, "export", folder, "--from", "0:02", "--to", "3.5", "--out", "a.mp4")
    assert run.returncode == 0, run.stderr
    digest, _, path = run.stdout.strip().partition("  ")
    assert digest == hashlib.sha256((tmp_path / "a.mp4").read_bytes()).hexdigest()
    assert path == str(tmp_path / "a.mp4")
    assert "100 %" in run.stderr
    assert Film(path).duration == pytest.approx(1.5, abs=0.06)
    assert verify(folder).ok  # nothing in the record has changed


def test_a_bundle_verifies_and_a_spoilt_one_does_not(folder, tmp_path):
    assert diemcau(tmp_path, "export", folder, "--kind", "bundle").returncode == 0
    path = tmp_path / "play-bundle.zip"
    assert diemcau(tmp_path, "verify", str(path)).returncode == 0
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    run = diemcau(tmp_path, "verify", str(path))
    assert run.returncode == 1
    assert "NOT GOOD" in run.stdout


@pytest.mark.parametrize(
    ("words", "code", "why"),
    [(["--kind", "site"], 1, "export-wrong"), (["--from", "x"], 2, "invalid"), (["--from", "99:00"], 1, "export-range"), (["--kind", "all"], 2, "invalid choice")],
)  # fmt: skip
def test_what_cannot_be_is_a_sentence(folder, tmp_path, words, code, why):
    run = diemcau(tmp_path, "export", folder, *words)
    assert (run.returncode, os.listdir(tmp_path)) == (code, [])
    assert why in run.stderr
    assert "Traceback" not in run.stderr


def test_a_folder_that_is_none(tmp_path):
    run = diemcau(tmp_path, "export", "nowhere")
    assert run.returncode == 1
    assert "nowhere" in run.stderr
    run = diemcau(tmp_path, "export", str(tmp_path))
    assert run.returncode == 1
    assert "Traceback" not in run.stderr


def test_the_command_offers_everything_but_captions():
    assert get_args(Kind) == (*KINDS, "captions")
    assert get_args(Format) == (*FORMATS, "vtt")
