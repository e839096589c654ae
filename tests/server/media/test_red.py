"""Sound sent twice: read, written, used for what is missing, and undone for those who do not know it."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kit.light_peers import offer
from kit.virtual_lines import IDENTITY, Hall, Line, VirtualCamera, VirtualViewer, show

from server.media import red, sdp_offer
from signaling.errors import Malformed


@given(st.binary(min_size=1, max_size=400), st.binary(max_size=1_200), st.integers(0, 20_000))
def test_what_is_built_is_read(data, before, offset):
    found = red.parse(red.build(111, data, before, offset))
    assert found.data == data
    fits = 0 < offset <= 0x3FFF and 0 < len(before) <= 0x3FF
    assert found.earlier == ((red.Earlier(1, offset, before),) if fits else ())


@given(st.binary(max_size=80))
def test_any_bytes(payload):
    try:
        found = red.parse(payload)
    except Malformed:
        return
    assert len(found.data) + sum(len(one.data) for one in found.earlier) <= len(payload)


def test_the_offer_names_it():
    audio = sdp_offer.parse(offer(IDENTITY, 1, "sendonly")).sections[0]
    assert audio.red == 63
    other = sdp_offer.parse(offer(IDENTITY, 1, "sendonly").replace("a=fmtp:63 111/111", "a=fmtp:63 111/96")).sections[0]
    assert other.red is None


def voices(hall, camera, seqs):
    """Packets of sound, each with the one before it; those in `seqs` arrive."""
    for n in seqs:
        head = struct.pack("!BBHII", 0x80, 63, n, n * 960, 1000)
        body = red.build(111, b"\xf8now%03d" % n, b"\xf8now%03d" % (n - 1), 960)
        hall.receive(camera.peer, head + body)


@pytest.mark.parametrize(("arrive", "kept"), [
    ((1, 2, 3, 4), [1, 2, 3, 4]), ((1, 3, 4), [1, 2, 3, 4]), ((1, 4), [1, 3, 4]), ((1, 3, 2, 4), [1, 2, 3, 4]),
])  # fmt: skip
def test_a_single_loss_is_made_good_for_record_and_viewers(arrive, kept):
    hall = Hall()
    hall.world.every = lambda *_: None
    camera = VirtualCamera(hall, "an/camera")
    viewer = VirtualViewer(hall, "s-x", Line(hall.world, 10_000_000))
    show(hall, {"s-x": ["an/camera"]}, {"an/camera": "open"})
    camera._picture()
    voices(hall, camera, (0,))
    hall.world.run(0.2)
    hall.keeper.packets.clear()
    voices(hall, camera, arrive)
    sound = [one[3] for one in hall.keeper.packets if one[2] == "a"]
    assert sorted(one.seq & 0xFFFF for one in sound) == kept
    assert all(one.rest == b"\xf8now%03d" % (one.seq & 0xFFFF) for one in sound), "each once, as it was"
    assert all((one.ts - (one.seq & 0xFFFF) * 960) & 0xFFFFFFFF == 0 for one in sound)
    hall.world.run(0.5)
    (seqs,) = viewer.sound.values()
    first = min(seqs)
    assert sorted({seq - first + 1 for seq in seqs}) == kept


def test_a_lossy_line_gets_sound_twice_and_hears_almost_all():
    hall = Hall()
    VirtualCamera(hall, "an/camera")
    viewer = VirtualViewer(hall, "s-x", Line(hall.world, 3_000_000, loss=0.3))
    good = VirtualViewer(hall, "s-y", Line(hall.world, 10_000_000))
    show(hall, {"s-x": ["an/camera"], "s-y": ["an/camera"]}, {"an/camera": "open"})
    hall.world.run(5)
    viewer.listen_anew()
    hall.world.run(20)
    assert viewer.doubled > 300
    assert viewer.sound_lost() < 0.15
    times = [at for at in viewer.picture().times if at > hall.world.now - 20_000_000]
    assert len(times) / 20 >= 5, "frames a second"
    assert good.doubled == 0
