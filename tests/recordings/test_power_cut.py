"""A power cut leaves what was synced and nothing else: the model keeps each file's length at its last `fdatasync`."""

import os
import pathlib
import random

import pytest
from kit.h264_material import access_units
from kit.recording_material import Studio, h264_programme, on_time, probe, programme

from recordings import clipfile
from recordings.recover import recover_clip
from recordings.tracks import clip_names, clips_of
from recordings.verify import verify
from recordings.virtual import open_clip

MOST_MS = 2_500
TRIALS = int(os.environ.get("KILLS", "10"))


class Disk:
    """Remembers how long each file was when it was synced last; a file never synced is not there."""

    def __init__(self, monkeypatch):
        self.kept = {}
        monkeypatch.setattr(clipfile.os, "fdatasync", self.sync)

    def sync(self, fd):
        self.kept[os.readlink(f"/proc/self/fd/{fd}")] = os.fstat(fd).st_size

    def after_the_cut(self, folder, into):
        for path in pathlib.Path(folder, "tracks").iterdir():
            size = self.kept.get(str(path))
            if size is not None:
                (into / path.name).write_bytes(path.read_bytes()[:size])


@pytest.mark.parametrize("codec", ["vp8", "h264"])
@pytest.mark.parametrize("trial", range(max(1, TRIALS // 2)))
def test_a_power_cut_costs_little_and_every_clip_opens(tmp_path, monkeypatch, codec, trial):
    disk = Disk(monkeypatch)
    now, then = tmp_path / "now", tmp_path / "then"
    (then / "tracks").mkdir(parents=True)
    now.mkdir()
    made = programme(8) if codec == "vp8" else h264_programme(access_units(seconds=8), seconds=8)
    cut_us = random.Random(trial).randrange(1_500_000, 7_500_000)
    studio = Studio(now)
    take = studio.take()
    start = studio.now
    studio.play(take, on_time([one for one in made if one[2] < cut_us]))
    studio.wait(take, start + cut_us)
    disk.after_the_cut(now, then / "tracks")
    for name in clip_names(str(then)):
        recover_clip(str(then), name)
    (clip,) = clips_of(str(then))
    assert clip.closed
    assert cut_us // 1000 - clip.duration_ms <= MOST_MS
    assert [line for line in verify(str(then)).integrity.says if clip.clip in line] == [f"{clip.clip}: not in the event log"]
    if codec == "vp8":
        file = open_clip(str(then), clip.clip)
        duration, found = probe(file.read(0, file.length))
        assert abs(duration * 1000 - clip.duration_ms) <= 60
        assert found["video"]
