"""The one way to have an export made: every kind through the same door."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any, Final

import msgspec

from recordings.export import bundle, captioning, copies, landing, programme, stills
from recordings.export.asks import Ask
from recordings.export.cards import Words
from recordings.export.landing import Made
from recordings.export.plan import Plan, of_source, plan_of, span_of
from recordings.export.programme import Look
from recordings.export.viewer import Viewer

__all__ = ["Ask", "Meter", "Place", "export"]


class Place(msgspec.Struct, frozen=True):
    """Where an export takes from: a ceremony's folder, its timeline and run sheet, the sentences it draws, the folder of the page
    a bundle is looked at with, the command that writes captions. No timeline: a record that cannot be shown.
    """

    folder: str
    timeline: dict[str, Any]
    words: Words
    player: str | None = None
    captioner: tuple[str, ...] = ()
    plan: list[dict[str, Any]] = []


Tell = Callable[[float], None]


def export(ask: Ask, place: Place, path: str, tell: Tell) -> Made:
    """Make what was asked for at `path` and return its length and SHA-256.

    `tell` is called with the fraction done and may raise `Cancelled`. Raises `Refused` (`export-*`), `Malformed` for a
    damaged record, `OSError`; then nothing is left behind.
    """
    ask = ask.settled()
    os.makedirs(os.path.dirname(path) or ".", mode=0o700, exist_ok=True)
    with landing.landing(path) as part:
        if ask.kind == "bundle":
            viewer = Viewer(place.player, place.timeline, place.plan) if place.player and place.timeline else None
            span = bundle.write(place.folder, part, tell, viewer=viewer)
        else:
            span = _media(ask, place, part, tell)
    return landing.made(path, span)


def _media(ask: Ask, place: Place, part: str, tell: Tell) -> tuple[int, int]:
    plan = plan_of(place.timeline, ask.lang)
    if ask.kind == "still":
        still = stills.Still(ask.source, ask.from_ms or 0, ask.format == "png", ask.caption)
        return stills.write(place.folder, plan, still, place.words, part)
    if ask.source:
        plan = of_source(plan, ask.source)
    span = span_of(plan, ask.from_ms, ask.to_ms)
    match ask.format:
        case "webm":
            return copies.webm(place.folder, plan, ask.source, span, part, tell)
        case "opus":
            return copies.opus(place.folder, plan, ask.source, span, part, tell)
        case "vtt":
            if place.captioner:
                captioning.write(place.folder, plan, span, place.captioner, ask.lang, part, tell)
            else:
                captioning.kept(place.folder, span, ask.lang, part)
            return span
        case "mp3":
            copies.mp3(place.folder, plan, span, part, tell)
            return span
        case _:
            return _film(ask, plan, span, place, part, tell)


def _film(ask: Ask, plan: Plan, span: tuple[int, int], place: Place, part: str, tell: Tell) -> tuple[int, int]:
    if ask.source and ask.kind == "site" and copies.is_copyable(plan, ask.source, span):
        return copies.h264(place.folder, plan, ask.source, span, part, tell)
    look = Look(ask.size, thumbnails=ask.tiles == "keys")
    programme.render(place.folder, plan, span, look, place.words, part, tell)
    return span


class Meter:
    """Turns fractions into news a person can use: at most two a second, with the time still needed."""

    EVERY_S: Final = 0.5

    def __init__(self, report: Callable[[float, float | None], None], clock: Callable[[], float] = time.monotonic) -> None:
        """Report (fraction, seconds left or None) by a monotonic clock."""
        self._report, self._clock = report, clock
        self._begin = clock()
        self._last: float | None = None

    def __call__(self, fraction: float) -> None:
        """Take a fraction."""
        now = self._clock()
        if self._last is not None and now - self._last < self.EVERY_S:
            return
        self._last = now
        spent = now - self._begin
        self._report(fraction, spent * (1 - fraction) / fraction if fraction > 0.01 and spent > 1 else None)
