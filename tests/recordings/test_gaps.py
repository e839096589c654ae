from hypothesis import given
from hypothesis import strategies as st

from recordings.gaps import PIECE_US, SILENCE_US, Hole, PictureLine, SoundLine


@given(st.lists(st.tuples(st.integers(-30_000, 3_000_000), st.sampled_from([10_000, 20_000, 60_000])), max_size=30))
def test_sound_has_no_hole_longer_than_20_ms_and_every_filling_is_logged(steps):
    line, at, blocks, gaps = SoundLine(0), 0, [], []
    for step, duration in steps:
        at = max(0, at + step)
        silence, more = line.place(at, duration, "mic")
        gaps += more
        if silence is not None:
            blocks += [(time, SILENCE_US, "silence") for time in silence] + [(at, duration, "sound")]
            at += duration
    gaps += line.end()
    heard = 0  # browsers play packets back to back: this is when each is heard
    for time, duration, what in blocks:
        assert -10_000 <= time - heard < SILENCE_US
        if what == "silence":
            assert any(gap.from_us <= time and time + duration <= gap.to_us for gap in gaps)
        heard += duration
    assert all(gap.to_us - gap.from_us < PIECE_US + 3_100_000 for gap in gaps)


def test_an_hour_of_silence_is_told_in_pieces():
    line, gaps, times = SoundLine(0), [], []
    for second in range(1, 3601):
        more, found = line.fill(second * 1_000_000)
        times += more
        gaps += found
    gaps += line.end()
    assert len(times) == 180_000
    assert len(gaps) == 360
    assert (gaps[0].from_us, gaps[-1].to_us) == (0, 3_600_000_000)


def test_a_loss_is_called_one_when_it_is_known():
    line = SoundLine(0)
    line.place(0, 20_000, "mic")
    assert line.fill(200_000)[1] == []
    assert line.place(240_000, 20_000, "loss")[1] == [(20_000, 240_000, "loss", "a")]


def test_pictures():
    line = PictureLine(0)
    assert line.place(40_000, None) == []
    assert line.place(400_000, "loss") == [(40_000, 400_000, "loss", "v")]
    assert line.wait(900_000) == []
    assert line.wait(20_000_000) == [(400_000, 20_000_000, "camera", "v")]
    assert line.place(25_000_000, None) == [(20_000_000, 25_000_000, "camera", "v")]
    assert line.end(25_500_000) == []


def test_no_hole_no_line():
    assert Hole("a").end(5) == []


def test_a_drifting_clock_is_followed_for_hours():
    line, heard = SoundLine(0), 0
    for n in range(3 * 3600 * 50):
        silence, _ = line.place(n * 20_000 + n * 20_000 * 40 // 1_000_000, 20_000, "loss")
        if silence is not None:
            heard += 20_000 * (len(silence) + 1)
    assert abs(3 * 3600 * 1_000_040 - heard) <= SILENCE_US
