"""Incidents as the minutes tell them, each from the line it began with (pure; CEREMONY §9)."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from recordings.lines import Entry

GAP_MS: Final = 2_000
"""Shorter holes in a record are no incident."""


class Incident(msgspec.Struct):
    """One thing that went otherwise than planned; the secretary picks by `seq`."""

    seq: int
    at: int
    kind: str
    site: str = ""
    text: str = ""
    until: int | None = None


class Incidents:
    """Those so far."""

    def __init__(self) -> None:
        """None yet."""
        self._found: list[Incident] = []
        self._open: dict[tuple[str, str], Incident] = {}
        self._live = False

    def done(self) -> list[Incident]:
        """Return them in order."""
        return self._found

    def hear(self, entry: Entry) -> None:
        """Take in an event; most are none. Before the opening sites come and go."""
        event = entry.event
        match event["is"]:
            case "session.opened" | "session.reopened":
                self._live = True
            case "session.closed" | "session.cancelled":
                self._live = False
            case "site.absent" if self._live:
                self._begin(entry, "absent", event["site"])
            case "site.back":
                self._end(entry, "absent", event["site"])
            case "session.suspended":
                self._begin(entry, "suspended", "", event["reason"])
            case "session.resumed":
                self._end(entry, "suspended", "")
            case "incident.noted":
                self._begin(entry, "noted", event.get("site") or "", event["text"])
            case "signing.interrupted" | "pen.voided":
                self._begin(entry, "signing", "", event["reason"])
            case "control.moved" if event.get("how") == "taken":
                self._begin(entry, "control", "", event.get("reason") or "")
            case "clock.jumped":
                self._begin(entry, "clock", "", f"{int(event['by_us']) / 1_000_000:+.1f} s")
            case "recorder.changed":
                self._recorder(entry, event)

    def _recorder(self, entry: Entry, event: dict[str, Any]) -> None:
        gaps = (event.get("detail") or {}).get("gaps", ()) if event["kind"] == "gap" else ()
        # a closed microphone is no fault
        if any(one[1] - one[0] > GAP_MS and one[2] != "mic" for one in gaps):
            self._begin(entry, "gap", str(event.get("source") or "").partition("/")[0])

    def _begin(self, entry: Entry, kind: str, site: str, text: str = "") -> None:
        made = Incident(entry.seq, entry.at, kind, site, text)
        self._found.append(made)
        self._open[kind, site] = made

    def _end(self, entry: Entry, kind: str, site: str) -> None:
        made = self._open.pop((kind, site), None)
        if made is not None:
            made.until = entry.at
