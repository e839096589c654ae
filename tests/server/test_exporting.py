"""`diemcau export` and `diemcau verify` on what it made."""

import hashlib
import os
import shutil
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


def test_the_command_offers_everything_the_console_does():
    assert get_args(Kind) == KINDS
    assert get_args(Format) == FORMATS


ENGINE = "import sys; open(sys.argv[2], 'w').write(f'WEBVTT\\n\\n00:00:00.500 --> 00:00:01.000\\n{sys.argv[3]} said\\n')"


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_captions_by_a_captioner_in_both_languages(folder, tmp_path, lang):
    record = shutil.copytree(folder, tmp_path / "play")
    (tmp_path / "engine.py").write_text(ENGINE)
    command = f"{sys.executable} {tmp_path}/engine.py {{sound}} {{out}} {{lang}}"
    run = diemcau(tmp_path, "export", str(record), "--kind", "captions", "--lang", lang, "--from", "1", "--captioner", command)
    assert run.returncode == 0, run.stderr
    text = (tmp_path / "play-captions.vtt").read_text()
    assert f"00:00:01.500 --> 00:00:02.000\n{lang} said" in text, "times are the record's"
    assert (record / "captions" / f"{lang}.vtt").read_text() == text
    assert verify(str(record)).ok


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_captions_the_record_has_in_both_languages(folder, tmp_path, lang):
    record = shutil.copytree(folder, tmp_path / "play")
    (record / "captions").mkdir()
    (record / "captions" / f"{lang}.vtt").write_text("WEBVTT\n\n00:00:00.000 --> 00:00:01.000\nMột\n\n00:00:02.000 --> 00:00:03.000\nHai\n", encoding="utf-8")
    run = diemcau(tmp_path, "export", str(record), "--kind", "captions", "--lang", lang, "--from", "2", "--out", "a.vtt")
    assert run.returncode == 0, run.stderr
    assert (tmp_path / "a.vtt").read_text(encoding="utf-8") == "WEBVTT\n\n00:00:02.000 --> 00:00:03.000\nHai\n"
    other = {"vi": "en", "en": "vi"}[lang]
    for words in (["--lang", other], ["--lang", lang, "--from", "3.5"]):
        run = diemcau(tmp_path, "export", str(record), "--kind", "captions", "--out", "b.vtt", *words)
        assert (run.returncode, (tmp_path / "b.vtt").exists()) == (1, False)
        assert "no-captions" in run.stderr
        assert "Traceback" not in run.stderr


def test_a_captioner_that_names_no_sound_is_a_sentence(folder, tmp_path):
    run = diemcau(tmp_path, "export", folder, "--kind", "captions", "--captioner", "engine")
    assert (run.returncode, os.listdir(tmp_path)) == (1, [])
    assert "captioner" in run.stderr
