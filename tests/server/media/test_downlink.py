"""Forged and absurd feedback changes nothing it should not."""

import struct

from hypothesis import given
from hypothesis import strategies as st
from kit.virtual_lines import Hall, Line, VirtualCamera, VirtualViewer, show

from server.media import rtcp
from server.media.estimate import CEILING_BPS, FLOOR_BPS
from server.media.twcc import Arrivals, Feedback, parse
from server.media.wire import Wire


def a_hall(slots=1):
    hall = Hall()
    VirtualCamera(hall, "an/camera")
    viewer = VirtualViewer(hall, "s-x", Line(hall.world, 10_000_000), slots)
    show(hall, {"s-x": ["an/camera"]}, {"an/camera": "open"}, ["an/camera"])
    hall.world.run(4)
    return hall, viewer


def packet(kind, count, body):
    return struct.pack("!BBH", 0x80 | count, kind, len(body) // 4) + body


def test_feedback_speaks_only_of_what_was_sent_and_once():
    wire = Wire()
    for _ in range(10):
        wire.number += 1
        wire.put(bytes(100), wire.number)
    told = wire.delivered(Feedback(5, tuple(range(10))))
    assert [one.number for one in told] == [5, 6, 7, 8, 9, 10]
    assert wire.delivered(Feedback(5, tuple(range(10)))) == []
    assert wire.delivered(Feedback(40_000, (1, 2, 3))) == []
    assert [one.number for one in wire.delivered(Feedback(0, (None,) * 8))] == [1, 2, 3, 4]


@given(st.dictionaries(st.integers(0, 300), st.integers(0, 3_000_000), min_size=1), st.integers(0, 65_535))
def test_what_we_build_we_read(arrived, first):
    arrivals = Arrivals()
    for number in sorted(arrived):
        arrivals.arrived((first + number) & 0xFFFF, 64_000 + arrived[number])
    message = arrivals.feedback(1, 2)
    (told,) = rtcp.parse(message).feedback
    got = {(told.first + n) & 0xFFFF: at for n, at in enumerate(told.arrivals) if at is not None}
    assert set(got) == {(first + number) & 0xFFFF for number in arrived}
    assert parse(message[4:]).first == told.first


@given(st.lists(st.tuples(st.integers(0, 65_535), st.lists(st.none() | st.integers(0, 2**40), min_size=1, max_size=50)), max_size=6))
def test_absurd_feedback_keeps_the_estimate_in_bounds(rows):
    hall, viewer = ABSURD
    line = viewer.viewer.downlink
    for first, arrivals in rows:
        line.feedback([Feedback(first, tuple(arrivals))], hall.world.now, 0)
        assert FLOOR_BPS <= line.estimate.bps <= CEILING_BPS


ABSURD = a_hall()


def test_a_flood_of_nacks_costs_no_more_than_the_budget():
    hall, viewer = a_hall()
    out = viewer.viewer.slots[0].video
    passed, begin = viewer.down.passed, out.repairs.seq
    seqs = [(out.last_seq - n) & 0xFFFF for n in range(200)]
    for _ in range(400):
        hall.receive(viewer.peer, rtcp.nack(1, out.ssrc, seqs))
        hall.world.run(0.005)
    assert out.repairs.seq - begin < 250
    assert viewer.down.passed > passed
    assert hall.counts["rtx_budget"] > 0
    assert hall.counts["rtcp_limited"] > 0, "and not even read beyond 100 a second"


def test_a_flood_of_plis_asks_the_camera_rarely():
    hall, viewer = a_hall()
    publisher = next(iter(hall.room.publishers.values()))
    asked = []
    publisher.peer.send = lambda data, _path: asked.append(rtcp.parse(data).wants_key)
    out = viewer.viewer.slots[0].video
    for _ in range(300):
        hall.receive(viewer.peer, rtcp.pli(1, [out.ssrc]))
        hall.world.run(0.01)
    assert sum(bool(keys) for keys in asked) <= 7, "once in 500 ms at most"


def test_a_remb_of_nothing_or_everything_changes_nothing_where_better_is_known():
    hall, viewer = a_hall()
    for exponent, mantissa in ((0, 0), (63, 0x3FFFF), (60, 1)):
        body = struct.pack("!II4sBBH", 1, 0, b"REMB", 1, exponent << 2 | mantissa >> 16, mantissa & 0xFFFF) + bytes(4)
        for _ in range(50):
            hall.receive(viewer.peer, packet(206, 15, body))
    hall.world.run(1)
    assert viewer.layer() == "h"


def test_feedback_of_one_page_moves_no_other():
    hall, viewer = a_hall()
    other = VirtualViewer(hall, "s-y", Line(hall.world, 10_000_000))
    show(hall, {"s-x": ["an/camera"], "s-y": ["an/camera"]}, {"an/camera": "open"}, ["an/camera"])
    hall.world.run(3)
    lost = viewer.viewer.slots[0].video
    before = lost.repairs.seq
    hall.receive(other.peer, rtcp.nack(1, lost.ssrc, [lost.last_seq & 0xFFFF]))
    hall.world.run(0.1)
    assert lost.repairs.seq == before
