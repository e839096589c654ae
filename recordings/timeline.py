"""The timeline of a ceremony: a pure fold of its states and of its clips' indexes (RECORDING §6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

from recordings.idx import ClipInfo


class Snapshot(msgspec.Struct, frozen=True):
    """What the replay needs to know of one state of the ceremony."""

    scene: str
    positions: tuple[dict[str, Any], ...]
    gates: dict[str, str]
    item: str | None
    floor: str | None
    phase: str
    presence: dict[str, str]
    slate: dict[str, Any] | None
    layout: str = "hold"
    hands: tuple[str, ...] = ()
    lower_third: str | None = None
    sheet: dict[str, Any] | None = None
    """The page of a document in the picture: whose, its SHA-256, page and place."""
    lines: dict[str, str] = {}
    """How bad lines were: `<site>/up` or `/down` → colour, reason and its size, spaces between; the others were good."""


SPEECH_DBOV: Final = -45
"""A cluster louder than this holds speech; a quiet hall is below −55."""
SPEECH_GAP_MS: Final = 1_500
"""Pauses up to this belong to what is said."""


def programme_sound(gates: Mapping[str, str]) -> frozenset[str]:
    """Return the sources whose sound belongs to the programme: every open gate, whatever the scene (RULINGS)."""
    return frozenset(source for source, gate in gates.items() if gate == "open")


def timeline(history: Iterable[tuple[int, Snapshot]], clips: list[ClipInfo], now_us: int) -> dict[str, Any]:
    """Return the timeline as JSON values; times are ms since the session was first opened.

    What happened before that counts at 0, the last of it. A session that was never opened begins with its first event.
    """
    states = list(history)
    zero_us, end_us = span(states, now_us)
    lanes = _Lanes(zero_us)
    for at, state in states:
        lanes.add(at, state)
    return {
        "zero_us": zero_us,
        "end_us": end_us,
        "chapters": _runs(lanes.items, "item"),
        "scenes": lanes.scenes,
        "floor": _runs(lanes.floor, "site"),
        "lower_thirds": _runs(lanes.lower_thirds, "text"),
        "presence": [{"site": name, "state": value, "from_ms": ms} for ms, name, value in lanes.presence],
        "gates": [{"source": name, "state": value, "from_ms": ms} for ms, name, value in lanes.gates],
        "hands": _raised(lanes.hands),
        "lines": _weak(lanes.lines),
        "sources": _sources(clips, zero_us),
    }


def span(states: list[tuple[int, Snapshot]], now_us: int) -> tuple[int, int | None]:
    """Return UTC µs of time 0, and of the end; None for a session that was not ended."""
    opened = ended = None
    phase = "none"
    for at, state in states:
        if state.phase == "open" != phase:
            opened, ended = at if opened is None else opened, None
        elif phase == "open" != state.phase:
            ended = at
        phase = state.phase
    if opened is None:
        return (states[0][0] if states else now_us), None
    return opened, ended


class _Lanes:
    """The changes of each thing, in order."""

    def __init__(self, zero_us: int) -> None:
        self._zero_us = zero_us
        self.scenes: list[dict[str, Any]] = []
        self.items: list[tuple[int, str | None]] = []
        self.floor: list[tuple[int, str | None]] = []
        self.lower_thirds: list[tuple[int, str | None]] = []
        self.presence: list[tuple[int, str, str]] = []
        self.gates: list[tuple[int, str, str]] = []
        self.hands: list[tuple[int, str, str]] = []
        self.lines: list[tuple[int, str, str]] = []
        self._last = Snapshot("", (), {}, None, None, "none", {}, None)

    def add(self, at_us: int, state: Snapshot) -> None:
        ms = max(0, (at_us - self._zero_us) // 1000)
        before, self._last = self._last, state
        scene = {
            "from_ms": ms, "scene": state.scene, "layout": state.layout,
            "positions": list(state.positions), "slate": state.slate,
        } | ({} if state.sheet is None else {"sheet": state.sheet})  # fmt: skip
        _follow(self.scenes, scene)
        lanes = (self.items, state.item), (self.floor, state.floor), (self.lower_thirds, state.lower_third)
        for lane, now in lanes:
            if (lane[-1][1] if lane else None) != now:
                _step(lane, ms, now)
        _changes(self.presence, ms, before.presence, state.presence)
        _changes(self.gates, ms, before.gates, state.gates)
        _changes(self.lines, ms, before.lines, state.lines, "good ")
        _changes(self.hands, ms, dict.fromkeys(before.hands, "up"), dict.fromkeys(state.hands, "up"))


def _follow(scenes: list[dict[str, Any]], scene: dict[str, Any]) -> None:
    """Append a scene if it differs; at the same time only the last one was seen."""
    if scenes and scenes[-1] | {"from_ms": 0} == scene | {"from_ms": 0}:
        return
    if scenes and scenes[-1]["from_ms"] == scene["from_ms"]:
        scenes.pop()
        if scenes and scenes[-1] | {"from_ms": 0} == scene | {"from_ms": 0}:
            return
    scenes.append(scene)


def _step(lane: list[tuple[int, str | None]], ms: int, now: str | None) -> None:
    if lane and lane[-1][0] == ms:
        lane.pop()
        if (lane[-1][1] if lane else None) == now:
            return
    lane.append((ms, now))


def _changes(
    lane: list[tuple[int, str, str]], ms: int, before: dict[str, str], now: dict[str, str], gone: str | None = None
) -> None:
    for name in sorted({*before, *now}):
        # a source that is no longer named has its gate closed, a site that is not named is not there
        value = now.get(name, gone or ("closed" if "/" in name else "absent"))
        if before.get(name) == value:
            continue
        same = [n for n in range(len(lane) - 1, -1, -1) if lane[n][0] == ms and lane[n][1] == name]
        for n in same:
            del lane[n]
        lane.append((ms, name, value))


def _runs(lane: list[tuple[int, str | None]], name: str) -> list[dict[str, Any]]:
    ends: list[int | None] = [ms for ms, _ in lane[1:]]
    return [
        {name: value, "from_ms": ms, "to_ms": end}
        for (ms, value), end in zip(lane, [*ends, None], strict=False)
        if value is not None
    ]


def _raised(changes: list[tuple[int, str, str]]) -> list[dict[str, Any]]:
    """Return each hand from when it was raised to when it was not any more, None for one that still is."""
    found: list[dict[str, Any]] = []
    up: dict[str, dict[str, Any]] = {}
    for ms, site, value in changes:
        if value == "up":
            up[site] = {"site": site, "from_ms": ms, "to_ms": None}
            found.append(up[site])
        elif site in up:
            up.pop(site)["to_ms"] = ms
    return found


def _weak(changes: list[tuple[int, str, str]]) -> list[dict[str, Any]]:
    """Return each stretch of a line that was not good: whose, which way, colour, reason and its size, from, to (None: still is)."""
    found: list[dict[str, Any]] = []
    standing: dict[str, dict[str, Any]] = {}
    for ms, name, value in changes:
        if name in standing:
            standing.pop(name)["to_ms"] = ms
        colour, reason, size = [*value.split(" "), "", ""][:3]
        if colour != "good":
            site, _, way = name.partition("/")
            standing[name] = {
                "site": site, "direction": way, "colour": colour, "reason": reason, "value": int(size or 0), "from_ms": ms, "to_ms": None,
            }  # fmt: skip
            found.append(standing[name])
    return found


def _speech(clips: list[ClipInfo], zero_us: int) -> list[list[int]]:
    """Return [from, to] of what was loud enough to be speech, from one class of a source's clips."""
    found: list[list[int]] = []
    for clip in clips:
        shift = (clip.zero_us - zero_us) // 1000
        ends = [ms for ms, _ in clip.levels[1:]] + [clip.duration_ms]
        for (ms, level), end in zip(clip.levels, ends, strict=False):
            if level <= SPEECH_DBOV:
                continue
            if found and ms + shift - found[-1][1] <= SPEECH_GAP_MS:
                found[-1][1] = end + shift
            else:
                found.append([ms + shift, end + shift])
    return found


def _sources(clips: list[ClipInfo], zero_us: int) -> list[dict[str, Any]]:
    found: dict[str, list[dict[str, Any]]] = {}
    heard: dict[str, list[ClipInfo]] = {}
    for clip in sorted(clips, key=lambda one: one.zero_us):
        if clip.klass == "hi":
            heard.setdefault(clip.source, []).append(clip)
        from_ms = (clip.zero_us - zero_us) // 1000
        entry = {
            "clip": clip.clip, "class": clip.klass, "codec": clip.codec, "from_ms": from_ms,
            "to_ms": from_ms + clip.duration_ms, "growing": not clip.closed, "gaps": clip.gaps,
        }  # fmt: skip
        found.setdefault(clip.source, []).append(entry)
    return [
        {
            "source": source, "clips": sorted(its, key=lambda one: (one["from_ms"], one["clip"])),
            "speech": _speech(heard.get(source, []), zero_us),
        }
        for source, its in sorted(found.items())
    ]
