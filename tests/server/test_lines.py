"""Lines as they are told: steady from second to second, worst source first, changes noted seldom."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from server.lines import LOGGED_APART_US, Lines
from server.media.news import Stats
from server.media.quality import FIRST, Quality, Steady, downward, upward
from signaling.events import LineChanged
from signaling.state import State

SECOND = 1_000_000
GOOD, LOSSY, DEAD = Quality(97, "good", "", 0), Quality(40, "poor", "loss", 230), Quality(0, "poor", "silent", 5_000)


def stats(up=None, down=None):
    return Stats({}, {}, up or {}, down or {})


def colours(judge, seconds, seed):
    steady, dice = Steady(), random.Random(seed)
    told = [steady.take(judge(lambda x: x * dice.uniform(0.95, 1.05)), second * SECOND) for second in range(seconds)]
    assert told[: FIRST - 1] == [None] * (FIRST - 1)
    return [one.colour for one in told if one is not None]


@settings(max_examples=300)
@given(
    st.integers(0, 400), st.integers(0, 1_500), st.integers(0, 30), st.none() | st.integers(20, 900), st.integers(0, 8), st.integers(),
)
def test_no_colour_flaps_under_five_per_cent_of_noise(loss, rtt, fps, narrow, paused, seed):
    def up(noisy):
        small = None if narrow is None else round(noisy(narrow))
        return upward(round(noisy(loss)), round(noisy(rtt)), round(noisy(fps)), 20, small)

    def down(noisy):
        return downward(round(noisy(loss)), round(noisy(rtt)), 8, paused)

    for judge in (up, down):
        found = colours(judge, 120, seed)
        changes = sum(a != b for a, b in zip(found, found[1:], strict=False))
        assert changes <= 1, "one step from the first judgement, never back"


def test_a_score_that_wavers_by_five_per_cent_about_any_border_stays_one_colour():
    for base in range(101):
        steady, found = Steady(), []
        for second in range(60):
            score = base * (0.95 if second % 2 else 1.05)
            colour = "good" if score >= 75 else "fair" if score >= 50 else "poor"
            told = steady.take(Quality(round(score), colour, "loss", 100), second * SECOND)
            found += [] if told is None else [told.colour]
        assert len(set(found)) == 1, base


def test_a_line_is_weak_after_seconds_and_good_again_after_more():
    steady = Steady()
    told = [steady.take(LOSSY if 10 <= second < 30 else GOOD, second * SECOND) or GOOD for second in range(60)]
    worse = next(second for second, one in enumerate(told) if one.colour != "good")
    better = next(second for second, one in enumerate(told) if second > 30 and one.colour == "good")
    assert 12 <= worse <= 15
    assert 35 <= better <= 40
    assert {one.reason for one in told[worse:better]} == {"loss"}
    assert told[-1].reason == ""


def test_one_bad_second_is_not_told():
    steady = Steady()
    told = [steady.take(LOSSY if second % 9 == 5 else GOOD, second * SECOND) for second in range(90)]
    assert {one.colour for one in told if one is not None} == {"good"}


def test_a_page_that_has_just_come_is_not_called_weak():
    steady = Steady()
    told = [steady.take(LOSSY if second < 1 else GOOD, second * SECOND) for second in range(20)]
    assert told[:2] == [None, None]
    assert {one.colour for one in told[2:]} == {"good"}


def test_the_figure_of_a_sentence_stands_for_five_seconds():
    steady = Steady()
    told = [steady.take(Quality(20, "poor", "loss", 300 + second), second * SECOND) for second in range(31)]
    assert len({one.value for one in told if one is not None}) <= 7


def test_a_sites_worst_source_counts_and_silence_is_no_judgement():
    lines = Lines()
    up = {"hub/camera": GOOD, "hub/table": LOSSY, "an/camera": DEAD}
    for second in range(FIRST):
        assert lines.told() == ()
        lines.at(stats(up, {"s-an": GOOD, "p-3-x": LOSSY}), second * SECOND)
    told = {(one.site, one.direction): one.colour for one in lines.told()}
    assert told == {("hub", "up"): "poor", ("an", "down"): "good"}
    assert lines.told()[0].site == "hub"
    assert [one.colour for one in lines.of_desk("p-3-x")] == ["poor"]
    assert lines.of_desk("p-3-x")[0].site is None
    assert lines.of_site("an")[0].direction == "down"
    assert lines.scores()["p-3-x", "down"] == 40
    lines.at(stats({}, {}), 9 * SECOND)
    assert lines.told() == ()


def test_the_log_hears_of_changes_only_and_seldom():
    lines, state = Lines(), State(phase="open")
    for _ in range(FIRST):
        lines.at(stats({"an/camera": GOOD}, {"p-3-x": LOSSY}), 0)
    assert lines.news(state, 0) == [], "good is what the log takes for granted, and a desk is no site"
    told = []
    for second in range(1, 400):
        bad = second % 40 < 20
        lines.at(stats({"an/camera": LOSSY if bad else GOOD}), second * SECOND)
        for news in lines.news(state, second * SECOND):
            told.append((second, news.colour))
            changed = {} if news.colour == "good" else {"an/up": LineChanged("an", "up", news.colour, news.reason, news.value)}
            state = replace(state, lines=changed)
    assert {colour for _, colour in told} >= {"poor", "good"} or {colour for _, colour in told} >= {"fair", "good"}
    assert all(b - a >= LOGGED_APART_US / SECOND for (a, _), (b, _) in zip(told, told[1:], strict=False))
    assert len(told) <= 40
