"""What is wrong now, for the people at the desk: measures in, alerts out (pure; TRUST §10).

An alert names a fact, its subject and its beginning; the sentence, which also says what to do, is the page's. It is raised
when its condition has lasted, and taken back when it has been gone for a while, so that nothing flickers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from signaling.messages import Alert, AlertCode, Severity
from signaling.names import Micros, SiteId, SourceId

SECOND: Final = 1_000_000
LOSS: Final = 50
"""Per mille of a source's packets."""
LAG_MS: Final = 50
SYNC_MS: Final = 1_000
LEFT_S: Final = 1_800
CERTIFICATE_DAYS: Final = 30
LAST_DAYS: Final = 7
DROPS: Final = 1_000
BEHIND_BYTES: Final = 64 << 20
QUIET_US: Final = 5 * SECOND
Subject = str


class Rule(NamedTuple):
    """How bad an alert is and how long its condition must last, in µs."""

    severity: Severity
    after_us: int


RULES: Final[Mapping[AlertCode, Rule]] = {
    "recorder-stopped": Rule("red", 0),
    "unwritten": Rule("red", 0),  # the recorder's own three seconds are behind it
    "disk": Rule("red", 0),
    "certificate-ends": Rule("red", 0),
    "sync": Rule("warning", 0),
    "loss": Rule("warning", 5 * SECOND),
    "no-picture": Rule("warning", 5 * SECOND),
    "lag": Rule("warning", 10 * SECOND),
    "mirror": Rule("warning", 60 * SECOND),
    "drops": Rule("warning", 3 * SECOND),
    "waiting": Rule("notice", 0),
    "certificate": Rule("notice", 0),
}
"""Worst first: the order they are shown in."""


class Measures(NamedTuple):
    """What was measured this second. Sources and sites by what is wrong with them; None where nothing is known."""

    recorder_stopped: bool = False
    unwritten: tuple[SourceId, ...] = ()
    loss: Mapping[SourceId, int] = {}
    no_picture: tuple[SiteId, ...] = ()
    waiting: tuple[SiteId, ...] = ()
    lag_ms: int = 0
    sync_ms: int = 0
    disk_s: int | None = None
    drops_per_s: int = 0
    certificate_days: int | None = None
    mirror_behind: int = 0
    mirror_failed: bool = False


def conditions(m: Measures) -> dict[tuple[AlertCode, Subject], int]:
    """Return what is not as it should be: (code, subject) → value, in the unit of the code's sentence."""
    found: dict[tuple[AlertCode, Subject], int] = {}
    if m.recorder_stopped:
        found["recorder-stopped", ""] = 0
    for source in m.unwritten:
        found["unwritten", source] = 0
    for source, loss in m.loss.items():
        if loss > LOSS:
            found["loss", source] = loss // 10
    for site in m.no_picture:
        found["no-picture", site] = 0
    for site in m.waiting:
        found["waiting", site] = 0
    if m.lag_ms > LAG_MS:
        found["lag", ""] = m.lag_ms
    if m.sync_ms > SYNC_MS:
        found["sync", ""] = m.sync_ms
    if m.disk_s is not None and m.disk_s < LEFT_S:
        found["disk", ""] = m.disk_s // 60
    if m.drops_per_s > DROPS:
        found["drops", ""] = m.drops_per_s
    if m.mirror_failed or m.mirror_behind > BEHIND_BYTES:
        found["mirror", ""] = m.mirror_behind >> 20
    if m.certificate_days is not None and m.certificate_days <= CERTIFICATE_DAYS:
        found["certificate-ends" if m.certificate_days <= LAST_DAYS else "certificate", ""] = max(0, m.certificate_days)
    return found


class _Open:
    """A condition that was seen: since when, last seen, and its last value."""

    def __init__(self, now: int, value: int) -> None:
        self.since = self.seen = now
        self.value = value


class Watch:
    """Remembers conditions from second to second. Times are µs of one clock."""

    def __init__(self) -> None:
        """Begin with everything in order."""
        self._open: dict[tuple[AlertCode, Subject], _Open] = {}

    def at(self, measures: Measures, now: int) -> tuple[Alert, ...]:
        """Return the alerts that stand at `now`, the worst first, then the oldest."""
        for key, value in conditions(measures).items():
            one = self._open.setdefault(key, _Open(now, value))
            one.seen, one.value = now, value
        for key, one in tuple(self._open.items()):
            lasted = one.seen - one.since >= RULES[key[0]].after_us
            if now - one.seen > (QUIET_US if lasted else 0):
                del self._open[key]
        stand = [(key, one) for key, one in self._open.items() if one.seen - one.since >= RULES[key[0]].after_us]
        order = list(RULES)
        stand.sort(key=lambda each: (order.index(each[0][0]), each[1].since, each[0][1]))
        return tuple(
            Alert(code, RULES[code].severity, Micros(one.since), subject or None, one.value) for (code, subject), one in stand
        )
