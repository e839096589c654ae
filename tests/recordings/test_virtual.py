import functools
import os
import pathlib
import shutil
import tempfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kit.recording_material import Studio, on_time, probe, programme

from recordings.recover import recover_clip, unfinished
from recordings.tracks import clips_of, index_of
from recordings.verify import verify
from recordings.virtual import open_clip
from signaling.errors import Malformed

CLIP = "ha-noi~camera~1.webm"


@functools.cache
def material(seconds=4):
    """A finished folder, as {name: bytes}."""
    with tempfile.TemporaryDirectory() as folder:
        studio = Studio(folder)
        take = studio.take()
        studio.play(take, on_time(programme(seconds)))
        studio.close(take)
        root = pathlib.Path(folder)
        return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def lay_out(folder, files):
    for name, data in files.items():
        path = pathlib.Path(folder, name)
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)


@settings(max_examples=60)
@given(st.floats(0, 1), st.floats(0, 1))
def test_any_prefix_of_a_master_is_recovered_and_opens_with_the_right_duration(media, lines):
    files = {name: data for name, data in material().items() if name.startswith("tracks/")}
    cut = dict(files)
    cut[f"tracks/{CLIP}"] = files[f"tracks/{CLIP}"][: int(media * len(files[f"tracks/{CLIP}"]))]
    index = files[f"tracks/{CLIP}.idx"]
    cut[f"tracks/{CLIP}.idx"] = index[: int(lines * (len(index) - 10))]
    with tempfile.TemporaryDirectory() as folder:
        lay_out(folder, cut)
        assert unfinished(folder) == [CLIP]
        before = cut[f"tracks/{CLIP}"]
        found = recover_clip(folder, CLIP)
        if found is None:
            return
        assert pathlib.Path(folder, "tracks", CLIP).read_bytes() == before
        (clip,) = clips_of(folder)
        assert clip.closed
        check = [line for line in verify(folder).integrity.says if CLIP in line]
        assert check == [f"{CLIP}: not in the event log"]
        assert recover_clip(folder, CLIP) is None
        if not clip.duration_ms:
            with pytest.raises(Malformed):
                open_clip(folder, CLIP)
            return
        file = open_clip(folder, CLIP)
        duration, blocks = probe(file.read(0, file.length))
        assert round(duration * 1000) == clip.duration_ms
        last = max(ms for found in blocks.values() for ms, _, _ in found)
        assert 0 < clip.duration_ms - last <= 60


def test_a_whole_cluster_behind_the_last_line_is_found(tmp_path):
    files = dict(material())
    lines = files[f"tracks/{CLIP}.idx"].splitlines(keepends=True)
    files[f"tracks/{CLIP}.idx"] = b"".join(lines[:5]) + lines[5][:30]
    lay_out(tmp_path, files)
    found = recover_clip(str(tmp_path), CLIP)
    assert found.duration_ms == 4000
    assert found.found > 3
    assert b'"r":1' in (tmp_path / "tracks" / f"{CLIP}.idx").read_bytes()


def test_a_clip_that_had_not_begun_is_removed(tmp_path):
    lay_out(tmp_path, {f"tracks/{CLIP}": b"\x1a\x45", f"tracks/{CLIP}.idx": b'{"v":1'})
    assert recover_clip(str(tmp_path), CLIP) is None
    assert os.listdir(tmp_path / "tracks") == []


def test_a_pin_keeps_length_and_bytes_while_the_clip_grows(tmp_path):
    files = material()
    folder = str(tmp_path)
    index = files[f"tracks/{CLIP}.idx"].splitlines(keepends=True)
    pinned = None
    for count in range(3, len(index) + 1):
        lay_out(tmp_path, files | {f"tracks/{CLIP}.idx": b"".join(index[:count])})
        now = open_clip(folder, CLIP, None)
        assert now.final == (count == len(index))
        again = open_clip(folder, CLIP, now.upto_ms)
        assert again.read(0, again.length) == now.read(0, now.length)
        if pinned is None:
            pinned = now.upto_ms, now.length, now.etag, now.read(0, now.length)
        file = open_clip(folder, CLIP, pinned[0])
        assert (file.length, file.etag, file.read(0, file.length)) == pinned[1:]
        assert not file.final
    assert probe(pinned[3])[0] * 1000 == pinned[0]


def test_ranges_are_the_whole_cut_up(tmp_path):
    lay_out(tmp_path, material())
    file = open_clip(str(tmp_path), CLIP, None)
    whole = file.read(0, file.length)
    assert len(whole) == file.length
    assert b"".join(file.read(at, 777) for at in range(0, file.length, 777)) == whole
    assert file.read(file.length, 10) == b""
    assert file.content_type == "video/webm"
    master = material()[f"tracks/{CLIP}"]
    assert whole.endswith(master[index_of(str(tmp_path), CLIP).clusters[0].offset :])


def test_cues_lead_to_the_key_frames(tmp_path):
    import av

    lay_out(tmp_path, material())
    file = open_clip(str(tmp_path), CLIP, None)
    path = tmp_path / "whole.webm"
    path.write_bytes(file.read(0, file.length))
    with av.open(str(path)) as container:
        container.seek(2_500_000)
        packet = next(packet for packet in container.demux(video=0) if packet.size)
        assert (packet.is_keyframe, packet.pts) == (True, 2000)


def test_absent_and_damaged(tmp_path):
    lay_out(tmp_path, material())
    folder = str(tmp_path)
    for name in ("ha-noi~camera~2.webm", "../log.jsonl", "x"):
        with pytest.raises(FileNotFoundError):
            open_clip(folder, name, None)
    media = tmp_path / "tracks" / CLIP
    media.write_bytes(media.read_bytes()[:-100])
    with pytest.raises(Malformed):
        open_clip(folder, CLIP, None)
    index = tmp_path / "tracks" / f"{CLIP}.idx"
    index.write_bytes(index.read_bytes().replace(b'"lv":-31', b'"lv":-30', 1))
    with pytest.raises(Malformed):
        open_clip(folder, CLIP, None)
    assert clips_of(folder) == []
    shutil.rmtree(tmp_path / "tracks")
    assert clips_of(folder) == []
