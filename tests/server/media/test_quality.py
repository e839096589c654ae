"""Three colours and a reason that a sentence can be made of."""

from hypothesis import given
from hypothesis import strategies as st
from kit.virtual_lines import Hall, Line, VirtualCamera, VirtualViewer, show

from server.media.quality import downward, upward


def test_colours_and_reasons():
    assert upward(0, 20, 25, 10) == (98, "good", "", 0)
    assert upward(120, 20, 25, 10)[1:] == ("fair", "loss", 120)
    assert upward(300, 20, 25, 10)[1:] == ("poor", "loss", 300)
    assert upward(0, 600, 25, 10)[1:] == ("fair", "delay", 600)
    assert upward(0, 20, 5, 10)[1:] == ("fair", "low-frames", 5)
    assert upward(0, 20, 25, 10, 120)[1:] == ("fair", "narrow", 120)
    assert upward(300, 20, 25, 10, 120)[1:] == ("poor", "loss", 300), "the worst cause is told"
    assert upward(0, 20, 25, 5_000) == (0, "poor", "silent", 5_000)
    assert downward(0, 20, 8, 0)[1] == "good"
    assert downward(0, 20, 8, 3)[1:] == ("fair", "weak-link", 3)
    assert downward(400, 20, 8, 8)[1:3] == ("poor", "loss")


@given(st.integers(0, 1000), st.none() | st.integers(0, 20_000), st.integers(0, 60), st.integers(0, 10**6), st.integers(0, 16))
def test_scores_stay_scores_and_more_loss_is_never_better(loss, rtt, fps, age, paused):
    for judged in (upward(loss, rtt, fps, age), downward(loss, rtt, 16, paused)):
        assert 0 <= judged.score <= 100
        assert (judged.reason == "") == (judged.score >= 75) or judged.colour == "fair"
    assert upward(min(1000, loss + 50), rtt, fps, age).score <= upward(loss, rtt, fps, age).score


def test_a_weak_hall_is_judged_downward_and_its_source_is_not():
    hall = Hall()
    for site in ("an", "ba", "chi"):
        VirtualCamera(hall, f"{site}/camera")
    VirtualViewer(hall, "s-x", Line(hall.world, 250_000), 3)
    VirtualViewer(hall, "s-y", Line(hall.world, 20_000_000), 3)
    sources = [f"{site}/camera" for site in ("an", "ba", "chi")]
    show(hall, {"s-x": sources, "s-y": sources}, {"an/camera": "open"})
    hall.world.run(10)
    stats = hall.room.stats()
    assert stats.down["s-x"].reason == "weak-link"
    assert stats.down["s-y"].colour == "good"
    assert {one.colour for one in stats.up.values()} == {"good"}


def test_a_camera_whose_middle_layer_does_not_come_has_a_narrow_line():
    hall = Hall()
    camera = VirtualCamera(hall, "an/camera")
    VirtualCamera(hall, "ba/camera", {"h": 250_000})
    hall.world.run(8)
    assert {one.reason for one in hall.room.stats().up.values()} == {""}
    for name in ("m", "h"):
        del camera.layers[name]
    hall.world.run(3)
    stats = hall.room.stats()
    assert stats.up["an/camera"].reason == "narrow"
    assert 80 <= stats.up["an/camera"].value <= 200, "kbit/s of what still comes"
    assert stats.up["ba/camera"].reason == "", "a camera with one picture only is whole"
