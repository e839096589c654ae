import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import threading
import time

import msgspec
import pytest
from kit.left_out import leave_out
from kit.recording_material import EPOCH_US, TapPacket, programme

from recordings.disk import RESERVE
from recordings.inbox import Inbox
from recordings.log import EventLog
from recordings.recover import unfinished
from recordings.takes import Take
from recordings.tracks import clips_of
from recordings.verify import verify
from recordings.virtual import open_clip
from server.clock import monotonic_us
from server.recorder import Recorder

ROOT = pathlib.Path(__file__).resolve().parents[2]
SOURCE = "ha-noi/camera"


class Desk:
    """A recorder whose news goes to an event log, as in a room."""

    def __init__(self, folder, mirror=None):
        self.folder, self.news, self.lock = str(folder), [], threading.Lock()
        self.keys = []
        self.log = EventLog.open(self.folder, "s1", create=True)
        self.recorder = Recorder(self.folder, "s1", epoch_us=EPOCH_US, report=self.hear, want_key=self.keys.append, mirror=mirror)
        self.recorder.start()
        self.recorder.set_recording(True)

    def hear(self, news):
        event = {"is": "recorder.changed", "kind": news.kind, "source": news.source, "clip": news.clip}
        with self.lock:
            self.news.append(news)
            self.log.append([({}, event | {"detail": msgspec.to_builtins(news.detail)})], EPOCH_US + monotonic_us())

    def play(self, seconds, source=SOURCE, generation=1, layers=("h",), skip=0):
        begin = monotonic_us() - 40_000
        for layer, packet, at in programme(seconds):
            time.sleep(max(0, (begin + 40_000 + at - monotonic_us()) / 1e6))
            for one in ("a",) if layer == "a" else layers:
                self.recorder.sink.packet(source, generation, one, packet._replace(seq=packet.seq + skip), begin + at)

    def stop(self):
        self.recorder.stop(5.0)
        with self.lock:
            self.log.append([({}, {"is": "end"})], EPOCH_US + monotonic_us())
        self.log.close()


@pytest.fixture
def desk(tmp_path):
    desk = Desk(tmp_path)
    yield desk
    desk.recorder.stop(5.0)


def test_two_classes_then_a_reconnection_then_silence(desk, tmp_path):
    desk.recorder.set_on_air(frozenset({SOURCE}))
    desk.play(1, layers=("l", "m"))
    health = desk.recorder.health()
    assert health.running
    assert {(track.source, track.klass) for track in health.tracks} == {(SOURCE, "hi"), (SOURCE, "lo")}
    assert all(track.age_ms < 500 and track.last_sync_ms < 1500 for track in health.tracks)
    # pictures come with a key frame a second here
    assert all(0 <= track.key_age_ms < 2_500 and track.bytes_per_s >= 0 for track in health.tracks)
    assert health.disk_free_bytes > 0
    desk.recorder.sink.report(SOURCE, 1, "m", 77, 5, 2**63 + 1, monotonic_us(), None)
    desk.play(1, generation=2)
    desk.recorder.sink.closed(SOURCE, 2)
    time.sleep(0.3)
    assert desk.recorder.health().tracks == ()
    desk.stop()
    desk.recorder.stop(1.0)
    clips = clips_of(str(tmp_path))
    assert [(clip.clip, clip.klass) for clip in clips] == [
        ("ha-noi~camera~1.lo.webm", "lo"), ("ha-noi~camera~2.webm", "hi"), ("ha-noi~camera~3.webm", "hi"),
    ] or [clip.klass for clip in clips] == ["hi", "lo", "hi"]  # fmt: skip
    assert all(clip.closed for clip in clips)
    kinds = [news.kind for news in desk.news]
    assert kinds.count("opened") == kinds.count("closed") == 3
    assert {news.detail["why"] for news in desk.news if news.kind == "closed"} == {"reconnect", "closed"}
    assert verify(str(tmp_path)).ok, verify(str(tmp_path)).lines()
    index = "".join(path.read_text() for path in (tmp_path / "tracks").glob("*.idx"))
    assert '"t":[77,5,"8000000000000001",' in index


def test_nothing_is_written_while_off_and_numbers_go_on(tmp_path):
    for n in (1, 2):
        desk = Desk(tmp_path)
        desk.recorder.set_recording(False)
        desk.play(1)
        assert len(clips_of(str(tmp_path))) == n - 1
        desk.recorder.set_recording(True)
        desk.play(1, generation=3)
        desk.recorder.set_recording(False)
        time.sleep(0.3)
        clips = clips_of(str(tmp_path))
        assert [clip.clip for clip in clips] == [f"ha-noi~camera~{i}.webm" for i in range(1, n + 1)]
        assert all(clip.closed for clip in clips)
        desk.stop()
        assert verify(str(tmp_path)).ok


def test_a_key_frame_is_asked_for_while_pictures_cannot_be_written(desk):
    desk.recorder.set_recording(False)
    desk.play(1)
    assert desk.keys == []
    desk.recorder.set_recording(True)
    later = [one for one in programme(2) if one[0] == "a" or one[2] > 0]
    begin = monotonic_us()
    for layer, packet, at in later:
        if at < 900_000:  # before the next key frame
            desk.recorder.sink.packet(SOURCE, 1, layer, packet, begin + at)
            time.sleep(0.012)
    assert desk.keys[:1] == [SOURCE]
    asked = len(desk.keys)
    assert asked <= 3, "half a second apart"
    for layer, packet, at in later:
        if at >= 900_000:
            desk.recorder.sink.packet(SOURCE, 1, layer, packet, begin + at)
    time.sleep(0.7)
    assert len(desk.keys) <= asked + 1
    # a hole in the numbers: what follows waits again
    lost = [one for one in programme(4) if one[0] == "h" and one[2] >= 2_200_000]
    for layer, packet, at in lost[1:]:
        desk.recorder.sink.packet(SOURCE, 1, layer, packet, begin + at)
        if at > 2_800_000:
            break
    asked = len(desk.keys)
    deadline = time.monotonic() + 3
    while len(desk.keys) == asked:
        assert time.monotonic() < deadline
        desk.recorder.sink.packet(SOURCE, 1, "h", lost[1][1], begin)
        time.sleep(0.02)


def test_heads_of_synced_clusters_enter_the_log(desk):
    desk.recorder._keeping._heads_us = monotonic_us() - 8_500_000
    desk.play(3)
    heads = [news for news in desk.news if news.kind == "heads"]
    ((clip, size, h),) = heads[-1].detail["heads"]
    assert clip == "ha-noi~camera~1.webm"
    assert size > 1000
    assert len(h) == 64
    desk.stop()
    assert verify(desk.folder).ok


def test_an_exception_costs_one_clip_and_three_raise_the_alarm(desk, monkeypatch):
    for n in range(3):
        assert desk.recorder.health().running
        desk.play(1, generation=n + 1)
        # a packet without the attributes a packet has
        desk.recorder.sink.packet(SOURCE, n + 1, "h", TapPacket("video", "vp8", "x", 0, 0, False, 0, b""), 0)
        time.sleep(0.2)
    assert not desk.recorder.health().running
    desk.stop()
    assert [news.detail["why"] for news in desk.news if news.kind == "closed"] == ["error"] * 3
    assert verify(desk.folder).ok


def test_a_slow_writer_drops_pictures_by_rank_and_never_sound():
    inbox = Inbox(bound_bytes=10_000)
    inbox.on_air = frozenset({"a/camera"})
    for n in range(400):
        for source in ("a/camera", "b/camera"):
            for layer in ("l", "h", "a"):
                kind = "audio" if layer == "a" else "video"
                inbox.packet(source, 1, layer, TapPacket(kind, "vp8", n, 0, 1, False, 0, b"x" * 50), n)
    kept = [(item.source, item.layer) for item in inbox.take()]
    assert kept.count(("a/camera", "a")) == kept.count(("b/camera", "a")) == 400
    assert kept.count(("a/camera", "h")) > kept.count(("b/camera", "h")) > kept.count(("b/camera", "l"))
    assert inbox.dropped() == {("a/camera", 1, "l"), ("b/camera", 1, "l"), ("a/camera", 1, "h"), ("b/camera", 1, "h")}
    assert inbox.dropped() == set()


def test_what_the_queue_dropped_is_a_logged_gap(desk):
    desk.play(1)
    take: Take = next(iter(desk.recorder._takes.values()))
    take.shed("h")
    desk.play(1, skip=500)
    desk.stop()
    (clip,) = [clip for clip in clips_of(desk.folder) if clip.clip.endswith("~1.webm")]
    assert "queue" in {gap[2] for gap in clip.gaps}


def test_a_full_disk_keeps_the_log_and_every_clip_opens(tmp_path):
    if os.geteuid() != 0:
        leave_out("a small disk needs root")
    where = tmp_path / "small"
    where.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=700k", "tmpfs", where], check=False).returncode:
        leave_out("no mount in this container")
    try:
        desk = Desk(where)
        time.sleep(0.3)
        (where / RESERVE).write_bytes(bytes(200_000))
        free = os.statvfs(where)
        (where / "ballast").write_bytes(bytes((free.f_bavail - 5) * free.f_frsize))
        desk.play(4)
        (where / "ballast").unlink()
        desk.stop()
        kinds = {news.kind for news in desk.news}
        assert "error" in kinds
        assert not (where / RESERVE).exists()
        assert not unfinished(str(where))
        for clip in clips_of(str(where)):
            assert clip.closed
            if clip.duration_ms:
                file = open_clip(str(where), clip.clip, None)
                assert len(file.read(0, file.length)) == file.length
        assert not [line for line in verify(str(where)).lines() if "cluster at" in line]
    finally:
        subprocess.run(["umount", "-l", where], check=True)


CHILD = """
import sys, time
sys.path[:0] = [sys.argv[2], sys.argv[2] + "/tests"]
from kit.recording_material import programme
from server.clock import monotonic_us
from server.recorder import Recorder
recorder = Recorder(sys.argv[1], "s1", epoch_us=0, report=lambda news: None)
recorder.start()
recorder.set_recording(True)
material = programme(4)
print("ready", flush=True)
begin = monotonic_us()
for turn in range(100):
    for layer, packet, at in material:
        at += turn * 4_000_000
        time.sleep(max(0, (begin + at - monotonic_us()) / 1e6))
        packet = packet._replace(seq=packet.seq + turn * 100_000, ts=(packet.ts + turn * 4 * (
            48_000 if layer == "a" else 90_000)) & 0xFFFFFFFF)
        for source in ("ha-noi/camera", "hub/table"):
            for one in (layer,) if layer == "a" else ("l", "m"):
                recorder.sink.packet(source, 1, one, packet, begin + at)
        if layer == "a":
            print(begin + at, flush=True)
"""


@pytest.mark.alone
def test_kill_9_loses_at_most_a_second_of_each_track(tmp_path):
    dice, lost = random.Random(7), []
    for n in range(int(os.environ.get("KILLS", "10"))):
        folder = tmp_path / str(n)
        child = subprocess.Popen([sys.executable, "-c", CHILD, str(folder), str(ROOT)], stdout=subprocess.PIPE)
        assert child.stdout.readline() == b"ready\n"
        time.sleep(1.5 + dice.random() * 2)
        child.send_signal(signal.SIGKILL)
        told = [line for line in child.communicate()[0].split(b"\n") if line]
        last_us = int(told[-2])
        assert len(unfinished(str(folder))) == 4
        recorder = Recorder(str(folder), "s1", epoch_us=0, report=lambda news: None)
        recorder.start()
        deadline = time.monotonic() + 5
        while unfinished(str(folder)) and time.monotonic() < deadline:
            time.sleep(0.01)
        recorder.stop(5)
        clips = clips_of(str(folder))
        assert len(clips) == 4
        for clip in clips:
            assert clip.closed
            lost.append((last_us - clip.zero_us) // 1000 - clip.duration_ms)
            file = open_clip(str(folder), clip.clip, None)
            assert len(file.read(0, file.length)) == file.length
        shutil.rmtree(folder)
    print(f"lost per track, ms: median {sorted(lost)[len(lost) // 2]}, worst {max(lost)}")
    assert max(lost) <= 1000


def test_the_second_copy_follows_and_is_told(tmp_path):
    desk = Desk(tmp_path / "a", mirror=str(tmp_path / "b"))
    desk.play(3)
    deadline = time.monotonic() + 6
    while not list((tmp_path / "b").glob("tracks/*.webm")):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    lag = desk.recorder.health().mirror
    assert lag is not None
    assert lag.error == ""
    desk.stop()
    deadline = time.monotonic() + 10
    while True:
        masters = [(tmp_path / where / "tracks" / "ha-noi~camera~1.webm").read_bytes() for where in "ab"]
        if masters[0] == masters[1]:
            break
        assert time.monotonic() < deadline
        time.sleep(0.05)
