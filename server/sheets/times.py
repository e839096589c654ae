"""Times and durations as people write them in run sheets. Never raises: what is no time is None."""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
import zoneinfo
from typing import Final

import msgspec

from server.sheets.rows import Cell, fold, shown
from signaling.agenda import Item
from signaling.names import Micros

DAY_S: Final = 86_400
ROLLOVER: Final = dt.timedelta(hours=12)
"""A time this much earlier than the one above it means the next day; earlier by less, the rows are out of order."""
_EPOCH: Final = dt.datetime(1899, 12, 30)  # noqa: DTZ001 - Excel's day 0 (1900 date system), a wall clock without zone
_OFFSET: Final = re.compile(r"([+-])(\d{2}):([0-5]\d)")
_DATE: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_CLOCK: Final = re.compile(
    r"(\d{1,2})\s*(?::|h|g|gio)\s*(?:(\d{1,2})(?::(\d{2}))?\s*(?:p|ph|phut|')?)?\s*(am|pm|sa|ch)?"
)
_RANGE: Final = re.compile(r"\s*(?:-|–|—|->|→)\s*")
_COUNT: Final = re.compile(r"(\d{1,5}(?:[.,]\d{1,2})?)\s*(phut|ph|p|m|min|mins|minute|minutes|'|giay|s|sec|gio|h|hour|hours)?")
_HOURS: Final = re.compile(r"(\d{1,3})\s*(?:h|g|gio|hour|hours)\s*(\d{1,2})\s*(?:p|ph|phut|m|min|minutes|')?")
_CLOCKED: Final = re.compile(r"(\d{1,3}):(\d{2})(?::(\d{2}))?")


class Moment(msgspec.Struct, frozen=True):
    """A time of day, on a day if one was written."""

    clock: dt.time
    day: dt.date | None = None


def parse_date(text: str) -> dt.date | None:
    """Return the date of `2022-02-17`, `17/02/2022`, `17.2.2022`, from 1970 to 2199; the day stands before the month."""
    match = _DATE.fullmatch(text.strip())
    if match is None:
        return None
    year, month, day = (match[1], match[2], match[3]) if match[1] else (match[6], match[5], match[4])
    try:
        return dt.date(int(year), int(month), int(day)) if 1970 <= int(year) < 2200 else None
    except ValueError:
        return None


def parse_moment(text: str) -> Moment | None:
    """Return the time of `13:45`, `13h45`, `13 giờ 45`, `1:45 PM`, with or without a date before it."""
    text = text.strip()[:60]
    day = None
    head, gap, tail = text.partition("T") if "T" in text[:11] else text.partition(" ")
    if gap and _DATE.fullmatch(head):
        day = parse_date(head)
        if day is None:
            return None
        text = tail
    match = _CLOCK.fullmatch(_plain(text))
    if match is None:
        return None
    hour = int(match[1])
    if match[4] in ("pm", "ch") and hour < 12:
        hour += 12
    try:
        return Moment(dt.time(hour, int(match[2] or 0), int(match[3] or 0)), day)
    except ValueError:
        return None


def parse_range(text: str) -> tuple[str, int] | None:
    """Return (start, seconds) of `13h45 - 13h55`, or None when it is no range."""
    parts = _RANGE.split(text.strip()[:60])
    if len(parts) != 2:
        return None
    first, last = parse_moment(parts[0]), parse_moment(parts[1])
    if first is None or last is None or first.day or last.day:
        return None
    return parts[0], (_seconds(last.clock) - _seconds(first.clock)) % DAY_S


def parse_duration(text: str) -> int | None:
    """Return the seconds of `10`, `10 phút`, `0:10`, `1 giờ 30`, `90 giây`: a bare number counts minutes."""
    text = _plain(text.strip()[:40])
    if match := _CLOCKED.fullmatch(text):
        parts = [int(match[n] or 0) for n in (1, 2, 3)]
        return parts[0] * 3600 + parts[1] * 60 + parts[2] if parts[1] < 60 and parts[2] < 60 else None
    if match := _HOURS.fullmatch(text):
        return int(match[1]) * 3600 + int(match[2]) * 60
    if match := _COUNT.fullmatch(text):
        unit = match[2] or ""
        scale = 3600 if unit in ("gio", "h", "hour", "hours") else 1 if unit in ("giay", "s", "sec") else 60
        return round(float(match[1].replace(",", ".")) * scale)
    return None


def clock_text(value: Cell) -> str:
    """Return a cell that should hold a time as text `parse_moment` reads; Excel keeps times as fractions of a day."""
    if isinstance(value, bool):
        return shown(value)
    if isinstance(value, int | float) and math.isfinite(value) and 0 <= value < 2_958_000:
        whole = value >= 1
        if not whole or value != int(value):
            value = _EPOCH + dt.timedelta(seconds=round(value * DAY_S))
            if not whole:
                value = value.time()
    if isinstance(value, dt.datetime):
        return f"{value:%Y-%m-%d}T{value.time().replace(microsecond=0).isoformat()}"
    if isinstance(value, dt.time):
        return value.replace(microsecond=0).isoformat()
    if isinstance(value, dt.timedelta) and dt.timedelta() <= value < dt.timedelta(days=1):
        return (_EPOCH + value).time().replace(microsecond=0).isoformat()
    return shown(value)


def date_text(value: Cell) -> str:
    """Return a cell that should hold a date as ISO text; what is none stays as it is written."""
    if isinstance(value, dt.datetime):
        value = value.date()
    elif isinstance(value, int | float) and not isinstance(value, bool) and 20_000 <= value < 2_958_000:
        value = (_EPOCH + dt.timedelta(days=int(value))).date()
    found = value if isinstance(value, dt.date) else parse_date(shown(value))
    return shown(value) if found is None else found.isoformat()


def duration_text(value: Cell) -> str:
    """Return a cell that should hold a duration as text `parse_duration` reads; below 1 it is a fraction of a day."""
    seconds = None
    if isinstance(value, dt.time):
        seconds = _seconds(value)
    elif isinstance(value, dt.timedelta):
        seconds = round(value.total_seconds())
    elif isinstance(value, dt.datetime) and value.year < 1901:
        seconds = round((value - _EPOCH).total_seconds())
    elif isinstance(value, float) and 0 < value < 1:
        seconds = round(value * DAY_S)
    return shown(value) if seconds is None or seconds < 0 else spoken(seconds)


def spoken(seconds: int) -> str:
    """Return a duration as the sheet writes it: whole minutes, else h:mm:ss."""
    if seconds % 60 == 0:
        return str(seconds // 60)
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def resolved(moment: Moment, day: dt.date, last: dt.datetime | None) -> dt.datetime:
    """Return the wall-clock moment meant on a sheet of `day`, after the fixed moment `last` above it.

    A time that is `ROLLOVER` or more before `last` is of the next day.
    """
    if moment.day is not None:
        return dt.datetime.combine(moment.day, moment.clock)
    found = dt.datetime.combine(last.date() if last else day, moment.clock)
    if last is not None and last - found >= ROLLOVER:
        found += dt.timedelta(days=1)
    return found


def written(moment: dt.datetime, day: dt.date, last: dt.datetime | None) -> str:
    """Return the shortest text that `resolved` takes for this moment."""
    clock = moment.time().isoformat("seconds" if moment.second else "minutes")
    short = resolved(Moment(moment.time()), day, last) == moment
    return clock if short else f"{moment:%Y-%m-%d}T{clock}"


def zone_of(text: str) -> dt.tzinfo | None:
    """Return the zone of `Asia/Ho_Chi_Minh` or `+07:00`, None for what is no zone."""
    match = _OFFSET.fullmatch(text)
    if match is not None:
        offset = dt.timedelta(hours=int(match[2]), minutes=int(match[3]))
        return dt.timezone(-offset if match[1] == "-" else offset) if offset < dt.timedelta(days=1) else None
    try:
        return zoneinfo.ZoneInfo(text)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return None


def first_moment(items: tuple[Item, ...]) -> Micros | None:
    """Return when a sheet begins by its first fixed time, less what stands before it; None without any."""
    before = 0
    for item in items:
        if item.at is not None:
            return Micros(item.at - before)
        before += item.duration_s * 1_000_000
        if item.until is not None:
            return Micros(item.until - before)
    return None


def _seconds(clock: dt.time) -> int:
    return clock.hour * 3600 + clock.minute * 60 + clock.second


def _plain(text: str) -> str:
    """Fold the letters, keep every sign: -5 is not 5."""
    return "".join(fold(c) if c.isalnum() else "" if unicodedata.combining(c) else c for c in text).strip()
