"""A run sheet in YAML to plain values: strings, lists and dictionaries, nothing else."""

from __future__ import annotations

from typing import Any

import yaml

from server.sheets.rows import MAX_YAML
from signaling.errors import Malformed


class _Loader(yaml.BaseLoader):
    """Strings only (else 13:45 becomes 825), and no aliases: they are how a small file becomes a huge one."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.events.AliasEvent):
            raise Malformed("aliases (&, *) are not allowed in a run sheet")
        return super().compose_node(parent, index)


def to_plain(data: bytes) -> dict[str, Any]:
    """Return the top level of the file. Raises `Malformed`: too large, not UTF-8, no YAML, aliases, no keys."""
    if len(data) > MAX_YAML:
        raise Malformed("the run sheet is larger than 1 MB")
    try:
        text = data.decode("utf-8-sig")
        plain = yaml.load(text, Loader=_Loader)  # noqa: S506 - BaseLoader builds strings, lists and dicts only
    except UnicodeDecodeError:
        raise Malformed("the run sheet is not UTF-8 text: save it as UTF-8") from None
    except (yaml.YAMLError, RecursionError, ValueError, TypeError) as error:
        raise Malformed(f"the run sheet is not YAML: {str(error)[:200]}") from None
    if not isinstance(plain, dict):
        raise Malformed("the run sheet has no top-level keys")
    return plain
