"""H.264 masters: fragments as they are written, the plain file they are served as, what a crash leaves of them."""

import functools
import io
import os
import pathlib
import shutil
import subprocess
import tempfile

import av
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kit.h264_material import access_units
from kit.left_out import leave_out
from kit.recording_material import Studio, audio_packets, h264_packets, h264_programme, on_time, opus

from recordings.payloads import Pictures
from recordings.recover import recover_clip
from recordings.tracks import clips_of, index_of
from recordings.verify import verify
from recordings.virtual import open_clip

CLIP = "ha-noi~camera~1.mp4"
UNITS = access_units(seconds=4)


@functools.cache
def material():
    """A finished folder, as {name: bytes}."""
    with tempfile.TemporaryDirectory() as folder:
        record(folder, on_time(h264_programme(UNITS)))
        root = pathlib.Path(folder)
        return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def record(folder, arrivals, why="closed"):
    studio = Studio(folder)
    take = studio.take()
    studio.play(take, arrivals)
    studio.close(take, why)
    return studio


def lay_out(folder, files):
    for name, data in files.items():
        path = pathlib.Path(folder, name)
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)


def whole(folder, clip=CLIP, upto=None):
    file = open_clip(str(folder), clip, upto)
    assert file.content_type == "video/mp4"
    return file.read(0, file.length)


def decoded(data):
    """{kind: [(ms, frame)]} of a file in memory, and its duration in ms."""
    found = {"video": [], "audio": []}
    with av.open(io.BytesIO(data), "r", format="mp4") as container:
        duration = container.duration // 1000
        for frame in container.decode():
            kind = "video" if isinstance(frame, av.VideoFrame) else "audio"
            found[kind].append((round(float(frame.pts * frame.time_base) * 1000), frame))
    return duration, found


def colour(frame):
    picture = frame.to_ndarray(format="rgb24")
    return picture[10:40, 10:300].mean(axis=(0, 1))


def test_a_master_is_served_as_a_plain_file_with_every_frame_at_its_time(tmp_path):
    record(tmp_path, on_time(h264_programme(UNITS)))
    (clip,) = clips_of(str(tmp_path))
    assert (clip.clip, clip.codec, clip.closed, clip.gaps) == (CLIP, "h264", True, [])
    duration, found = decoded(whole(tmp_path))
    assert abs(duration - 4000) <= 60
    assert [ms for ms, _ in found["video"]] == [40 * n for n in range(100)]
    assert abs(colour(found["video"][60][1]) - (200, 40, 40)).max() < 25
    times = [ms for ms, _ in found["audio"]]
    assert times[0] == 0
    assert max(b - a for a, b in zip(times, times[1:], strict=False)) <= 41
    index = index_of(str(tmp_path), CLIP)
    assert [ms for one in index.clusters for ms in one.keys] == [0, 1000, 2000, 3000]
    assert verify(str(tmp_path)).ok


def test_the_master_itself_is_a_fragmented_file_others_open(tmp_path):
    record(tmp_path, on_time(h264_programme(UNITS)))
    path = tmp_path / "tracks" / CLIP
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        assert (stream.codec_context.name, stream.width, stream.height) == ("h264", 320, 192)
        assert container.streams.audio[0].codec_context.name == "opus"
        assert sum(1 for _ in container.decode(video=0)) == 100


def test_every_pin_is_a_file_of_its_own_length(tmp_path):
    record(tmp_path, on_time(h264_programme(UNITS)))
    index = index_of(str(tmp_path), CLIP)
    for one in index.clusters[1:]:
        duration, found = decoded(whole(tmp_path, upto=one.to_ms))
        assert abs(duration - one.to_ms) <= 60
        assert len(found["video"]) in range(one.to_ms // 40 - 1, one.to_ms // 40 + 2)


def test_a_file_made_of_it_passes_a_strict_reader(tmp_path):
    record(tmp_path, on_time(h264_programme(UNITS)))
    if shutil.which("mkvmerge") is None:
        leave_out("mkvtoolnix is not here")
    for name, data in (("plain.mp4", whole(tmp_path)), ("master.mp4", (tmp_path / "tracks" / CLIP).read_bytes())):
        (tmp_path / name).write_bytes(data)
        done = subprocess.run(
            ["mkvmerge", "-o", str(tmp_path / "x.mkv"), str(tmp_path / name)], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout
        assert "Warning" not in done.stdout


def test_another_size_is_another_clip(tmp_path):
    small, large = access_units(seconds=2), access_units(width=640, height=384, seconds=2)
    pictures = [("h", packet, at) for packet, at in h264_packets(small + large)]
    sounds = [("a", packet, at) for packet, at in audio_packets(opus(seconds=4))]
    record(tmp_path, on_time(pictures + sounds))
    first, second = clips_of(str(tmp_path))
    assert (first.clip, second.clip) == (CLIP, "ha-noi~camera~2.mp4")
    assert second.zero_us - first.zero_us == 2_000_000
    for clip, side in ((first, 320), (second, 640)):
        duration, found = decoded(whole(tmp_path, clip.clip))
        assert {frame.width for _, frame in found["video"]} == {side}
        assert abs(duration - 2000) <= 80
    assert verify(str(tmp_path)).ok


def test_a_loss_costs_pictures_up_to_the_next_key_frame_and_is_told(tmp_path):
    sent = on_time(h264_programme(UNITS))
    at = next(n for n, (layer, _, capture, _) in enumerate(sent) if layer == "h" and capture >= 1_200_000)
    record(tmp_path, sent[:at] + sent[at + 1 :])
    _, found = decoded(whole(tmp_path))
    times = [ms for ms, _ in found["video"]]
    assert times == [40 * n for n in range(100) if not 1200 <= 40 * n < 2000]
    (clip,) = clips_of(str(tmp_path))
    assert [gap[2:] for gap in clip.gaps if gap[3] == "v"] == [["loss", "v"]]


def test_sound_before_a_picture_keeps_its_own_clip(tmp_path):
    late = [("h", packet, at + 3_000_000) for packet, at in h264_packets(access_units(seconds=2))]
    sounds = [("a", packet, at) for packet, at in audio_packets(opus(seconds=5))]
    record(tmp_path, on_time(late + sounds))
    assert [clip.clip for clip in clips_of(str(tmp_path))] == ["ha-noi~camera~1.webm", "ha-noi~camera~2.mp4"]


@settings(max_examples=60)
@given(st.floats(0, 1), st.floats(0, 1))
def test_any_prefix_of_a_master_is_recovered_and_opens(media, lines):
    files = {name: data for name, data in material().items() if name.startswith("tracks/")}
    master, index = files[f"tracks/{CLIP}"], files[f"tracks/{CLIP}.idx"]
    cut = {f"tracks/{CLIP}": master[: int(media * len(master))], f"tracks/{CLIP}.idx": index[: int(lines * (len(index) - 10))]}
    with tempfile.TemporaryDirectory() as folder:
        lay_out(folder, cut)
        found = recover_clip(folder, CLIP)
        assert not os.path.exists(os.path.join(folder, "tracks", CLIP)) or (
            pathlib.Path(folder, "tracks", CLIP).read_bytes() == cut[f"tracks/{CLIP}"]
        )
        if found is None or not found.duration_ms:
            return
        (clip,) = clips_of(folder)
        assert clip.closed
        duration, frames = decoded(whole(folder))
        assert abs(duration - clip.duration_ms) <= 60
        assert frames["video"]


def test_parameter_sets_that_came_once_serve_later_key_frames():
    pictures = Pictures()
    found = []
    for packet, at in h264_packets(UNITS[:30]):
        if packet.rest[0] & 31 == 24 and at:
            packet = packet._replace(rest=b"")  # as padding: the sets are not repeated
        found += pictures.push(0, packet, at)
    assert [picture.key for picture in found] == [n % 25 == 0 for n in range(30)]
    assert found[25].config == found[0].config
    assert (found[25].width, found[25].height) == (320, 192)


def test_without_parameter_sets_nothing_can_be_shown():
    pictures = Pictures()
    packets = [(packet, at) for packet, at in h264_packets(UNITS[:30]) if packet.rest[0] & 31 != 24]
    assert [one for packet, at in packets for one in pictures.push(0, packet, at)] == []


@pytest.mark.parametrize("payload", [b"\x7c\x05abc", b"\x7c\x85abc", b"\x78\x00", b"\x78\x00\x09\x67", b"\x1d\x00", b"\x67"])
def test_what_is_no_picture(payload):
    pictures = Pictures()
    (packet, at), *_ = h264_packets(UNITS[:1])
    assert pictures.push(0, packet._replace(rest=payload, marker=1), at) == []
