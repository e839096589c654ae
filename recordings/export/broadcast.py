"""The picture as it was broadcast at a time: scenes, slates, holes, plates and lower thirds on one canvas."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from recordings.export import cards, sheets
from recordings.export.canvas import Box, Canvas, Planes, fitted, planes_of, planes_of_image
from recordings.export.cards import Words
from recordings.export.pictures import Film
from recordings.export.plan import Plan, Position, Sheet, Shot
from signaling.scenes import FRAME

NAMED_FROM: Final = 2
"""From so many pictures on each carries its name, as on the pages."""
LOW_UP_TO: Final = 360
"""A picture this high or less is taken from the low class if there is one."""
_CARDS: Final = 32


class Broadcast:
    """Composes frames at rising times. `thumbnails`: small pictures of a grid show key frames only."""

    def __init__(self, folder: str, plan: Plan, size: tuple[int, int], words: Words, *, thumbnails: bool) -> None:
        """Open nothing yet."""
        self._folder, self._plan, self._words, self._thumbnails = folder, plan, words, thumbnails
        self._canvas = Canvas(*size)
        self._scale = size[0] / FRAME[0]
        self._films: dict[tuple[str, str, bool], Film] = {}
        self._cards: dict[tuple[Any, ...], Planes] = {}
        self._shown: list[Any] = []
        self._frame: Any = None
        # decoders give the interpreter lock back: two at a time take a grid from 2.1 to 2.5 times real time
        self._pool = ThreadPoolExecutor(2, "films")

    def frame(self, ms: int, pts: int, rate: int) -> Any:
        """Return the frame of a time. What did not change is not drawn again."""
        shot = self._plan.shot(ms)
        parts = self._parts(shot, ms)
        # frames are compared as objects: each is kept, so none can take another's place
        seen = [shot.from_ms, self._plan.lower_third(ms), *parts]
        if len(seen) != len(self._shown) or any(a is not b and a != b for a, b in zip(seen, self._shown, strict=True)):
            self._draw(shot, parts, seen[1])
            self._shown = seen
            self._frame = self._canvas.frame(pts, rate)
        self._frame.pts = pts
        return self._frame

    def _parts(self, shot: Shot, ms: int) -> list[Any]:
        """Return for each position its frame or the reason there is none; films not needed rest."""
        many = len(shot.positions) > NAMED_FROM
        wanted = [None if at.gone else self._film(at, thumbnail=self._thumbnails and many) for at in shot.positions]
        for key in [key for key, film in self._films.items() if film not in wanted]:
            self._films.pop(key).close()
        pictures = self._pool.map(lambda film: ("lost" if film is None else _or_why(film.at(ms))), wanted)
        return list(pictures)

    def _film(self, at: Position, *, thumbnail: bool) -> Film:
        key = at.source, "lo" if at.h * self._scale <= LOW_UP_TO else "hi", thumbnail
        if key not in self._films:
            clips = self._plan.clips.get(at.source, ())
            self._films[key] = Film(self._folder, clips, key[1], keys_only=thumbnail)
        return self._films[key]

    def _draw(self, shot: Shot, parts: list[Any], lower_third: str | None) -> None:
        canvas = self._canvas
        canvas.clear()
        page = None if shot.sheet is None else self._page(shot.sheet)
        if page is not None:
            canvas.paste(*page)
        elif not parts:
            canvas.paste(self._card(shot), 0, 0)
        boxes = [self._box(at) for at in shot.positions]
        for at, box, part, scaled in zip(shot.positions, boxes, parts, self._pool.map(_scaled, parts, boxes), strict=True):
            if scaled is None:
                why = self._words.holes.get(part, self._words.lost)
                canvas.paste(self._drawn("hole", (box.w, box.h), self._plan.name(at.source), why), box.x, box.y)
                continue
            canvas.paste(scaled[0], scaled[1].x, scaled[1].y)
            if len(parts) >= NAMED_FROM:
                self._name(at, box)
        if lower_third:
            height = self._canvas.height // 10 & ~1
            planes = self._drawn("plate", (height, self._canvas.width * 9 // 10), lower_third)
            canvas.paste(planes, (canvas.width - planes.y.shape[1]) // 2, canvas.height - height * 3 // 2)

    def _page(self, sheet: Sheet) -> tuple[Planes, int, int] | None:
        """Return the page in its place, None for one that cannot be drawn any more: the film goes on without it."""
        box = self._box(sheet)
        key = ("sheet", box, sheet.sha256, sheet.page)
        if key not in self._cards:
            image = sheets.drawn(self._folder, sheet.sha256, sheet.page, (box.w, box.h))
            if image is None:
                return None
            self._cards[key] = planes_of_image(image)
        planes = self._cards[key]
        height, width = planes.y.shape
        return planes, box.x + (box.w - width) // 2 & ~1, box.y + (box.h - height) // 2 & ~1

    def _box(self, at: Position | Sheet) -> Box:
        x, y, w, h = (int(side * self._scale) & ~1 for side in (at.x, at.y, at.w, at.h))
        return Box(x, y, max(w, 2), max(h, 2))

    def _name(self, at: Position, box: Box) -> None:
        height = max(20, self._canvas.height // 24) & ~1
        planes = self._drawn("plate", (height, box.w), self._plan.name(at.source))
        self._canvas.paste(planes, box.x, box.y + box.h - height)

    def _card(self, shot: Shot) -> Planes:
        size = self._canvas.width, self._canvas.height
        if shot.slate is not None:
            return self._drawn("slate", size, shot.slate["title"], shot.slate["text"])
        return self._drawn("hold", size, self._words.hold)

    def _drawn(self, kind: str, size: tuple[int, int], *texts: str) -> Planes:
        """Return a drawn part, from memory when it was drawn lately."""
        key = (kind, size, *texts)
        found = self._cards.pop(key, None)
        if found is None:
            if kind == "plate":
                image = cards.plate(texts[0], *size)
            else:
                image = cards.card(size, *texts, ground=cards.GROUND if kind == "slate" else cards.DARK)
            found = planes_of_image(image)
        self._cards[key] = found
        while len(self._cards) > _CARDS:
            del self._cards[next(iter(self._cards))]
        return found

    def close(self) -> None:
        """Give every decoder back."""
        for film in self._films.values():
            film.close()
        self._films.clear()
        self._pool.shutdown()


def _or_why(found: tuple[Any, str | None]) -> Any:
    frame, why = found
    return why if frame is None else frame


def _scaled(part: Any, box: Box) -> tuple[Planes, Box] | None:
    """Return a frame fitted into its box, None for what is a reason instead."""
    if isinstance(part, str):
        return None
    place = fitted(part.width, part.height, box)
    return planes_of(part, place.w, place.h), place
