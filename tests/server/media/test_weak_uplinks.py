"""What a hall's own line does to what it sends, in virtual time: record and viewers get all that can be had."""

import pytest
from kit.virtual_lines import Hall, Line, VirtualViewer, show
from kit.virtual_uplinks import JitteryLine, UplinkCamera


def sending(make, *, seed=1, **how):
    """A camera behind a line, a viewer on a good one."""
    hall = Hall(seed)
    camera = UplinkCamera(hall, "an/camera", make(hall.world), **how)
    viewer = VirtualViewer(hall, "s-x", Line(hall.world, 20_000_000))
    show(hall, {"s-x": ["an/camera"]}, {"an/camera": "open"}, ["an/camera"])
    return hall, camera, viewer


def kept(hall, layers="lmh"):
    """Packets at the tap: (layer, 16-bit number) → times kept."""
    found = {}
    for _, _, layer, packet, _ in hall.keeper.packets:
        if layer in layers:
            found[layer, packet.seq & 0xFFFF] = found.get((layer, packet.seq & 0xFFFF), 0) + 1
    return found


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_jitter_reordering_and_duplicates_leave_the_record_as_it_was_sent(seed):
    hall, camera, viewer = sending(
        lambda world: JitteryLine(world, 50_000_000, 30_000, delay_us=60_000, reorder=0.05, twice=0.02), seed=seed, layers={"h": 400_000}
    )
    hall.world.run(30)
    found = kept(hall)
    sent = {("h", number) for ssrc, number in camera.sent if ssrc != 1000}
    # before a whole first key frame came there was nothing to keep; the last second is still under way
    missing = {one for one in sent - set(found) if one[1] > 50 and camera.seq["h"] - one[1] > 100}
    assert not missing
    assert set(found.values()) == {1}, "each once"
    assert set(found) <= sent
    begin = hall.world.now - 25_000_000
    assert viewer.picture().longest_gap_ms(begin, hall.world.now) < 250


def test_nacks_are_fewer_than_twice_what_was_lost():
    hall, camera, _ = sending(lambda world: Line(world, 50_000_000, 0.03, delay_us=30_000, reorder=0.05, twice=0.02), layers={"h": 400_000})
    hall.world.run(30)
    pictures = {number for ssrc, number in camera.sent if ssrc != 1000}
    lost = camera.up.dropped
    assert lost > 30
    assert camera.nacks < 2 * lost, (camera.nacks, lost)
    missing = {("h", number) for number in pictures if number > 50 and camera.seq["h"] - number > 200} - set(kept(hall))
    assert len(missing) <= 2, "what was lost was had again, but for what a key frame had made useless"


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_three_lost_in_a_hundred_freeze_no_viewer_and_leave_no_hole(seed):
    hall, camera, viewer = sending(lambda world: Line(world, 50_000_000, 0.03, delay_us=10_000), seed=seed)
    hall.world.run(5)
    begin = hall.world.now
    hall.world.run(60)
    assert viewer.layer() == "h"
    longest, second, *_ = viewer.picture().gaps_ms(begin, hall.world.now)
    assert second <= 200
    assert longest <= 240, "a packet lost three times in a row, once in some minutes"
    assert not [news for news in hall.keeper.news if news[0] == "gap" and news[3] != "a"]


def test_thirty_lost_in_a_hundred_both_ways_leave_speech_and_a_picture():
    hall, camera, viewer = sending(lambda world: Line(world, 50_000_000, 0.3, delay_us=20_000), layers={"l": 100_000}, doubled=True)
    hall.world.run(5)
    begin = viewer.listen_anew()
    hall.world.run(30)
    assert viewer.sound_lost() < 0.15
    times = [at for at in viewer.picture().times if at > begin]
    assert len(times) / 30 >= 5, "frames a second"
    assert viewer.picture().longest_gap_ms(begin, hall.world.now) <= 2_000
