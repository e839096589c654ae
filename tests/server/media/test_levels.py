"""Who speaks."""

from server.media.levels import HOLD_US, Meter, Speaker


def fed(levels):
    meter = Meter()
    for level in levels:
        meter.take(level)
    meter.read()
    return meter.read()


def test_speech_is_loud_for_a_while_and_a_cough_is_not():
    assert fed([20] * 20)[1]
    assert fed([20] * 8 + [90] * 12)[1]
    assert not fed([10] * 5 + [90] * 15)[1]
    assert not fed([50] * 20)[1]
    assert fed([])[0] == 127


def test_silence_after_speech_is_read_as_silence():
    meter = Meter()
    for _ in range(20):
        meter.take(20)
    assert meter.read()[1]
    meter.fall_silent()
    assert meter.read() == (127, False)


def test_the_speaker_stays_until_another_clearly_takes_over():
    speaker = Speaker()
    assert speaker.follow({"an": (30, True), "ba": (127, False)}, 0) == "an"
    assert speaker.follow({"an": (30, True), "ba": (27, True)}, 200_000) == "an", "3 dB are no difference"
    assert speaker.follow({"an": (30, True), "ba": (24, True)}, 400_000) == "ba"
    assert speaker.follow({"an": (30, True), "ba": (60, False)}, 600_000) == "ba", "a pause for breath"
    assert speaker.follow({"an": (30, True), "ba": (60, False)}, 600_000 + HOLD_US) == "an"
    assert speaker.follow({}, 10_000_000) == "an", "nobody speaks: the last who did"
