from signaling import access
from tests.signaling.tour import Tour


def test_a_ceremony_that_does_everything_once():
    tour = Tour().run()
    elsewhere = ("document.", "slot.", "signing.", "pen.", "ink.", "scan.", "ticket.", "session.seal")
    missing = {verb for verb in access.TABLE if not verb.startswith(elsewhere)} - tour.play.used
    assert missing <= {
        "floor.withdraw", "floor.drop", "item.end", "item.restore", "scene.prepare", "scene.cut", "seat.refuse",
        "presence.report", "session.create",
    }  # fmt: skip
