"""The vocabulary shared by every plane: identifiers, roles, units."""

from __future__ import annotations

import re
from typing import Final, Literal, NewType, get_args

SiteId = NewType("SiteId", str)
"""Identifier of a site, `[a-z0-9-]{1,40}`; the hub's is `HUB`."""
ItemId = NewType("ItemId", str)
"""Identifier of an agenda item, same alphabet."""
SourceId = NewType("SourceId", str)
"""`<site>/<source>`, for example `vu-thu/camera` (RULINGS, Socket)."""
Seat = NewType("Seat", str)
"""A place at the ceremony that one person or machine holds: `s-<site>`, `g-<slot>` or `p-<number>` (safe in a cookie's name)."""
Micros = NewType("Micros", int)
"""UTC time in microseconds since 1970."""

SourceName = Literal["camera", "table", "document", "slides"]
SOURCE_NAMES: Final[tuple[SourceName, ...]] = get_args(SourceName)
Role = Literal[
    "admin", "operator", "co-operator", "secretary", "chair", "mc", "signatory", "site", "viewer", "stage", "staff",
    "auditor", "system",
]  # fmt: skip
ROLES: Final[tuple[Role, ...]] = get_args(Role)
Gate = Literal["closed", "pre", "open"]
"""State of a microphone: `pre` is heard by the operator only (MEDIA §8)."""

Cause = Literal["link", "power", "sound", "safety", "other"]
"""Why a session is suspended (CEREMONY §8)."""
ConfirmationKind = Literal["agree", "ack", "vote"]
Choice = Literal["agree", "remarks", "ack", "for", "against", "abstain"]

HUB: Final = SiteId("hub")
_IDENTIFIER = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


def is_identifier(text: str) -> bool:
    """Tell whether `text` may name a site, item, slate or document."""
    return _IDENTIFIER.fullmatch(text) is not None


def source_id(site: str, source: str) -> SourceId:
    """Return the identifier of one source of a site."""
    return SourceId(f"{site}/{source}")


def site_of(source: SourceId) -> SiteId:
    """Return the site that owns a source."""
    return SiteId(source.partition("/")[0])


def source_name(source: SourceId) -> str:
    """Return the bare name of a source (`camera`, `table` …)."""
    return source.partition("/")[2]


def site_seat(site: SiteId) -> Seat:
    """Return the seat of a site's page."""
    return Seat(f"s-{site}")


def seat_of(slot: str) -> Seat:
    """Return the seat of whoever signs, or seals, in a slot: one for all documents that name it."""
    return Seat(f"g-{slot}")


def person_of(seat: str) -> str:
    """Return whose seat it is: each browser of a person is a seat of its own, `p-<person>-<browser>`."""
    return seat.rpartition("-")[0] if seat.count("-") > 1 else seat
