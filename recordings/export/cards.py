"""Everything in a picture that is text: slates, plates, lower thirds, caption strips. Drawn with Pillow."""

from __future__ import annotations

import functools
import os
from typing import Final

import msgspec
from PIL import Image, ImageDraw, ImageFont

FONTS: Final = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "fonts")
"""Tinos (OFL), metric-compatible with Times, every Vietnamese letter included."""
GROUND: Final = (122, 18, 24)
DARK: Final = (18, 22, 29)
PLATE: Final = (10, 14, 20)
WHITE: Final = (238, 242, 247)
GOLD: Final = (240, 200, 90)
MOST_LINES: Final = 6
Colour = tuple[int, int, int]


class Words(msgspec.Struct, frozen=True):
    """The sentences an export draws, from the catalogue of its language. `holes`: by reason."""

    hold: str
    lost: str
    holes: dict[str, str] = {}
    unit: str = ""
    time: str = ""
    hash: str = ""


@functools.cache
def font(size: int, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    """Return the bundled face."""
    return ImageFont.truetype(os.path.join(FONTS, f"Tinos-{'Bold' if bold else 'Regular'}.ttf"), size)


def wrapped(text: str, face: ImageFont.FreeTypeFont, width: int) -> list[str]:
    """Return the lines of a text within a width; a word that is wider is cut."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and face.getlength(longer) <= width:
            lines[-1] = longer
            continue
        while face.getlength(word) > width and len(word) > 1:
            word = word[:-1]
        lines.append(word)
    return lines[:MOST_LINES]


def card(size: tuple[int, int], title: str, text: str = "", *, ground: Colour = GROUND) -> Image.Image:
    """Return a full card: a title in the middle, a text below it."""
    width, height = size
    image = Image.new("RGB", size, ground)
    draw = ImageDraw.Draw(image)
    big, small = font(max(12, height // 12), bold=True), font(max(10, height // 20))
    lines = [(line, big, GOLD if ground == GROUND else WHITE) for line in wrapped(title, big, width * 9 // 10)]
    lines += [(line, small, WHITE) for line in wrapped(text, small, width * 9 // 10)]
    tall = [int(face.size * 1.4) for _, face, _ in lines]
    y = (height - sum(tall)) // 2
    for (line, face, colour), step in zip(lines, tall, strict=True):
        draw.text((width // 2, y), line, colour, face, anchor="ma")
        y += step
    return image


def plate(text: str, height: int, most_width: int) -> Image.Image:
    """Return a name plate as wide as its text."""
    face = font(max(10, height * 6 // 10), bold=True)
    line = (wrapped(text, face, max(8, most_width - height)) or [""])[0]
    image = Image.new("RGB", (min(most_width, int(face.getlength(line)) + height) & ~1, height & ~1), PLATE)
    ImageDraw.Draw(image).text((image.width // 2, height // 2), line, WHITE, face, anchor="mm")
    return image


def strip(lines: list[str], width: int) -> Image.Image:
    """Return a caption strip of a width: small text, light on dark, for under a still."""
    face = font(max(12, width // 60))
    step = int(face.size * 1.4)
    cut = [piece for line in lines for piece in wrapped(line, face, width - step) or [""]]
    image = Image.new("RGB", (width, (len(cut) * step + step) // 2 * 2), DARK)
    draw = ImageDraw.Draw(image)
    for n, line in enumerate(cut):
        draw.text((step // 2, step // 2 + n * step), line, WHITE, face)
    return image
