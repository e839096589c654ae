import errno
import os

import pytest

from recordings import webm
from recordings.clipfile import ClipFile, ClipSpec
from recordings.clusters import VIDEO, Block, Cluster, Muxer
from recordings.disk import CALM_US, RESERVE, Shedding, keeps, left, make_reserve, release_reserve
from recordings.recover import recover_clip
from recordings.tracks import clips_of

SPEC = ClipSpec("s1", "a/camera", 1, "hi", "vp8", 1_790_000_000_000_000, (160, 96))


def test_reserve(tmp_path):
    assert make_reserve(str(tmp_path), 1 << 16)
    assert os.stat(tmp_path / RESERVE).st_size == 1 << 16
    assert release_reserve(str(tmp_path))
    assert not release_reserve(str(tmp_path))
    assert not make_reserve(str(tmp_path / "absent"))
    assert left(str(tmp_path), 0).seconds is None
    assert left(str(tmp_path), 1000).seconds > 0


def test_steps_are_taken_at_once_and_taken_back_slowly():
    shedding = Shedding()
    assert [shedding.at(seconds, 0) for seconds in (None, 700, 599, 299, 100)] == [0, 0, 1, 2, 3]
    assert shedding.at(9_999, 1) == 3
    assert shedding.at(9_999, CALM_US) == 3
    assert shedding.at(9_999, CALM_US + 1) == 2
    assert shedding.at(100, CALM_US + 2) == 3


def test_what_each_step_keeps():
    def kept(step):
        return [keeps(step, klass, on_air=air, both=both) for klass, air, both in
                [("hi", True, True), ("hi", False, True), ("hi", False, False), ("lo", False, True)]]  # fmt: skip

    assert kept(0) == ["all"] * 4
    assert kept(1) == ["all", "none", "all", "all"]
    assert kept(2) == ["all", "none", "sound", "all"]
    assert kept(3) == ["sound", "sound", "sound", "none"]


def test_a_full_disk_leaves_no_torn_line_in_the_middle(small_disk):
    os.makedirs(os.path.join(small_disk, "tracks"))
    file = ClipFile(small_disk, SPEC)
    muxer = Muxer(webm.seal)
    data = bytes(300_000)
    written = 0
    with pytest.raises(OSError) as full:
        for n in range(100):
            file.cluster(Cluster(cluster_of(muxer, n, data), n * 500, n * 500 + 500, (n * 500,), 31), 0)
            written += 1
    assert full.value.errno == errno.ENOSPC
    # room comes back, but the master may be torn: nothing more is written behind it
    with pytest.raises(OSError):
        file.end("error", 0)
    file.close()
    assert written > 5
    found = recover_clip(small_disk, file.name)
    assert found is not None
    (clip,) = clips_of(small_disk)
    assert clip.closed
    assert clip.duration_ms // 500 in (written, written + 1)


def cluster_of(muxer, n, data):
    muxer.push(Block(n * 500, 0, VIDEO, data, True, 40, 31))
    return muxer.flush()[0].data


def test_a_clip_that_exists_is_not_overwritten(tmp_path):
    os.makedirs(tmp_path / "tracks")
    ClipFile(str(tmp_path), SPEC).close()
    with pytest.raises(FileExistsError):
        ClipFile(str(tmp_path), SPEC)
    assert (tmp_path / "tracks" / "a~camera~1.webm").stat().st_size > 100
