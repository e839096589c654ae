import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.media.losses import GIVE_UP_US, Losses
from server.media.twcc import Arrivals


@pytest.mark.parametrize("start", [0, 1, 32_767, 65_530, 65_535])
def test_a_hole_is_asked_for_after_20_ms_and_again(start):
    losses = Losses()
    assert losses.arrived(start + 0x10000, 0)
    assert losses.arrived(start + 0x10003, 1_000)
    assert losses.due(10_000, 0) == []
    assert losses.due(21_000, 0) == [start + 0x10001, start + 0x10002]
    assert losses.due(22_000, 0) == []
    assert losses.arrived(start + 0x10001, 30_000)
    assert losses.due(61_000, 0) == [start + 0x10002]
    assert not losses.arrived(start + 0x10001, 62_000), "a duplicate"
    assert losses.opened(500_000) == (start + 0x10002, start + 0x10002)
    assert losses.opened(500_001) is None
    assert losses.due(GIVE_UP_US + 2_000, 0) == []
    assert not losses.holes


def test_a_jump_leaves_no_holes_and_a_key_frame_forgets():
    losses = Losses()
    losses.arrived(70_000, 0)
    losses.arrived(70_500, 1)
    assert not losses.holes
    losses.arrived(70_505, 2)
    losses.forget(70_504)
    assert list(losses.holes) == [70_504]


@given(st.lists(st.integers(0, 400), min_size=1, max_size=200))
def test_each_number_is_taken_once(seqs):
    losses = Losses()
    taken = [seq for seq in seqs if losses.arrived(seq + 70_000, 0)]
    assert len(set(taken)) == len(taken)


def decode_twcc(data):
    import struct

    base, count = struct.unpack_from("!HH", data, 12)
    reference = int.from_bytes(data[16:19], "big") * 64_000
    end = len(data) - (data[-1] if data[0] & 0x20 else 0)
    pos, symbols = 20, []
    while len(symbols) < count:
        chunk = struct.unpack_from("!H", data, pos)[0]
        pos += 2
        if chunk & 0x8000:
            symbols += [chunk >> (12 - 2 * n) & 3 for n in range(7)]
        else:
            symbols += [chunk >> 13] * (chunk & 0x1FFF)
    got, at = {}, reference
    for n, symbol in enumerate(symbols[:count]):
        if symbol == 1:
            at += data[pos] * 250
            pos += 1
        elif symbol == 2:
            at += struct.unpack_from("!h", data, pos)[0] * 250
            pos += 2
        else:
            continue
        got[(base + n) & 0xFFFF] = at
    assert pos <= end
    return got


@pytest.mark.parametrize("start", [0, 65_530])
def test_feedback_names_every_arrival_within_a_tick(start):
    arrivals = Arrivals()
    sent = {}
    for n in list(range(50)) + [60, 55, 200]:
        at = 64_000_000 + n * 5_000
        arrivals.arrived(start + n & 0xFFFF, at)
        sent[start + n & 0xFFFF] = at
    got = decode_twcc(arrivals.feedback(1, 2))
    assert got.keys() == sent.keys()
    assert all(abs(got[n] - sent[n]) <= 130 for n in sent)
    assert arrivals.feedback(1, 2) is None
    arrivals.arrived(start + 201 & 0xFFFF, 66_000_000)
    assert set(decode_twcc(arrivals.feedback(1, 2))) == {start + 201 & 0xFFFF}


@given(st.lists(st.tuples(st.integers(0, 65_535), st.integers(0, 10_000_000)), max_size=80))
def test_any_arrivals_make_valid_feedback(pairs):
    arrivals = Arrivals()
    for number, at in pairs:
        arrivals.arrived(number, at)
    message = arrivals.feedback(1, 2)
    if message is not None:
        assert len(message) % 4 == 0
        decode_twcc(message)
