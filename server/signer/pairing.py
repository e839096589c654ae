"""Whether the page that asks is the one before its holder's eyes: six digits, typed once (CEREMONY §10). Pure."""

from __future__ import annotations

import hashlib
import hmac
from typing import Final

from signaling.errors import Refused

MOST_WRONG: Final = 5
"""A page may guess five times in a million; then the program has to be started again."""


class Pairing:
    """The code and the keys given for it."""

    def __init__(self, code: str) -> None:
        """Expect this code."""
        self.code = code
        self._wrong = 0
        self._keys: set[bytes] = set()

    def pair(self, code: str, key: str) -> str:
        """Return `key`, good from now on, for the right code. Raises `Refused`: code-wrong, code-stop."""
        if self._wrong >= MOST_WRONG:
            raise Refused("code-stop")
        if not hmac.compare_digest(code.encode(), self.code.encode()):
            self._wrong += 1
            raise Refused("code-wrong")
        self._wrong = 0
        self._keys.add(_hash(key))
        return key

    def knows(self, key: str) -> bool:
        """Tell whether a key was given."""
        return _hash(key) in self._keys


def _hash(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()
