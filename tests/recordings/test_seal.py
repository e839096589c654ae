import json
import os
import threading

import msgspec
import pytest
from msgspec.structs import replace

from recordings.manifest import write_manifest
from recordings.seal import Checkpoint, LogKey, Seal, checkpoint_holds, read_seal, seal_holds
from signaling.errors import Malformed


@pytest.fixture
def key(tmp_path):
    return LogKey.at(str(tmp_path / "keys" / "log.key"))


def test_the_key_is_made_once_and_only_its_owner_reads_it(tmp_path):
    path = str(tmp_path / "keys" / "log.key")
    found = []
    threads = [threading.Thread(target=lambda: found.append(LogKey.at(path).public)) for _ in range(4)]
    for thread in threads:
        thread.start()
        thread.join()
    assert len(set(found)) == 1
    assert os.stat(path).st_mode & 0o777 == 0o600
    with open(path, "wb") as file:
        file.write(b"short")
    with pytest.raises(Malformed):
        LogKey.at(path)


def test_a_checkpoint_holds_until_anything_in_it_changes(key, tmp_path):
    made = key.checkpoint("s", (7, "ab" * 32), {"an~camera~1.webm": "cd" * 32}, 3, 12)
    assert checkpoint_holds(made) and checkpoint_holds(made, key.public)
    other = LogKey.at(str(tmp_path / "other.key"))
    assert not checkpoint_holds(made, other.public)
    for name, value in {"seq": 6, "head": "00" * 32, "heads": {}, "epoch": 2, "at": 13, "session": "t", "sig": "zz", "key": other.public}.items():
        assert not checkpoint_holds(replace(made, **{name: value})), name
    assert msgspec.json.decode(msgspec.json.encode(made), type=Checkpoint) == made


def test_a_seal_vouches_for_exactly_one_manifest(key, tmp_path):
    folder = str(tmp_path)
    assert read_seal(folder) is None
    write_manifest(folder)
    made = key.seal(folder, 5)
    assert read_seal(folder) == made
    assert seal_holds(folder, made)
    assert not seal_holds(folder, replace(made, manifest="00" * 32))
    with open(tmp_path / "manifest.json", encoding="utf-8") as file:
        data = file.read()
    (tmp_path / "manifest.json").write_text(data.replace('"v":1', '"v": 1'), encoding="utf-8")
    assert not seal_holds(folder, made)
    (tmp_path / "manifest.json").write_text("[]", encoding="utf-8")
    assert not seal_holds(folder, made)
    os.unlink(tmp_path / "manifest.json")
    assert not seal_holds(folder, made)


def test_a_signature_of_one_kind_is_none_of_the_other(key, tmp_path):
    write_manifest(str(tmp_path))
    seal = key.seal(str(tmp_path), 1)
    point = key.checkpoint("s", (1, "ab" * 32), {}, 1, 1)
    assert not seal_holds(str(tmp_path), replace(seal, sig=point.sig))
    assert not checkpoint_holds(replace(point, sig=seal.sig))


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"\xff", json.dumps({"v": 1, "more": 2}).encode()])
def test_what_is_no_seal_is_malformed(tmp_path, data):
    (tmp_path / "seal.json").write_bytes(data)
    with pytest.raises(Malformed):
        read_seal(str(tmp_path))
    assert Seal("a", "b", "c", 1).v == 1
