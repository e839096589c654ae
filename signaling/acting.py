"""Who asks, and the root of everything that may be asked."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec

from signaling.names import Role, Seat, SiteId

LONGEST: Final = 200
"""Characters of any text in a command, but for those named in `LONG` (CEREMONY §3: `text-too-long`)."""
LONG: Final = {"proceedings.write": 4_000}
Words = Annotated[str, msgspec.Meta(max_length=8_000)]
"""A text; too long for its command it is refused with a code (`access.allowed`), far too long it is malformed."""


class Actor(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who asks: a seat, its role, its site if it has one."""

    seat: Seat
    role: Role
    site: SiteId | None = None


SYSTEM: Final = Actor(Seat("system"), "system")


class Command(msgspec.Struct, frozen=True, tag_field="do", forbid_unknown_fields=True, omit_defaults=True):
    """Root of all commands; the wire name stands in the field `do`."""


def verb(command: Command) -> str:
    """Return the command's wire name, for example `item.take`."""
    return str(type(command).__struct_config__.tag)
