"""Levels for the meters of the replay: the grid, holes, what is asked for, how much it weighs, and folders that lie."""

import gzip
import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kit.export_material import recorded
from kit.recording_material import vp8
from kit.replay_material import Record, packets

from recordings.idx import ClipInfo
from recordings.levels import ALPHABET, LIMIT_MS, STEP_MS, levels
from server.history import Past, timeline_of

SECOND = 1_000_000


def clip(found, source="an/camera", zero_us=0, duration_ms=None, klass="hi"):
    name = f"{source.replace('/', '~')}~1{'.lo' if klass == 'lo' else ''}.webm"
    return ClipInfo(name, source, klass, "vp8", zero_us, duration_ms or found[-1][0] + 500, True, [], found)


def text(*clips, zero_us=0, from_ms=0):
    return levels(clips, zero_us, from_ms)["sources"]["an/camera"]


def test_a_character_is_a_decibel_above_sixty_below_full_scale():
    assert text(clip([(0, -60), (500, -59), (1000, 0), (1500, -127), (2000, -90), (2500, -31)])) == "AB8.Ad"
    assert len(set(ALPHABET)) == 64


def test_clusters_fall_on_the_steps_they_are_nearest_to_and_the_loudest_counts():
    assert text(clip([(200, -50), (690, -40), (1190, -30)], duration_ms=1700)) == "KUe"
    # cut short before a key frame: two clusters in one step
    assert text(clip([(0, -30), (120, -50), (500, -60)], duration_ms=1000)) == "eA"


def test_what_is_before_the_opening_is_left_out_and_a_late_clip_begins_where_it_is():
    found = [(0, -10), (500, -20), (1000, -30)]
    assert text(clip(found, zero_us=3 * SECOND), zero_us=3_500_000) == "oe"
    assert text(clip(found, zero_us=5 * SECOND), zero_us=4 * SECOND) == "  yoe"


def test_a_hole_between_clusters_and_between_clips_is_nothing_and_not_silence():
    one = clip([(0, -30), (5_000, -30)], duration_ms=5_500)
    assert text(one) == "ee        e"
    other = clip([(0, -20)], zero_us=7 * SECOND)
    assert text(one, other) == "ee        e   o"


def test_both_classes_are_one_source():
    assert text(clip([(0, -30), (500, -127)]), clip([(0, -30), (500, -127), (1000, -20)], klass="lo")) == "e.o"


def test_a_page_that_follows_asks_for_the_end_only():
    whole = clip([(n * 500, -60 + n) for n in range(40)])
    assert levels([whole], 0, 15_700) == {"step_ms": 500, "from_ms": 15_500, "sources": {"an/camera": text(whole)[31:]}}
    assert levels([whole], 0, 10**9)["sources"] == {"an/camera": ""}
    assert levels([], 0)["sources"] == {}


@given(st.lists(st.tuples(st.integers(0, 10**13), st.integers(-(2**40), 2**40)), min_size=1, max_size=20), st.integers(-(2**60), 2**60), st.integers(0, 10**13))
def test_no_index_makes_it_large(found, zero_us, from_ms):
    sources = levels([clip(sorted(found), zero_us=zero_us, duration_ms=2**50)], 0, from_ms)["sources"]
    assert len(sources["an/camera"]) <= LIMIT_MS // STEP_MS
    assert set(sources["an/camera"]) <= set(ALPHABET + ". ")


def test_three_hours_of_nine_sites_weigh_less_than_a_second_of_their_pictures():
    rng = random.Random(7)
    clips = [
        clip([(n * 500, rng.choice((-127, -60, -55, -40, -31, -28, -25))) for n in range(3 * 7200)], f"s{site}/camera", klass=klass)
        for site in range(9) for klass in ("hi", "lo")
    ]  # fmt: skip
    data = json.dumps(levels(clips, 0)).encode()
    print(f"3 h x 9 sites: {len(data) / 1000:.0f} kB, gzip {len(gzip.compress(data)) / 1000:.0f} kB")
    assert len(data) < 200_000
    assert len(json.dumps(levels(clips, 0, 3 * 3_600_000 - 15_000))) < 700


def test_a_damaged_index_leaves_its_source_out_and_no_other(tmp_path):
    record = Record(tmp_path / "record")
    for source in ("hub/camera", "an/camera"):
        record.grow(source, packets(vp8()))
    folder = record.close(4)
    before = Past(folder, "play").levels(0)
    assert len(before["sources"]) == 2
    assert all(len(found.strip()) >= 6 for found in before["sources"].values())
    broken, *_ = sorted(before["sources"])
    for path in (tmp_path / "record").rglob(f"{broken.replace('/', '~')}~*.idx"):
        path.write_bytes(path.read_bytes().replace(b'"lv":', b'"lw":'))
    after = Past(folder, "play").levels(0)
    assert after["sources"] == {source: found for source, found in before["sources"].items() if source != broken}
    assert {one["source"] for one in timeline_of(folder, "play", 0)["sources"]} == set(after["sources"])


def test_the_timeline_holds_none_of_it(tmp_path):
    folder = recorded(tmp_path / "record", seconds=4)
    assert not any("levels" in source or "lv" in source for source in timeline_of(folder, "play", 0)["sources"])


@pytest.mark.parametrize("lv", [1, 127, 2**40, -(2**40)])
def test_levels_no_microphone_has_are_the_nearest_one(lv):
    assert text(clip([(0, lv)])) == ("8" if lv > 0 else ".")
