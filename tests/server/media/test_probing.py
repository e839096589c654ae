"""A train of packets proves what a line carries, and never more than it asked."""

from server.media.estimate import Delivered
from server.media.probing import WAIT_US, Prober


def train(prober, count, gap_us, lost=()):
    prober.sent(range(100, 100 + count), 0)
    return [Delivered(100 + n, 0, None if n in lost else 50_000 + n * gap_us, 1_132) for n in range(count)]


def test_a_wish_is_asked_for_and_proved():
    prober = Prober()
    assert prober.wanted(0, 0, 800_000, 0) == 0
    assert prober.wanted(1_600_000, 0, 800_000, 0) == 6_250
    packets = train(prober, 6, 1_000)
    assert prober.wanted(1_600_000, 0, 800_000, 10) == 0, "one at a time"
    assert prober.take(packets[:3], 100_000) is None
    assert prober.take(packets[3:], 100_000) == 2_000_000, "what was asked, however fast it came"


def test_a_full_line_tells_what_it_carries_and_is_left_alone():
    prober = Prober()
    prober.wanted(1_600_000, 0, 800_000, 0)
    proved = prober.take(train(prober, 6, 9_056), 100_000)
    assert 850_000 < proved < 1_000_000
    assert prober.wanted(1_600_000, 0, 800_000, 100_000 + WAIT_US - 1) == 0
    assert prober.wanted(1_600_000, 0, 800_000, 100_000 + WAIT_US) > 0


def test_a_train_that_is_lost_proves_nothing():
    prober = Prober()
    prober.wanted(1_600_000, 0, 800_000, 0)
    assert prober.take(train(prober, 6, 1_000, lost=(1, 2)), 100_000) is None
    prober = Prober()
    prober.wanted(1_600_000, 0, 800_000, 0)
    prober.sent(range(100, 106), 0)
    assert prober.wanted(1_600_000, 0, 800_000, 2_000_000) == 0
    assert prober.wanted(1_600_000, 0, 800_000, 2_000_000 + WAIT_US) > 0


def test_a_weak_line_is_asked_in_small_steps():
    prober = Prober()
    assert prober.wanted(5_000_000, 0, 100_000, 0) == 1_500
