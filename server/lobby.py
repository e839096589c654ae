"""Who knocked and waits: another device on a bound link, or somebody with the spoken code (TRUST §4).

The decision stands in the ceremony's log; what is kept here lives only while the page waits: the device's key, and a
small picture of who sits there.
"""

from __future__ import annotations

import secrets
from typing import Final

import msgspec

from server.seats import Entry
from signaling.errors import Malformed, Refused
from signaling.names import Micros, Seat

MOST: Final = 200
MOST_PER_LINK: Final = 5
STILL_BYTES: Final = 65_536
STILL_SIDE: Final = 640


class Knock(msgspec.Struct):
    """One waiting page. `used`: its device has been let in once."""

    seat: Seat
    entry: Entry
    device: str | None
    name: str
    why: str
    since: Micros
    still: bytes | None = None
    used: bool = False


class Lobby:
    """Knocks by their secret, which only the waiting page knows."""

    def __init__(self) -> None:
        """Begin empty."""
        self._waiting: dict[str, Knock] = {}

    def knock(self, entry: Entry, device: str | None, name: str, why: str, now: Micros) -> tuple[str, Knock]:
        """Return the secret and the knock; the oldest of a link make room."""
        for known, one in self._waiting.items():
            if one.entry.link == entry.link and one.device == device and device is not None and not one.used:
                return known, one
        same = [key for key, one in self._waiting.items() if one.entry.link == entry.link]
        for key in same[: len(same) - MOST_PER_LINK + 1]:
            del self._waiting[key]
        while len(self._waiting) >= MOST:
            del self._waiting[next(iter(self._waiting))]
        secret = secrets.token_urlsafe(32)
        made = Knock(Seat(f"w-{secrets.token_hex(4)}"), entry, device, name, why, now)
        self._waiting[secret] = made
        return secret, made

    def find(self, secret: str) -> Knock:
        """Return a knock. Raises `Refused("no-seat")` for one that is gone: the page knocks again."""
        found = self._waiting.get(secret)
        if found is None:
            raise Refused("no-seat")
        return found

    def of(self, session: str, seat: Seat) -> Knock:
        """Return the knock of a waiting seat, for the desk. Raises `Refused("no-seat")`."""
        for one in self._waiting.values():
            if one.seat == seat and one.entry.session == session:
                return one
        raise Refused("no-seat")

    def drop(self, secret: str) -> None:
        """Forget one."""
        self._waiting.pop(secret, None)


def check_still(data: bytes) -> None:
    """Raise `Malformed` for what is no small JPEG: its header is read, its picture never (TRUST §4)."""
    if len(data) > STILL_BYTES or not data.startswith(b"\xff\xd8\xff") or not data.endswith(b"\xff\xd9"):
        raise Malformed("a still picture is a JPEG of at most 64 KiB")
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker, size = data[at + 1], int.from_bytes(data[at + 2 : at + 4])
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = int.from_bytes(data[at + 5 : at + 7]), int.from_bytes(data[at + 7 : at + 9])
            if 0 < width <= STILL_SIDE and 0 < height <= STILL_SIDE:
                return
            break
        if size < 2:
            break
        at += 2 + size
    raise Malformed("a still picture is at most 640 pixels wide and high")
