"""News of the media plane, the recorder and the server itself."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from signaling.events_root import Event
from signaling.names import SiteId, SourceId


class SiteBack(Event, frozen=True, tag="site.back"):
    """A site's camera sends again (or for the first time)."""

    site: SiteId


class SiteLost(Event, frozen=True, tag="site.lost"):
    """No sound or picture for 2 s."""

    site: SiteId


class SiteAbsent(Event, frozen=True, tag="site.absent"):
    """No sound or picture for 10 s: it leaves floor and scene."""

    site: SiteId


class SourceBack(Event, frozen=True, tag="source.back"):
    """A source other than a site's camera sends."""

    source: SourceId


class SourceLost(Event, frozen=True, tag="source.lost"):
    """A source other than a site's camera is silent."""

    source: SourceId


class RecorderChanged(Event, frozen=True, tag="recorder.changed"):
    """News of the record: clips opened and closed, gaps, shedding, and the heads of the clips' hash chains."""

    kind: Literal["opened", "gap", "closed", "shed", "heads", "error"]
    source: SourceId | None = None
    clip: str | None = None
    detail: dict[str, Any] = msgspec.field(default_factory=dict)


class LineChanged(Event, frozen=True, tag="line.changed"):
    """How good a site's line is, one way, changed and stayed so: `up` from the site, `down` to it. `reason` is the worst
    cause and `value` its size (per mille lost, ms, kbit/s, pictures paused, frames a second); none while good.
    """

    site: SiteId
    direction: Literal["up", "down"]
    colour: Literal["good", "fair", "poor"]
    reason: str = ""
    value: int = 0


class ServerStarted(Event, frozen=True, tag="server.started"):
    """The server took up the live session again after a stop; every site counts as lost until it sends."""

    version: str
