"""The picture as it was broadcast at a time: scenes, slates, holes, plates and lower thirds on one canvas."""

from __future__ import annotations

from typing import Any, Final

from recordings.export import cards
from recordings.export.canvas import Box, Canvas, Planes, fitted, planes_of, planes_of_image
from recordings.export.cards import Words
from recordings.export.pictures import Film
from recordings.export.plan import Plan, Position, Shot
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
        used: list[tuple[str, str, bool]] = []
        parts: list[Any] = []
        many = len(shot.positions) > NAMED_FROM
        for at in shot.positions:
            if at.gone:
                parts.append("lost")
                continue
            low = at.h * self._scale <= LOW_UP_TO
            key = at.source, "lo" if low else "hi", self._thumbnails and many
            used.append(key)
            if key not in self._films:
                clips = self._plan.clips.get(at.source, ())
                self._films[key] = Film(self._folder, clips, key[1], keys_only=key[2])
            frame, why = self._films[key].at(ms)
            parts.append(why if frame is None else frame)
        for key in [one for one in self._films if one not in used]:
            self._films.pop(key).close()
        return parts

    def _draw(self, shot: Shot, parts: list[Any], lower_third: str | None) -> None:
        canvas = self._canvas
        canvas.clear()
        if not parts:
            canvas.paste(self._card(shot), 0, 0)
        for at, part in zip(shot.positions, parts, strict=True):
            box = self._box(at)
            if isinstance(part, str):
                why = self._words.holes.get(part, self._words.lost)
                canvas.paste(self._drawn("hole", (box.w, box.h), self._plan.name(at.source), why), box.x, box.y)
            else:
                place = fitted(part.width, part.height, box)
                canvas.paste(planes_of(part, place.w, place.h), place.x, place.y)
                if len(parts) >= NAMED_FROM:
                    self._name(at, box)
        if lower_third:
            height = self._canvas.height // 10 & ~1
            planes = self._drawn("plate", (height, self._canvas.width * 9 // 10), lower_third)
            canvas.paste(planes, (canvas.width - planes.y.shape[1]) // 2, canvas.height - height * 3 // 2)

    def _box(self, at: Position) -> Box:
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
