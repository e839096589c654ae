import pytest
from hypothesis import given
from hypothesis import strategies as st
from kit.recording_material import TapPacket, fake_frame, opus, video_packets, vp8

from recordings.payloads import OPUS_SILENCE, Pictures, frame_size, opus_samples, sound
from signaling.errors import Malformed

FRAMES = tuple(fake_frame(n, n % 10 == 0, 30) for n in range(40))


def run(packets):
    pictures, found, last = Pictures(), [], None
    for packet in packets:
        lost = 0 if last is None else packet.seq - last - 1
        last = packet.seq
        found += pictures.push(lost, packet, 0)
    return found


@given(st.sets(st.integers(0, 200)))
def test_only_whole_frames_and_none_before_a_key_frame_after_a_loss(lost):
    packets = [packet for n, (packet, _) in enumerate(video_packets(FRAMES, mtu=13)) if n not in lost]
    found = run(packets)
    whole = {data: n for n, (data, _) in enumerate(FRAMES)}
    numbers = [whole[picture.data] for picture in found]
    assert numbers == sorted(set(numbers))
    for before, (n, picture) in zip([None, *numbers], zip(numbers, found, strict=True), strict=False):
        assert picture.key == (n % 10 == 0)
        assert picture.key or n - 1 == before
    if not lost:
        assert len(found) == len(FRAMES)


def test_real_frames_and_missing_markers():
    frames = vp8(seconds=1)
    packets = [packet for packet, _ in video_packets(frames, mtu=50)]
    assert [picture.data for picture in run(packets)] == [data for data, _ in frames]
    unmarked = [packet._replace(marker=0) for packet in packets]
    assert [picture.data for picture in run(unmarked)] == [data for data, _ in frames[:-1]]
    assert frame_size(frames[0][0]) == (160, 96)
    assert frame_size(frames[1][0]) == (0, 0)


def test_padding_counts_for_the_order_only():
    packets = [packet for packet, _ in video_packets(FRAMES[:2], mtu=13)]
    packets.insert(2, TapPacket("video", "vp8", 0, 0, 0, False, 0, b""))
    packets = [packet._replace(seq=n) for n, packet in enumerate(packets)]
    assert len(run(packets)) == 2


@given(st.lists(st.tuples(st.binary(max_size=20), st.integers(0, 255), st.booleans(), st.integers(0, 3)), max_size=30))
def test_any_bytes_give_frames_or_nothing(pieces):
    packets = [TapPacket("video", "vp8", n, ts, m, False, d0, rest) for n, (rest, d0, m, ts) in enumerate(pieces)]
    for picture in run(packets):
        assert frame_size(picture.data) is not None


@given(st.binary(max_size=8))
def test_any_opus_packet_has_a_length_or_is_malformed(data):
    try:
        assert 0 < opus_samples(data) <= 5760
    except Malformed:
        assert sound(0, TapPacket("audio", "opus", 0, 0, 0, False, 0, data), 0) is None


def test_opus_lengths():
    assert opus_samples(OPUS_SILENCE) == 960
    assert {opus_samples(data) for data in opus(1)} == {960}
    assert opus_samples(b"\x03\x03") == 1440
    with pytest.raises(Malformed):
        opus_samples(b"\x03\x3f")
