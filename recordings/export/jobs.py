"""What can be asked for, and the one way to have it made: every kind of export through the same door."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any, Final, Literal

import msgspec

from recordings.export import bundle, copies, landing, programme, stills
from recordings.export.cards import Words
from recordings.export.landing import Made
from recordings.export.plan import Language, Plan, of_source, plan_of, span_of
from recordings.export.programme import Look
from signaling.errors import Refused
from signaling.names import SOURCE_NAMES, is_identifier

Kind = Literal["programme", "site", "clip", "audio", "still", "bundle"]
Format = Literal["mp4", "webm", "mp3", "opus", "jpeg", "png", "zip"]
FORMATS: Final[dict[Kind, tuple[Format, ...]]] = {
    "programme": ("mp4",), "site": ("mp4",), "clip": ("webm", "mp4"), "audio": ("mp3", "opus"),
    "still": ("jpeg", "png"), "bundle": ("zip",),
}  # fmt: skip
"""What each kind may be made as; the first when nothing was asked."""
TYPES: Final[dict[Format, str]] = {
    "mp4": "video/mp4", "webm": "video/webm", "mp3": "audio/mpeg", "opus": "audio/ogg", "jpeg": "image/jpeg",
    "png": "image/png", "zip": "application/zip",
}  # fmt: skip


class Ask(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """An export as it is asked for. Times are ms of the timeline.

    `source`: `<site>/<source>`, wanted by `site`, by `clip` as WebM and by `audio` as Opus; empty: as broadcast.
    `from_ms`, `to_ms`: the part, all of it by default; `still` takes the moment `from_ms`.
    `size`: `720` or `1080`. `tiles`: small pictures of a grid as `keys` (a picture every few seconds, quicker) or
    `full`. `caption`: a strip with unit, time and hash under a still.
    """

    kind: Kind
    format: Format | None = None
    source: str = ""
    from_ms: int | None = None
    to_ms: int | None = None
    size: Literal["720", "1080"] = "720"
    tiles: Literal["keys", "full"] = "keys"
    caption: bool = False
    lang: Language = "vi"

    def settled(self) -> Ask:
        """Return it with its format chosen. Raises `Refused("export-wrong")` for what does not go together."""
        wanted = self.format or FORMATS[self.kind][0]
        needs_source = self.kind == "site" or (self.kind, wanted) in (("clip", "webm"), ("audio", "opus"))
        times = [ms for ms in (self.from_ms, self.to_ms) if ms is not None]
        site, _, name = self.source.partition("/")
        if (
            wanted not in FORMATS[self.kind]
            or (needs_source and not self.source)
            or (self.source and not (is_identifier(site) and name in SOURCE_NAMES))
            or not all(0 <= ms < 1 << 40 for ms in times)
        ):
            raise Refused("export-wrong")
        return msgspec.structs.replace(self, format=wanted)

    def decodes(self) -> bool:
        """Tell whether making it costs a core for long: such exports wait while a session is open."""
        return self.kind not in ("still", "bundle") and self.format not in ("webm", "opus")


class Place(msgspec.Struct, frozen=True):
    """Where an export takes from: a ceremony's folder, its timeline, the sentences it draws, a player to put in."""

    folder: str
    timeline: dict[str, Any]
    words: Words
    player: str | None = None


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
            span = bundle.write(place.folder, part, tell, player=place.player)
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
