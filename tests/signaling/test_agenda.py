from hypothesis import given
from hypothesis import strategies as st
from kit.ceremonies import OPERATOR, SECOND, Play, text

from signaling import agenda, times, views
from signaling import commands as do
from signaling.agenda import Item, Run, Span

M = 60 * SECOND


def item(name, minutes=10, **more):
    return Item(name, "speech", text(name), minutes * 60, "grid", **more)


def test_linked_items_follow_one_another_and_minutes_given_count():
    spans = agenda.walk([item("a"), item("b", 5)], 100 * M, {"a": 120})
    assert spans == {"a": Span(100 * M, 112 * M), "b": Span(112 * M, 117 * M)}


def test_a_fixed_start_absorbs_lateness():
    fixed = item("b", at=120 * M)
    assert agenda.walk([item("a"), fixed], 100 * M)["b"] == Span(120 * M, 130 * M, gap_us=10 * M)
    assert agenda.walk([item("a"), fixed], 115 * M)["b"] == Span(125 * M, 135 * M)


def test_an_item_that_must_end_is_squeezed_below_three_quarters():
    must = item("a", 20, until=120 * M)
    assert agenda.walk([must], 100 * M)["a"].cut_to_us is None
    assert agenda.walk([must], 105 * M)["a"].cut_to_us is None, "exactly 75 %"
    assert agenda.walk([must], 106 * M)["a"] == Span(106 * M, 120 * M, cut_to_us=14 * M)
    assert agenda.walk([must], 130 * M)["a"] == Span(130 * M, 130 * M, cut_to_us=0)


def test_the_live_item_ends_never_before_now():
    live = item("a")
    run = Run("live", 1, 100 * M)
    assert agenda.due(live, run, 60, 105 * M) == 111 * M
    assert agenda.due(live, Run("live", 1, 100 * M, None, 3 * M), 0, 105 * M, 104 * M) == 114 * M
    assert agenda.due(item("a", until=107 * M), run, 60, 105 * M) == 107 * M
    assert agenda.due(live, Run(), 0, 0) is None
    assert agenda.expected([item("b")], 120 * M, (live, run), 110 * M) == {
        "a": Span(100 * M, 120 * M), "b": Span(120 * M, 130 * M)
    }  # fmt: skip
    late = item("a", 20, until=110 * M)
    assert agenda.expected([], 105 * M, (late, run), 110 * M)["a"].cut_to_us == 10 * M


def test_overtime_is_a_phase():
    one = item("a")
    assert [agenda.warning(one, left * SECOND, 0) for left in (121, 120, 31, 30, 0, -1)] == [
        "default", "warning", "warning", "danger", "danger", "overtime"
    ]  # fmt: skip
    assert agenda.warning(one, None, 0) == "default"


def test_behind_compares_next_else_the_end():
    planned = agenda.walk([item("a"), item("b")], 0)
    late = agenda.walk([item("a"), item("b")], 5 * M)
    assert agenda.behind_us(planned, late, "b") == 5 * M
    assert agenda.behind_us(planned, late, None) == 5 * M
    assert agenda.behind_us({}, late, None) == 0


@given(st.lists(st.tuples(st.integers(0, 60), st.none() | st.integers(0, 500), st.none() | st.integers(0, 500)), max_size=12),
       st.integers(0, 300))  # fmt: skip
def test_walks_are_monotone_and_shift_by_no_more_than_the_start(rows, start):
    items = [item(f"i{n}", minutes, at=at and at * M, until=until and until * M) for n, (minutes, at, until) in enumerate(rows)]
    early, late = agenda.walk(items, start * M), agenda.walk(items, (start + 7) * M)
    cursor = start * M
    for one in items:
        span = early[one.id]
        assert cursor <= span.start <= span.end
        assert span.gap_us == span.start - cursor
        assert 0 <= late[one.id].start - span.start <= 7 * M
        cursor = span.end


def test_a_late_opening_shows_and_views_tell_times():
    play = Play(now=0).opened()
    play.wait(120)
    view = views.view(play.state, OPERATOR, play.now)["agenda"]
    assert view.behind_s == 120
    assert view.total == 7 and view.pages == 1
    assert next(one for one in view.items if one.id == "ba-noi").gap_s > 0
    play.do(do.TakeItem("diem-danh", play.state.agenda_rev))
    play.do(do.RetimeItem("diem-danh", 1))
    play.wait(90)
    line = views.view(play.state, OPERATOR, play.now)["agenda"].items[0]
    assert (line.added_s, line.phase, line.due) == (60, "danger", 240 * SECOND)
    play.wait(60)
    assert views.view(play.state, OPERATOR, play.now)["agenda"].items[0].phase == "overtime"
    assert times.spans(play.state, play.now)["diem-danh"].end == play.now
