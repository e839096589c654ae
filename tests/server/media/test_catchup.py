"""A picture at once from memory: what the viewer is sent stays one stream."""

import pytest
from kit.media_streams import Camera, Screen

from server.media import catchup
from server.media.catchup import catch_up


def watching(frames, *, start=0, ago=0):
    """A screen that shows one camera, and a second camera that has sent `frames` since its key frame."""
    one, two, screen = Camera(start=65_500), Camera(start=start), Screen()
    screen.out.aim(one.layer, 0)
    for n in range(20):
        screen.show(one.frame(key=n == 0), one.layer, one.now)
    two.now = one.now - 40_000 * frames
    kept = [two.frame(key=n == 0) for n in range(frames)]
    screen.out.aim(two.layer, one.now)
    return one, two, screen, kept


@pytest.mark.parametrize("frames", [1, 2, 12, 20])
@pytest.mark.parametrize("start", [0, 65_530])
def test_all_since_the_key_frame_is_sent_and_the_live_frames_follow(frames, start):
    one, two, screen, kept = watching(frames, start=start)
    shown = len(screen.peer.sent)
    assert catch_up(screen.out, one.now, 0)
    assert screen.out.layer is two.layer
    assert screen.out.want is None
    for _ in range(10):
        screen.show(two.frame(), two.layer, two.now)
    wires = screen.wires()
    assert [wire.rest for wire in wires[shown : shown + 2 * frames]] == [p.rest for frame in kept for p in frame]
    assert [(b.seq - a.seq) & 0xFFFF for a, b in zip(wires, wires[1:], strict=False)] == [1] * (len(wires) - 1)
    first = wires[::2]
    assert {(b.pid - a.pid) & 0x7FFF for a, b in zip(first, first[1:], strict=False)} == {1}
    steps = [(b.ts - a.ts) & 0xFFFFFFFF for a, b in zip(first, first[1:], strict=False)]
    assert all(step > 0 for step in steps)
    past = steps[shown // 2 - 1 : shown // 2 + frames - 2]
    assert all(step == 1 for step in past), "the past is due at once"
    assert all(step == 3_600 for step in steps[-9:]), "what follows keeps its place in time"


def test_both_packets_of_a_frame_carry_one_timestamp():
    one, _, screen, _ = watching(12)
    catch_up(screen.out, one.now, 0)
    wires = screen.wires()
    assert [wire.ts for wire in wires[::2]] == [wire.ts for wire in wires[1::2]]


def test_a_replayed_packet_can_be_repaired():
    one, _, screen, kept = watching(12)
    catch_up(screen.out, one.now, 0)
    wires = screen.wires()
    screen.peer.wire.pending.clear()
    assert screen.out.repairs.resend(wires[-7].seq, one.now, 0, 0)
    (repaired,) = screen.wires()
    assert repaired.rest == wires[-7].rest
    assert repaired.ts == wires[-7].ts


def test_too_much_a_hole_or_no_key_frame_asks_for_a_new_one():
    one, two, screen, _ = watching(catchup.MOST // 2 + 1)
    assert not catch_up(screen.out, one.now, 0)
    assert screen.out.want is two.layer

    one, two, screen, _ = watching(5)
    two.frame(lose=(1,))
    two.frame()
    assert not catch_up(screen.out, one.now, 0)

    one, two, screen = Camera(), Camera(start=9), Screen()
    two.frame()
    screen.out.aim(two.layer, two.now)
    assert not catch_up(screen.out, two.now, 0)


def test_a_viewer_without_keys_waits():
    one, _, screen, _ = watching(3)
    screen.out.wire.seal = None
    assert not catch_up(screen.out, one.now, 0)
