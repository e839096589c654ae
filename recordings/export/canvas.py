"""One frame of planes into which pictures and cards are pasted (YUV 4:2:0, so that nothing is converted twice)."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Final, NamedTuple

import av
import numpy as np
import numpy.typing as npt
from PIL import Image

Plane = npt.NDArray[np.uint8]
BLACK: Final = (16, 128, 128)


class Box(NamedTuple):
    """Where something stands, in even pixels of the frame."""

    x: int
    y: int
    w: int
    h: int


class Planes(NamedTuple):
    """A picture ready to be pasted."""

    y: Plane
    u: Plane
    v: Plane


def planes_of(frame: Any, w: int, h: int) -> Planes:
    """Return a decoded frame scaled to `w` × `h`."""
    scaled = frame.reformat(w, h, "yuv420p", interpolation="BILINEAR")
    found = []
    for plane, by in zip(scaled.planes, (1, 2, 2), strict=True):
        rows = np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)
        found.append(rows[: h // by, : w // by])
    return Planes(*found)


def planes_of_image(image: Image.Image) -> Planes:
    """Return a drawn image as planes; its sides are even."""
    frame = av.VideoFrame.from_ndarray(np.asarray(image.convert("RGB")), format="rgb24")
    return planes_of(frame, image.width & ~1, image.height & ~1)


def fitted(width: int, height: int, box: Box) -> Box:
    """Return where a picture stands whole within a box, its proportions kept (as the pages show it)."""
    scale = min(box.w / max(width, 1), box.h / max(height, 1))
    w, h = max(2, int(width * scale + 0.5) & ~1), max(2, int(height * scale + 0.5) & ~1)
    w, h = min(w, box.w), min(h, box.h)
    return Box(box.x + ((box.w - w) // 2 & ~1), box.y + ((box.h - h) // 2 & ~1), w, h)


class Canvas:
    """The frame being composed."""

    def __init__(self, width: int, height: int) -> None:
        """Begin black; both sides are even."""
        self.width, self.height = width, height
        self._all = np.empty((height * 3 // 2, width), np.uint8)
        flat = self._all.reshape(-1)
        n = width * height
        self._planes = Planes(
            self._all[:height],
            flat[n : n + n // 4].reshape(height // 2, width // 2),
            flat[n + n // 4 :].reshape(height // 2, width // 2),
        )
        self.clear()

    def clear(self, box: Box | None = None) -> None:
        """Make a box, or everything, black."""
        x, y, w, h = box or Box(0, 0, self.width, self.height)
        for plane, by, value in zip(self._planes, (1, 2, 2), BLACK, strict=True):
            plane[y // by : (y + h) // by, x // by : (x + w) // by] = value

    def paste(self, planes: Planes, x: int, y: int) -> None:
        """Put a picture at a place; what would stand outside is cut off."""
        x, y = max(0, x & ~1), max(0, y & ~1)
        h, w = planes.y.shape
        h, w = min(h, self.height - y) & ~1, min(w, self.width - x) & ~1
        for into, part, by in zip(self._planes, planes, (1, 2, 2), strict=True):
            into[y // by : (y + h) // by, x // by : (x + w) // by] = part[: h // by, : w // by]

    def frame(self, pts: int, rate: int) -> Any:
        """Return a copy as a frame for the encoder."""
        frame = av.VideoFrame.from_ndarray(self._all, format="yuv420p")
        frame.pts, frame.time_base = pts, Fraction(1, rate)
        return frame
