"""One page's connection, sans I/O: hello first, rate limited, commands answered once, views sent by what changed."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any, Final

from signaling import messages
from signaling.errors import Refused
from signaling.messages import Declined, Done, FromPage, Hello, Sections, Show

HELLO_WITHIN_US: Final = 5_000_000
RATE: Final = 30.0
"""Messages a second; a burst of twice as many passes (TRUST §6)."""
BURST: Final = 60.0
REMEMBERED: Final = 256
"""Answers kept per seat, so that a command sent again after a lost connection is not carried out twice."""


class Answers:
    """The latest answers to one seat's commands; outlives its connections."""

    def __init__(self) -> None:
        """Begin with none."""
        self._kept: OrderedDict[str, Done | Declined | None] = OrderedDict()

    def begin(self, ref: str) -> Done | Declined | None:
        """Return the answer if `ref` was asked before. Raises `Refused("busy")` while it is under way."""
        if ref in self._kept:
            answer = self._kept[ref]
            if answer is None:
                raise Refused("busy")
            return answer
        self._kept[ref] = None
        while len(self._kept) > REMEMBERED:
            self._kept.popitem(last=False)
        return None

    def keep(self, answer: Done | Declined) -> None:
        """Remember an answer."""
        self._kept[answer.ref] = answer


class Channel:
    """The protocol of one connection. `now` arguments are monotonic µs."""

    def __init__(self, now: int) -> None:
        """Start counting from `now`."""
        self._opened = now
        self._greeted = False
        self._tokens = BURST
        self._filled = now
        self._shown: dict[str, bytes] = {}

    def receive(self, text: str, now: int) -> FromPage:
        """Return the message. Raises `Malformed`, or `Refused`: `too-many`, `hello-first`, `hello-twice`."""
        self._spend(now)
        message = messages.decode(text)
        if isinstance(message, Hello):
            if self._greeted:
                raise Refused("hello-twice")
            self._greeted = True
        elif not self._greeted:
            raise Refused("hello-first")
        return message

    def is_late(self, now: int) -> bool:
        """Tell whether the hello is overdue."""
        return not self._greeted and now - self._opened > HELLO_WITHIN_US

    def _spend(self, now: int) -> None:
        self._tokens = min(BURST, self._tokens + (now - self._filled) / 1_000_000 * RATE)
        self._filled = now
        if self._tokens < 1:
            raise Refused("too-many")
        self._tokens -= 1

    def sections(self, view: dict[str, Any]) -> Sections | None:
        """Return the sections that differ from what this connection was last shown, or None."""
        changed: dict[str, Any] = {}
        for name, section in view.items():
            encoded = messages.encode_any(section)
            if self._shown.get(name) != encoded:
                self._shown[name] = encoded
                changed[name] = section
        return Sections(**changed) if changed else None

    def show(self, view: dict[str, Any]) -> Show | None:
        """Return the message that brings the page up to date, or None when it is."""
        changed = self.sections(view)
        return None if changed is None else Show(changed)
