"""A run sheet in YAML to plain values: strings, lists and dictionaries, nothing else."""

from __future__ import annotations

from typing import Any, Final

import yaml

from server.sheets.rows import MAX_CELLS, MAX_YAML
from signaling.errors import Malformed

DEEPEST: Final = 12
"""A run sheet is five levels deep; loaders recurse."""
# strings only (else 13:45 becomes 825); libyaml reads 1 MB in 0.5 s, Python in 20 (measured)
_LOADER: Final[Any] = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def to_plain(data: bytes) -> dict[str, Any]:
    """Return the top level of the file.

    Raises `Malformed`: too large, not UTF-8, no YAML, aliases, too deep, too many values, no keys.
    """
    if len(data) > MAX_YAML:
        raise Malformed("the run sheet is larger than 1 MB")
    try:
        text = data.decode("utf-8-sig")
        _look(text)
        plain = yaml.load(text, Loader=_LOADER)  # noqa: S506 - builds strings, lists and dicts only
    except UnicodeDecodeError:
        raise Malformed("the run sheet is not UTF-8 text: save it as UTF-8") from None
    except Malformed:
        raise
    except (yaml.YAMLError, RecursionError, ValueError, TypeError) as error:
        raise Malformed(f"the run sheet is not YAML: {str(error)[:200]}") from None
    if not isinstance(plain, dict):
        raise Malformed("the run sheet has no top-level keys")
    return plain


def _look(text: str) -> None:
    """Refuse before anything is built: aliases (how a small file becomes a huge one), depth, number of values."""
    depth, values = 0, 0
    for event in yaml.parse(text, Loader=_LOADER):
        if isinstance(event, yaml.AliasEvent):
            raise Malformed("aliases (&, *) are not allowed in a run sheet")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        else:
            values += 1
        if depth > DEEPEST:
            raise Malformed("the run sheet is nested too deeply")
        if values > 2 * MAX_CELLS:
            raise Malformed("the run sheet has too many values")
