"""Whose fault it is, in the type: `Malformed` is their bytes, `Refused` is understood and declined."""

from __future__ import annotations


class DiemcauError(Exception):
    """Root of the errors this product raises on purpose."""


class Malformed(DiemcauError, ValueError):  # noqa: N818 - the name of the house (HOUSE §7.4)
    """Foreign bytes that are not what they claim to be. The message says what and where, never echoes secrets."""


class Refused(DiemcauError):  # noqa: N818 - the name of the house (HOUSE §7.4)
    """Understood, and declined. `code` is stable and has a sentence in every catalogue (`refused.<code>`)."""

    def __init__(self, code: str, **detail: str | int) -> None:
        """Keep the stable code and the facts its sentence names."""
        super().__init__(code)
        self.code = code
        self.detail = detail
