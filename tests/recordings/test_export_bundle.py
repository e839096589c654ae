"""Bundles: whole, provable away from here, and never trusted when they come back."""

import io
import os
import random
import shutil
import stat
import struct
import subprocess
import sys
import tracemalloc
import warnings
import zipfile

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from kit.recording_material import Studio, on_time, programme

from recordings.chain import canonical, digest
from recordings.export.bundle import LISTING, write
from recordings.export.viewer import Viewer
from recordings.verify import verify
from recordings.verify_bundle import verify_bundle
from signaling.errors import Refused


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("record")
    studio = Studio(folder)
    for source in ("ha-noi/camera", "hub/table"):
        take = studio.take(source)
        studio.play(take, on_time(programme(3)))
        take.end("closed", studio.now)
        studio.keeping.once(studio.now)
    studio.close(take)
    (folder / "exports").mkdir()
    (folder / "exports" / "old.mp4").write_bytes(b"x")
    (folder / "captions").mkdir()
    (folder / "captions" / "vi.vtt").write_text("WEBVTT\n")
    return folder


@pytest.fixture(scope="module")
def bundle(folder, tmp_path_factory):
    path = tmp_path_factory.mktemp("bundle") / "a.zip"
    player = tmp_path_factory.mktemp("player")
    (player / "index.html").write_text("<!doctype html>")
    (player / "viewer.js").write_text("1")
    told = []
    write(str(folder), str(path), told.append, viewer=Viewer(str(player), {"session": "s1", "scenes": []}, []))
    assert told == sorted(told)
    return path


def again(bundle, path, change, *, relist=False):
    """Write the bundle anew, each file as `change(name, data)` says: other data, None for none, or pairs."""
    with zipfile.ZipFile(bundle) as old, zipfile.ZipFile(path, "w") as new:
        listed = []
        for name in old.namelist():
            if name == LISTING and relist:
                listing = {"v": 1, "files": listed}
                new.writestr(LISTING, canonical(listing | {"sha": digest(canonical(listing))}) + b"\n")
                continue
            data = change(name, old.read(name))
            if data is not None:
                new.writestr(name, data)
                listed.append([name, len(data), digest(data)])
    return str(path)


def says(path):
    return "\n".join(verify_bundle(str(path)).lines())


def test_a_bundle_is_whole_and_proves_itself(bundle, folder):
    verdict, there = verify_bundle(str(bundle)), verify(str(folder))
    assert verdict.ok, verdict.lines()
    assert (verdict.clips, verdict.head) == (2, there.head)
    with zipfile.ZipFile(bundle) as archive:
        names = archive.namelist()
        assert all(one.compress_type == zipfile.ZIP_STORED for one in archive.infolist())
    assert {"README.txt", "log.jsonl", "log.sqlite", "manifest.json", "captions/vi.vtt", "player/viewer.js", "player/record.js"} <= set(names)
    assert not any("exports" in name or name == "reserve.bin" for name in names)
    assert names[-1] == LISTING


def test_the_same_record_gives_the_same_bytes(folder, tmp_path):
    for name in ("a", "b"):
        write(str(folder), str(tmp_path / name), lambda fraction: None)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_the_verifier_inside_works_alone(bundle, tmp_path):
    with zipfile.ZipFile(bundle) as archive:
        archive.extractall(tmp_path)
    site = os.path.dirname(os.path.dirname(msgspec.__file__))
    code = f"import sys; sys.path[:0] = ['.', {site!r}]; import runpy; sys.argv = ['v', '..']; runpy.run_module('recordings.verify', run_name='__main__')"
    run = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code], cwd=tmp_path / "verifier", capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    assert "integrity: good" in run.stdout
    assert f"head: {verify_bundle(str(bundle)).head}" in run.stdout


def mutated(data, dice):
    """Bytes that are not what they were: flipped, taken out, exchanged, cut off, in another order, made longer."""
    at, n = dice.randrange(len(data)), dice.randrange(1, 300)
    match dice.choice(["flip", "delete", "swap", "truncate", "reorder", "insert"]):
        case "flip":
            return data[:at] + bytes([data[at] ^ 1 << dice.randrange(8)]) + data[at + 1 :]
        case "delete":
            return data[:at] + data[at + n :]
        case "swap":
            return data[:at] + data[at + n : at + 2 * n] + data[at : at + n] + data[at + 2 * n :]
        case "truncate":
            return data[:at]
        case "reorder":
            lines = data.splitlines(keepends=True)
            dice.shuffle(lines)
            return b"".join(lines)
        case _:
            return data[:at] + dice.randbytes(n) + data[at:]


PROVEN = ("log.jsonl", "manifest.json", "tracks/ha-noi~camera~1.webm", "tracks/ha-noi~camera~1.webm.idx", "tracks/hub~table~1.webm",
          "tracks/hub~table~1.webm.idx")  # fmt: skip
"""What chains prove even to whoever wrote a fresh listing."""


def test_any_mutation_of_a_bundle_is_found(bundle, tmp_path):
    """Half of them with a listing made to fit; now and then a whole file goes, or two change places."""
    dice, path = random.Random(20_261_124), tmp_path / "b.zip"
    with zipfile.ZipFile(bundle) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    count = 0
    while count < int(os.environ.get("MUTATIONS", "500")):
        relist = dice.random() < 0.5
        name = dice.choice(PROVEN if relist else [one for one in files if one != LISTING and files[one]])
        other = dice.choice([one for one in PROVEN if one != name])
        kind = dice.random()
        new = {name: None} if kind < 0.05 else {name: files[other], other: files[name]} if kind < 0.1 else {name: mutated(files[name], dice)}
        if all(data == files[one] for one, data in new.items()):
            continue
        count += 1
        again(bundle, path, lambda one, data, new=new: new.get(one, data), relist=relist)
        assert not verify_bundle(str(path)).ok, (name, sorted(new), relist, count)


def test_any_changed_byte_of_the_archive_is_found(bundle, tmp_path):
    dice, data = random.Random(20_261_124), bundle.read_bytes()
    path = tmp_path / "b.zip"
    with zipfile.ZipFile(bundle) as archive:
        spans = [(one.header_offset + 30 + len(one.filename) + 20, one.file_size, one.filename) for one in archive.infolist()]
    for _ in range(int(os.environ.get("MUTATIONS", "500")) // 5):
        begin, size, name = dice.choice([one for one in spans if one[1]])
        at = begin + dice.randrange(size)
        path.write_bytes(data[:at] + bytes([data[at] ^ 1 << dice.randrange(8)]) + data[at + 1 :])
        assert not verify_bundle(str(path)).ok, (name, at)


def test_a_forged_record_with_a_fresh_listing_is_found_by_its_chains(bundle, tmp_path):
    def forge(name, data):
        return data[:-300] + bytes([data[-300] ^ 1]) + data[-299:] if name == "tracks/hub~table~1.webm" else data

    assert "hub~table~1.webm: cluster at" in says(again(bundle, tmp_path / "b.zip", forge, relist=True))

    def leave_out(name, data):
        return None if name.startswith("tracks/hub~table~1") else data

    assert "in the event log, but not in the folder" in says(again(bundle, tmp_path / "c.zip", leave_out, relist=True))
    assert "not in the bundle" in says(again(bundle, tmp_path / "d.zip", leave_out))
    only_index = lambda name, data: None if name == "tracks/hub~table~1.webm" else data  # noqa: E731
    assert "not in the bundle" in says(again(bundle, tmp_path / "e.zip", only_index, relist=True))


def evil(name="x", data=b"1", *, mode=0o100600, kind=zipfile.ZIP_STORED, twice=False):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a name that is there twice is what is wanted
        for _ in range(2 if twice else 1):
            entry = zipfile.ZipInfo(name)
            entry.external_attr, entry.compress_type = mode << 16, kind
            archive.writestr(entry, data)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (evil("../outside"), "leads elsewhere"), (evil("/etc/passwd"), "leads elsewhere"), (evil("tracks/../../x"), "leads elsewhere"),
        (evil("C:\\x"), "leads elsewhere"), (evil("documents/..%2fx/.."), "leads elsewhere"), (evil("tracks//x"), "leads elsewhere"),
        (evil("documents/x", mode=stat.S_IFLNK | 0o777), "a link or a device"), (evil("documents/d", mode=stat.S_IFIFO), "a link or a device"),
        (evil("log.jsonl", bytes(1 << 20), kind=zipfile.ZIP_DEFLATED), "packed"), (evil("log.jsonl", twice=True), "there twice"),
        (evil("virus.exe"), "does not belong"), (evil("tracks/x.webm"), "does not belong"), (b"PK\x05\x06" + bytes(18), "bundle.json: missing"),
        (b"", "not a zip"), (b"PK" * 5000, "not a zip"), (evil("log.jsonl")[:-30], "cut off"),
        (struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 60_000, 60_000, 90 << 20, 0, 0), "more than"),
        (struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0, 0), "cannot be found"),
        (struct.pack("<IQHHIIQQQQIQI", 0x06064B50, 44, 45, 45, 0, 0, 1 << 40, 1 << 40, 1 << 40, 0, 0x07064B50, 0, 1)
         + struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0), "more than"),
    ],
)  # fmt: skip
def test_archives_that_want_something_else(tmp_path, data, why):
    path = tmp_path / "evil.zip"
    path.write_bytes(data)
    before = sorted(os.listdir(tmp_path))
    verdict = verify_bundle(str(path))
    assert not verdict.ok
    assert why in "\n".join(verdict.lines())
    assert sorted(os.listdir(tmp_path)) == before


def test_files_that_lie_over_each_other(tmp_path):
    """One stretch of bytes named by many entries is how a small archive unpacks for ever."""
    data = bytearray(evil("documents/a", bytes(5_000)))
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as archive:
        directory = archive.start_dir
    entry = bytes(data[directory : directory + 46 + 11])
    second = bytearray(entry)
    second[-1:] = b"b"
    end = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 2, 2, 2 * len(entry), directory, 0)
    path = tmp_path / "evil.zip"
    path.write_bytes(bytes(data[:directory]) + entry + bytes(second) + end)
    assert "lie over each other" in says(path)


@given(st.binary(max_size=300) | st.builds(lambda a, b, n: a[:n] + b + a[n:], st.just(evil("log.jsonl", b"{}\n")), st.binary(max_size=30), st.integers(0, 150)))
def test_whatever_the_file_is_there_is_a_verdict(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("any") / "x.zip"
    path.write_bytes(data)
    assert not verify_bundle(str(path)).ok


def test_no_file_at_all(tmp_path):
    assert not verify_bundle(str(tmp_path / "none.zip")).ok
    os.mkfifo(tmp_path / "pipe.zip")
    assert "not a file" in says(tmp_path / "pipe.zip")


def test_a_big_master_is_not_held_in_memory(folder, tmp_path):
    copy = tmp_path / "big"
    shutil.copytree(folder, copy)
    (copy / "documents").mkdir()
    with open(copy / "documents" / "big.pdf", "wb") as file:
        file.truncate(300 << 20)
    tracemalloc.start()
    write(str(copy), str(tmp_path / "a.zip"), lambda fraction: None)
    assert verify_bundle(str(tmp_path / "a.zip")).ok
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 32 << 20


def test_a_clip_still_growing_goes_along_up_to_its_last_line(tmp_path):
    studio = Studio(tmp_path / "s")
    take = studio.take()
    studio.play(take, on_time(programme(3)))
    write(str(tmp_path / "s"), str(tmp_path / "a.zip"), lambda fraction: None)
    verdict = verify_bundle(str(tmp_path / "a.zip"))
    assert verdict.ok, verdict.lines()
    assert "has no last line" in "\n".join(verdict.lines())
    studio.close(take)
    with pytest.raises(Refused, match="export-empty"):
        write(str(tmp_path), str(tmp_path / "b.zip"), lambda fraction: None)
