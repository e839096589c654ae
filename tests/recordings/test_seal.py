"""The log key, checkpoints and the seal."""

import os

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from kit import pdfs
from kit.pki import pki
from kit.recording_material import Studio, on_time, programme

from recordings.manifest import write_manifest
from recordings.seal import (
    Checkpoint,
    checkpoint,
    checkpoint_good,
    log_key,
    public_of,
    read_seal,
    seal,
    seal_good,
    stamped,
    write_seal,
)
from recordings.timestamps import read_token, token
from signaling.errors import Malformed

replace = msgspec.structs.replace


@pytest.fixture
def key(tmp_path):
    return log_key(str(tmp_path / "log.key"))


@pytest.fixture
def record(tmp_path):
    folder = tmp_path / "record"
    folder.mkdir()
    studio = Studio(folder)
    take = studio.take("hub/camera")
    studio.play(take, on_time(programme(3)))
    take.end("closed", studio.now)
    studio.keeping.once(studio.now)
    studio.close(take)
    (folder / "documents").mkdir()
    (folder / "documents" / "a.pdf").write_bytes(pdfs.plain())
    write_manifest(str(folder))
    return str(folder)


def test_the_key_is_made_once_and_only_its_owner_reads_it(tmp_path):
    path = str(tmp_path / "log.key")
    first = log_key(path)
    assert public_of(log_key(path)) == public_of(first)
    assert os.stat(path).st_mode & 0o777 == 0o600
    os.chmod(path, 0o640)
    with pytest.raises(Malformed):
        log_key(path)


def test_a_file_that_is_no_key_is_malformed(tmp_path):
    path = tmp_path / "log.key"
    path.write_bytes(b"short")
    path.chmod(0o600)
    with pytest.raises(Malformed):
        log_key(str(path))


POINT = Checkpoint("s", 7, "ab" * 32, {"hub~camera~1.webm": "cd" * 32}, 1, 5, "")


def test_a_checkpoint_is_good_for_its_key_and_what_it_says_alone(key, tmp_path):
    made = checkpoint(key, POINT)
    mine = public_of(key)
    assert checkpoint_good(made, mine)
    assert not checkpoint_good(made, public_of(log_key(str(tmp_path / "other"))))
    for spoilt in (replace(made, seq=8), replace(made, hash="00" * 32), replace(made, heads={}), replace(made, epoch=2),
                   replace(made, at_us=6), replace(made, session="t"), replace(made, sig=""), replace(made, sig="zz"), replace(made, v=2)):  # fmt: skip
        assert not checkpoint_good(spoilt, mine)


def test_a_seal_holds_manifest_log_tree_and_documents(key, record):
    made = seal(record, key, "s", (5, 1))
    assert seal_good(made)
    assert [name for name, _, _ in made.documents] == ["a.pdf"]
    assert made.merkle[1] > 3
    assert made.log is not None
    for spoilt in (replace(made, manifest="00" * 32), replace(made, log=None), replace(made, merkle=(made.merkle[0], 1)),
                   replace(made, documents=()), replace(made, at_us=6), replace(made, key="00" * 32)):  # fmt: skip
        assert not seal_good(spoilt)


def test_it_is_kept_with_its_token(key, record):
    assert read_seal(record) is None
    made = seal(record, key, "s", (5, 1))
    write_seal(record, made)
    assert read_seal(record) == (made, None)
    der, found = token(stamped(made), pki().stamper().response)
    write_seal(record, made, der)
    assert read_seal(record) == (made, der)
    assert read_token(der, stamped(made)) == found


@given(st.one_of(st.binary(max_size=80), st.just(b'{"v":1}\n')))
def test_any_bytes_are_a_seal_or_malformed(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("seal")
    (folder / "sealed").mkdir()
    (folder / "sealed" / "seal.json").write_bytes(data)
    with pytest.raises(Malformed):
        read_seal(str(folder))
