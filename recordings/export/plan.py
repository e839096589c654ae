"""What is to be seen and heard when: the timeline of a ceremony made ready for drawing and mixing (pure)."""

from __future__ import annotations

import bisect
from typing import Any, Final, Literal

import msgspec

from recordings.timeline import programme_sound
from signaling.errors import Refused
from signaling.scenes import FRAME

Language = Literal["vi", "en"]
SOUND_ONLY: Final = "opus"
HOLE_MS: Final = 1_000
"""A shorter hole in the picture holds the last frame; a longer one is shown as what it is."""


class Clip(msgspec.Struct, frozen=True):
    """One clip on the timeline; `gaps` are [from, to, reason, kind] in ms of the clip."""

    clip: str
    klass: str = msgspec.field(name="class")
    codec: str
    from_ms: int
    to_ms: int
    gaps: list[tuple[int, int, str, str]] = []

    def hole(self, ms: int) -> str | None:
        """Return why nothing is seen at a time of the timeline."""
        at = ms - self.from_ms
        return next(
            (why for begin, end, why, kind in self.gaps if kind == "v" and begin <= at < end and end - begin >= HOLE_MS),
            None,
        )


class Position(msgspec.Struct, frozen=True):
    """A picture in the 1280×720 frame."""

    source: str
    x: int
    y: int
    w: int
    h: int
    gone: bool = False


class Sheet(msgspec.Struct, frozen=True):
    """A page of a document in the 1280×720 frame: the revision's SHA-256 names its file."""

    document: str
    sha256: str
    page: int
    x: int
    y: int
    w: int
    h: int


class Shot(msgspec.Struct, frozen=True):
    """A scene from one cut to the next."""

    from_ms: int
    layout: str
    positions: tuple[Position, ...] = ()
    slate: dict[str, Any] | None = None
    sheet: Sheet | None = None


class Span(msgspec.Struct, frozen=True):
    """A time with a text: a chapter, a lower third."""

    from_ms: int
    to_ms: int
    text: str


class Plan(msgspec.Struct, frozen=True):
    """Everything an export needs to know of a ceremony; times are ms of its timeline."""

    session: str
    title: str
    zero_us: int
    utc_offset_s: int
    end_ms: int
    shots: tuple[Shot, ...]
    sound: dict[str, tuple[tuple[int, int], ...]]
    clips: dict[str, tuple[Clip, ...]]
    chapters: tuple[Span, ...]
    lower_thirds: tuple[Span, ...]
    names: dict[str, str]

    def name(self, source: str) -> str:
        """Return what the site of a source is called."""
        site = source.partition("/")[0]
        return self.names.get(site, site)

    def shot(self, ms: int) -> Shot:
        """Return the scene at a time; before the first cut the picture holds."""
        at = bisect.bisect_right(self.shots, ms, key=lambda one: one.from_ms)
        return self.shots[at - 1] if at else Shot(0, "hold")

    def lower_third(self, ms: int) -> str | None:
        """Return the text at the foot of the picture."""
        return next((one.text for one in self.lower_thirds if one.from_ms <= ms < one.to_ms), None)


def plan_of(timeline: dict[str, Any], language: Language = "vi") -> Plan:
    """Return the plan of a timeline (`recordings.timeline`). Raises `Refused("export-empty")` if nothing was recorded."""
    clips = {
        one["source"]: tuple(msgspec.convert(clip, Clip) for clip in one["clips"] if clip["to_ms"] > clip["from_ms"])
        for one in timeline["sources"]
    }
    end_ms = _end(timeline, clips)
    if end_ms <= 0 or not any(clips.values()):
        raise Refused("export-empty")

    def say(text: dict[str, str] | None) -> str:
        return (text or {}).get(language) or (text or {}).get("vi", "")

    return Plan(
        session=timeline.get("session", ""),
        title=say(timeline.get("title")),
        zero_us=timeline["zero_us"],
        utc_offset_s=timeline.get("utc_offset_s", 0),
        end_ms=end_ms,
        shots=tuple(_shot(one, say) for one in timeline["scenes"]),
        sound=_sound(timeline["gates"], end_ms),
        clips=clips,
        chapters=tuple(
            Span(one["from_ms"], _until(one, end_ms), f"{one.get('n', '')}. {say(one.get('title'))}".strip(". "))
            for one in timeline["chapters"]
            if one["from_ms"] < end_ms
        ),
        lower_thirds=tuple(
            Span(one["from_ms"], _until(one, end_ms), one["text"]) for one in timeline.get("lower_thirds", ())
        ),
        names={site["id"]: say(site["name"]) for site in timeline.get("sites", ())},
    )


def _until(run: dict[str, Any], end_ms: int) -> int:
    to_ms: int | None = run["to_ms"]
    return end_ms if to_ms is None else min(to_ms, end_ms)


def _shot(scene: dict[str, Any], say: Any) -> Shot:
    slate = scene["slate"]
    words = None if slate is None else slate | {"title": say(slate["title"]), "text": say(slate.get("text"))}
    positions = tuple(msgspec.convert(one, Position) for one in scene["positions"])
    sheet = None if scene.get("sheet") is None else msgspec.convert(scene["sheet"], Sheet)
    return Shot(scene["from_ms"], scene["layout"], positions, words, sheet)


def _end(timeline: dict[str, Any], clips: dict[str, tuple[Clip, ...]]) -> int:
    if timeline["end_us"] is not None:
        return int(timeline["end_us"] - timeline["zero_us"]) // 1000
    return max((clip.to_ms for its in clips.values() for clip in its), default=0)


def _sound(gates: list[dict[str, Any]], end_ms: int) -> dict[str, tuple[tuple[int, int], ...]]:
    """Return for each source when its sound belongs to the programme (RULINGS, Programme sound)."""
    found: dict[str, list[tuple[int, int]]] = {}
    since: dict[str, int] = {}
    for change in [*gates, *({"source": name, "state": "closed", "from_ms": end_ms} for name in {g["source"] for g in gates})]:
        source, ms = change["source"], min(change["from_ms"], end_ms)
        if programme_sound({source: change["state"]}):
            since.setdefault(source, ms)
        elif source in since and (begin := since.pop(source)) < ms:
            found.setdefault(source, []).append((begin, ms))
    return {source: tuple(its) for source, its in found.items()}


def of_source(plan: Plan, source: str) -> Plan:
    """Return the plan of one source alone: its picture fills the frame, its own sound all the time.

    Raises `Refused("export-empty")` if it was never recorded.
    """
    its = plan.clips.get(source, ())
    if not its:
        raise Refused("export-empty")
    whole = Position(source, 0, 0, *FRAME)
    shots = (Shot(0, "solo", (whole,)),)
    return msgspec.structs.replace(
        plan, shots=shots, sound={source: ((0, plan.end_ms),)}, clips={source: its}, lower_thirds=()
    )


def span_of(plan: Plan, from_ms: int | None, to_ms: int | None) -> tuple[int, int]:
    """Return the span asked for, cut to the record. Raises `Refused("export-range")` if nothing is in it."""
    begin, end = max(0, from_ms or 0), plan.end_ms if to_ms is None else min(to_ms, plan.end_ms)
    if begin >= end:
        raise Refused("export-range", most_ms=plan.end_ms)
    return begin, end


def clip_at(clips: tuple[Clip, ...], ms: int, klass: str, *, sound: bool = False) -> Clip | None:
    """Return the clip that covers a time: of `klass` if there is one; for pictures only clips that have some."""
    best = None
    for clip in clips:
        if clip.from_ms <= ms < clip.to_ms and (sound or clip.codec != SOUND_ONLY):
            if clip.klass == klass:
                return clip
            best = best or clip
    return best
