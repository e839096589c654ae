"""The verifier in one file: alone in a bundle, and as strict as the other about bytes."""

import json
import os
import random
import subprocess
import sys
import zipfile

import pytest
from kit import pdfs
from kit.recording_material import Studio, on_time, programme

from recordings.export.bundle import write
from recordings.manifest import write_manifest
from recordings.seal import log_key, seal, write_seal
from recordings.single import ENGLISH, check
from recordings.wording import catalogue


@pytest.fixture(scope="module")
def record(tmp_path_factory):
    folder = tmp_path_factory.mktemp("record")
    studio = Studio(folder)
    take = studio.take("hub/camera")
    studio.play(take, on_time(programme(3)))
    take.end("closed", studio.now)
    studio.keeping.once(studio.now)
    studio.close(take)
    from kit.forgery import sha

    (folder / "documents").mkdir()
    (folder / "documents" / f"{sha(pdfs.plain())}.pdf").write_bytes(pdfs.plain())
    write_manifest(str(folder))
    write_seal(str(folder), seal(str(folder), log_key(str(tmp_path_factory.mktemp("key") / "log.key")), "s", (5, 1)))
    return folder


@pytest.fixture(scope="module")
def bundle(record, tmp_path_factory):
    path = tmp_path_factory.mktemp("bundle") / "a.zip"
    write(str(record), str(path), lambda fraction: None)
    return path


def test_folder_and_bundle_are_whole(record, bundle):
    for path in (record, bundle):
        good, sentences = check(str(path))
        assert good, sentences
        assert "1 clips, 1 documents" in sentences[1]
        assert any("the key" in one for one in sentences)


def test_it_runs_alone_out_of_the_bundle_and_speaks_both_languages(bundle, tmp_path):
    with zipfile.ZipFile(bundle) as archive:
        archive.extract("verifier/check.py", tmp_path)
    run = subprocess.run(
        [sys.executable, "-I", "-S", tmp_path / "verifier/check.py", bundle], capture_output=True, text=True, check=False, cwd="/"
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "INTEGRITY: good / TOÀN VẸN: hợp lệ" in run.stdout
    assert "pip install cryptography" in run.stdout  # without it the seal's signature stays open


def test_any_single_mutation_is_found(record):
    dice = random.Random(20_261_125)
    skip = {"log.sqlite", "reserve.bin", "seal.tsr"}
    paths = [path for path in sorted(record.rglob("*")) if path.is_file() and path.name not in skip]
    for _ in range(int(os.environ.get("MUTATIONS", "100"))):
        path = dice.choice(paths)
        data = path.read_bytes()
        at = dice.randrange(len(data))
        path.write_bytes(data[:at] + bytes([data[at] ^ 1 << dice.randrange(8)]) + data[at + 1 :])
        try:
            assert not check(str(record))[0], (path.name, at)
        finally:
            path.write_bytes(data)
    assert check(str(record))[0]


@pytest.mark.parametrize("data", [b"", b"PK", b"{}"])
def test_what_is_no_record_is_not_good(tmp_path, data):
    (tmp_path / "x.zip").write_bytes(data)
    assert not check(str(tmp_path / "x.zip"))[0]
    assert not check(str(tmp_path / "absent"))[0]


def test_its_words_are_those_of_the_catalogues():
    for code, text in ENGLISH.items():
        assert catalogue("en")[f"doc.single.{code}"] == text
        assert catalogue("vi")[f"doc.single.{code}"]
    assert json.dumps(ENGLISH)
