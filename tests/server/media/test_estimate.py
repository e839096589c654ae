"""From arrivals to a rate: delay, loss, absurd feedback, REMB."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.media.estimate import CEILING_BPS, FLOOR_BPS, START_BPS, Delivered, Estimate, Remb


def stream(estimate, seconds, bps, capacity, *, loss=0.0, now=0, queue_us=0):
    """Send at `bps` over a line of `capacity`; feedback each 100 ms. Returns (now, queue)."""
    number, lost = now // 1000, 0.0
    for _ in range(int(seconds * 10)):
        packets = []
        for n in range(max(1, int(bps / 10 / 8 / 1_000))):
            sent = now + n * 100_000 * 8_000 * 10 // max(bps, 1) // 10
            queue_us = max(0, queue_us - 8_000_000_000 // max(bps, 1)) + 8_000_000_000 // capacity
            lost += loss
            gone, lost = lost >= 1, lost % 1
            packets.append(Delivered(number, sent, None if gone else sent + queue_us + 20_000, 1_000))
            number += 1
        now += 100_000
        estimate.feedback(packets, now + 20_000, 40_000)
    return now, queue_us


def test_a_growing_queue_is_answered_below_what_arrives():
    estimate = Estimate(0)
    now, queue = stream(estimate, 3, 1_000_000, 2_000_000)
    assert estimate.bps >= START_BPS
    stream(estimate, 1, 1_000_000, 600_000, now=now, queue_us=queue)
    assert estimate.bps < 600_000


def test_an_idle_line_is_not_believed_beyond_what_was_sent():
    estimate = Estimate(0)
    stream(estimate, 60, 700_000, 50_000_000)
    assert 700_000 <= estimate.bps <= 1.6 * 700_000 + 10_000


def test_a_little_loss_is_no_congestion_and_much_is():
    calm, ruined = Estimate(0), Estimate(0)
    stream(calm, 10, 900_000, 10_000_000, loss=0.02)
    assert calm.bps >= START_BPS
    stream(ruined, 5, 900_000, 10_000_000, loss=0.3)
    assert ruined.bps < 700_000


def test_a_probe_may_jump_but_not_out_of_a_squeeze():
    estimate = Estimate(0)
    now, _ = stream(estimate, 2, 600_000, 5_000_000)
    estimate.jump(3_000_000, now)
    assert (estimate.bps, estimate.proved(now)) == (3_000_000, 3_000_000)
    estimate.jump(1e12, now)
    assert estimate.bps == CEILING_BPS
    now, queue = stream(estimate, 2, 900_000, 400_000, now=now)
    held = estimate.bps
    estimate.jump(3_000_000, estimate._reduced_us + 1)
    assert estimate.bps == held


@given(st.lists(st.tuples(st.integers(0, 2**40), st.none() | st.integers(-(2**31), 2**31), st.integers(0, 65_535)),
                max_size=60), st.integers(0, 2**40), st.integers(0, 10**7))  # fmt: skip
def test_whatever_is_told_the_rate_stays_one(rows, now, rtt):
    estimate = Estimate(0)
    for n in range(3):
        estimate.feedback([Delivered(k, sent, at, size) for k, (sent, at, size) in enumerate(rows)], now + n, rtt)
        assert FLOOR_BPS <= estimate.bps <= CEILING_BPS


def test_remb_is_a_sign_and_not_a_capacity():
    remb = Remb(0)
    for second in range(9):
        remb.take(100_000, 1_000_000, 0.5, second * 1_000_000)
    assert remb.bps is None, "the first ten seconds mean nothing"
    for n in range(40):
        remb.take(2_000_000, 1_000_000, 0.0, 11_000_000 + n * 100_000)
    assert remb.bps is None, "a steady rate is no sign"
    for n in range(12):
        remb.take(900_000 - 60_000 * n, 1_000_000, 0.0, 16_000_000 + n * 100_000)
    assert remb.bps is not None
    assert remb.bps < 900_000
    for n in range(600):
        remb.take(2_000_000, 500_000, 0.0, 18_000_000 + n * 500_000)
    assert remb.bps is None, "after quiet it is forgotten, step by step"


@pytest.mark.parametrize("absurd", [0, 1 << 60])
def test_an_absurd_remb_is_bounded(absurd):
    remb = Remb(0)
    for n in range(60):
        remb.take(absurd, 1_000_000, 0.2, 11_000_000 + n * 100_000)
        assert remb.bps is None or FLOOR_BPS <= remb.bps <= 1_000_000


def follow(estimate, seconds, wanted, line_bps, *, loss=0.0, now=0, queue_us=0):
    """Send what the estimate allows, at most what is wanted and at least a small picture, second after second."""
    for _ in range(seconds):
        rate = int(min(wanted, max(300_000, estimate.bps)))
        now, queue_us = stream(estimate, 1, rate, line_bps, loss=loss, now=now, queue_us=queue_us)
    return now, queue_us


@pytest.mark.parametrize("lost", [0.2, 0.3, 0.4])
def test_a_line_that_loses_whatever_is_sent_is_not_taken_for_a_full_one(lost):
    estimate = Estimate(0)
    now, _ = follow(estimate, 5, 600_000, 10_000_000)
    now, _ = follow(estimate, 10, 600_000, 10_000_000, loss=lost, now=now)
    assert estimate.bps >= 600_000
    assert estimate.calm
    # and one that heals is an ordinary line again
    now, _ = follow(estimate, 10, 600_000, 10_000_000, now=now)
    assert estimate.congestion_loss == 0
    now, _ = follow(estimate, 10, 600_000, 300_000, now=now)
    assert estimate.bps < 450_000


@pytest.mark.parametrize("line", [200_000, 350_000, 450_000, 600_000])
def test_a_full_line_that_loses_is_never_taken_for_a_bad_one(line):
    estimate = Estimate(0)
    now, queue = follow(estimate, 5, 900_000, 10_000_000)
    for _ in range(20):
        now, queue = follow(estimate, 1, 900_000, line, now=now, queue_us=queue)
    assert estimate.bps <= 1.5 * line
