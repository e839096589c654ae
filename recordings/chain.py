"""Canonical JSON and hash chains: what is hashed, byte for byte (TRUST §8, RFC 8785)."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable
from typing import Any, Final

GENESIS: Final = "0" * 64
"""What stands before the first line of every chain."""
_EXACT: Final = 2**53 - 1
"""RFC 8785 §3.2.2.3: beyond this an integer is not the same number to every reader."""
_HARD: Final = re.compile(rb"9[0-9]{15}|[0-9]{17}|[\xf0-\xf4]")
"""Digits that may be such an integer, and letters whose order in UTF-16 is another (RFC 8785 §3.2.3)."""


def canonical(value: Any) -> bytes:
    """Return the one spelling of plain values: sorted keys, no spaces, NFC, UTF-8, no floats (within RFC 8785).

    Raises `TypeError`, our own fault, for anything but dict, list, tuple, str, int, bool and None, for integers
    beyond 2^53 - 1, for text that is not Unicode and for keys that become equal by normalisation.
    """
    return json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":")).encode()


def is_canonical(line: bytes) -> bool:
    """Tell whether some bytes are the one spelling of the plain value they hold. Raises `ValueError` for no JSON.

    Whatever the library's own encoder spells alike is settled by it; the rest (floats, large numbers, letters above the
    basic plane, text that is not NFC) is left to `canonical`, ten times slower.
    """
    if _HARD.search(line) is None and unicodedata.is_normalized("NFC", line.decode()):
        try:
            value = json.loads(line, parse_float=_refuse, parse_constant=_refuse)
            return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() == line
        except UnicodeEncodeError:
            return False
    try:
        return canonical(json.loads(line)) == line
    except TypeError:
        return False


def _refuse(text: str) -> Any:
    raise ValueError(f"{text} has no canonical form")


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, int):
        if not -_EXACT <= value <= _EXACT:
            raise TypeError(f"{value} is not exact in JSON")
        return int(value)
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if not isinstance(value, dict):
        raise TypeError(f"{type(value).__name__} has no canonical form")
    found = {_key(key): _plain(one) for key, one in value.items()}
    if len(found) != len(value):
        raise TypeError("two keys are the same text")
    # RFC 8785 §3.2.3 sorts by UTF-16 code units; code points differ above the basic plane
    return dict(sorted(found.items(), key=lambda pair: pair[0].encode("utf-16-be")))


def _key(key: Any) -> str:
    if not isinstance(key, str):
        raise TypeError("keys are text")
    return _text(key)


def _text(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise TypeError("text with a lone surrogate") from None
    return unicodedata.normalize("NFC", text)


def digest(line: bytes) -> str:
    """Return the hex SHA-256 of the bytes of a line, without its line feed."""
    return hashlib.sha256(line).hexdigest()


def link(previous: str, line: bytes) -> str:
    """Return the hash of an index line: SHA-256 of the previous hash as hex text, then the line without `h`."""
    return hashlib.sha256(previous.encode() + line).hexdigest()


def head(lines: Iterable[bytes]) -> str:
    """Return the hash of the last of some lines, `GENESIS` for none."""
    last = GENESIS
    for line in lines:
        last = digest(line)
    return last
