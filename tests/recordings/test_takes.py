import tempfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kit.plays import PLAYS
from kit.recording_material import Studio, fake_frame, on_time, opus, probe, programme, video_packets
from kit.recording_material import audio_packets as sounds_of

from recordings.ebml import blocks
from recordings.gaps import SILENCE_US
from recordings.payloads import OPUS_SILENCE
from recordings.tracks import clips_of, index_of
from recordings.verify import verify
from recordings.virtual import open_clip

FRAMES = tuple(fake_frame(n, n % 10 == 0, 30) for n in range(50))
SOUNDS = tuple(b"\xf8" + n.to_bytes(2, "big") for n in range(100))


def whole(folder, clip):
    file = open_clip(str(folder), clip)
    return file.read(0, file.length)


def blocks_of(folder, clip):
    """(track, ms, key, bytes) of every block, checking that none goes back."""
    found, last = [], 0
    with open(f"{folder}/tracks/{clip}", "rb") as file:
        data = file.read()
    for one in index_of(str(folder), clip).clusters:
        cluster = data[one.offset : one.offset + one.length]
        for block in blocks(cluster):
            assert block.ms >= last
            last = block.ms
            found.append((block.track, block.ms, block.key, cluster[block.begin : block.end]))
    return found


def fakes():
    pictures = [("h", *one) for one in video_packets(FRAMES, mtu=20)]
    return [*pictures, *(("a", *one) for one in sounds_of(SOUNDS))]


@given(st.data())
@settings(max_examples=PLAYS)
def test_any_loss_order_and_duplicates_give_whole_frames_and_unbroken_sound(data):
    sent = fakes()
    lost = data.draw(st.sets(st.integers(0, len(sent) - 1), max_size=80))
    delays = data.draw(st.dictionaries(st.integers(0, len(sent) - 1), st.integers(0, 800_000), max_size=60))
    twice = data.draw(st.sets(st.integers(0, len(sent) - 1), max_size=20))
    arrivals = []
    for n, (layer, packet, capture) in enumerate(sent):
        if n not in lost:
            arrivals.append((layer, packet, capture, capture + 20_000 + delays.get(n, 0)))
        if n in twice:
            arrivals.append((layer, packet, capture, capture + 60_000))
    with tempfile.TemporaryDirectory() as folder:
        studio = Studio(folder)
        take = studio.take()
        studio.play(take, arrivals)
        studio.wait(take, studio.now + 1_200_000)
        studio.close(take)
        assert verify(folder).ok, verify(folder).lines()
        for clip in clips_of(folder):
            check_clip(folder, clip)


def check_clip(folder, clip):
    found = blocks_of(folder, clip.clip)
    frames = {data: n for n, (data, _) in enumerate(FRAMES)}
    pictures = [(frames[data], key) for track, _, key, data in found if track == 1]
    assert [n for n, _ in pictures] == sorted({n for n, _ in pictures})
    for (before, _), (n, key) in zip(pictures, pictures[1:], strict=False):
        assert key or n == before + 1
        if n > before + 1:
            assert any(gap[3] == "v" for gap in clip.gaps)
    end = 0
    for track, ms, _, data in found:
        if track != 2:
            continue
        assert -11 <= ms - end <= SILENCE_US // 1000
        if data == OPUS_SILENCE:
            assert any(gap[0] <= ms + 1 and ms + 19 <= gap[1] for gap in clip.gaps if gap[3] == "a")
        end = ms + 20


def test_a_clean_programme_is_kept_whole(tmp_path):
    studio = Studio(tmp_path)
    take = studio.take()
    studio.play(take, on_time(programme(4)))
    studio.close(take)
    (clip,) = clips_of(str(tmp_path))
    assert (clip.codec, clip.closed, clip.gaps, clip.duration_ms) == ("vp8", True, [], 4000)
    duration, found = probe(whole(tmp_path, clip.clip))
    assert duration == 4.0
    assert [data for _, data, _ in found["audio"]] == list(opus(4))
    assert [ms for ms, _, _ in found["video"]] == list(range(0, 4000, 40))
    assert verify(str(tmp_path)).ok


def test_a_closed_microphone_is_silence_and_no_fault(tmp_path):
    studio = Studio(tmp_path)
    take = studio.take()
    sent = [one for one in on_time(programme(4)) if one[0] != "a" or not 1_000_000 <= one[2] < 3_000_000]
    studio.play(take, sent)
    studio.close(take)
    (clip,) = clips_of(str(tmp_path))
    assert clip.gaps == [[1000, 3000, "mic", "a"]]
    assert not [news for news in studio.news if news.kind == "gap"]
    assert sum(data == OPUS_SILENCE for *_, data in blocks_of(tmp_path, clip.clip)) == 100


def test_a_camera_hole_holds_no_sound_back(tmp_path):
    studio = Studio(tmp_path)
    take = studio.take()
    sent = [one for one in on_time(programme(4)) if one[0] == "a" or not 1_000_000 <= one[2] < 3_000_000]
    studio.play(take, [one for one in sent if one[3] < 2_900_000])
    (clip,) = clips_of(str(tmp_path))
    assert 2_900 - clip.duration_ms <= 900
    studio.close(take)


def test_sound_alone_becomes_a_clip_of_its_own_until_a_picture_comes(tmp_path):
    studio = Studio(tmp_path)
    take = studio.take()
    sent = [one for one in on_time(programme(4)) if one[0] == "a" or one[2] >= 3_000_000]
    studio.play(take, sent)
    studio.close(take)
    alone, both = clips_of(str(tmp_path))
    assert (alone.codec, both.codec) == ("opus", "vp8")
    assert abs(both.zero_us - alone.zero_us - 3_000_000) < 2_000
    duration, found = probe(whole(tmp_path, alone.clip))
    assert not found["video"]
    assert 2.9 <= duration <= 3.1
    assert found["audio"][0][1] == opus(4)[0]


def test_the_better_layer_is_taken_at_its_key_frame(tmp_path):
    studio = Studio(tmp_path)
    take = studio.take()
    middle = [("m", packet, at, at + 30_000) for packet, at in video_packets(FRAMES, seq=1, ts=77)]
    high = [
        ("h", packet, at, at + 30_000)
        for packet, at in video_packets([(data + b"H", key) for data, key in FRAMES], seq=900, ts=5)
        if at >= 600_000
    ]
    studio.play(take, middle + high)
    studio.close(take)
    (clip,) = clips_of(str(tmp_path))
    pictures = [(ms, data.endswith(b"H"), key) for track, ms, key, data in blocks_of(tmp_path, clip.clip) if track == 1]
    changes = [(ms, now, key) for (_, was, _), (ms, now, key) in zip(pictures, pictures[1:], strict=False) if was != now]
    # both have the frame of 800 ms, and times within a track only grow
    assert changes == [(801, True, True)]
    assert not [gap for gap in clip.gaps if gap[3] == "v"]


def test_a_layer_that_stops_gives_way(tmp_path):
    studio = Studio(tmp_path)
    take = studio.take()
    long = tuple(fake_frame(n, n % 10 == 0, 30) for n in range(80))
    middle = [("m", packet, at, at + 30_000) for packet, at in video_packets(long, seq=1, ts=77)]
    high = [("h", packet, at, at + 30_000) for packet, at in video_packets(FRAMES[:20], seq=900, ts=5)]
    studio.play(take, high + middle)
    studio.close(take)
    (clip,) = clips_of(str(tmp_path))
    times = [ms for track, ms, *_ in blocks_of(tmp_path, clip.clip) if track == 1]
    # the last of `h` shows 760 ms; 500 ms later the next key frame of `m` is at 1600
    assert times == [*range(0, 800, 40), *range(1600, 3200, 40)]


def test_a_failed_write_costs_one_clip(tmp_path):
    studio = Studio(tmp_path)
    take = studio.take()
    sent = on_time(programme(4))
    studio.play(take, [one for one in sent if one[3] < 1_500_000])
    assert take.fail(studio.now) == "ha-noi~camera~1.webm"
    rest = [(*one[:2], one[2] - 1_500_000, one[3] - 1_500_000) for one in sent if one[3] >= 1_500_000]
    studio.play(take, rest)
    studio.close(take)
    first, second = clips_of(str(tmp_path))
    assert first.closed and second.closed
    assert 2_900_000 <= second.zero_us - first.zero_us <= 3_100_000
    assert verify(str(tmp_path)).ok


@pytest.mark.parametrize("kept", ["sound", "none"])
def test_less_room_less_written(tmp_path, kept):
    studio = Studio(tmp_path)
    take = studio.take()
    sent = on_time(programme(4, repeat=1))
    studio.play(take, [one for one in sent if one[3] < 1_500_000])
    take.limit(kept, studio.now)
    rest = [(*one[:2], one[2] - 1_500_000, one[3] - 1_500_000) for one in sent if one[3] >= 1_500_000]
    studio.play(take, rest)
    studio.close(take)
    clips = clips_of(str(tmp_path))
    assert [clip.codec for clip in clips] == (["vp8", "opus"] if kept == "sound" else ["vp8"])


def test_late_sound_is_waited_for(tmp_path):
    studio = Studio(tmp_path)
    take = studio.take()
    sent = [(layer, p, at, at + (600_000 if layer == "a" else 30_000)) for layer, p, at in programme(4)]
    studio.play(take, sent)
    studio.close(take)
    (clip,) = clips_of(str(tmp_path))
    kept = [data for track, _, _, data in blocks_of(tmp_path, clip.clip) if track == 2 and data != OPUS_SILENCE]
    assert len(kept) > 150
    assert verify(str(tmp_path)).ok
