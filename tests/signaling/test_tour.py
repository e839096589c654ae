from signaling import access
from tests.signaling.tour import Tour


def test_a_ceremony_that_does_everything_once():
    tour = Tour().run()
    missing = set(access.TABLE) - tour.play.used
    assert missing <= {
        "floor.withdraw", "floor.drop", "item.end", "item.restore", "scene.prepare", "scene.cut", "seat.refuse",
        "presence.report", "session.create",
    }  # fmt: skip
