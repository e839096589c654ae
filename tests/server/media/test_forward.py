"""Switching without a gap: numbers, timestamps, picture ids, retransmission."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kit.media_streams import Camera, Screen
from kit.plays import PLAYS

STARTS = [0, 1, 32_767, 65_530, 65_535]


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("out", [0, 1, 16_383])
def test_a_switch_goes_on_where_the_last_source_ended(start, out):
    one, two, screen = Camera(start=start), Camera(start=(start * 7 + 3) % 65_536), Screen(out)
    screen.out.aim(one.layer, 0)
    for n in range(30):
        screen.show(one.frame(key=n == 0), one.layer, one.now)
    assert screen.out.aim(two.layer, one.now)
    two.now = one.now
    screen.show(two.frame(), two.layer, two.now)
    assert screen.out.layer is one.layer, "not before a key frame"
    for n in range(30):
        screen.show(two.frame(key=n == 0), two.layer, two.now)
    wires = screen.wires()
    assert len(wires) == 120
    assert [(b.seq - a.seq) & 0xFFFF for a, b in zip(wires, wires[1:], strict=False)] == [1] * 119
    frames = wires[::2]
    assert {(b.pid - a.pid) & 0x7FFF for a, b in zip(frames, frames[1:], strict=False)} == {1}
    assert {(b.tl0 - a.tl0) & 0xFF for a, b in zip(frames, frames[1:], strict=False)} == {1}
    steps = [(b.ts - a.ts) & 0xFFFFFFFF for a, b in zip(frames, frames[1:], strict=False)]
    assert all(0 < step < 20_000 for step in steps)
    assert frames[30].key == (frames[29].key + 1) & 31


def test_input_gaps_stay_gaps_and_late_packets_map_through_their_segment():
    camera, screen = Camera(), Screen()
    screen.out.aim(camera.layer, 0)
    screen.show(camera.frame(key=True), camera.layer, camera.now)
    late = camera.frame(parts=3)
    screen.show([late[0], late[2]], camera.layer, camera.now)
    screen.show([late[1]], camera.layer, camera.now)
    seqs = [wire.seq for wire in screen.wires()]
    assert seqs[2:] == [seqs[1] + 1, seqs[1] + 3, seqs[1] + 2]


def test_a_straggler_of_the_last_source_is_dropped():
    one, two, screen = Camera(), Camera(start=500), Screen()
    screen.out.aim(one.layer, 0)
    screen.show(one.frame(key=True), one.layer, one.now)
    straggler = one.frame()
    screen.out.aim(two.layer, one.now)
    screen.show(two.frame(key=True), two.layer, two.now)
    before = len(screen.peer.sent)
    screen.show(straggler, one.layer, one.now)
    assert len(screen.peer.sent) == before


@pytest.mark.parametrize("shape", ["full", "short", "none"])
def test_a_nack_is_answered_with_the_same_bytes_on_the_repair_stream(shape):
    camera, screen = Camera(start=65_500, shape=shape), Screen(16_000)
    screen.out.aim(camera.layer, 0)
    for n in range(40):
        screen.show(camera.frame(key=n % 10 == 0), camera.layer, camera.now)
    sent = screen.wires()
    screen.peer.wire.pending.clear()
    asked = sent[5:60:7]
    for wire in asked:
        assert screen.out.repairs.resend(wire.seq, camera.now, 0, 0)
    repaired = screen.wires()
    assert [wire.osn for wire in repaired] == [wire.seq for wire in asked]
    assert [wire.rest for wire in repaired] == [wire.rest for wire in asked]
    assert {wire.ssrc for wire in repaired} == {8}
    assert len({wire.seq for wire in repaired}) == len(repaired)


def test_retransmission_has_a_budget_and_three_tries():
    camera, screen = Camera(), Screen()
    screen.out.aim(camera.layer, 0)
    for n in range(40):
        screen.show(camera.frame(key=n == 0), camera.layer, camera.now)
    seq = screen.wires()[3].seq
    tries = [screen.out.repairs.resend(seq, camera.now + n * 200_000, 0, 0) for n in range(5)]
    assert tries == [True, True, True, False, False]
    assert not screen.out.repairs.resend(seq, camera.now + 2_000_000, 0, 0)
    other = screen.wires()[5].seq
    quick = [screen.out.repairs.resend(other, camera.now + n * 200_000, 0, 40_000) for n in range(7)]
    assert quick == [True] * 5 + [False] * 2, "a line without a queue loses to noise"
    assert not screen.out.repairs.resend(seq - 2_000, camera.now, 0, 0)


@given(st.lists(st.tuples(st.sampled_from(["frame", "key", "cut", "late", "lose", "pause"]), st.integers(0, 3)),
                min_size=20, max_size=80), st.sampled_from(STARTS))  # fmt: skip
@settings(max_examples=PLAYS)
def test_whatever_happens_numbers_are_unique_and_continuous(steps, start):
    cameras = [Camera(start=(start + 9_973 * n) % 65_536, shape=("full", "full", "short", "none")[n]) for n in range(4)]
    screen = Screen(start % 16_384)
    current = cameras[0]
    screen.out.aim(current.layer, 0)
    now = 1_000_000
    for what, n in steps:
        now += 40_000
        for camera in cameras:
            camera.now = now
        if what == "cut":
            current = cameras[n]
            screen.out.aim(current.layer, now)
        elif what == "pause":
            screen.out.aim(None, now)
            screen.out.aim(current.layer, now)
        packets = current.frame(key=what == "key", parts=3, lose=(1,) if what == "lose" else ())
        if what == "late":
            packets = [packets[0], packets[2], packets[1]]
        screen.show(packets, current.layer, now)
    wires = screen.wires()
    assert len({wire.seq for wire in wires}) == len(wires), "two plaintexts under one number destroy GCM"
    ordered = sorted(wires, key=lambda wire: (wire.seq - wires[0].seq) & 0xFFFF) if wires else []
    for a, b in zip(ordered, ordered[1:], strict=False):
        assert (b.ts - a.ts) & 0xFFFFFFFF < 0x80000000, "time never goes back"
    full = [wire for wire in ordered if len(wire.payload) == 31]
    for a, b in zip(full, full[1:], strict=False):
        assert (b.pid - a.pid) & 0x7FFF < 0x4000
    for wire in wires[-200:]:
        screen.peer.wire.pending.clear()
        screen.out.repairs._budget = 1e9
        if screen.out.repairs.resend(wire.seq, now, 0, 0):
            assert screen.wires()[0].rest == wire.rest
