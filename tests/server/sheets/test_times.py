# ruff: noqa: DTZ001 - the wall clocks of a spreadsheet have no zone
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.sheets import times
from server.sheets.times import Moment

DAY = dt.date(2022, 2, 17)


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("13:45", "13:45"), ("13h45", "13:45"), ("13 giờ 45", "13:45"), ("13 giờ 45 phút", "13:45"), ("13h", "13:00"),
        ("7:05", "07:05"), ("13g45", "13:45"), ("13:45:30", "13:45:30"), ("1:45 PM", "13:45"), ("1:45 CH", "13:45"),
        ("8:00 SA", "08:00"), ("12:00 PM", "12:00"),
    ],
)  # fmt: skip
def test_times_as_people_write_them(text, clock):
    assert times.parse_moment(text) == Moment(dt.time.fromisoformat(clock))


@pytest.mark.parametrize("text", ["", "x", "24:00", "13:60", "25h", "13", "1345", "-1:00", "13:45 31/02/2022"])
def test_no_times(text):
    assert times.parse_moment(text) is None


@pytest.mark.parametrize("text", ["2022-02-18T07:30", "2022-02-18 07:30", "18/02/2022 7h30", "18.2.2022 07:30"])
def test_times_with_their_day(text):
    assert times.parse_moment(text) == Moment(dt.time(7, 30), dt.date(2022, 2, 18))


@pytest.mark.parametrize("text", ["31/02/2022", "2022-13-01", "17/2/22", "17 tháng 2", "0001-01-01", "9999-12-31"])
def test_no_dates(text):
    assert times.parse_date(text) is None


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("10", 600), ("10 phút", 600), ("10'", 600), ("0:10", 600), ("1:30", 5400), ("1 giờ 30", 5400), ("1h30", 5400),
        ("2 giờ", 7200), ("90 giây", 90), ("7,5", 450), ("0:00:30", 30), ("15p", 900), ("15 mins", 900),
        ("long", None), ("", None), ("-5", None), ("0:75", None), ("99999999", None),
    ],
)  # fmt: skip
def test_durations(text, seconds):
    assert times.parse_duration(text) == seconds


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (0.572916666666667, "13:45:00"), (dt.time(13, 45), "13:45:00"), (dt.timedelta(hours=13.75), "13:45:00"),
        (dt.datetime(2022, 2, 17, 13, 45), "2022-02-17T13:45:00"), (44609.572916666664, "2022-02-17T13:45:00"),
        ("13h45", "13h45"), (True, "true"), (-1.0, "-1"),
    ],
)  # fmt: skip
def test_cells_that_hold_times(cell, text):
    assert times.clock_text(cell) == text


@pytest.mark.parametrize(
    ("cell", "text"),
    [(0.00694444444444444, "10"), (dt.time(0, 10), "10"), (dt.timedelta(seconds=90), "0:01:30"), (10, "10"), (10.0, "10"),
     (dt.datetime(1899, 12, 30, 0, 10), "10"), ("10 phút", "10 phút")],
)  # fmt: skip
def test_cells_that_hold_durations(cell, text):
    assert times.duration_text(cell) == text


def test_cells_that_hold_dates():
    for cell in (dt.datetime(2022, 2, 17), dt.date(2022, 2, 17), 44609, "17/02/2022", "2022-02-17"):
        assert times.date_text(cell) == "2022-02-17"
    assert times.date_text("31/02/2022") == "31/02/2022"


def test_past_midnight_a_much_earlier_time_is_the_next_day():
    late = dt.datetime(2022, 2, 17, 23, 30)
    assert times.resolved(Moment(dt.time(0, 15)), DAY, late) == dt.datetime(2022, 2, 18, 0, 15)
    # a little earlier is no new day but a row out of order
    assert times.resolved(Moment(dt.time(23, 0)), DAY, late) == dt.datetime(2022, 2, 17, 23, 0)
    assert times.resolved(Moment(dt.time(0, 15)), DAY, None) == dt.datetime(2022, 2, 17, 0, 15)


@given(st.datetimes(dt.datetime(2022, 2, 16), dt.datetime(2022, 2, 20)), st.none() | st.datetimes(dt.datetime(2022, 2, 16), dt.datetime(2022, 2, 20)))
def test_what_is_written_is_read_back(moment, last):
    moment = moment.replace(microsecond=0)
    text = times.written(moment, DAY, last)
    assert times.resolved(times.parse_moment(text), DAY, last) == moment


@given(st.text(max_size=30) | st.floats() | st.integers() | st.booleans() | st.datetimes() | st.times() | st.timedeltas())
def test_any_cell_is_a_time_or_none(cell):
    times.parse_moment(times.clock_text(cell))
    times.parse_duration(times.duration_text(cell))
    times.parse_date(times.date_text(cell))
    times.parse_range(str(cell))


@given(st.integers(0, 86_400))
def test_durations_are_read_back(seconds):
    assert times.parse_duration(times.spoken(seconds)) == seconds
