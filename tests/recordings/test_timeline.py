from recordings.idx import ClipInfo
from recordings.timeline import Snapshot, programme_sound, timeline

SECOND = 1_000_000


def state(**changes):
    usual = {
        "scene": "hold", "positions": (), "gates": {}, "item": None, "floor": None, "phase": "setup", "presence": {},
        "slate": None,
    }  # fmt: skip
    return Snapshot(**(usual | changes))


def test_a_ceremony():
    history = [
        (1 * SECOND, state()),
        (2 * SECOND, state(presence={"a": "live"})),
        (10 * SECOND, state(phase="open", presence={"a": "live"})),
        (12 * SECOND, state(phase="open", item="i1", scene="s1", layout="solo", gates={"a/camera": "open"})),
        (13 * SECOND, state(phase="open", item="i1", scene="s1", layout="solo", floor="a")),
        (15 * SECOND, state(phase="open", item="i2", scene="s1", layout="solo", floor="b")),
        (20 * SECOND, state(phase="closed")),
    ]
    clip = ClipInfo("a~camera~1.webm", "a/camera", "hi", "vp8", 10_500_000, 4_000, False, [[1, 2, "mic", "a"]], [])
    found = timeline(history, [clip], 30 * SECOND)
    assert (found["zero_us"], found["end_us"]) == (10 * SECOND, 20 * SECOND)
    assert found["chapters"] == [
        {"item": "i1", "from_ms": 2000, "to_ms": 5000}, {"item": "i2", "from_ms": 5000, "to_ms": 10_000},
    ]  # fmt: skip
    assert [(one["from_ms"], one["scene"]) for one in found["scenes"]] == [(0, "hold"), (2000, "s1"), (10_000, "hold")]
    assert found["floor"] == [
        {"site": "a", "from_ms": 3000, "to_ms": 5000}, {"site": "b", "from_ms": 5000, "to_ms": 10_000},
    ]  # fmt: skip
    assert found["presence"][0] == {"site": "a", "state": "live", "from_ms": 0}
    assert [(one["state"], one["from_ms"]) for one in found["gates"]] == [("open", 2000), ("closed", 3000)]
    assert found["sources"] == [
        {"source": "a/camera", "clips": [{
            "clip": "a~camera~1.webm", "class": "hi", "codec": "vp8", "from_ms": 500, "to_ms": 4500, "growing": True,
            "gaps": [[1, 2, "mic", "a"]],
        }], "speech": []}
    ]  # fmt: skip


def test_before_the_opening_only_the_last_counts():
    history = [
        (1 * SECOND, state(scene="x", gates={"a/camera": "open"})),
        (2 * SECOND, state(scene="y", gates={"a/camera": "closed"})),
        (3 * SECOND, state(scene="y", gates={"a/camera": "pre"}, phase="open")),
    ]
    found = timeline(history, [], 9 * SECOND)
    assert [one["scene"] for one in found["scenes"]] == ["y"]
    assert found["gates"] == [{"source": "a/camera", "state": "pre", "from_ms": 0}]
    assert found["end_us"] is None


def test_reopened_and_never_opened():
    history = [(n * SECOND, state(phase=phase)) for n, phase in enumerate(["open", "closed", "open"], 5)]
    found = timeline(history, [], 0)
    assert (found["zero_us"], found["end_us"]) == (5 * SECOND, None)
    assert timeline([(7, state())], [], 9)["zero_us"] == 7
    assert timeline([], [], 9)["zero_us"] == 9


def test_what_was_there_and_back_within_one_moment_is_not_told():
    history = [
        (0, state(phase="open")), (SECOND, state(phase="open", item="i", floor="a")), (SECOND, state(phase="open")),
        (SECOND, state(phase="open", scene="z")), (SECOND, state(phase="open")),
    ]  # fmt: skip
    found = timeline(history, [], 0)
    assert found["chapters"] == found["floor"] == []
    assert len(found["scenes"]) == 1


def test_programme_sound():
    assert programme_sound({"a/camera": "open", "b/camera": "pre", "c/camera": "closed"}) == frozenset({"a/camera"})


def test_hands_from_when_they_were_raised():
    history = [
        (1 * SECOND, state(phase="open")),
        (2 * SECOND, state(phase="open", hands=("a",))),
        (3 * SECOND, state(phase="open", hands=("a", "b"))),
        (5 * SECOND, state(phase="open", hands=("b",), floor="a")),
        (6 * SECOND, state(phase="open", hands=("b", "a"))),
    ]
    assert timeline(history, [], 9 * SECOND)["hands"] == [
        {"site": "a", "from_ms": 1000, "to_ms": 4000}, {"site": "b", "from_ms": 2000, "to_ms": None},
        {"site": "a", "from_ms": 5000, "to_ms": None},
    ]  # fmt: skip


def test_speech_is_what_was_loud_and_its_short_pauses():
    levels = [(0, -60), (500, -30), (1000, -50), (1500, -31), (2000, -70), (4000, -20), (4500, -60)]
    hi = ClipInfo("a~camera~1.webm", "a/camera", "hi", "vp8", 2 * SECOND, 5_000, True, [], levels)
    lo = ClipInfo("a~camera~2.lo.webm", "a/camera", "lo", "vp8", 2 * SECOND, 5_000, True, [], levels)
    (source,) = timeline([(SECOND, state(phase="open"))], [hi, lo], 9 * SECOND)["sources"]
    assert source["speech"] == [[1500, 3000], [5000, 5500]]


def test_a_page_in_the_picture_stands_in_its_scene_and_turning_it_makes_another():
    def shown(page):
        sheet = {"document": "ct", "sha256": "ab" * 32, "page": page, "x": 0, "y": 0, "w": 1280, "h": 720}
        return Snapshot("document:ct", (), {}, None, None, "open", {}, None, "document", sheet=sheet)

    found = timeline([(0, shown(1)), (1_000_000, shown(1)), (2_000_000, shown(2))], [], 3_000_000)["scenes"]
    assert [(one["from_ms"], one["sheet"]["page"]) for one in found] == [(0, 1), (2_000, 2)]


def test_a_weak_line_stands_from_when_it_was_noted_to_when_it_was_good():
    history = [
        (0, state(phase="open")), (5 * SECOND, state(lines={"an/up": "poor loss 82"})),
        (8 * SECOND, state(lines={"an/up": "fair loss 31", "ba/down": "fair weak-link 2"})), (9 * SECOND, state(lines={"ba/down": "fair weak-link 2"})),
    ]  # fmt: skip
    assert timeline(history, [], 20 * SECOND)["lines"] == [
        {"site": "an", "direction": "up", "colour": "poor", "reason": "loss", "value": 82, "from_ms": 5_000, "to_ms": 8_000},
        {"site": "an", "direction": "up", "colour": "fair", "reason": "loss", "value": 31, "from_ms": 8_000, "to_ms": 9_000},
        {"site": "ba", "direction": "down", "colour": "fair", "reason": "weak-link", "value": 2, "from_ms": 8_000, "to_ms": None},
    ]  # fmt: skip
