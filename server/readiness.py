"""The readiness board: what every site's last check found, and what it is good for (CLIENT /site 3)."""

from __future__ import annotations

import sqlite3
from typing import Annotated, Final, Literal

import msgspec

from server.store import Store
from signaling.draft import Site
from signaling.errors import Malformed
from signaling.names import Micros, SiteId

Verdict = Literal["good", "fair", "weak", "insufficient", "unknown"]
State = Literal["good", "missing", "denied", "busy", "insecure", "other", "untested"]
Share = Annotated[float, msgspec.Meta(ge=0, le=100)]
Rate = Annotated[float, msgspec.Meta(ge=0, le=100_000)]

LEAST: Final[tuple[tuple[Verdict, float, float, float], ...]] = (
    ("good", 2.9, 2.5, 2.0),
    ("fair", 0.85, 1.0, 5.0),
    ("weak", 0.27, 0.5, 10.0),
)
"""(verdict, least uplink Mbit/s, least downlink Mbit/s, loss below so many per cent): CLIENT /site 3."""


class Network(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the network test measured against this hub, both ways, and by which path media came through."""

    up_mbps: Rate
    down_mbps: Rate
    loss_pct: Share
    path: Literal["udp", "tcp", "turn", "none"]


class Report(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A site's check. `played`: five seconds were recorded and heard back from the hall's loudspeakers.

    `at` is the page's own clock; the hub keeps its own time of arrival beside it.
    """

    browser: Annotated[str, msgspec.Meta(max_length=80)]
    secure: bool
    camera: State = "untested"
    mic: State = "untested"
    speaker: State = "untested"
    network: Network | None = None
    played: bool = False
    at: Annotated[int, msgspec.Meta(ge=0, lt=1 << 53)] = 0


class Line(msgspec.Struct, frozen=True):
    """One site on the board. `ready`: everything that was asked for is good enough."""

    site: SiteId
    vi: str
    en: str
    phone: str
    verdict: Verdict
    ready: bool
    checked_at: Micros | None = None
    report: Report | None = None


def verdict(network: Network | None) -> Verdict:
    """Return what a line is good for."""
    if network is None:
        return "unknown"
    for name, up, down, loss in LEAST:
        if network.up_mbps >= up and network.down_mbps >= down and network.loss_pct < loss:
            return name if network.path != "none" else "insufficient"
    return "insufficient"


def is_ready(report: Report) -> bool:
    """Tell whether a site may go on air as it is."""
    devices = (report.camera, report.mic, report.speaker)
    line = verdict(report.network) in ("good", "fair")
    return report.secure and report.played and line and all(one == "good" for one in devices)


class Checks:
    """The latest check of every site. Every method is one transaction of the store."""

    def __init__(self, store: Store) -> None:
        """Use `store`."""
        self._store = store

    async def keep(self, session: str, site: SiteId, report: Report, now: Micros) -> None:
        """Keep a site's report in place of the one before."""
        row = (session, site, now, msgspec.json.encode(report).decode())
        await self._store.run(lambda db: db.execute("INSERT OR REPLACE INTO checks VALUES (?, ?, ?, ?)", row) and None)

    async def board(self, session: str, sites: tuple[Site, ...]) -> list[Line]:
        """Return one line per site, in the order of the sheet."""

        def work(db: sqlite3.Connection) -> dict[str, tuple[int, str]]:
            rows = db.execute("SELECT site, at_us, report FROM checks WHERE session = ?", (session,))
            return {row[0]: (row[1], row[2]) for row in rows}

        known = await self._store.run(work)
        return [_line(site, known.get(site.id)) for site in sites]

    async def forget(self, session: str) -> None:
        """Remove a ceremony's reports."""
        await self._store.run(lambda db: db.execute("DELETE FROM checks WHERE session = ?", (session,)) and None)


def _line(site: Site, kept: tuple[int, str] | None) -> Line:
    report = None
    if kept is not None:
        try:
            report = msgspec.json.decode(kept[1], type=Report)
        except msgspec.DecodeError:
            raise Malformed(f"the kept check of {site.id} is of another version") from None
    if kept is None or report is None:
        return Line(site.id, site.name.vi, site.name.en, site.phone, "unknown", ready=False)
    return Line(
        site.id, site.name.vi, site.name.en, site.phone, verdict(report.network), is_ready(report),
        Micros(kept[0]), report,
    )  # fmt: skip
