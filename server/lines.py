"""How good the lines are, as people are told: per site and way, steady from second to second (pure; TRUST §10)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal, cast

from server.media.news import Stats
from server.media.quality import Quality, Steady
from signaling.commands import ReportLine
from signaling.messages import LineHealth
from signaling.names import Seat, SiteId, site_of
from signaling.state import State

Direction = Literal["up", "down"]
_Key = tuple[str, Direction]
"""Whose: a site's identifier, or a desk's seat."""
LOGGED_APART_US: Final = 10_000_000
"""The least time between two events about one line: a line that wavers fills no log."""


class Lines:
    """Remembers judgements from second to second. Times are µs of one clock."""

    def __init__(self) -> None:
        """Begin with nothing known."""
        self._steady: dict[_Key, Steady] = {}
        self._logged_us: dict[_Key, int] = {}

    def at(self, stats: Stats, now: int) -> None:
        """Take this second's measurements. What is not measured any more is forgotten: its next judgement begins anew."""
        seen = dict(_worst(stats))
        for key in [key for key in self._steady if key not in seen]:
            del self._steady[key]
        for key, judged in seen.items():
            self._steady.setdefault(key, Steady()).take(judged, now)

    def told(self) -> tuple[LineHealth, ...]:
        """Return every site's lines, the worst first."""
        found = [_line(told, way, SiteId(who)) for who, way, told in self._each() if not who.startswith("p-")]
        return tuple(sorted(found, key=lambda one: (one.score, one.site or "", one.direction)))

    def of_site(self, site: SiteId) -> tuple[LineHealth, ...]:
        """Return one site's lines."""
        return tuple(_line(told, way, site) for who, way, told in self._each() if who == site)

    def of_desk(self, seat: Seat) -> tuple[LineHealth, ...]:
        """Return the line to a desk, by its seat."""
        return tuple(_line(told, way, None) for who, way, told in self._each() if who == seat)

    def scores(self) -> dict[tuple[str, str], float]:
        """Return (site or seat, direction) → smoothed score, 0 to 100."""
        return {key: steady.score for key, steady in self._steady.items()}

    def news(self, state: State, now: int) -> list[ReportLine]:
        """Return what the log does not say yet, at most one of a line in ten seconds."""
        found = []
        for who, way, told in self._each():
            known = state.lines.get(f"{who}/{way}")
            changed = told.colour != ("good" if known is None else known.colour)
            if changed and not who.startswith("p-") and now - self._logged_us.get((who, way), -LOGGED_APART_US) >= LOGGED_APART_US:
                self._logged_us[who, way] = now
                found.append(ReportLine(SiteId(who), way, told.colour, told.reason, told.value))
        return found

    def _each(self) -> Iterator[tuple[str, Direction, Quality]]:
        for (who, way), steady in sorted(self._steady.items()):
            if steady.told is not None:
                yield who, way, steady.told


def _worst(stats: Stats) -> Iterator[tuple[_Key, Quality]]:
    """Yield each line's judgement this second: a site's worst source upward. Silence is no judgement: presence tells it."""
    up: dict[SiteId, Quality] = {}
    for source, judged in stats.up.items():
        site = site_of(source)
        if judged.reason != "silent" and (site not in up or judged.score < up[site].score):
            up[site] = judged
    yield from (((site, "up"), judged) for site, judged in up.items())
    for seat, judged in stats.down.items():
        yield (seat.removeprefix("s-"), "down"), judged


def _line(told: Quality, way: Direction, site: SiteId | None) -> LineHealth:
    reason = cast("Literal['', 'loss', 'delay', 'narrow', 'weak-link', 'low-frames']", told.reason)
    return LineHealth(way, told.colour, told.score, site, reason, told.value)
