"""Where all microphones are open, the loudest are forwarded, and those who must be heard always."""

import itertools

from hypothesis import given
from hypothesis import strategies as st
from kit.virtual_lines import Hall, Line, VirtualCamera, VirtualViewer
from msgspec.structs import replace

from server.media.levels import HOLD_US, SILENCE
from server.media.loudest import CONTEST_US, Voices, only
from signaling.scenes import Casting, Placement

TICK = 20_000
NAMES = tuple(f"{name}/camera" for name in "abcdef")


def quiet(**speaking):
    return {name: speaking.get(name[0], SILENCE) for name in NAMES}


def follow(voices, speaking, ticks, now):
    for _ in range(ticks):
        now += TICK
        voices.follow(speaking, now)
    return now


def test_the_first_take_the_places_so_that_nobody_is_cut_off_in_a_small_ceremony():
    voices = Voices(3)
    assert voices.follow(dict.fromkeys(NAMES[:3], SILENCE), 0) == set(NAMES[:3])


def test_who_begins_to_speak_takes_the_place_of_the_longest_silent_at_once():
    voices = Voices(3)
    now = follow(voices, quiet(a=20, b=20, c=20), 10, 0)
    now = follow(voices, quiet(b=20, c=20), HOLD_US // TICK + 1, now)
    assert voices.follow(quiet(b=20, c=20, f=30), now + TICK) == {"b/camera", "c/camera", "f/camera"}


def test_a_short_pause_keeps_the_place_against_one_who_is_no_louder():
    voices = Voices(2)
    now = follow(voices, quiet(a=20, b=20), 10, 0)
    now = follow(voices, quiet(b=20, f=20), HOLD_US // TICK - 2, now)
    assert voices.chosen == {"a/camera", "b/camera"}


def test_clearly_louder_speech_takes_a_place_after_a_while_and_a_shout_does_not():
    voices = Voices(2)
    now = follow(voices, quiet(a=34, b=30), 10, 0)
    now = follow(voices, quiet(a=34, b=30, f=20), CONTEST_US // TICK - 2, now)
    assert voices.chosen == {"a/camera", "b/camera"}
    now = follow(voices, quiet(a=34, b=30), 1, now)
    now = follow(voices, quiet(a=34, b=30, f=20), CONTEST_US // TICK - 2, now)
    assert voices.chosen == {"a/camera", "b/camera"}
    follow(voices, quiet(a=34, b=30, f=20), 3, now)
    assert voices.chosen == {"f/camera", "b/camera"}


def test_equal_voices_do_not_change_places():
    voices = Voices(2)
    now, seen = follow(voices, quiet(a=25, b=25), 5, 0), set()
    for turn in range(500):
        now = follow(voices, {name: 25 + (turn + n) % 4 for n, name in enumerate(NAMES)}, 1, now)
        seen.add(voices.chosen)
    assert len(seen) == 1


@given(st.lists(st.lists(st.sampled_from([SILENCE, 10, 20, 33]), min_size=6, max_size=6), max_size=60), st.integers(1, 6))
def test_never_more_than_allowed_and_never_somebody_who_is_not_there(steps, most):
    voices = Voices(most)
    for n, levels in enumerate(steps):
        there = dict(itertools.islice(zip(NAMES, levels, strict=True), 1 + n % 6))
        chosen = voices.follow(there, n * 100_000)
        assert len(chosen) <= most
        assert chosen <= set(there)
        assert len(chosen) == min(most, len(there))


def test_pictures_and_microphones_only_operators_hear_stay():
    slots = {"s-x": (Placement("a/camera"), Placement("b/camera"), Placement("c/camera", picture=False), Placement())}
    casting = Casting(gates={"a/camera": "open", "b/camera": "pre", "c/camera": "open"}, slots=slots)
    placed = only(casting, {"c/camera"}).slots["s-x"]
    assert [(one.source, one.picture, one.sound) for one in placed] == [
        ("a/camera", True, False), ("b/camera", True, True), ("c/camera", False, True), (None, True, True),
    ]  # fmt: skip


class Talker(VirtualCamera):
    """A camera whose sound tells a level: packets as small as silence, or as big as speech."""

    speaks = False

    def _speech(self):
        return b"\xf8" + bytes(79 if self.speaks else 2)


def always_on(hall, names, holder=None):
    sources = [f"{name}/camera" for name in names]
    hub = "hub/camera"
    slots = {"s-x": tuple(Placement(source) for source in sources)}
    always = frozenset({hub} if holder is None else {hub, holder})
    hall.room.apply(Casting(dict.fromkeys(sources, "open"), slots, frozenset(sources), tuple(sources), holder, True, always))


def heard(viewer, hall, seconds=1.0):
    """The slots sound came in, by source."""
    viewer.listen_anew()
    hall.world.run(seconds)
    audio = {slot.audio.ssrc: slot.source for slot in viewer.viewer.slots}
    return {audio[ssrc] for ssrc, seqs in viewer.sound.items() if len(seqs) > seconds * 40}


def test_a_viewer_of_nine_open_microphones_hears_three_the_hub_and_the_holder():
    hall = Hall()
    names = ("hub", *"abcdefgh")
    talkers = {name: Talker(hall, f"{name}/camera", {"h": 100_000}) for name in names}
    viewer = VirtualViewer(hall, "s-x", Line(hall.world, 50_000_000), len(names))
    always_on(hall, names)
    hall.world.run(1)
    first = heard(viewer, hall)
    assert "hub/camera" in first
    assert len(first) == 4
    for name in "fgh":
        talkers[name].speaks = True
    hall.world.run(2.2)
    assert heard(viewer, hall) == {"hub/camera", "f/camera", "g/camera", "h/camera"}
    always_on(hall, names, "a/camera")
    assert heard(viewer, hall) == {"hub/camera", "a/camera", "f/camera", "g/camera", "h/camera"}
    told = [news for news in hall.keeper.news if type(news).__name__ == "Slots"]
    assert {one.source for one in told[-1].slots} == {f"{name}/camera" for name in names}, "slots stay as they are"


def test_a_word_of_somebody_new_is_forwarded_within_a_tenth_of_a_second():
    hall = Hall()
    names = ("hub", *"abcdef")
    talkers = {name: Talker(hall, f"{name}/camera", {"h": 100_000}) for name in names}
    viewer = VirtualViewer(hall, "s-x", Line(hall.world, 50_000_000), len(names))
    always_on(hall, names)
    hall.world.run(3)
    out = next(slot.audio for slot in viewer.viewer.slots if slot.source == "f/camera")
    assert out.layer is None
    talkers["f"].speaks = True
    began = hall.world.now
    while out.layer is None and hall.world.now < began + 1_000_000:
        hall.world.run(0.01)
    assert hall.world.now - began <= 100_000


def test_the_holder_of_the_floor_is_the_speaker_whoever_is_loud():
    hall = Hall()
    for name in ("hub", "a", "b"):
        Talker(hall, f"{name}/camera", {"h": 100_000}).speaks = name == "b"
    always_on(hall, ("hub", "a", "b"))
    hall.world.every(195_000, hall.room.levels)
    hall.world.run(2)
    levels = [news for news in hall.keeper.news if type(news).__name__ == "Levels"]
    assert levels[-1].speaker == "b/camera"
    hall.room.apply(replace(hall.room._casting, holder="a/camera"))
    hall.world.run(1)
    assert [news for news in hall.keeper.news if type(news).__name__ == "Levels"][-1].speaker == "a/camera"
    hall.room.apply(replace(hall.room._casting, holder=None))
    hall.world.run(1)
    assert [news for news in hall.keeper.news if type(news).__name__ == "Levels"][-1].speaker == "b/camera"
