"""One moment as a picture, at the full resolution that was recorded (RECORDING §7)."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import NamedTuple

from PIL import Image

from recordings.export.broadcast import Broadcast
from recordings.export.cards import Words, strip
from recordings.export.pictures import Film
from recordings.export.plan import Plan, of_source
from recordings.export.programme import FPS, SIZES
from signaling.errors import Refused


class Still(NamedTuple):
    """What still: of a source, or as broadcast when empty; the moment; PNG or JPEG; with a strip under it."""

    source: str
    at_ms: int
    png: bool
    caption: bool


def write(folder: str, plan: Plan, still: Still, words: Words, part: str) -> tuple[int, int]:
    """Write the picture to `part`. Raises `Refused`: `export-range`, `export-empty` if there was no picture then."""
    if still.at_ms >= plan.end_ms:
        raise Refused("export-range", most_ms=plan.end_ms)
    image = _source(folder, plan, still) if still.source else _broadcast(folder, plan, still.at_ms, words)
    if still.caption:
        image = _captioned(image, plan, still, words)
    if still.png:
        image.save(part, "PNG")
    else:
        image.save(part, "JPEG", quality=92)
    return still.at_ms, still.at_ms


def _source(folder: str, plan: Plan, still: Still) -> Image.Image:
    film = Film(folder, of_source(plan, still.source).clips[still.source], "hi")
    try:
        frame, _ = film.at(still.at_ms)
        if frame is None:
            raise Refused("export-empty")
        found: Image.Image = frame.to_image()
        return found
    finally:
        film.close()


def _broadcast(folder: str, plan: Plan, at_ms: int, words: Words) -> Image.Image:
    drawn = Broadcast(folder, plan, SIZES["1080"], words, thumbnails=False)
    try:
        found: Image.Image = drawn.frame(at_ms, 0, FPS).to_image()
        return found
    finally:
        drawn.close()


def _captioned(image: Image.Image, plan: Plan, still: Still, words: Words) -> Image.Image:
    """Return the picture with a strip: whose it is, when it was, and the SHA-256 of its pixels (8-bit RGB, by rows)."""
    pixels = hashlib.sha256(image.convert("RGB").tobytes()).hexdigest()
    at = dt.datetime.fromtimestamp((plan.zero_us + still.at_ms * 1000) / 1e6, dt.UTC) + dt.timedelta(seconds=plan.utc_offset_s)
    unit = plan.name(still.source) if still.source else plan.title
    lines = [f"{words.unit}: {unit}", f"{words.time}: {at:%d/%m/%Y %H:%M:%S}.{at.microsecond // 1000:03d}", f"{words.hash}: {pixels}"]
    under = strip(lines, image.width)
    whole = Image.new("RGB", (image.width, image.height + under.height))
    whole.paste(image, (0, 0))
    whole.paste(under, (0, image.height))
    return whole
