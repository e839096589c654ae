from hypothesis import given
from hypothesis import strategies as st

from recordings.reorder import STRAYS, Reorder

START = 65_530


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 50_000)), max_size=80))
def test_any_arrival_comes_out_in_order_once_with_every_hole_counted(arrivals):
    order = Reorder(400_000)
    found, now = [], 0
    for n, wait in arrivals:
        now += wait
        found += order.push(START + n, START + n, now)
    found += order.expire(now + 400_000)
    seqs = [item for _, item in found]
    assert seqs == sorted(set(seqs))
    for (_, before), (lost, item) in zip(found, found[1:], strict=False):
        assert item - before - 1 == lost


def test_waits_for_a_retransmission_and_not_longer():
    order = Reorder(400_000)
    assert order.push(1, "a", 0) == [(0, "a")]
    assert order.push(3, "c", 10_000) == []
    assert order.push(2, "b", 300_000) == [(0, "b"), (0, "c")]
    assert order.push(5, "e", 310_000) == []
    assert order.expire(709_999) == []
    assert order.expire(710_000) == [(1, "e")]
    assert order.push(4, "d", 720_000) == []


def test_gives_up_when_told():
    order = Reorder()
    order.push(1, "a", 0)
    order.push(4, "d", 0)
    order.push(7, "g", 0)
    assert order.give_up(3, 1) == [(2, "d")]
    assert order.flush() == [(2, "g")]


def test_a_sender_that_begins_anew_is_followed():
    order = Reorder()
    order.push(10_000, 0, 0)
    found = [one for n in range(STRAYS + 2) for one in order.push(n, n, 0)]
    assert found == [(1, STRAYS - 1), (0, STRAYS), (0, STRAYS + 1)]
