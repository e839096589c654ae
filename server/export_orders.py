"""What the server and its export workers say to each other, a JSON line each."""

from __future__ import annotations

import msgspec

from recordings.export.asks import Ask
from recordings.export.landing import Made


class Order(msgspec.Struct, frozen=True):
    """What a worker is told. `session` None: whichever the folder holds; `player`: the folder of a bundle's viewer;
    `captioner`: the command that writes captions; empty: those the record has.
    """

    folder: str
    path: str
    ask: Ask
    session: str | None = None
    player: str | None = None
    captioner: tuple[str, ...] = ()


class News(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a worker tells, a JSON line each: how far it is; or what it made; or a refusal's code, and why for the log."""

    fraction: float = 0.0
    left_s: float | None = None
    made: Made | None = None
    code: str | None = None
    why: str = ""
