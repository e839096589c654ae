"""What a signature looks like on the page: by the rules for official papers, in Tinos (CEREMONY §10).

A person's: the blue picture of the signature, without text. A seal's: the red picture at its actual size, the agency and
the time to the second with its offset. Without a picture: the same facts in words.
"""

from __future__ import annotations

import base64
import datetime as dt
import html
import io
import warnings
from typing import Final

import msgspec
from PIL import Image

from recordings.printing import MM, filled, printed
from signaling.errors import Refused

SEAL_MM: Final = 36.0
"""Diameter of the round seal of a provincial agency, and so the side of its picture."""
SEAL: Final = SEAL_MM * MM
SEAL_TEXT: Final = 27.0
"""Height under the picture for agency and time, points."""
SEAL_BOX_PT: Final = (132.0, SEAL + SEAL_TEXT)
"""Width and height of a seal's field."""
MOST_IMAGE: Final = 2_000_000
MOST_SIDE: Final = 4_000


class Look(msgspec.Struct, frozen=True):
    """What to draw in a field of `width` × `height` points. `sample`: the words that say it is worth nothing."""

    width: float
    height: float
    seal: bool
    lines: tuple[str, ...]
    image: bytes | None = None
    sample: str = ""


def moment(at_us: int, utc_offset_s: int) -> str:
    """Return `17.02.2022 15:20:31 +07:00`."""
    zone = dt.timezone(dt.timedelta(seconds=utc_offset_s))
    at = dt.datetime.fromtimestamp(at_us // 1_000_000, zone)
    sign, left = "-" if utc_offset_s < 0 else "+", abs(utc_offset_s) // 60
    return f"{at:%d.%m.%Y %H:%M:%S} {sign}{left // 60:02d}:{left % 60:02d}"


def picture(data: bytes) -> bytes:
    """Return a PNG as our own: decoded within limits and written again. Raises `Refused("image-unreadable")`."""
    if len(data) > MOST_IMAGE or not data.startswith(b"\x89PNG\r\n\x1a\n"):
        raise Refused("image-unreadable")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            image = Image.open(io.BytesIO(data), formats=["PNG"])
            if max(image.size) > MOST_SIDE:
                raise Refused("image-unreadable")
            out = io.BytesIO()
            image.convert("RGBA").save(out, "PNG")
    except Refused:
        raise
    except Exception:  # noqa: BLE001 - whatever is wrong with foreign bytes
        raise Refused("image-unreadable") from None
    return out.getvalue()


def stamp(look: Look) -> bytes:
    """Return one page of PDF, transparent, of the look's size. Raises `Refused("image-unreadable")`."""
    if look.seal:
        side = min(SEAL, look.width, max(20.0, look.height - SEAL_TEXT))
        # the picture stands in the middle, its text under it
        place = ((look.width - side) / 2, side, side, side + 1)
    else:
        place = (0.0, look.width, look.height, 2.0)
    texts = {"width": f"{look.width:.2f}", "height": f"{look.height:.2f}", "title": "", "colour": "#c00000" if look.seal else "#00209f",
             "size": _size(look), "align": "center" if look.seal else "left", "image_left": f"{place[0]:.2f}",
             "image_width": f"{place[1]:.2f}", "image_height": f"{place[2]:.2f}"}  # fmt: skip
    lines = look.lines
    image = ""
    if look.image is not None:
        image = f'<img src="data:image/png;base64,{base64.b64encode(picture(look.image)).decode()}">'
        lines = look.lines if look.seal else ()
    elif look.seal and look.sample:
        image = _ring(look.sample)
    texts["text_top"] = f"{place[3] if image else 2:.2f}"
    mark = f'<div class="sample">{html.escape(look.sample)}</div>' if look.sample else ""
    words = "".join(f"<div>{html.escape(line)}</div>" for line in lines if line)
    return printed(filled("stamp.html", texts, {"image": image, "lines": words, "mark": mark}))


def _size(look: Look) -> str:
    longest = max((len(line) for line in look.lines), default=1)
    return f"{max(4.5, min(8.0, look.width / max(1, longest) * 2.2)):.1f}"


def _ring(words: str) -> str:
    """Return a red ring that says it is a sample: never the seal of an agency."""
    first, _, rest = words.partition(" – ")
    return (
        '<svg viewBox="0 0 100 100"><circle cx="50" cy="50" r="47" fill="none" stroke="#d60000" stroke-width="2.5"/>'
        '<circle cx="50" cy="50" r="36" fill="none" stroke="#d60000" stroke-width="1"/>'
        '<text x="50" y="50" font-family="Tinos" font-size="12" font-weight="bold" fill="#d60000" text-anchor="middle">'
        f'{html.escape(first)}</text><text x="50" y="60" font-family="Tinos" font-size="4" fill="#d60000" '
        f'text-anchor="middle">{html.escape(rest)}</text></svg>'
    )
