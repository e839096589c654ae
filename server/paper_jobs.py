"""The work on papers a worker can be asked for (`server/workers.py`): what is asked, what is answered.

    raw = await workers.run("paper.check", msgspec.json.encode(CheckAsk("a.pdf")), pack([file]))
    told, parts = answer(raw, Checked)      # or Refused, with the worker's code

This module is light: what loads PDF libraries is loaded by the job that needs it.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable
from typing import Final, TypeVar

import msgspec

from recordings.papers_asks import No, Told
from signaling.errors import Malformed, Refused

MOST_PARTS: Final = 256
_LENGTH: Final = struct.Struct(">I")
T = TypeVar("T", bound=Told)


def pack(parts: Iterable[bytes]) -> bytes:
    """Return byte strings as one: each behind its length, 32 bits, most significant first."""
    return b"".join(piece for part in parts for piece in (_LENGTH.pack(len(part)), part))


def unpack(data: bytes) -> list[bytes]:
    """Return what was packed. Raises `Malformed`."""
    parts: list[bytes] = []
    at = 0
    while at < len(data):
        if at + _LENGTH.size > len(data) or len(parts) == MOST_PARTS:
            raise Malformed("a torn length, or too many parts")
        size = _LENGTH.unpack_from(data, at)[0]
        at += _LENGTH.size
        if at + size > len(data):
            raise Malformed("a part is cut off")
        parts.append(data[at : at + size])
        at += size
    return parts


def answer(raw: bytes, kind: type[T]) -> tuple[T, list[bytes]]:
    """Return an answer and its further parts. Raises `Refused` as the job did, `Malformed` for no answer."""
    parts = unpack(raw)
    if not parts:
        raise Malformed("an answer without a word")
    try:
        found = msgspec.json.decode(parts[0], type=kind | No)
    except msgspec.MsgspecError as error:
        raise Malformed(f"not an answer: {error}") from None
    if isinstance(found, No):
        code = found.code
        raise Refused(code, **found.detail)
    return found, parts[1:]


def said(work: Callable[[], tuple[Told, list[bytes]]]) -> bytes:
    """Return the answer of some work as a worker writes it, refusals included."""
    try:
        told, parts = work()
    except Refused as error:
        told, parts = No(error.code, {key: str(value)[:200] for key, value in error.detail.items()}), []
    return pack([msgspec.json.encode(told), *parts])
