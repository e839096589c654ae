"""Every kind of export through its one door: copies, sound, stills; cancelling, full disks, nothing half made."""

import json
import os
import resource
import shutil
import subprocess

import av
import numpy as np
import pytest
from kit.export_material import BLUE, GREEN, RED, WORDS, Film, Stage, both, picture, tone, whole
from kit.h264_material import access_units
from kit.left_out import leave_out
from kit.recording_material import audio_packets, h264_packets
from PIL import Image

from recordings.export.jobs import Ask, Meter, Place, export
from recordings.export.landing import Cancelled, DiskFull, sweep
from recordings.idx import sha
from signaling.errors import Refused


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """`an` for 10 s, first red then green then blue, away from 4 to 6 s; `ba` sound only."""
    stage = Stage(tmp_path_factory.mktemp("record"))
    stage.record("an/camera", 0, both(picture((RED,) * 100, gop=50), tone(((0, 4),), 4)))
    stage.record("an/camera", 6, both(picture((GREEN,) * 50 + (BLUE,) * 50, gop=50), tone(((0, 4),), 4)))
    stage.record("ba/camera", 1, both((), tone(((0, 8),), 8, 880)))
    stage.scene(0, "solo", ("an/camera", *whole()), item="mot", gates=["an/camera"])
    stage.scene(2, "solo", ("an/camera", *whole()), item="hai", gates=["an/camera", "ba/camera"])
    return Place(stage.folder, stage.done(10), WORDS)


def make(place, path, tell=lambda fraction: None, **asked):
    return export(Ask(**asked), place, str(path), tell)


def mkv(path):
    if shutil.which("mkvmerge") is None:
        leave_out("no mkvtoolnix: Debian package mkvtoolnix")
    run = subprocess.run(["mkvmerge", "-J", path], stdout=subprocess.PIPE, text=True, check=True)
    info = subprocess.run(["mkvinfo", "--all", path], stdout=subprocess.PIPE, text=True, check=True).stdout
    return json.loads(run.stdout), info


def test_a_clip_is_copied_from_the_key_frame_before(place, tmp_path):
    path = tmp_path / "a.webm"
    made = make(place, path, kind="clip", format="webm", source="an/camera", from_ms=3_000, to_ms=9_000)
    assert (made.from_ms, made.to_ms) == (2_000, 9_000)
    assert made.sha == sha(path.read_bytes())
    assert made.bytes == path.stat().st_size
    seen = Film(path)
    assert [seen.colour(s, 0.1, 0.1) for s in (0, 1.9, 4.5, 6.5)] == ["red", "red", "green", "blue"]
    assert seen.codecs == {"video": "vp8", "audio": "opus"}
    assert seen.loud(0.2, 1.8) > 0.1
    assert seen.loud(2.3, 3.7) < 0.001
    assert seen.loud(4.3, 6.8) > 0.1
    with av.open(os.path.join(place.folder, "tracks", "an~camera~2.webm")) as master, av.open(str(path)) as copy:
        theirs = [bytes(packet) for packet in master.demux(video=0) if packet.size]
        ours = [bytes(packet) for packet in copy.demux(video=0) if packet.size]
        assert ours[-75:] == theirs[:75]  # byte for byte, nothing coded again
    with av.open(str(path)) as copy:
        sounds = [round(packet.pts * packet.time_base * 1000) for packet in copy.demux(audio=0) if packet.size]
    assert max(np.diff(sounds)) <= 40  # players put sound back to back: no hole may be left


def test_mkvtoolnix_has_no_objection_to_a_copy(place, tmp_path):
    make(place, tmp_path / "a.webm", kind="clip", format="webm", source="an/camera")
    found, info = mkv(str(tmp_path / "a.webm"))
    assert found["container"]["recognized"]
    assert found["container"]["supported"]
    assert found["errors"] == found["warnings"] == []
    assert {track["codec"] for track in found["tracks"]} == {"VP8", "Opus"}
    assert found["container"]["properties"]["duration"] == pytest.approx(10e9, rel=0.02)
    assert "Cues" in info


def test_what_webm_cannot_hold_is_refused(place, tmp_path):
    for source, code in (("ba/camera", "export-empty"), ("chi/camera", "export-empty")):
        with pytest.raises(Refused, match=code):
            make(place, tmp_path / "a.webm", kind="clip", format="webm", source=source)
    line = json.loads(json.dumps(place.timeline))
    next(one for one in line["sources"] if one["source"] == "an/camera")["clips"][0]["codec"] = "h264"
    with pytest.raises(Refused, match="export-codec"):
        make(Place(place.folder, line, WORDS), tmp_path / "a.webm", kind="clip", format="webm", source="an/camera")
    assert os.listdir(tmp_path) == []


def test_programme_sound_as_mp3(place, tmp_path):
    made = make(place, tmp_path / "a.mp3", kind="audio")
    with av.open(str(tmp_path / "a.mp3")) as container:
        assert container.streams.audio[0].codec_context.name in ("mp3", "mp3float")
        assert container.streams.audio[0].codec_context.channels == 1
        assert container.streams.audio[0].codec_context.bit_rate == 64_000
    seen = Film(tmp_path / "a.mp3")
    assert seen.duration == pytest.approx(10, abs=0.1)
    assert [seen.loud(a, b) > 0.1 for a, b in ((0.5, 1.5), (4.5, 5.8), (7, 8.5))] == [True] * 3
    assert seen.loud(9.99, 10) < 1
    assert (made.from_ms, made.to_ms) == (0, 10_000)


def test_the_sound_of_a_site_is_copied(place, tmp_path):
    make(place, tmp_path / "a.opus", kind="audio", format="opus", source="an/camera")
    assert (tmp_path / "a.opus").read_bytes()[:4] == b"OggS"
    seen = Film(tmp_path / "a.opus")
    assert seen.codecs == {"audio": "opus"}
    assert seen.duration == pytest.approx(10, abs=0.1)
    assert [seen.loud(a, b) > 0.1 for a, b in ((0.5, 3.5), (4.5, 5.5), (6.5, 9.5))] == [True, False, True]


def test_one_site_as_mp4_with_slates_where_it_was_away(place, tmp_path):
    make(place, tmp_path / "a.mp4", kind="site", source="an/camera")
    seen = Film(tmp_path / "a.mp4")
    assert [seen.colour(s, 0.1, 0.1) for s in (1, 5, 7, 9)] == ["red", "card", "green", "blue"]
    assert seen.codecs == {"video": "h264", "audio": "aac"}
    make(place, tmp_path / "b.mp4", kind="site", source="ba/camera", from_ms=0, to_ms=3_000)
    assert Film(tmp_path / "b.mp4").colour(2, 0.1, 0.1) == "card"  # it sent no picture, its sound is there
    assert Film(tmp_path / "b.mp4").loud(1.5, 2.5) > 0.1


def test_stills_at_full_resolution(place, tmp_path):
    make(place, tmp_path / "a.png", kind="still", format="png", source="an/camera", from_ms=7_000)
    image = Image.open(tmp_path / "a.png")
    assert image.size == (160, 96)
    assert image.getpixel((80, 48))[1] > 200
    make(place, tmp_path / "b.jpg", kind="still", source="an/camera", from_ms=9_500, caption=True)
    with_strip = Image.open(tmp_path / "b.jpg")
    assert with_strip.format == "JPEG"
    assert with_strip.height > 96
    assert with_strip.getpixel((80, 48))[2] > 200
    make(place, tmp_path / "c.png", kind="still", format="png", from_ms=1_000)
    assert Image.open(tmp_path / "c.png").size == (1920, 1080)
    for asked, code in (({"from_ms": 5_000, "source": "an/camera"}, "export-empty"), ({"from_ms": 10_000}, "export-range")):
        with pytest.raises(Refused, match=code):
            make(place, tmp_path / "d.jpg", kind="still", **asked)


@pytest.mark.parametrize(
    "asked",
    [{"kind": "programme", "format": "webm"}, {"kind": "site"}, {"kind": "clip", "format": "webm"}, {"kind": "audio", "format": "opus"},
     {"kind": "site", "source": "../camera"}, {"kind": "site", "source": "an/x"}, {"kind": "still", "from_ms": -1}],
)  # fmt: skip
def test_choices_that_do_not_go_together(place, tmp_path, asked):
    with pytest.raises(Refused, match="export-wrong"):
        make(place, tmp_path / "a", **asked)
    assert os.listdir(tmp_path) == []


ALL = [
    {"kind": "programme"}, {"kind": "site", "source": "an/camera"}, {"kind": "clip", "format": "webm", "source": "an/camera"},
    {"kind": "audio"}, {"kind": "audio", "format": "opus", "source": "an/camera"}, {"kind": "bundle"},
]  # fmt: skip


@pytest.mark.parametrize("asked", ALL, ids=str)
def test_called_off_between_blocks_leaves_nothing(place, tmp_path, asked):
    def stop(fraction):
        if fraction > 0:
            raise Cancelled

    if asked["kind"] == "audio" and asked.get("format") is None:
        stop = _stop_at_once  # ten seconds of sound are one block
    with pytest.raises(Cancelled):
        make(place, tmp_path / "a", stop, **asked)
    assert os.listdir(tmp_path) == []


def _stop_at_once(fraction):
    raise Cancelled


@pytest.mark.parametrize("asked", ALL, ids=str)
def test_a_full_disk_is_said_and_leaves_nothing(place, tmp_path, asked):
    """A limit on file size stands for the disk: the writes fail in the same place (EFBIG)."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            resource.setrlimit(resource.RLIMIT_FSIZE, (4_096, 4_096))
            make(place, tmp_path / "a", **asked)
        except DiskFull:
            code = 0 if os.listdir(tmp_path) == [] else 2
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_a_disk_that_is_really_full(place, small_disk):
    filler = os.path.join(small_disk, "filler")
    with open(filler, "wb") as file:
        file.write(bytes(4_150_000))
    for asked in ALL:
        with pytest.raises(DiskFull):
            make(place, os.path.join(small_disk, "a"), **asked)
        assert os.listdir(small_disk) == ["filler"]


def test_what_an_interrupted_export_left_is_swept(tmp_path):
    for name in ("a.mp4", "a.mp4.part-01020304", "b.zip.part-ffffffff"):
        (tmp_path / name).write_bytes(b"x")
    assert sorted(sweep(str(tmp_path))) == ["a.mp4.part-01020304", "b.zip.part-ffffffff"]
    assert os.listdir(tmp_path) == ["a.mp4"]
    assert sweep(str(tmp_path / "none")) == []


def test_progress_is_told_twice_a_second_with_the_time_left():
    told, now = [], [0.0]
    meter = Meter(lambda fraction, left: told.append((fraction, left)), lambda: now[0])
    for n in range(101):
        now[0] = n * 0.1
        meter(n / 100)
    assert len(told) == 21
    assert told[0] == (0, None)
    assert told[10] == (pytest.approx(0.5), pytest.approx(5))
    assert told[-1] == (1, pytest.approx(0))


def test_a_damaged_master_costs_its_pictures_only(place, tmp_path):
    folder = tmp_path / "copy"
    shutil.copytree(place.folder, folder)
    path = folder / "tracks" / "an~camera~1.webm"
    data = bytearray(path.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 400] = bytes(400)
    path.write_bytes(data)
    make(Place(str(folder), place.timeline, WORDS), tmp_path / "a.mp4", kind="programme")
    seen = Film(tmp_path / "a.mp4")
    assert [seen.colour(s, 0.1, 0.1) for s in (0.2, 7, 9)] == ["red", "green", "blue"]
    path.write_bytes(b"")
    make(Place(str(folder), place.timeline, WORDS), tmp_path / "b.mp4", kind="programme")
    assert Film(tmp_path / "b.mp4").colour(1, 0.1, 0.1) == "card"


@pytest.fixture(scope="module")
def h264(tmp_path_factory):
    """`an` sends H.264 for 4 s, goes over to VP8 for 4 s (green), and to H.264 of another size for 4 s."""
    stage = Stage(tmp_path_factory.mktemp("h264"))
    sounds = audio_packets(tone(((0, 4),), 4))

    def sent(units):
        return sorted([("h", *one) for one in h264_packets(units)] + [("a", *one) for one in sounds], key=lambda one: one[2])

    stage.record("an/camera", 0, sent(access_units(seconds=4, rgb=(255, 0, 0))))
    stage.record("an/camera", 4, both(picture((GREEN,) * 100), tone(((0, 4),), 4)))
    stage.record("an/camera", 8, sent(access_units(640, 360, seconds=4, rgb=(255, 0, 0))))
    stage.scene(0, "solo", ("an/camera", *whole()), item="mot", gates=["an/camera"])
    return Place(stage.folder, stage.done(12), WORDS)


def test_a_film_goes_through_changes_of_codec(h264, tmp_path):
    assert {clip["codec"] for clip in h264.timeline["sources"][0]["clips"]} == {"h264", "vp8"}
    make(h264, tmp_path / "a.mp4", kind="site", source="an/camera")
    seen = Film(tmp_path / "a.mp4")
    assert [seen.colour(s, 0.3, 0.2) for s in (0.3, 1, 3.8, 4.3, 7.8, 8.3, 11.5)] == ["red"] * 3 + ["green"] * 2 + ["red"] * 2
    assert all(seen.loud(s, s + 0.5) > 0.1 for s in (0.5, 3, 5, 7, 9, 11))


def test_h264_is_copied_into_mp4(h264, tmp_path):
    made = make(h264, tmp_path / "a.mp4", kind="site", source="an/camera", from_ms=1_500, to_ms=3_500)
    assert (made.from_ms, made.to_ms) == (1_000, 3_500)  # from the key frame before
    path = os.path.join(h264.folder, "tracks", "an~camera~1.mp4")
    with av.open(path) as master, av.open(str(tmp_path / "a.mp4")) as copy:
        theirs = [bytes(packet) for packet in master.demux(video=0) if packet.size]
        ours = [bytes(packet) for packet in copy.demux(video=0) if packet.size]
    at = theirs.index(ours[0])
    assert len(ours) in (62, 63)
    assert ours == theirs[at : at + len(ours)]
    seen = Film(tmp_path / "a.mp4")
    assert seen.duration == pytest.approx(2.5, abs=0.06)
    assert seen.colour(1, 0.3, 0.2) == "red"
    assert seen.loud(0.2, 2.3) > 0.1
    data = (tmp_path / "a.mp4").read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")


def test_h264_is_not_copied_into_webm_but_made_into_mp4(h264, tmp_path):
    with pytest.raises(Refused, match="export-codec"):
        make(h264, tmp_path / "a.webm", kind="clip", format="webm", source="an/camera")
    make(h264, tmp_path / "a.mp4", kind="clip", format="mp4", from_ms=3_000, to_ms=5_000)
    seen = Film(tmp_path / "a.mp4")
    assert [seen.colour(s, 0.3, 0.2) for s in (0.5, 1.5)] == ["red", "green"]
    make(h264, tmp_path / "a.png", kind="still", format="png", source="an/camera", from_ms=9_000)
    assert Image.open(tmp_path / "a.png").size == (640, 360)
