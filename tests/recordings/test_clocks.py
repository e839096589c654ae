from hypothesis import given
from hypothesis import strategies as st

from recordings.clocks import JUMP_US, Report, Slew, line, ntp_us, unwrap


@given(st.integers(0, 2**40), st.integers(-(2**31) + 1, 2**31 - 1))
def test_unwrap(last, step):
    assert unwrap(last, (last + step) & 0xFFFFFFFF) == last + step


@given(st.lists(st.integers(-20_000, 20_000), min_size=2, max_size=100))
def test_time_follows_its_own_ticks_and_is_drawn_by_a_thousandth(errors):
    slew, before = Slew(90_000), None
    for n, error in enumerate(errors):
        at = slew.at((0xFFFFF000 + n * 3600) & 0xFFFFFFFF, 5_000_000 + n * 40_000 + error)
        if before is not None:
            assert abs(at - before - 40_000) <= 41
        before = at


def test_a_drift_is_followed_and_a_jump_is_taken():
    slew = Slew(48_000)
    for n in range(50 * 600):
        at = slew.at(n * 960 & 0xFFFFFFFF, n * 20_001)
    assert abs(at - n * 20_001) < 50
    assert slew.at(n * 960, n * 20_001 + JUMP_US + 50) == n * 20_001 + JUMP_US + 50


def test_alignment_is_recomputed_from_reports():
    reports = [Report(1, (0xFFFF0000 + n * 480_000) & 0xFFFFFFFF, 0, 7_000_000 + n * 10_000_400 + 20_000, 40_000)
               for n in range(30)]  # fmt: skip
    found = line(reports, 48_000)
    assert found.ppm in (39, 40)
    assert abs(found.at(reports[20].rtp, 48_000) - (7_000_000 + 20 * 10_000_400)) < 300
    assert line([], 48_000) is None
    assert line(reports[:1], 48_000).at(reports[0].rtp, 48_000) == 7_000_000
    assert ntp_us(2_208_988_801 << 32 | 1 << 31) == 1_500_000
