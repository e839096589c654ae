"""JSON Schema of every message: the source of the page's TypeScript types (`python -m signaling.schema`)."""

from __future__ import annotations

from typing import Any

import msgspec

from signaling import messages


def schema() -> dict[str, Any]:
    """Return one JSON Schema (2020-12) whose properties `from_page` and `to_page` are the two unions.

    Defaults are dropped and every field a message always carries is required, so that the page's types need no
    guessing; `omit_defaults` fields stay optional.
    """
    (up, down), components = msgspec.json.schema_components(
        [messages.FromPage, messages.ToPage], ref_template="#/$defs/{name}"
    )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Protocol",
        "type": "object",
        "properties": {"from_page": up, "to_page": down},
        "required": ["from_page", "to_page"],
        "additionalProperties": False,
        "$defs": {name: _strict(part) for name, part in components.items()},
    }


def _strict(part: dict[str, Any]) -> dict[str, Any]:
    """Close objects and drop discriminators, which the TypeScript generator reads as noise."""
    part = {key: value for key, value in part.items() if key not in ("discriminator", "title")}
    if part.get("type") == "object" and "additionalProperties" not in part:
        part["additionalProperties"] = False
    return part


if __name__ == "__main__":
    import sys

    sys.stdout.write(msgspec.json.format(msgspec.json.encode(schema()), indent=1).decode() + "\n")
