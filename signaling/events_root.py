"""The root of all events."""

from __future__ import annotations

import msgspec


class Event(msgspec.Struct, frozen=True, tag_field="is", forbid_unknown_fields=True, omit_defaults=True):
    """Root of all events; the wire name stands in the field `is`."""
